//! The book as one file for reading devices: an EPUB 3, made of the finished pages.
//!
//! A device has no scripts, no pointer and little patience for style sheets. So a page leaves there what folds, floats or
//! listens: of a claim it has the sentence and the line of its verdict, of a figure the drawing and its caption. What is folded stands open.

mod archive;
mod check;
mod contents;
mod edition;
mod modified;
mod package;
mod style;
mod xhtml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::address::{folder_of, to_root, with_slashes};
use crate::html::escaped;
use crate::site::{self, file_at, rewrite::rewrite};
use edition::Chapter;
use lol_html::element;
use lol_html::html_content::ContentType;
use xhtml::Page;

pub(crate) use edition::Edition;

/// A file of the archive: its name there, and its bytes.
type Files = BTreeMap<String, Vec<u8>>;

const PACKAGE: &str = "EPUB/package.opf";
const CONTENTS: &str = "contents.xhtml";
const STYLE: &str = "style.css";

/// Makes the edition of the finished site in a folder, writes it there, and tells its name, and what is wrong with it.
pub(crate) fn write(site: &Path, edition: &Edition) -> Result<(String, Vec<String>)> {
    let files = files(site, edition)?;
    let faults = check::faults(&files, PACKAGE);
    let name = format!("{}.epub", file_name(&edition.title));
    site::write(site, &name, archive::pack(&files)?)?;
    Ok((name, faults))
}

/// Tells readers of the title page about the edition: on the first chapter's page, and on its second one.
pub(crate) fn link(site: &Path, edition: &Edition, name: &str) -> Result<()> {
    let first = edition
        .chapters
        .first()
        .map(|chapter| chapter.page.as_str());
    for page in first.into_iter().chain(["index.html"]) {
        let html = ledger::read(&site.join(page))?;
        let up = to_root(page);
        let line = format!(
            "\n<p class=\"editions\">To keep: <a href=\"{up}{name}\" download>EPUB</a></p>"
        );
        let cover = element!("main .cover", move |cover| {
            cover.after(&line, ContentType::Html);
            Ok(())
        });
        site::write(site, page, rewrite(&html, [cover])?)?;
    }
    Ok(())
}

/// `unit-variance` of "Unit Variance".
fn file_name(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// Everything that the archive holds, but for its first file.
fn files(site: &Path, edition: &Edition) -> Result<Files> {
    let read = |name: &str| {
        let path = site.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut pages = BTreeMap::new();
    for chapter in &edition.chapters {
        let html = String::from_utf8(read(&chapter.page)?)?;
        pages.insert(chapter.page.as_str(), Page::read(&html));
    }
    let mut files = Files::new();
    let mut pictures: BTreeSet<String> = edition.cover.iter().cloned().collect();
    for chapter in &edition.chapters {
        let page = &pages[chapter.page.as_str()];
        let folder = folder_of(Path::new(&chapter.page));
        pictures.extend(
            page.images
                .iter()
                .map(|image| with_slashes(&file_at(folder, image))),
        );
        let body = page.write(|href| target(href, &chapter.page, &pages));
        let document = document(edition, chapter, &body);
        files.insert(inside(&xhtml_name(&chapter.page)), document.into_bytes());
    }
    for picture in &pictures {
        files.insert(inside(picture), read(picture)?);
    }
    files.insert(inside(STYLE), edition.style.clone().into_bytes());
    let contents = contents::print(edition, &pages);
    files.insert(inside(CONTENTS), contents.into_bytes());
    let package = package::print(edition, &pages, &pictures);
    files.insert(PACKAGE.to_owned(), package.into_bytes());
    files.insert(
        "META-INF/container.xml".to_owned(),
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n<rootfiles><rootfile full-path=\"{PACKAGE}\" media-type=\"application/oebps-package+xml\"/></rootfiles>\n</container>\n").into_bytes(),
    );
    Ok(files)
}

/// A file's name in the archive.
fn inside(name: &str) -> String {
    format!("EPUB/{name}")
}

/// `he.xhtml` of `he.html`.
fn xhtml_name(page: &str) -> String {
    let stem = page.strip_suffix(".html").unwrap_or(page);
    format!("{stem}.xhtml")
}

/// Where a link of a page leads in the edition; nowhere, if that is not part of it.
fn target(href: &str, from: &str, pages: &BTreeMap<&str, Page>) -> Option<String> {
    if href.contains("://") || href.starts_with("mailto:") {
        return Some(href.to_owned());
    }
    let (path, id) = href.split_once('#').unwrap_or((href, ""));
    let page = if path.is_empty() {
        PathBuf::from(from)
    } else {
        file_at(folder_of(Path::new(from)), path)
    };
    let page = pages.get(with_slashes(&page).as_str())?;
    if !id.is_empty() && !page.ids.contains(id) {
        return None;
    }
    let file = if path.is_empty() {
        String::new()
    } else {
        xhtml_name(path)
    };
    Some(if id.is_empty() {
        file
    } else {
        format!("{file}#{id}")
    })
}

/// A chapter's file.
fn document(edition: &Edition, chapter: &Chapter, body: &str) -> String {
    let up = to_root(&chapter.page);
    page(edition, &chapter.title, &format!("{up}{STYLE}"), body)
}

/// An XHTML file with this body.
fn page(edition: &Edition, title: &str, style: &str, body: &str) -> String {
    let language = escaped(&edition.language);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{language}\" xml:lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>{}</title>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"{style}\"/>\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        escaped(title)
    )
}

#[cfg(test)]
mod tests;
