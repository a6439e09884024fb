//! The chapters' snippets, as mdBook's own test runs them.

use press::preprocessor::{Press, Unverified, preprocess, supports};
use press::snippets;

use crate::fixture::{Fixture, project};

fn test(chapter: &str) -> anyhow::Result<()> {
    Fixture::with_chapter(chapter)
        .book(Unverified::Shown)
        .test(vec![])
}

#[test]
fn a_snippet_and_a_solution_are_run() {
    test("# He\n\n```rust\nassert_eq!(1 + 1, 2);\n```\n").unwrap();
    assert!(test("# He\n\n```rust\nassert_eq!(1 + 1, 3);\n```\n").is_err());
    assert!(test("# He\n\n> [!EXERCISE] sum\n> What?\n\n> [!SOLUTION]\n> ```rust\n> assert_eq!(1 + 1, 3);\n> ```\n").is_err());
}

/// The snippets of the book's chapters run as documentation of the press, in `cargo test --doc`.
#[test]
fn mdbooks_own_test_finds_the_libraries_that_a_snippet_may_use() {
    let libraries = snippets::gather(&project()).unwrap();
    let chapter = "# He\n\n```rust\nuse ndarray::array;\nuse rand::Rng;\nuse rand_distr::Distribution;\n\n\
                   assert_eq!(unit_variance::Fans::new(2, 3).fan_in(), 2.0);\n\
                   assert!(experiments::runs().count() > 0);\n\
                   assert_eq!(array![1.0, 2.0].sum(), 3.0);\n```\n";
    Fixture::with_chapter(chapter)
        .book(Unverified::Shown)
        .test(vec![libraries.to_str().unwrap()])
        .unwrap();
}

#[test]
fn listings_claims_and_figures_are_no_snippets() {
    test("# He\n\n{{#listing src/lib.rs:he}}\n\n> [!CLAIM] he.nobody\n> A sentence.\n\n{{#figure nowhere}}\nA caption.\n").unwrap();
}

#[test]
fn what_comes_in_over_the_preprocessor_protocol_goes_out_printed() {
    let fixture = Fixture::with_chapter("# He\n\nA $x$.\n");
    let press = Press {
        root: fixture.root().to_owned(),
        cache: fixture.cache(),
        unverified: Unverified::Shown,
    };
    let book = fixture.book(Unverified::Shown);
    let input = serde_json::json!([
        {"root": fixture.root(), "config": {"book": {"src": "book/src"}}, "renderer": "html", "mdbook_version": "0.5.4"},
        book.book,
    ]);
    let mut output = Vec::new();
    preprocess(&press, input.to_string().as_bytes(), &mut output).unwrap();
    let printed: mdbook_driver::book::Book = serde_json::from_slice(&output).unwrap();
    let he = printed
        .chapters()
        .find(|chapter| chapter.name == "He")
        .unwrap();
    assert!(
        he.content.contains("<math><mi>x</mi></math>"),
        "{}",
        he.content
    );
    assert!(preprocess(&press, "{}".as_bytes(), Vec::new()).is_err());
}

#[test]
fn pages_are_made_for_html_and_for_tests() {
    assert!(supports("html") && supports("test") && !supports("epub"));
}
