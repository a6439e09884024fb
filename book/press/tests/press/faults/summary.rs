//! The summary names every chapter.

use crate::fixture::Fixture;

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
