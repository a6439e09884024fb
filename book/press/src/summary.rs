//! The table of contents: mdBook passes over a line that it does not understand, and over files that no line names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Tag};

use crate::chapter::Chapter;
use crate::fault::Fault;
use crate::includes::included;
use crate::passage::parser;

/// What is missing from the book. `sources` is its folder, relative to the project.
pub(crate) fn check(root: &Path, sources: &Path, chapters: &[Chapter]) -> Vec<Fault> {
    // Two paths are one file if they are the same without links and detours such as `./`.
    let file = |path: &Path| root.join(path).canonicalize().ok();
    let summary = sources.join("SUMMARY.md");
    let text = std::fs::read_to_string(root.join(&summary)).unwrap_or_default();
    let printed: BTreeSet<PathBuf> = chapters.iter().filter_map(|c| file(&c.file)).collect();
    let mut faults = Vec::new();
    // Files that need no line: the summary, and 404.md, which mdBook prints for addresses that lead nowhere.
    let mut known: BTreeSet<PathBuf> = [&summary, &sources.join("404.md")]
        .into_iter()
        .filter_map(|path| file(path))
        .chain(printed.iter().cloned())
        .collect();
    for (event, range) in parser(&text).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url, .. }) = event else {
            continue;
        };
        // As mdBook reads it.
        let target = sources.join(dest_url.replace("%20", " "));
        let is_printed = match file(&target) {
            Some(target) => {
                known.insert(target.clone());
                printed.contains(&target)
            }
            // A chapter that is no file, as in a test.
            None => chapters.iter().any(|chapter| chapter.file == target),
        };
        if !dest_url.is_empty() && !is_printed {
            let line = 1 + text[..range.start].matches('\n').count();
            let message = format!(
                "mdBook passes over `{dest_url}`: below the title of a part, chapters stand in a list, and after the last list a `---` comes first"
            );
            faults.push(Fault::at(&summary, line, message));
        }
    }
    for chapter in chapters {
        let parts = included(root, &chapter.file, &chapter.source);
        known.extend(parts.iter().filter_map(|part| file(part)));
    }
    let files = match ledger::files(&root.join(sources), &[]) {
        Ok(files) => files,
        Err(error) => {
            let path = error.path.strip_prefix(root).unwrap_or(&error.path);
            faults.push(Fault::of(path, format!("cannot read it: {}", error.source)));
            return faults;
        }
    };
    let is_markdown = |path: &Path| path.extension().is_some_and(|extension| extension == "md");
    for path in files.iter().filter(|path| is_markdown(path)) {
        let path = path.strip_prefix(root).unwrap_or(path);
        if file(path).is_some_and(|file| !known.contains(&file)) {
            let message = "this chapter is not in SUMMARY.md, so that nobody can read it";
            faults.push(Fault::of(path, message));
        }
    }
    faults
}
