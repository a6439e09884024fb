//! The table of contents: mdBook passes over a line that it does not understand, and over files that no line names.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Tag};

use crate::chapter::Chapter;
use crate::fault::Fault;
use crate::passage::parser;

/// What is missing from the book. `sources` is its folder, relative to the project.
pub(crate) fn check(root: &Path, sources: &Path, chapters: &[Chapter]) -> Vec<Fault> {
    let summary = sources.join("SUMMARY.md");
    let text = fs::read_to_string(root.join(&summary)).unwrap_or_default();
    let printed = |file: &Path| chapters.iter().any(|chapter| chapter.file == file);
    let mut faults = Vec::new();
    for (event, range) in parser(&text).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && !dest_url.is_empty()
            && !printed(&sources.join(&*dest_url))
        {
            let line = 1 + text[..range.start].matches('\n').count();
            let message = format!(
                "mdBook passes over `{dest_url}`: below the title of a part, chapters stand in a list, and behind the last list a `---` comes first"
            );
            faults.push(Fault::at(&summary, line, message));
        }
    }
    let mut files = Vec::new();
    collect(root, sources, &mut files);
    for file in files {
        let path = file.strip_prefix(sources).unwrap_or(&file).display();
        let is_named = text.contains(&format!("({path})"));
        let include = format!("include {path}");
        let is_part = chapters
            .iter()
            .any(|chapter| chapter.source.contains(&include));
        // mdBook prints 404.md for addresses that lead nowhere.
        let is_lost = file == sources.join("404.md");
        if file != summary && !is_named && !is_part && !is_lost {
            let message = "this chapter is not in SUMMARY.md, so that nobody can read it";
            faults.push(Fault::of(&file, message));
        }
    }
    faults
}

/// The Markdown files of a folder; one that cannot be read holds none.
fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root.join(folder))
        .into_iter()
        .flatten()
        .flatten()
    {
        let path = folder.join(entry.file_name());
        if root.join(&path).is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}
