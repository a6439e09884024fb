//! `> [!CLAIM] id` and its sentence: the sentence, and what its test found.

mod details;
mod evidence;
mod source;
mod summary;
mod words;

use std::path::Path;

use crate::figures::evidence_strip;
use crate::html::{escaped, one_block};
use crate::verdicts::{self, VerdictState};
use words::Marked;

pub(super) use evidence::{accepted, grade, nearest_foil};
pub(crate) use summary::verdict_line;

/// The anchor of a claim.
pub(crate) fn anchor(id: &str) -> String {
    format!("claim-{id}")
}

/// The claim; `sentence` is Markdown, with its formulas set. `root` holds the test's file.
///
/// Folded, the box is the sentence and one line: the value, what is accepted, and how much was attacked.
pub(crate) fn print(
    id: &str,
    number: &str,
    sentence: &str,
    state: &VerdictState,
    root: &Path,
) -> String {
    let anchor = anchor(id);
    let open = |class: &str, sign: &str, verdict: &str, sentence: &str| {
        format!(
            "<div class=\"claim{class}\" id=\"{anchor}\">\n<p class=\"claim-head\"><span class=\"claim-sign\" aria-hidden=\"true\">{sign}</span> <a class=\"claim-number\" href=\"#{anchor}\">Claim {number}</a> · <span class=\"claim-verdict\">{verdict}</span> <code class=\"claim-id\">{id}</code></p>\n\n{sentence}\n\n"
        )
    };
    match state {
        VerdictState::Unknown(reason) => {
            open(" unverified", "?", "not verified in this build", sentence)
                + &format!(
                    "<p class=\"claim-evidence\">Not verified in this build: {reason}. <code>cargo run -- build</code> runs the tests first.</p>\n</div>"
                )
        }
        VerdictState::Judged(record) if !record.verdict.holds() => {
            open(" refuted", "✗", "does not hold", sentence)
                + &format!(
                    "<p class=\"claim-evidence\">{}</p>\n</div>",
                    escaped(&verdicts::refutation(record))
                )
        }
        VerdictState::Judged(record) => {
            let evidence = &record.verdict.evidence;
            let Marked { sentence, words } = words::mark(sentence, &record.verdict);
            let strip = if evidence.grade.has_chance() {
                one_block(&evidence_strip(evidence, id)) + "\n"
            } else {
                String::new()
            };
            format!(
                "{}<details class=\"claim-details\"><summary>{}</summary>\n<div class=\"claim-evidence\">\n{strip}<p>{}</p>\n</div>\n{}\n{}\n\n{}\n\n</details>\n</div>",
                open("", "✓", "verified", &sentence),
                summary::headline(evidence, words.len()),
                summary::in_sentences(evidence),
                words::table(&words, evidence),
                details::list(record),
                source::test(record, root),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unverified_claim_says_so_in_plain_sight() {
        let html = print(
            "he.forward",
            "3.1",
            "A *sentence*.",
            &VerdictState::Unknown("no test has left a record of it"),
            Path::new(""),
        );
        assert!(
            html.contains(
                "Claim 3.1</a> · <span class=\"claim-verdict\">not verified in this build</span>"
            ),
            "{html}"
        );
        assert!(html.contains("no test has left a record of it"), "{html}");
    }
}
