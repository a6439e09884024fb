//! What a chapter includes, links or shows must be there.

use super::refused;

#[test]
fn a_missing_include() {
    refused(
        "# He\n\n{{#include nowhere.md}}\n",
        "book/src/he.md:3",
        "cannot include `nowhere.md`",
    );
}

#[test]
fn a_missing_anchor() {
    refused(
        "# He\n\n```rust\n{{#include he.rs:xavier}}\n```\n",
        "book/src/he.md:4",
        "no anchor `xavier` in he.rs; known are `he`",
    );
    refused(
        "# He\n\n{{#listing src/lib.rs:xavier}}\n",
        "book/src/he.md:3",
        "no anchor `xavier` in src/lib.rs; known are `he`",
    );
}

#[test]
fn a_missing_listing() {
    refused(
        "# He\n\n{{#listing src/nowhere.rs:he}}\n",
        "book/src/he.md:3",
        "cannot list `src/nowhere.rs`",
    );
}

#[test]
fn a_dead_link() {
    refused(
        "# He\n\nA [link](nowhere.md).\n",
        "book/src/he.md:3",
        "the link `nowhere.html` leads nowhere",
    );
}

#[test]
fn a_dead_fragment() {
    refused(
        "# He\n\nA [link](introduction.md#nowhere).\n",
        "book/src/he.md:3",
        "nothing in introduction.html has the id `nowhere`",
    );
    refused(
        "# He\n\nA [link](#nowhere).\n",
        "book/src/he.md:3",
        "nothing in he.html has the id `nowhere`",
    );
}

#[test]
fn a_missing_image() {
    refused(
        "# He\n\n![A curve](curve.png)\n",
        "book/src/he.md:3",
        "the image `curve.png` leads nowhere",
    );
}

#[test]
fn an_image_without_words_or_from_elsewhere() {
    refused(
        "# He\n\n<img src=\"there.svg\">\n",
        "book/src/he.md:3",
        "the image `there.svg` has no text that stands for it",
    );
    refused(
        "# He\n\n![A curve](https://example.org/curve.png)\n",
        "book/src/he.md:3",
        "loads `https://example.org/curve.png` from elsewhere",
    );
}

#[test]
fn an_anchor_that_is_given_twice() {
    refused(
        "# He\n\n$$x$$ {#eq-a}\n\n$$y$$ {#eq-a}\n",
        "book/src/he.md:5",
        "`eq-a` is taken by equation (1.1) at book/src/he.md:3",
    );
}

#[test]
fn a_heading_that_no_link_can_reach() {
    refused(
        "# He\n\nText.\n\n## ::\n",
        "book/src/he.md:5",
        "no link can lead to the heading `::`",
    );
}

#[test]
fn a_footnote_that_is_not_there() {
    refused(
        "# He\n\nA[^here] and[^nowhere].\n\n[^here]: B.\n",
        "book/src/he.md:3",
        "no footnote is called `nowhere`",
    );
}
