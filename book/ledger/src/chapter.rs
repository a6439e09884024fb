//! The claims that a chapter states.

use std::path::{Path, PathBuf};

use crate::files::{self, ReadError};
use crate::markdown::boxes;

/// A claim as a chapter states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedClaim {
    /// The chapter's file, relative to the book's sources.
    pub chapter: PathBuf,
    /// The line of the `[!CLAIM]` mark, counted from 1.
    pub line: usize,
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
    /// A file or folder cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// All claims of the book, chapter by chapter in the order of the file names.
///
/// # Errors
///
/// If a file cannot be read, a claim is malformed, or an id is stated twice.
pub fn claims_in_book(sources: &Path) -> Result<Vec<StatedClaim>, ChapterError> {
    let mut claims: Vec<StatedClaim> = Vec::new();
    let is_markdown = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "md");
    for file in files::files(sources, &[])?.into_iter().filter(is_markdown) {
        let chapter = file.strip_prefix(sources).unwrap_or(&file);
        for claim in claims_in_chapter(chapter, &files::read(&file)?)? {
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

/// The claims of one chapter, in order. What stands in code or in a comment is none.
///
/// # Errors
///
/// If a claim has no id, an id of the wrong form, or no sentence.
pub fn claims_in_chapter(chapter: &Path, markdown: &str) -> Result<Vec<StatedClaim>, ChapterError> {
    boxes(markdown)
        .into_iter()
        .filter(|boxed| boxed.name == "CLAIM")
        .map(|boxed| claim(chapter, boxed.line + 1, &boxed.label, &boxed.body))
        .collect()
}

/// The claim in a box with this label and body, whose mark stands on this line, counted from 1.
///
/// # Errors
///
/// If it has no id, an id of the wrong form, or no sentence.
pub fn claim(
    chapter: &Path,
    line: usize,
    label: &str,
    body: &str,
) -> Result<StatedClaim, ChapterError> {
    let (chapter, id) = (chapter.to_owned(), label.to_owned());
    if !is_id(&id) {
        return Err(ChapterError::Id {
            chapter,
            line,
            found: format!("> [!CLAIM] {id}").trim_end().to_owned(),
        });
    }
    let sentence = one_line(body);
    if sentence.is_empty() {
        return Err(ChapterError::Empty { chapter, line, id });
    }
    Ok(StatedClaim {
        chapter,
        line,
        id,
        sentence,
    })
}

/// The text with every run of white space made one space: how sentences are compared.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    use std::fs;

    fn read(markdown: &str) -> Result<Vec<StatedClaim>, ChapterError> {
        claims_in_chapter(Path::new("he.md"), markdown)
    }

    #[test]
    fn a_claim_is_an_id_and_a_sentence_over_any_number_of_lines() {
        let claims = read("# He\n\n> [!CLAIM] he.forward\n> Weights of   variance $2/n$\n> keep the signal.\n\nText.\n").unwrap();
        assert_eq!(claims.len(), 1);
        assert_eq!((claims[0].id.as_str(), claims[0].line), ("he.forward", 3));
        assert_eq!(
            claims[0].sentence,
            "Weights of variance $2/n$ keep the signal."
        );
    }

    #[test]
    fn a_former_wording_in_a_comment_is_no_claim() {
        let claim = "> [!CLAIM] he.forward\n> A sentence.\n";
        let claims = read(&format!("<!--\n{claim}-->\n\n{claim}")).unwrap();
        assert_eq!(claims.len(), 1);
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
