//! What is known of the book beyond its pages.

use std::path::Path;

use anyhow::Result;
use mdbook_driver::config::Config;

use super::modified::last_change;
use super::style;
use crate::address::with_slashes;
use crate::chapter;
use crate::marks::figure::LICENSE;

/// What the pages do not say of the book.
#[derive(Debug, Clone)]
pub(crate) struct Edition {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) authors: Vec<String>,
    pub(super) rights: String,
    /// The picture on its cover, as a file of the site.
    pub(super) cover: Option<String>,
    /// When the book was changed last, in seconds since 1970.
    pub(super) modified: u64,
    /// The style sheet of the chapters.
    pub(super) style: String,
    pub(super) chapters: Vec<Chapter>,
}

/// A chapter of the edition.
#[derive(Debug, Clone)]
pub(super) struct Chapter {
    /// The page, as the site names it.
    pub(super) page: String,
    /// The title with the chapter's number.
    pub(super) title: String,
    /// The part of the book that it belongs to; empty outside of the parts.
    pub(super) part: String,
}

/// The pictures that a site may have for a cover, the best first.
const COVERS: [&str; 2] = ["cover.png", "card.png"];

impl Edition {
    /// The edition of the book in a project; `site` is its finished site, and `rules` those for styles that stood in the pages.
    pub(crate) fn of(
        root: &Path,
        config: &Config,
        chapters: &[chapter::Chapter],
        site: &Path,
        rules: &str,
    ) -> Result<Self> {
        let book = &config.book;
        let theme = config.html_config().and_then(|html| html.theme);
        let cover = COVERS.into_iter().find(|cover| site.join(cover).exists());
        Ok(Self {
            title: book.title.clone().unwrap_or_else(|| "Untitled".to_owned()),
            description: book.description.clone().unwrap_or_default(),
            language: book.language.clone().unwrap_or_else(|| "en".to_owned()),
            authors: book.authors.clone(),
            rights: format!("{LICENSE} license, as you choose"),
            cover: cover.map(str::to_owned),
            modified: last_change(root),
            style: style::sheet(&root.join(theme.unwrap_or_default()), rules)?,
            chapters: chapters.iter().map(Chapter::of).collect(),
        })
    }
}

impl Chapter {
    fn of(chapter: &chapter::Chapter) -> Self {
        let page = chapter.path.with_extension("html");
        Self {
            page: with_slashes(&page),
            title: match &chapter.number {
                Some(number) => format!("{number}. {}", chapter.title),
                None => chapter.title.clone(),
            },
            part: chapter.part.clone(),
        }
    }
}
