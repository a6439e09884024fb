//! What the marks of a chapter become, from Markdown to the page.

use std::cell::RefCell;

use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use press::html::unescaped;
use press::preprocessor::Unverified;

use crate::fixture::{Fixture, SENTENCE};

/// A chapter with every mark.
fn everything() -> String {
    let figure = "udl-small";
    format!(
        r#"# He

Half of $\E[z^2]$ survives [@he2015, §2.2; @he2015], says [](#claim-he.forward), with `$x$` in code:

$$
\E[h^2] = \tfrac12 \E[z^2]
$$ {{#eq-half}}

Then $x$'s [](#eq-half) gives {{{{#value udl-5x8.std.4 .3}}}}, and $\sigma = {{{{#value udl-5x8.std.4 .3}}}}$.

> [!CLAIM] he.forward
> {SENTENCE}

{{{{#figure {figure}}}}}
The *signal* of [](#fig-{figure}) by
depth.

{{{{#table udl-5x8 layer "Spread $s$"=std:.3 rows=0..4}}}}

{{{{#listing src/lib.rs:he}}}}

> [!NOTE-MARGIN]
> Beside the *text*.

> [!EXERCISE] leaky warm-up
> Why $2/(1+a^2)$?

> [!SOLUTION]
> Because of [](#eq-half), says [the figure](#fig-{figure}):
>
> ```rust
> assert_eq!(1 + 1, 2);
> ```

> [!PROJECT] skew How skewed?
> **Question.** How *skewed*?
>
> **Why it is open.** Nobody knows.
>
> **How to begin.** Draw.
>
> **Done when** you know.

```text
{{{{#figure in-code}}}} $x$ [@nobody]
> [!CLAIM] in.code
```

{{{{#ledger}}}}
"#
    )
}

/// A book of this chapter and of a page with its solutions.
fn with_solutions(chapter: &str) -> Fixture {
    let fixture = Fixture::with_chapter(chapter);
    fixture.write("book/src/SUMMARY.md", "# Summary\n\n[Introduction](introduction.md)\n\n# Part I: The signal\n\n- [He: *two*](he.md)\n\n---\n\n[Solutions](last/solutions.md)\n[Bibliography](bibliography.md)\n");
    fixture.write(
        "book/src/last/solutions.md",
        "# Solutions\n\n{{#solutions Part I: The signal}}\n",
    );
    fixture
}

/// The texts of the elements that the selector finds.
fn texts(page: &str, selector: &str) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!(selector, |_| {
            found.borrow_mut().push(String::new());
            Ok(())
        }))
        .append_element_content_handler(text!(selector, |chunk| {
            let mut found = found.borrow_mut();
            found.last_mut().unwrap().push_str(chunk.as_str());
            Ok(())
        }));
    rewrite_str(page, settings).unwrap();
    let words = |text: &String| {
        unescaped(text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    found.borrow().iter().map(words).collect()
}

#[test]
fn every_mark_becomes_what_it_stands_for() {
    let fixture = with_solutions(&everything());
    fixture.build().unwrap();
    let page = fixture.page("he.html");
    let texts = |selector: &str| texts(&page, selector);

    assert_eq!(texts("main .claim .claim-number"), ["Claim 1.1"]);
    assert_eq!(texts(".claim .claim-verdict"), ["verified"]);
    assert_eq!(texts("#claim-he\\.forward > p math").len(), 1);
    assert!(texts(".claim-evidence p")[0].starts_with("0.50 found in 5,000 cases"));
    assert!(texts(".claim-details pre code.language-rust")[0].contains("fn forward()"));

    assert_eq!(texts("#eq-half .equation-number"), ["(1.1)"]);
    assert_eq!(
        texts("main p > a.reference-link"),
        ["claim 1.1", "equation (1.1)", "figure 1.1"]
    );
    assert_eq!(
        texts("a.citation"),
        ["He et al. 2015, §2.2", "He et al. 2015"]
    );
    assert_eq!(texts("main p > data.value"), ["8.896"]);
    assert_eq!(
        texts("math mn")
            .iter()
            .filter(|number| *number == "8.896")
            .count(),
        1
    );

    assert_eq!(texts("figure.figure figcaption em"), ["signal"]);
    assert!(
        texts("figure.figure figcaption")[0]
            .starts_with("Figure 1.1. The signal of figure 1.1 by depth.")
    );
    assert_eq!(texts("figure.figure details.figure-data tbody tr").len(), 6);
    assert_eq!(texts("figure.numbers th"), ["layer", "Spread s"]);
    assert_eq!(texts("figure.numbers tbody tr").len(), 5);
    assert_eq!(
        texts("figure.numbers tbody tr:nth-child(5) td"),
        ["4", "8.896"]
    );
    assert_eq!(texts("figure.listing figcaption code"), ["src/lib.rs"]);
    assert!(texts("figure.listing pre code")[0].contains("pub fn he() {}"));

    assert_eq!(texts("aside.margin-note em"), ["text"]);
    assert_eq!(
        texts("#exercise-leaky .exercise-head"),
        ["Exercise 1.1 warm-up"]
    );
    assert_eq!(
        texts("a[href=\"last/solutions.html#solution-leaky\"]"),
        ["Solution of exercise 1.1"]
    );
    assert_eq!(texts("#project-skew .project-head"), ["Project 1.1"]);
    assert_eq!(texts("#project-skew .project-title"), ["How skewed?"]);
    assert_eq!(texts("#project-skew em"), ["skewed"]);
    assert!(
        texts("pre code.language-text")[0]
            .contains("{{#figure in-code}} $x$ [@nobody] > [!CLAIM] in.code")
    );
    assert_eq!(
        texts(".ledger tbody tr td:first-child a"),
        ["1.1 he.forward"]
    );
}

#[test]
fn solutions_are_gathered_on_a_page_of_their_own() {
    let fixture = with_solutions(&everything());
    fixture.build().unwrap();
    let chapter = fixture.page("he.html");
    assert!(!chapter.contains("Because of") && !chapter.contains("1 + 1"));

    let page = fixture.page("last/solutions.html");
    let texts = |selector: &str| texts(&page, selector);
    assert_eq!(texts("main h2#solutions-of-he"), ["1 He: two"]);
    assert_eq!(
        texts("#solution-leaky .solution-head"),
        ["Solution 1.1 warm-up to exercise 1.1"]
    );
    assert_eq!(
        texts("#solution-leaky code.language-rust"),
        ["assert_eq!(1 + 1, 2);"]
    );
    // Its links lead where they led in the chapter.
    assert_eq!(
        texts("#solution-leaky a[href=\"../he.html#exercise-leaky\"]"),
        ["to exercise 1.1"]
    );
    assert_eq!(
        texts("#solution-leaky a[href=\"../he.html#eq-half\"]"),
        ["equation (1.1)"]
    );
    assert_eq!(
        texts("#solution-leaky a[href=\"../he.html#fig-udl-small\"]"),
        ["the figure"]
    );
    // The whole book on one page has it once.
    let whole = fixture.page("print.html");
    assert_eq!(whole.matches("Because of").count(), 1);
}

#[test]
fn a_table_shows_the_rows_that_have_a_value() {
    let fixture = with_solutions(&everything().replace("rows=0..4", "layer=4"));
    fixture.build().unwrap();
    let page = fixture.page("he.html");
    assert_eq!(texts(&page, "figure.numbers tbody td"), ["4", "8.896"]);
}

#[test]
fn a_chapter_outside_of_the_numbered_ones_counts_without_its_number() {
    let fixture = Fixture::with_chapter("# He\n");
    fixture.write(
        "book/src/introduction.md",
        "# Introduction\n\n$$x$$ {#eq-x}\n\nSee [](#eq-x) and [](he.md).\n",
    );
    fixture.build().unwrap();
    let page = fixture.page("introduction.html");
    assert_eq!(
        texts(&page, "a.reference-link"),
        ["equation (1)", "chapter 1"]
    );
}

#[test]
fn under_plain_mdbook_an_unverified_claim_says_so_and_the_book_is_printed() {
    let fixture = Fixture::with_chapter("# He\n\n> [!CLAIM] he.unknown\n> A sentence.\n");
    fixture.book(Unverified::Shown).build().unwrap();
    let page = fixture.page("he.html");
    assert_eq!(
        texts(&page, ".claim.unverified .claim-verdict"),
        ["not verified in this build"]
    );
    assert!(
        texts(&page, ".claim.unverified .claim-evidence")[0]
            .contains("no test has left a record of it")
    );
}

#[test]
fn under_plain_mdbook_a_claim_that_fails_is_still_a_fault() {
    let fixture = Fixture::with_chapter("# He\n\n> [!CLAIM] he.refuted\n> A *false* sentence.\n");
    let said = fixture
        .book(Unverified::Shown)
        .build()
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("book/src/he.md:3: the claim `he.refuted` does not hold"),
        "{said}"
    );
}

#[test]
fn formulas_are_found_as_one_writes_them_and_not_by_tex() {
    let fixture = Fixture::with_chapter("# He\n\nThe moment $\\E[z^2_{\\text{out}}]$ of *z*.\n");
    fixture.build().unwrap();
    let index = std::fs::read_dir(fixture.site())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("searchindex")
        })
        .unwrap();
    let index = std::fs::read_to_string(index).unwrap();
    assert!(
        index.contains("The moment 𝔼[z_out²] of z.") && !index.contains("mathbb"),
        "{index}"
    );
}
