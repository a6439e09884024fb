//! Every kind of fault keeps the book from being printed, and is named with its file and line.

mod claims;
mod marks;
mod summary;
mod targets;

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

#[test]
fn a_fingerprint_of_the_labs_that_cannot_be_read() {
    let fixture = Fixture::with_chapter("# He\n");
    fixture.write("book/lab/modules/fingerprint/folder", "");
    let said = fixture.build().unwrap_err().to_string();
    assert!(said.starts_with("book/lab/modules: cannot read "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
