//! The real book: verified, printed without a fault, its snippets run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::{Lab, claims, print, snippets};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn lab() -> Arc<Lab> {
    Arc::new(Lab::of(&root(), |_, _| {}).unwrap())
}

#[test]
fn the_book_is_printed_and_every_link_of_it_leads_somewhere() {
    claims::verify(&root()).unwrap_or_else(|error| panic!("{error:#}"));
    let printed = print::build(&root(), &lab()).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(printed.folder.join("index.html").exists());
    // A second time there is nothing to verify.
    assert!(!claims::verify(&root()).unwrap().ran);
}

/// The snippets of every chapter run as documentation of the press; mdBook's own way to run them is
/// shown by one chapter.
#[test]
fn the_snippets_of_a_chapter_pass_mdbooks_own_test() {
    snippets::test(&root(), &lab(), Some("he.md")).unwrap_or_else(|error| panic!("{error:#}"));
}
