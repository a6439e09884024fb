//! What the search of the book looks through: chapters, sections, claims, figures, exercises, solutions and projects, each with
//! its number and its words. One script, which a page loads when a reader first asks.

mod formula;
mod reader;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use lol_html::element;
use serde::Serialize;

use super::{ChapterPage, digest, write};
use crate::names::SYNONYMS;
use crate::site::rewrite::{self, Handler};
use formula::Writing;

pub(super) use reader::Reader;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Chapter,
    Section,
    Claim,
    Figure,
    Exercise,
    Solution,
    Project,
}

/// A place that a search can find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    /// The chapter, by its place in the list of chapters.
    chapter: usize,
    kind: Kind,
    /// The id in the page; empty for the page's top.
    anchor: String,
    /// "3.1"; empty where nothing is numbered.
    number: String,
    /// How much an exercise asks for.
    #[serde(skip_serializing_if = "String::is_empty")]
    level: String,
    /// The heading, or the id of a claim.
    title: String,
    /// Words that find it, and are not printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    words: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Index<'a> {
    chapters: &'a [ChapterPage],
    synonyms: BTreeMap<&'static str, &'static [&'static str]>,
    entries: Vec<Entry>,
}

/// The words of a piece of HTML as text of a drawing, its formulas in a line. What the words bring along of asterisks and carets is a mark.
pub(crate) fn words_of(html: &str) -> Result<String> {
    let chapter = ChapterPage {
        page: String::new(),
        title: String::new(),
        number: String::new(),
        words: BTreeMap::new(),
    };
    let reader = Reader::writing(Writing::Drawn, 0, &chapter);
    rewrite::read(&format!("<main>{html}</main>"), reader.handlers())?;
    let texts = reader.entries().into_iter().map(|entry| entry.text);
    Ok(texts.collect())
}

/// Writes the index of the chapters, and tells the name of its file.
pub(super) fn write_index(
    site: &Path,
    chapters: &[ChapterPage],
    entries: Vec<Entry>,
) -> Result<String> {
    let index = Index {
        chapters,
        synonyms: SYNONYMS.iter().copied().collect(),
        entries,
    };
    let script = format!("window.searchIndex={};\n", serde_json::to_string(&index)?);
    let file = format!("searchindex-{}.js", digest(&script));
    write(site, &file, &script)?;
    Ok(file)
}

/// Tells a page's script where the index is. Without it, as in a page that stock mdBook prints, there is no search.
pub(super) fn link_index(file: &str) -> Handler<'_> {
    element!("html[data-search-index]", move |html| {
        Ok(html.set_attribute("data-search-index", file)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{read, rewrite};

    #[test]
    fn the_pages_know_where_the_index_is() {
        let site = tempfile::tempdir().unwrap();
        let page = "<html data-search-index=\"\"><main><p>Text.</p></main></html>";
        let chapters = [ChapterPage::named("he.html")];
        let reader = Reader::new(0, &chapters[0]);
        read(page, reader.handlers()).unwrap();
        let file = write_index(site.path(), &chapters, reader.entries()).unwrap();
        let page = rewrite(page, [link_index(&file)]).unwrap();
        assert!(
            page.starts_with(&format!("<html data-search-index=\"{file}\">")),
            "{page}"
        );
        let script = std::fs::read_to_string(site.path().join(file)).unwrap();
        assert!(
            script.starts_with("window.searchIndex={\"chapters\":[{"),
            "{script}"
        );
        assert!(script.contains("\"text\":\"Text.\""), "{script}");
    }
}
