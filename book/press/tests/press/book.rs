//! The real book: verified, printed without a fault, its snippets run.

use press::{claims, print, snippets};

use crate::fixture::{lab, project};

#[test]
fn the_book_is_printed_and_every_link_of_it_leads_somewhere() {
    claims::verify(&project(), &|_| {}).unwrap_or_else(|error| panic!("{error:#}"));
    let printed = print::build(&project(), &lab()).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(printed.folder.join("index.html").exists());
    // A second time there is nothing to verify.
    assert!(!claims::verify(&project(), &|_| {}).unwrap().ran);
}

/// The snippets of every chapter run as documentation of the press; mdBook's own way to run them is
/// shown by one chapter.
#[test]
fn the_snippets_of_a_chapter_pass_mdbooks_own_test() {
    snippets::test(&project(), &lab(), Some("he.md")).unwrap_or_else(|error| panic!("{error:#}"));
}
