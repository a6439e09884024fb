//! The package document: what the book is, which files it has, and in which order they are read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::modified::timestamp;
use super::xhtml::Page;
use super::{CONTENTS, Edition, STYLE, xhtml_name};
use crate::html::escaped;

pub(super) fn print(
    edition: &Edition,
    pages: &BTreeMap<&str, Page>,
    pictures: &BTreeSet<String>,
) -> String {
    let mut manifest = String::new();
    let mut item = |id: &str, href: &str, kind: &str, properties: &[&str]| {
        let properties = match properties {
            [] => String::new(),
            some => format!(" properties=\"{}\"", some.join(" ")),
        };
        let _ = writeln!(
            manifest,
            "<item id=\"{id}\" href=\"{}\" media-type=\"{kind}\"{properties}/>",
            escaped(href)
        );
    };
    item("contents", CONTENTS, XHTML, &["nav"]);
    item("style", STYLE, "text/css", &[]);
    let mut spine = String::new();
    for (i, chapter) in edition.chapters.iter().enumerate() {
        let page = &pages[chapter.page.as_str()];
        let has = [(page.has_math, "mathml"), (page.has_svg, "svg")];
        let properties: Vec<&str> = has
            .iter()
            .filter(|(has, _)| *has)
            .map(|(_, name)| *name)
            .collect();
        let id = format!("chapter-{}", i + 1);
        item(&id, &xhtml_name(&chapter.page), XHTML, &properties);
        let _ = writeln!(spine, "<itemref idref=\"{id}\"/>");
        if i == 0 {
            // As in a book: after the title page.
            spine.push_str("<itemref idref=\"contents\"/>\n");
        }
    }
    for (i, picture) in pictures.iter().enumerate() {
        let is_cover = edition.cover.as_ref() == Some(picture);
        let properties: &[&str] = if is_cover { &["cover-image"] } else { &[] };
        item(
            &format!("picture-{}", i + 1),
            picture,
            media_type(picture),
            properties,
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"{}\">\n<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n{}</metadata>\n<manifest>\n{manifest}</manifest>\n<spine>\n{spine}</spine>\n</package>\n",
        escaped(&edition.language),
        metadata(edition),
    )
}

const XHTML: &str = "application/xhtml+xml";

/// The kind of a picture, by the end of its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// What the book is, who made it, and who can read it.
fn metadata(edition: &Edition) -> String {
    let mut out = String::new();
    let mut core = |name: &str, value: &str| {
        if !value.is_empty() {
            let id = if name == "identifier" {
                " id=\"id\""
            } else {
                ""
            };
            let _ = writeln!(out, "<dc:{name}{id}>{}</dc:{name}>", escaped(value));
        }
    };
    core("identifier", &identifier(edition));
    core("title", &edition.title);
    core("language", &edition.language);
    for author in &edition.authors {
        core("creator", author);
    }
    core("description", &edition.description);
    core("rights", &edition.rights);
    let mut more = |property: &str, value: &str| {
        let _ = writeln!(
            out,
            "<meta property=\"{property}\">{}</meta>",
            escaped(value)
        );
    };
    more("dcterms:modified", &timestamp(edition.modified));
    for mode in ["textual", "visual"] {
        more("schema:accessMode", mode);
    }
    more("schema:accessModeSufficient", "textual");
    for feature in [
        "MathML",
        "alternativeText",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ] {
        more("schema:accessibilityFeature", feature);
    }
    more("schema:accessibilityHazard", "none");
    more(
        "schema:accessibilitySummary",
        "Formulas are MathML. Every drawing has a title and a description, and does not need its colors to be read.",
    );
    out
}

/// The same for every edition of the book: a UUID made of its title and of those who wrote it.
fn identifier(edition: &Edition) -> String {
    let mut hash = Sha256::new();
    for part in [&edition.title, &edition.language]
        .into_iter()
        .chain(&edition.authors)
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    // Version 8, a UUID of the maker's own making, and the usual variant.
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut uuid = String::from("urn:uuid:");
    for (i, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&i) {
            uuid.push('-');
        }
        let _ = write!(uuid, "{byte:02x}");
    }
    uuid
}
