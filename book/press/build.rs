//! Makes a module of documentation out of each chapter that `SUMMARY.md` names, so that `cargo test --doc` runs its snippets.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let sources =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is"))
            .join("../src");
    let summary = sources.join("SUMMARY.md");
    println!("cargo::rerun-if-changed={}", summary.display());
    let text = fs::read_to_string(&summary)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", summary.display()));
    let mut modules = String::new();
    for chapter in chapters(&text) {
        let module = chapter.trim_end_matches(".md").replace(['-', '/'], "_");
        let path = sources.join(chapter);
        let path = path.display();
        let _ = write!(
            modules,
            "#[cfg(doctest)]\n#[doc = include_str!(r\"{path}\")]\npub mod {module} {{}}\n"
        );
    }
    let out: PathBuf = env::var("OUT_DIR")
        .expect("cargo says where to write")
        .into();
    fs::write(out.join("chapters.rs"), modules).expect("the modules can be written");
}

/// The files that the summary links to.
fn chapters(summary: &str) -> impl Iterator<Item = &str> {
    let links = summary.split("](").skip(1);
    let targets = links.filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| Path::new(target).extension().is_some_and(|end| end == "md"))
}
