//! Anchors and `[](#anchor)`: numbers, and links that say the number of what they point to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::address::{link, target};
use crate::chapter::Chapter;
use crate::fault::{Fault, known_are};
use crate::html::escaped;

/// Everything in the book that has a number.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    by_id: BTreeMap<String, Anchor>,
    chapters: BTreeMap<PathBuf, String>,
}

#[derive(Debug)]
struct Anchor {
    page: PathBuf,
    place: String,
    /// "figure 3.1"
    label: String,
    number: String,
}

impl Anchors {
    /// Adds a chapter, so that links may ask for its number.
    pub(crate) fn add_chapter(&mut self, chapter: &Chapter) {
        let label = match &chapter.number {
            Some(number) => format!("chapter {number}"),
            None => chapter.title.clone(),
        };
        self.chapters.insert(chapter.path.clone(), label);
    }

    /// Adds a numbered thing of a chapter; `line` is that of its file.
    ///
    /// # Errors
    ///
    /// If the anchor is taken.
    pub(crate) fn add(
        &mut self,
        id: &str,
        kind: &str,
        number: String,
        chapter: &Chapter,
        line: usize,
    ) -> Result<(), Fault> {
        let place = format!("{}:{line}", chapter.file.display());
        if let Some(earlier) = self.by_id.get(id) {
            let message = format!(
                "`{id}` is taken by {} at {}; every anchor of the book is its own",
                earlier.label, earlier.place
            );
            return Err(Fault::at(&chapter.file, line, message));
        }
        let label = if kind == "equation" {
            format!("equation ({number})")
        } else {
            format!("{kind} {number}")
        };
        let page = chapter.path.clone();
        self.by_id.insert(
            id.to_owned(),
            Anchor {
                page,
                place,
                label,
                number,
            },
        );
        Ok(())
    }

    /// The number of a thing that was added.
    pub(crate) fn number(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|anchor| anchor.number.as_str())
    }

    /// The link, with its text. Where the words before it end in its kind, as in "equation", only
    /// the number is said.
    pub(crate) fn print(
        &self,
        destination: &str,
        from: &Path,
        before: &str,
    ) -> Result<String, String> {
        let (page, id) = target(from, destination);
        let label = if id.is_empty() {
            self.chapters.get(&page).ok_or_else(|| {
                format!("the link `[]({destination})` leads to no chapter of the book")
            })?
        } else {
            let anchor = self.by_id.get(id).ok_or_else(|| {
                format!(
                    "nothing in the book has the anchor `{id}`; {}",
                    self.known(id)
                )
            })?;
            if anchor.page != page {
                return Err(format!(
                    "`{id}` stands in another chapter: write `[]({}#{id})`",
                    link(from, &anchor.page)
                ));
            }
            &anchor.label
        };
        let words = before.trim_end().to_lowercase();
        let label = match label.split_once(' ') {
            Some((kind, number)) if words.ends_with(kind) => number,
            _ => label,
        };
        Ok(format!(
            "<a class=\"reference-link\" href=\"{}\">{}</a>",
            escaped(destination),
            escaped(label).replace(' ', "\u{a0}")
        ))
    }

    /// The anchors of the same kind.
    fn known(&self, id: &str) -> String {
        let kind = id.split('-').next().unwrap_or_default();
        let same: Vec<&String> = self
            .by_id
            .keys()
            .filter(|known| known.split('-').next() == Some(kind))
            .collect();
        if same.is_empty() {
            return "an anchor begins with `claim-`, `fig-`, `eq-` or `exercise-`".to_owned();
        }
        known_are(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_preprocessor::book::Chapter as BookChapter;

    fn chapter(path: &str) -> Chapter {
        Chapter::read(
            Path::new(""),
            Path::new("book/src"),
            "",
            &BookChapter::new("He", "x".into(), path, vec![]),
        )
        .unwrap()
    }

    #[test]
    fn a_link_says_the_number_of_what_it_points_to() {
        let mut anchors = Anchors::default();
        anchors
            .add("eq-half", "equation", "3.2".into(), &chapter("he.md"), 7)
            .unwrap();
        anchors.add_chapter(&chapter("he.md"));
        let link = |to: &str, from: &str| anchors.print(to, Path::new(from), "See");
        let named = anchors
            .print("#eq-half", Path::new("he.md"), "Equation ")
            .unwrap();
        assert!(named.ends_with(">(3.2)</a>"), "{named}");
        assert_eq!(
            link("#eq-half", "he.md").unwrap(),
            "<a class=\"reference-link\" href=\"#eq-half\">equation\u{a0}(3.2)</a>"
        );
        assert!(
            link("../he.md#eq-half", "a/b.md")
                .unwrap()
                .contains("equation")
        );
        assert!(link("he.md", "b.md").unwrap().contains(">He</a>"));
        assert_eq!(
            link("#eq-half", "b.md").unwrap_err(),
            "`eq-half` stands in another chapter: write `[](he.md#eq-half)`"
        );
        assert_eq!(
            link("#eq-third", "he.md").unwrap_err(),
            "nothing in the book has the anchor `eq-third`; known are `eq-half`"
        );
        assert_eq!(
            link("nowhere.md", "he.md").unwrap_err(),
            "the link `[](nowhere.md)` leads to no chapter of the book"
        );
    }

    #[test]
    fn an_anchor_is_given_once() {
        let mut anchors = Anchors::default();
        anchors
            .add("fig-depth", "figure", "3.1".into(), &chapter("he.md"), 7)
            .unwrap();
        let fault = anchors
            .add("fig-depth", "figure", "4.1".into(), &chapter("b.md"), 9)
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "book/src/b.md:9: `fig-depth` is taken by figure 3.1 at book/src/he.md:7; every anchor of the book is its own"
        );
    }
}
