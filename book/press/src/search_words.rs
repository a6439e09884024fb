//! `book/index.toml`: words by which a reader looks for a place that says them otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use crate::chapter::Chapter;
use crate::fault::Fault;

/// The file, relative to the project.
const FILE: &str = "book/index.toml";

/// The words of each place: of a page, `he`, and of a section of it, `forward#range`.
#[derive(Debug, Default)]
pub(crate) struct SearchWords(BTreeMap<String, String>);

impl SearchWords {
    /// The words of the project at `root`, which may have none.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a place of it is not in the book.
    pub(crate) fn read(root: &Path, chapters: &[Chapter]) -> Result<Self, Vec<Fault>> {
        let fault = |message: String| Fault::of(Path::new(FILE), message);
        let path = root.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = ledger::read(&path).map_err(|error| vec![fault(error.source.to_string())])?;
        let places: BTreeMap<String, String> =
            toml::from_str(&text).map_err(|error| vec![fault(error.to_string())])?;
        let unknown = places.keys().filter(|place| !is_in_book(place, chapters));
        let faults: Vec<Fault> = unknown
            .map(|place| {
                fault(format!(
                    "`{place}` is no place of the book: neither a page nor a section of one"
                ))
            })
            .collect();
        if faults.is_empty() {
            Ok(Self(places))
        } else {
            Err(faults)
        }
    }

    /// The words of a page by the ids of its sections; those of the page itself have no id.
    pub(crate) fn of_page(&self, page: &str) -> BTreeMap<String, String> {
        let places = self.0.iter().filter_map(|(place, words)| {
            let (of, id) = place.split_once('#').unwrap_or((place, ""));
            (of == page).then(|| (id.to_owned(), words.clone()))
        });
        places.collect()
    }
}

fn is_in_book(place: &str, chapters: &[Chapter]) -> bool {
    let (page, id) = place.split_once('#').unwrap_or((place, ""));
    let mut chapters = chapters.iter();
    let is_of = |chapter: &&Chapter| chapter.path.with_extension("") == Path::new(page);
    chapters
        .find(is_of)
        .is_some_and(|chapter| id.is_empty() || chapter.source.contains(&format!("{{#{id}}}")))
}
