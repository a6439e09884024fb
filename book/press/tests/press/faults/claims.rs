//! A claim must be stated as it is tested, and hold.

use super::refused;

#[test]
fn a_malformed_claim() {
    refused(
        "# He\n\n> [!CLAIM] he\n> A sentence.\n",
        "book/src/he.md:3",
        "a claim begins with `> [!CLAIM] chapter.name`",
    );
    refused(
        "# He\n\n> [!CLAIM] he.forward\n\nText.\n",
        "book/src/he.md:3",
        "the claim `he.forward` has no sentence",
    );
    refused(
        "# He\n\n> [!CLAM] he.forward\n> A sentence.\n",
        "book/src/he.md:3",
        "unknown box `[!CLAM]`; known are `[!CLAIM]`",
    );
}

#[test]
fn a_claim_that_nobody_has_verified() {
    refused(
        "# He\n\n> [!CLAIM] he.unknown\n> A sentence.\n",
        "book/src/he.md:3",
        "the claim `he.unknown` is not verified: no test has left a record of it",
    );
}

#[test]
fn a_claim_that_was_reworded() {
    refused(
        "# He\n\n> [!CLAIM] he.forward\n> Another sentence.\n",
        "book/src/he.md:3",
        "the claim `he.forward` is not verified: it was reworded",
    );
}

#[test]
fn a_claim_that_fails() {
    refused(
        "# He\n\n> [!CLAIM] he.refuted\n> A *false* sentence.\n",
        "book/src/he.md:3",
        "the claim `he.refuted` does not hold: He gave 2.00000, accepted in [0.00000, 1.00000]",
    );
}
