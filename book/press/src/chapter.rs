//! A chapter on its way through the press, and where each of its lines stands in its file.

use std::path::{Path, PathBuf};

use mdbook_preprocessor::book::Chapter as BookChapter;

use crate::blocks::{self, Block};

/// A chapter, split into blocks.
#[derive(Debug)]
pub(crate) struct Chapter {
    /// The page's Markdown file, relative to the book's sources.
    pub(crate) path: PathBuf,
    /// The file that it was read from, relative to the project.
    pub(crate) file: PathBuf,
    /// The name in the table of contents.
    pub(crate) title: String,
    /// The chapter's number, such as `3`; `None` outside of the numbered chapters.
    pub(crate) number: Option<String>,
    /// The title of the part that it belongs to; empty outside of the parts.
    pub(crate) part: String,
    pub(crate) blocks: Vec<Block>,
    /// The file's text, before mdBook put in what it includes.
    pub(crate) source: String,
    /// The text with what it includes.
    pub(crate) text: String,
    lines: Vec<usize>,
}

impl Chapter {
    /// The chapter, if it has a page. `sources` is the book's folder, relative to the project.
    pub(crate) fn read(
        root: &Path,
        sources: &Path,
        part: &str,
        chapter: &BookChapter,
    ) -> Option<Self> {
        let path = chapter.path.clone()?;
        let file = sources.join(chapter.source_path.as_ref().unwrap_or(&path));
        // A chapter that is no file, as in a test, is its own source.
        let source = std::fs::read_to_string(root.join(&file)).map_or_else(
            |_| chapter.content.clone(),
            |text| text.replace("\r\n", "\n"),
        );
        let number = chapter.number.as_ref().map(|number| {
            let parts: Vec<String> = number.iter().map(ToString::to_string).collect();
            parts.join(".")
        });
        Some(Self {
            path,
            file,
            title: chapter.name.clone(),
            number,
            part: part.to_owned(),
            blocks: blocks::split(&chapter.content),
            lines: line_map(&source, &chapter.content),
            source,
            text: chapter.content.clone(),
        })
    }

    /// The line of the file, counted from 1, of a line of the text, counted from 0.
    pub(crate) fn source_line(&self, line: usize) -> usize {
        self.lines
            .get(line)
            .or(self.lines.last())
            .map_or(1, |line| line + 1)
    }

    /// "3.2" for the second of its kind in chapter 3, "2" in a chapter without a number.
    pub(crate) fn numbered(&self, n: usize) -> String {
        match &self.number {
            Some(chapter) => format!("{chapter}.{n}"),
            None => n.to_string(),
        }
    }
}

/// For each line of the text the line of the file that it comes from, both counted from 0.
///
/// They differ below an `{{#include}}`, which is one line in the file and many in the text.
fn line_map(file: &str, text: &str) -> Vec<usize> {
    let file: Vec<&str> = file.lines().collect();
    let mut map = Vec::new();
    let mut at = 0;
    for line in text.lines() {
        // What an include put in goes on until the file's next line turns up.
        let inside = map.last() == Some(&at);
        if inside && file.get(at + 1) == Some(&line) {
            at += 1;
        }
        map.push(at);
        if file.get(at) == Some(&line) && at + 1 < file.len() {
            at += 1;
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_an_include_keep_their_places_in_the_file() {
        let file = "# He\n```rust\n{{#include a.rs}}\n```\nText\n";
        let text = "# He\n```rust\nfn a() {}\n\nfn b() {}\n```\nText\n";
        assert_eq!(line_map(file, text), [0, 1, 2, 2, 2, 3, 4]);
        assert_eq!(line_map(file, file), [0, 1, 2, 3, 4]);
    }
}
