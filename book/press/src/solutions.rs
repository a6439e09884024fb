//! Where solutions are printed: `{{#solutions Part I: The signal}}` gathers those of a part, chapter by chapter, on a page of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::blocks::{Block, Kind};
use crate::chapter::Chapter;
use crate::fault::{Fault, known_are};
use crate::html::literal;

/// The page with the solutions of each part. Chapters outside of the parts belong to the one without a name.
#[derive(Debug, Default)]
pub(crate) struct Pages(BTreeMap<String, PathBuf>);

impl Pages {
    /// Looks for the pages; a part whose solutions are gathered twice is a fault.
    pub(crate) fn find(chapters: &[Chapter]) -> (Self, Vec<Fault>) {
        let mut pages: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut faults = Vec::new();
        for (chapter, block, part) in marks(chapters) {
            if let Some(earlier) = pages.insert(part.to_owned(), chapter.path.clone()) {
                let line = chapter.source_line(block.line);
                let message = format!(
                    "the solutions of `{part}` are gathered on {} already",
                    earlier.display()
                );
                faults.push(Fault::at(&chapter.file, line, message));
            }
        }
        (Self(pages), faults)
    }

    /// The page with the solutions of a chapter's part.
    pub(crate) fn of(&self, chapter: &Chapter) -> Result<&Path, String> {
        let part = chapter.part.as_str();
        let mark = format!("{{{{#solutions {part}}}}}").replace(" }}", "}}");
        self.0.get(part).map(PathBuf::as_path).ok_or_else(|| {
            format!("no page of the book has the solutions of this chapter: `{mark}` prints them")
        })
    }
}

/// The marks of all chapters: where they stand, and the part that they name.
fn marks(chapters: &[Chapter]) -> impl Iterator<Item = (&Chapter, &Block, &str)> {
    let blocks = chapters
        .iter()
        .flat_map(|chapter| chapter.blocks.iter().map(move |block| (chapter, block)));
    blocks.filter_map(|(chapter, block)| match &block.kind {
        Kind::Directive {
            name, arguments, ..
        } if name == "solutions" => Some((chapter, block, arguments.as_str())),
        _ => None,
    })
}

/// The chapters of a part that have solutions.
pub(crate) fn chapters_of<'a>(
    part: &str,
    chapters: &'a [Chapter],
) -> Result<Vec<&'a Chapter>, String> {
    let solved = |chapter: &&Chapter| {
        let is_solution =
            |block: &Block| matches!(&block.kind, Kind::Boxed { name, .. } if name == "SOLUTION");
        chapter.blocks.iter().any(is_solution)
    };
    let solved: Vec<&Chapter> = chapters.iter().filter(solved).collect();
    let found: Vec<&Chapter> = solved
        .iter()
        .copied()
        .filter(|chapter| chapter.part == part)
        .collect();
    if found.is_empty() {
        let mut parts: Vec<&str> = solved.iter().map(|chapter| chapter.part.as_str()).collect();
        parts.dedup();
        return Err(format!(
            "no part with solutions has the name `{part}`; {}",
            known_are(parts)
        ));
    }
    Ok(found)
}

/// The heading above the solutions of a chapter.
pub(crate) fn heading(chapter: &Chapter) -> String {
    let title = literal(&chapter.title);
    let id = chapter
        .path
        .with_extension("")
        .to_string_lossy()
        .replace(['/', '\\'], "-");
    let number = chapter.number.as_ref().map_or(String::new(), |number| {
        format!("<span class=\"chapter-number\">{number}</span> ")
    });
    format!("## {number}{title} {{#solutions-of-{id}}}")
}
