//! Every kind of fault keeps the book from being printed, and is named with its file and line.

use crate::fixture::Fixture;

/// Builds a book whose chapter `he.md` is this text, and wants one fault that says this.
#[track_caller]
fn refused(chapter: &str, place: &str, message: &str) {
    let fixture = Fixture::with_chapter(chapter);
    let said = fixture.build().unwrap_err().to_string();
    let found = said.lines().any(|line| {
        line.strip_prefix(place)
            .is_some_and(|rest| rest.starts_with(": ") && rest.contains(message))
    });
    assert!(found, "wanted {place}: …{message}…, but got\n{said}");
    assert_eq!(said.lines().count(), 1, "one fault is one line:\n{said}");
    assert!(
        !fixture.site().exists(),
        "a book with a fault was printed: {said}"
    );
}

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
fn an_unknown_figure_value_table_or_mark() {
    refused(
        "# He\n\n{{#figure nowhere}}\nA caption.\n",
        "book/src/he.md:3",
        "unknown figure `nowhere`; known are `",
    );
    refused(
        "# He\n\nText\n{{#value nowhere.std.4}}\n",
        "book/src/he.md:4",
        "unknown run `nowhere`; known are `",
    );
    refused(
        "# He\n\n{{#value udl-5x8.nowhere.4}}\n",
        "book/src/he.md:3",
        "has no column `nowhere`; known are `layer`, `mean`, `std` and `rms`",
    );
    refused(
        "# He\n\n{{#value udl-5x8.std.9}}\n",
        "book/src/he.md:3",
        "has no row with layer `9`; known are `0`, `1`",
    );
    refused(
        "# He\n\n{{#value udl-5x8.std.4 3}}\n",
        "book/src/he.md:3",
        "`3` is no number format",
    );
    refused(
        "# He\n\n$x = {{#value udl-5x8.std.9}}$\n",
        "book/src/he.md:3",
        "has no row with layer `9`",
    );
    refused(
        "# He\n\n{{#table udl-5x8 nowhere}}\n",
        "book/src/he.md:3",
        "has no column `nowhere`",
    );
    refused(
        "# He\n\nA {{#nowhere x}}.\n",
        "book/src/he.md:3",
        "unknown mark `{{#nowhere}}`; known are `figure`",
    );
    refused(
        "# He\n\nA {{#ledger}}.\n",
        "book/src/he.md:3",
        "stands on a line of its own",
    );
}

#[test]
fn a_figure_without_a_caption() {
    let name = experiments::figures()
        .next()
        .expect("the book has figures")
        .1
        .name;
    refused(
        &format!("# He\n\n{{{{#figure {name}}}}}\n\nText.\n"),
        "book/src/he.md:3",
        "has no caption",
    );
}

#[test]
fn an_unknown_citation_or_reference() {
    refused(
        "# He\n\nSee\n[@nobody2020].\n",
        "book/src/he.md:4",
        "unknown citation `nobody2020`; in bibliography.bib known are `he2015`",
    );
    refused(
        "# He\n\nSee [](#eq-nowhere).\n",
        "book/src/he.md:3",
        "nothing in the book has the anchor `eq-nowhere`",
    );
    refused(
        "# He\n\nSee [@he2015.\n",
        "book/src/he.md:3",
        "`[@` has no `]` in its paragraph",
    );
}

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
        "# He\n\n> [!CLAIM] he.refuted\n> A false sentence.\n",
        "book/src/he.md:3",
        "the claim `he.refuted` does not hold: He gave 2.00000, accepted in [0.00000, 1.00000]",
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
fn a_formula_that_is_no_tex() {
    refused(
        "# He\n\nA $\\nosuch$.\n",
        "book/src/he.md:3",
        "`\\nosuch` is not TeX: ",
    );
    refused(
        "# He\n\n$$\nx +\n\\frac{1}\n$$\n",
        "book/src/he.md:5",
        "`x + \\frac{1}` is not TeX: ",
    );
    refused(
        "# He\n\nFor $5.\n",
        "book/src/he.md:3",
        "a `$` without its partner",
    );
}

#[test]
fn an_exercise_without_a_solution_and_a_solution_without_an_exercise() {
    refused(
        "# He\n\n> [!EXERCISE] leaky\n> Why?\n",
        "book/src/he.md:3",
        "the exercise `leaky` has no solution",
    );
    refused(
        "# He\n\n> [!SOLUTION]\n> Because.\n",
        "book/src/he.md:3",
        "this solution follows no exercise",
    );
}

#[test]
fn a_snippet_that_nobody_runs() {
    refused(
        "# He\n\n> [!NOTE-MARGIN]\n> Text.\n>\n> ```rust,ignore\n> let x = 1;\n> ```\n",
        "book/src/he.md:6",
        "an ignored snippet proves nothing",
    );
}

#[test]
fn a_chapter_that_mdbook_passes_over() {
    let fixture = Fixture::with_chapter("# He\n");
    let summary = "# Summary\n\n- [He](he.md)\n\n# Back\n\n[Introduction](introduction.md)\n";
    fixture.write("book/src/SUMMARY.md", summary);
    let said = fixture.build().unwrap_err().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("book/src/SUMMARY.md:7: mdBook passes over `introduction.md`"),
        "{said}"
    );
    assert!(
        lines[1].starts_with("book/src/bibliography.md: this chapter is not in SUMMARY.md"),
        "{said}"
    );
    assert_eq!(lines.len(), 2, "{said}");
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

#[test]
fn a_chapter_that_no_line_names() {
    let fixture = Fixture::with_chapter("# He\n");
    fixture.write("book/src/more.md", "# More\n");
    let said = fixture.build().unwrap_err().to_string();
    let expected =
        "book/src/more.md: this chapter is not in SUMMARY.md, so that nobody can read it";
    assert_eq!(said, expected);
}

/// Files beside the chapters that are no chapters.
#[test]
fn what_editors_and_systems_leave_behind_is_no_fault_and_is_not_printed() {
    let fixture = Fixture::with_chapter("# He\n\nText.\n");
    for file in [".he.md.swp", "._he.md", "he.md~", "#he.md#"] {
        std::fs::write(fixture.root().join("book/src").join(file), [0xff, 0]).unwrap();
    }
    #[cfg(unix)]
    for (target, link) in [
        ("user@host.1:2", ".#he.md"),
        ("self.md", "self.md"),
        (".", "loop"),
        ("nowhere.png", "nowhere.png"),
    ] {
        std::os::unix::fs::symlink(target, fixture.root().join("book/src").join(link)).unwrap();
    }
    fixture.build().unwrap();
    let printed = fixture.site();
    assert!(printed.join("there.svg").exists());
    for file in [".he.md.swp", "he.md~", "loop", "self.md", "nowhere.png"] {
        assert!(!printed.join(file).exists(), "{file}");
    }
}

#[test]
fn every_link_of_the_summary_that_mdbook_reads_is_one() {
    for link in [
        "[He](./he.md)",
        "[He](<he.md>)",
        "[He](he.md \"A title\")",
        "[He][h]\n\n[h]: he.md\n",
    ] {
        let fixture = Fixture::with_chapter("# He\n");
        let summary = format!(
            "# Summary\n\n[Introduction](introduction.md)\n\n- [Many](<a b.md>)\n- [More](c%20d.md)\n- {link}\n\n---\n\n[Bibliography](bibliography.md)\n"
        );
        fixture.write("book/src/a b.md", "# Many\n\n{{#include ./part.md}}\n");
        fixture.write(
            "book/src/part.md",
            "A part.\n\n{{#include smaller.md:1:}}\n",
        );
        fixture.write("book/src/smaller.md", "A part of it.\n");
        fixture.write("book/src/c d.md", "# More\n");
        fixture.write("book/src/SUMMARY.md", &summary);
        fixture
            .build()
            .unwrap_or_else(|error| panic!("{link}: {error}"));
    }
}

#[test]
fn a_mark_that_is_left_over() {
    refused(
        "# He\n\n<p>A $$ mark</p>\n",
        "book/src/he.md:3",
        "the mark `$$` is left over: A $$ mark",
    );
}

#[test]
fn html_that_mdbook_only_warns_of() {
    let said = Fixture::with_chapter("# He\n\n<div>\n\nText.\n")
        .build()
        .unwrap_err()
        .to_string();
    assert!(said.contains("unclosed HTML tag `<div>`"), "{said}");
}

#[test]
fn all_faults_of_the_book_are_told_at_once() {
    let fixture = Fixture::with_chapter("# He\n\n$\\nosuch$ and [@nobody2020].\n\n{{#ledgers}}\n");
    fixture.write(
        "book/src/introduction.md",
        "# Introduction\n\n$\\frac{1}$\n",
    );
    let said = fixture.build().unwrap_err().to_string();
    let places: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(
        places,
        [
            "book/src/he.md:3",
            "book/src/he.md:3",
            "book/src/he.md:5",
            "book/src/introduction.md:3"
        ]
    );
}

#[test]
fn the_book_that_was_printed_before_stays_when_a_fault_comes() {
    let fixture = Fixture::with_chapter("# He\n\nThe first.\n");
    fixture.build().unwrap();
    fixture.write("book/src/he.md", "# He\n\nThe second [@nobody2020].\n");
    fixture.build().unwrap_err();
    assert!(fixture.page("he.html").contains("The first."));
    fixture.write("book/src/he.md", "# He\n\nThe third.\n");
    fixture.build().unwrap();
    assert!(fixture.page("he.html").contains("The third."));
    let left: Vec<_> = std::fs::read_dir(fixture.site().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with('.')),
        "{left:?}"
    );
}
