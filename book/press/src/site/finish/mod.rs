//! The last hand on the printed site: one stylesheet, colored code, a policy that keeps every page to itself.
//!
//! mdBook's own renderer makes the pages, so the book can be printed without this too. What is
//! added here makes them lighter and stricter, and changes none of their words.
//!
//! The head of a page and its contents tell what stands further down, and all pages link one style sheet and one index. So
//! every page is [read](Reading) before any is written.

mod code;
mod contents;
mod headers;
mod meta;
mod numbers;
mod policy;
mod search;
mod styles;
mod stylesheet;
mod unused;
mod wbr;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::rewrite::{self, Handler, rewrite};
use super::write;
use crate::address::with_slashes;
use contents::Section;
use headers::Headers;
use meta::{Meta, Words};
use search::Reader;
use styles::Styles;

pub use meta::Place;
pub(crate) use search::words_of;

/// What a lab's controls have in their tag.
const LAB: &str = " data-lab=\"";

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

#[cfg(test)]
impl ChapterPage {
    /// A chapter of which nothing is known but its page.
    fn named(page: &str) -> Self {
        Self {
            page: page.to_owned(),
            title: String::new(),
            number: String::new(),
            words: BTreeMap::new(),
        }
    }
}

/// Finishes the site in a folder, and tells the rules of the classes that stand for inline styles. `chapters` are its pages in the order of
/// the book.
///
/// # Errors
///
/// If a file of it cannot be read or written, or a page is ambiguous HTML.
pub fn finish(site: &Path, place: &Place, chapters: &[ChapterPage]) -> Result<String> {
    let mut pages = pages(site)?;
    unused::remove_unused_assets(site, &mut pages)?;

    let styles = RefCell::default();
    let mut readings = BTreeMap::new();
    let mut entries = BTreeMap::new();
    for (name, html) in &pages {
        let chapter = chapters.iter().position(|chapter| chapter.page == *name);
        let reader = chapter.map(|place| Reader::new(place, &chapters[place]));
        let reading = Reading::of(html, reader.as_ref(), &styles)
            .with_context(|| format!("cannot read {name}"))?;
        readings.insert(name, reading);
        entries.extend(chapter.zip(reader.map(Reader::entries)));
    }

    let styles = styles.into_inner();
    let entries = entries.into_values().flatten().collect();
    let index = search::write_index(site, chapters, entries)?;
    let most = readings.iter().max_by_key(|(_, page)| page.sheets.len());
    let sheet = match most {
        Some((name, page)) => stylesheet::bundle(site, name, &page.sheets, &styles.sheet())?,
        None => return Ok(String::new()),
    };

    let meta = Meta::of(place, chapters);
    let text_handlers = || {
        let colors = code::color().into_iter();
        colors.chain([wbr::insert_wbr(), styles.style_to_class()])
    };
    for (name, html) in &pages {
        let reading = &readings[name];
        let mut handlers: Vec<Handler<'_>> = text_handlers().collect();
        handlers.extend([
            search::link_index(&index),
            stylesheet::link_bundle(name, &sheet),
            policy::enforce(&reading.scripts, html.contains(LAB)),
            headers::empty_th_to_td(&reading.headers),
        ]);
        // The first chapter has a second page.
        let chapter = match chapters.first() {
            Some(first) if name == "index.html" => Some(first),
            _ => chapters.iter().find(|chapter| chapter.page == *name),
        };
        if let Some(ChapterPage { page, .. }) = chapter {
            let sections = contents::section_list(html, &reading.sections, text_handlers)?;
            handlers.extend(contents::mark_current(page, sections));
            handlers.push(meta.describe(page, &reading.words));
        }
        if let Some(chapter) = chapter {
            handlers.extend([numbers::in_title(chapter), numbers::in_headings([chapter])]);
        } else if name == "print.html" {
            handlers.push(numbers::in_headings(chapters));
        }
        write(site, name, &rewrite(html, handlers)?)?;
    }
    if let Some(map) = meta.site_map() {
        write(site, "sitemap.xml", &map)?;
    }
    Ok(styles.sheet())
}

/// What a page says below its head and its contents, and they repeat.
#[derive(Debug)]
struct Reading {
    words: Words,
    sections: Vec<Section>,
    scripts: Vec<String>,
    sheets: Vec<String>,
    headers: Headers,
}

impl Reading {
    /// Reads a page, for itself, for the search and for the style sheet.
    fn of(html: &str, reader: Option<&Reader>, styles: &RefCell<Styles>) -> Result<Self> {
        let words = RefCell::default();
        let sections = Rc::default();
        let scripts = RefCell::default();
        let sheets = RefCell::default();
        let headers = RefCell::default();
        let mut handlers = vec![
            contents::read_sections(&sections),
            policy::read_scripts(&scripts),
            stylesheet::read_sheets(&sheets),
            styles::read_styles(styles),
        ];
        handlers.extend(meta::read_words(&words));
        handlers.extend(headers::find_empty(&headers));
        handlers.extend(reader.into_iter().flat_map(Reader::handlers));
        rewrite::read(html, handlers)?;
        Ok(Self {
            words: words.into_inner(),
            sections: sections.take(),
            scripts: scripts.into_inner(),
            sheets: sheets.into_inner(),
            headers: headers.into_inner(),
        })
    }
}

/// The pages of the folder, by name.
fn pages(site: &Path) -> Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    for file in super::files(site)? {
        if file
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let name = with_slashes(&file);
            pages.insert(name, read(site, &file)?);
        }
    }
    Ok(pages)
}

fn read(site: &Path, file: &Path) -> Result<String> {
    Ok(ledger::read(&site.join(file))?)
}

/// What a file's name says of its text, so that no browser takes an old one for it.
fn digest(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter()
        .take(4)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
