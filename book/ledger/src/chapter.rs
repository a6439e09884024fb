//! The claims that a chapter states.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A claim as a chapter states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedClaim {
    /// The chapter's file, relative to the book's sources.
    pub chapter: PathBuf,
    /// The line of the `[!CLAIM]` mark, counted from 1.
    pub line: usize,
    /// The lines that the block quote takes, counted from 0.
    pub lines: std::ops::Range<usize>,
    /// The id: `chapter.what`.
    pub id: String,
    /// The sentence, on one line.
    pub sentence: String,
}

/// A claim that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ChapterError {
    /// The mark has no id, or one of the wrong form.
    #[error(
        "{}:{line}: a claim begins with `> [!CLAIM] chapter.name` (lowercase letters, digits and hyphens, one dot), but this one with `{found}`",
        chapter.display()
    )]
    Id {
        /// The chapter's file.
        chapter: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// No sentence follows the mark.
    #[error("{}:{line}: the claim `{id}` has no sentence: the lines after the mark must begin with `> `", chapter.display())]
    Empty {
        /// The chapter's file.
        chapter: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The claim's id.
        id: String,
    },
    /// Two claims have one id.
    #[error("{}:{line}: the claim `{id}` is stated a second time", chapter.display())]
    Twice {
        /// The chapter's file.
        chapter: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The claim's id.
        id: String,
    },
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// All claims of the book, chapter by chapter in the order of the file names.
///
/// # Errors
///
/// If a file cannot be read, a claim is malformed, or an id is stated twice.
pub fn claims_in_book(sources: &Path) -> Result<Vec<StatedClaim>, ChapterError> {
    let read = |path: &Path| {
        let error = |source| ChapterError::Read {
            path: path.to_owned(),
            source,
        };
        fs::read_to_string(path).map_err(error)
    };
    let mut files = Vec::new();
    markdown_files(sources, &mut files)?;
    files.sort();
    let mut claims: Vec<StatedClaim> = Vec::new();
    for file in files {
        let chapter = file.strip_prefix(sources).unwrap_or(&file);
        for claim in claims_in_chapter(chapter, &read(&file)?)? {
            if claims.iter().any(|earlier| earlier.id == claim.id) {
                let StatedClaim {
                    chapter, line, id, ..
                } = claim;
                return Err(ChapterError::Twice { chapter, line, id });
            }
            claims.push(claim);
        }
    }
    Ok(claims)
}

fn markdown_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ChapterError> {
    let error = |source| ChapterError::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if path.is_dir() {
            markdown_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// The claims of one chapter, in order. Fenced code is passed over.
///
/// # Errors
///
/// If a claim has no id, an id of the wrong form, or no sentence.
pub fn claims_in_chapter(chapter: &Path, markdown: &str) -> Result<Vec<StatedClaim>, ChapterError> {
    let lines: Vec<&str> = markdown.lines().collect();
    let mut claims = Vec::new();
    let mut in_fence = false;
    for (start, text) in lines.iter().enumerate() {
        if text.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        let Some(rest) = quoted(text).and_then(|quoted| quoted.trim().strip_prefix("[!CLAIM]"))
        else {
            continue;
        };
        if in_fence {
            continue;
        }
        let (chapter, line, id) = (chapter.to_owned(), start + 1, rest.trim().to_owned());
        if !is_id(&id) {
            return Err(ChapterError::Id {
                chapter,
                line,
                found: (*text).to_owned(),
            });
        }
        let body: Vec<&str> = lines[start + 1..]
            .iter()
            .map_while(|line| quoted(line))
            .collect();
        let sentence = one_line(&body.join(" "));
        if sentence.is_empty() {
            return Err(ChapterError::Empty { chapter, line, id });
        }
        claims.push(StatedClaim {
            chapter,
            line,
            lines: start..start + 1 + body.len(),
            id,
            sentence,
        });
    }
    Ok(claims)
}

/// The text with every run of white space made one space: how sentences are compared.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a line of a block quote says.
fn quoted(line: &str) -> Option<&str> {
    line.strip_prefix('>')
}

fn is_id(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    id.split_once('.')
        .is_some_and(|(chapter, what)| is_word(chapter) && is_word(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markdown: &str) -> Result<Vec<StatedClaim>, ChapterError> {
        claims_in_chapter(Path::new("he.md"), markdown)
    }

    #[test]
    fn a_claim_is_an_id_and_a_sentence_over_any_number_of_lines() {
        let claims = read("# He\n\n> [!CLAIM] he.forward\n> Weights of   variance $2/n$\n> keep the signal.\n\nText.\n").unwrap();
        assert_eq!(claims.len(), 1);
        assert_eq!(
            (
                claims[0].id.as_str(),
                claims[0].line,
                claims[0].lines.clone()
            ),
            ("he.forward", 3, 2..5)
        );
        assert_eq!(
            claims[0].sentence,
            "Weights of variance $2/n$ keep the signal."
        );
    }

    #[test]
    fn a_claim_inside_a_fence_is_text() {
        assert!(
            read("```text\n> [!CLAIM] he.forward\n> Not a claim.\n```\n")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_claim_without_a_proper_id_is_refused_with_its_line() {
        for mark in [
            "> [!CLAIM]",
            "> [!CLAIM] he",
            "> [!CLAIM] He.forward",
            "> [!CLAIM] he.forward again",
        ] {
            let message = read(&format!("\n{mark}\n> A sentence.\n"))
                .unwrap_err()
                .to_string();
            assert!(
                message.starts_with("he.md:2: a claim begins with `> [!CLAIM] chapter.name`"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_claim_without_a_sentence_is_refused() {
        let message = read("> [!CLAIM] he.forward\n\nText.\n")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("he.md:1: the claim `he.forward` has no sentence"),
            "{message}"
        );
    }

    #[test]
    fn an_id_is_stated_once_in_the_whole_book() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "b.md"] {
            fs::write(
                folder.path().join(name),
                "> [!CLAIM] he.forward\n> A sentence.\n",
            )
            .unwrap();
        }
        let message = claims_in_book(folder.path()).unwrap_err().to_string();
        assert_eq!(
            message,
            "b.md:1: the claim `he.forward` is stated a second time"
        );
    }
}
