//! The snippets in NumPy beside those in Rust. That they hold, `.ci/twins` tells, since not every machine has NumPy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::fixture::project;

/// Where a chapter says why it has no twin.
const REASON: &str = "<!-- No twin in NumPy: ";

/// The texts of the files with this ending in a folder of the project, by their names.
fn texts(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let folder = project().join(folder);
    let files = ledger::files(&folder, &[]).expect("the folder can be read");
    let with_ending = files.iter().filter(|file| {
        let found = file.extension().and_then(|ending| ending.to_str());
        found == Some(ending)
    });
    let text = |file: &Path| fs::read_to_string(file).expect("a text can be read");
    let name = |file: &Path| {
        file.file_stem()
            .map(|name| name.to_string_lossy().into_owned())
    };
    with_ending
        .map(|file| (name(file).expect("a file has a name"), text(file)))
        .collect()
}

#[test]
fn a_chapter_with_a_snippet_has_a_twin_of_it_or_says_why_not() {
    let mut with_snippets = 0;
    for (name, text) in texts("book/src", "md") {
        // Those of solutions begin with the sign of a quote.
        let has_snippet = text.lines().any(|line| line.starts_with("```rust"));
        let has_twin = text.lines().any(|line| line.starts_with("{{#twin "));
        let has_reason = text.contains(REASON);
        assert_eq!(has_snippet, has_twin || has_reason, "{name}");
        assert!(!(has_twin && has_reason), "{name}");
        with_snippets += usize::from(has_snippet);
    }
    assert!(with_snippets > 20, "{with_snippets}");
}

#[test]
fn every_twin_stands_in_one_chapter_fits_the_page_and_asserts_something() {
    let chapters = texts("book/src", "md");
    let twins = texts("book/twins", "py");
    assert!(twins.len() > 20, "{:?}", twins.keys());
    for (name, code) in twins {
        let mark = format!("\n{{{{#twin {name}}}}}\n");
        let uses: usize = chapters
            .values()
            .map(|text| text.matches(&mark).count())
            .sum();
        assert_eq!(uses, 1, "{name}");
        let long = code.lines().find(|line| line.chars().count() > 72);
        assert_eq!(long, None, "{name}");
        let asserts = |line: &str| line.trim_start().starts_with("assert ");
        assert!(code.lines().any(asserts), "{name}");
        // What is drawn can be drawn again.
        assert!(
            !code.contains("default_rng()") && !code.contains("np.random.normal"),
            "{name}"
        );
    }
}
