//! The press prints what chapters hold, and knows none of them: no chapter, experiment, run or figure by name.
//! And it is compiled once: for `cargo run` and for `cargo test` alike.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use experiments::CHAPTERS;

fn sources() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = ledger::files(&src, &[]).expect("the sources can be read");
    assert!(files.len() > 50, "only {files:?}");
    files
}

/// Code without comments and without tests.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or(source);
    let lines = source.lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// Everything that has a name in a chapter's folder, the chapter included.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for chapter in CHAPTERS {
        names.insert(chapter.name.to_owned());
        names.extend(chapter.figures.iter().map(|figure| figure.name.to_owned()));
    }
    let runs = experiments::runs().map(|(_, run)| run);
    for run in experiments::experiments().chain(runs) {
        let Ok(experiment) = run.experiment(|| Ok::<_, Infallible>(Arc::default()));
        names.extend([run.name.to_owned(), experiment.name().to_owned()]);
    }
    names
}

/// The names that stand in this code: as a text of its own that is no attribute of a drawing, or, with a hyphen or a digit, as a word of
/// one; and the chapters whose folders it uses.
fn named<'a>(code: &str, names: &'a BTreeSet<String>) -> Vec<&'a str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '-';
    let words: BTreeSet<&str> = code.split(|c| !is_word(c)).collect();
    let is_peculiar = |name: &str| name.contains(|c: char| c == '-' || c.is_ascii_digit());
    let is_named = |name: &&String| {
        let alone = [".with(", ".at("]
            .map(|set| format!("{set}\"{name}\""))
            .iter()
            .fold(code.to_owned(), |code, attribute| {
                code.replace(attribute, "")
            });
        alone.contains(&format!("\"{name}\""))
            || is_peculiar(name) && words.contains(name.as_str())
            || code.contains(&format!("experiments::{}::", name.replace('-', "_")))
    };
    names.iter().filter(is_named).map(String::as_str).collect()
}

#[test]
fn the_press_knows_no_chapter_by_name() {
    let names = names();
    let mut faults = Vec::new();
    for file in sources() {
        // Words of the field, after which chapters are called, too.
        if file.ends_with("names.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).expect("a source can be read");
        let found = named(&code(&source), &names);
        if !found.is_empty() {
            faults.push(format!("{} names {}", file.display(), found.join(", ")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_name_in_the_code_is_found_and_one_in_a_comment_is_not() {
    let names = names();
    let found = |source: &str| named(&code(source), &names);
    assert_eq!(found("let run = \"gains\";"), ["gains"]);
    assert_eq!(found("help(\"such as udl-5x8\")"), ["udl-5x8"]);
    assert_eq!(found("use experiments::he::Clouds;"), ["he"]);
    assert_eq!(found("// \"gains\"\nlet gains = 1;"), [""; 0]);
}

/// The packages that are compiled, each with its features.
fn compiled(options: &[&str]) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut tree = press::cargo::command(&root);
    tree.args(["tree", "--locked", "--offline"]);
    tree.args(["--prefix", "none", "--format", "{p} {f}"]);
    let output = tree.args(options).output().expect("cargo runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let tree = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    // A package that stands there again is marked.
    let packages = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    packages.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn what_cargo_run_has_compiled_the_tests_need_not_compile_again() {
    let (run, test) = (compiled(&["--edges", "no-dev"]), compiled(&[]));
    let again: Vec<&String> = run.difference(&test).collect();
    // What a test asks for has to be asked for without tests, too: in book/press/Cargo.toml.
    assert!(again.is_empty(), "with other features in tests: {again:?}");
}
