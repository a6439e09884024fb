//! Stock mdBook, which calls the press as `book.toml` says and knows nothing else of it.

use std::process::{Command, Stdio};

use crate::fixture::{Fixture, SENTENCE};
use mdbook_driver::MDBook;

const PRESS: &str = env!("CARGO_BIN_EXE_press");

/// A project whose `book.toml` calls this press.
fn project(chapter: &str) -> Fixture {
    let fixture = Fixture::with_chapter(chapter);
    let configuration = std::fs::read_to_string(fixture.root().join("book.toml"))
        .expect("the fixture has one")
        .replace("\"false\"", &format!("\"'{PRESS}' preprocess\""));
    fixture.write("book.toml", &configuration);
    fixture
}

fn mdbook_build(fixture: &Fixture) -> anyhow::Result<()> {
    MDBook::load(fixture.root())?.build()
}

#[test]
fn mdbook_build_prints_verdicts_and_numbers() {
    let fixture = project(&format!(
        "# He\n\n> [!CLAIM] he.forward\n> {SENTENCE}\n\nThe notebook prints {{{{#value udl-5x8.std.4 .3}}}}.\n"
    ));
    mdbook_build(&fixture).expect("the book is built");
    let page = fixture.page("he.html");
    assert!(page.contains("id=\"claim-he.forward\""), "{page}");
    assert!(page.contains("8.896"), "{page}");
}

#[test]
fn what_nobody_verified_is_printed_and_says_so() {
    let fixture = project("# He\n\n> [!CLAIM] he.unheard\n> Nobody has tested this.\n");
    mdbook_build(&fixture).expect("the book is built");
    assert!(
        fixture
            .page("he.html")
            .contains("ot verified in this build")
    );
}

#[test]
fn a_fault_stops_mdbook_too() {
    let fixture = project("# He\n\n{{#value udl-5x8.std.9 .3}}\n");
    assert!(mdbook_build(&fixture).is_err());
    assert!(!fixture.site().join("he.html").exists());
}

#[test]
fn it_says_which_renderers_it_supports() {
    for (renderer, status) in [("html", 0), ("test", 0), ("epub", 1)] {
        let answer = Command::new(PRESS)
            .args(["preprocess", "supports", renderer])
            .output()
            .expect("the press starts");
        assert_eq!(answer.status.code(), Some(status), "{renderer}");
        assert!(
            answer.stdout.is_empty() && answer.stderr.is_empty(),
            "{answer:?}"
        );
    }
}

#[test]
fn what_is_not_mdbooks_is_refused_in_one_line() {
    let fixture = project("# He\n");
    let answer = Command::new(PRESS)
        .arg("preprocess")
        .current_dir(fixture.root())
        .stdin(Stdio::null())
        .output()
        .expect("the press starts");
    assert_eq!(answer.status.code(), Some(1));
    let message = String::from_utf8_lossy(&answer.stderr);
    assert!(
        message.starts_with("error: ") && message.lines().count() == 1,
        "{message}"
    );
}
