//! The last hand on the printed site: one stylesheet, colored code, a policy that keeps every page to itself.
//!
//! mdBook's own renderer makes the pages, so the book can be printed without this too. What is
//! added here makes them lighter and stricter, and changes none of their words.

mod about;
mod breaks;
mod code;
mod contents;
mod headers;
mod policy;
mod rewrite;
mod search;
mod spare;
mod styles;
mod stylesheet;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use about::About;
use styles::Styles;

pub use about::Place;

/// A chapter's page, and how the chapter is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChapterPage {
    /// The page, as the site names it.
    pub page: String,
    /// The title in the table of contents.
    pub title: String,
    /// The chapter's number, such as `3`; empty for a chapter without one.
    pub number: String,
    /// Words by which a reader looks for it and its sections, by their ids; its own have no id.
    #[serde(skip)]
    pub words: BTreeMap<String, String>,
}

/// Finishes the site in a folder. `chapters` are its pages in the order of the book.
///
/// # Errors
///
/// If a file of it cannot be read or written.
pub fn finish(site: &Path, place: &Place, chapters: &[ChapterPage]) -> Result<()> {
    let mut pages = pages(site)?;
    search::index(site, &mut pages, chapters)?;
    let chapters: Vec<String> = chapters
        .iter()
        .map(|chapter| chapter.page.clone())
        .collect();
    let chapters = &chapters[..];
    spare::remove(site, &mut pages)?;
    let mut styles = Styles::default();
    for page in pages.values_mut() {
        *page = styles.collect(&headers::mend(&breaks::allow(&code::color(page))));
    }
    stylesheet::bundle(site, &mut pages, &styles.sheet())?;
    let about = About::of(place, chapters);
    for (name, page) in &mut pages {
        *page = contents::mark(name, page, chapters);
        *page = policy::enforce(&about.describe(name, page));
    }
    for (name, page) in &pages {
        write(site, name, page)?;
    }
    if let Some(map) = about.site_map() {
        write(site, "sitemap.xml", &map)?;
    }
    Ok(())
}

/// The pages of the folder, by name.
fn pages(site: &Path) -> Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    for file in super::files(site)? {
        if file
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let name = file.to_string_lossy().replace('\\', "/");
            pages.insert(name, read(site, &file)?);
        }
    }
    Ok(pages)
}

fn read(site: &Path, file: &Path) -> Result<String> {
    let path = site.join(file);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(site: &Path, file: &str, text: &str) -> Result<()> {
    let path = site.join(file);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
