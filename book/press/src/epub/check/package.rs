//! The package document: whether it lists what is there, and says of it what is so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use roxmltree::Document;

use super::elements::MATHML;
use crate::address::{folder_of, with_slashes};
use crate::epub::Files;
use crate::site::file_at;

const SVG: &str = "http://www.w3.org/2000/svg";

/// What is wrong with the list of files and with their order.
pub(super) fn faults(
    package: &str,
    document: &Document<'_>,
    files: &Files,
    documents: &BTreeMap<&str, Document<'_>>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let folder = folder_of(Path::new(package));
    let elements = |name: &'static str| {
        document
            .descendants()
            .filter(move |node| node.tag_name().name() == name)
    };
    let mut listed = BTreeMap::new();
    let mut navigations = 0;
    for item in elements("item") {
        let file = with_slashes(&file_at(folder, item.attribute("href").unwrap_or_default()));
        let stated: BTreeSet<&str> = item
            .attribute("properties")
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        navigations += usize::from(stated.contains("nav"));
        if let Some(document) = documents
            .get(file.as_str())
            .filter(|_| is_page(file.as_str()))
        {
            let has = |space: &str| {
                document
                    .descendants()
                    .any(|node| node.tag_name().namespace() == Some(space))
            };
            for (space, property) in [(MATHML, "mathml"), (SVG, "svg")] {
                if has(space) != stated.contains(property) {
                    faults.push(format!(
                        "{package}: whether {file} has `{property}` is not what is stated"
                    ));
                }
            }
        }
        if item
            .attribute("media-type")
            .is_none_or(|kind| kind == "application/octet-stream")
        {
            faults.push(format!("{package}: nobody knows of what kind {file} is"));
        }
        if listed.insert(file.clone(), item.attribute("id")).is_some() {
            faults.push(format!("{package}: {file} is listed twice"));
        }
    }
    for file in files
        .keys()
        .filter(|file| !file.starts_with("META-INF/") && *file != package)
    {
        if !listed.contains_key(file) {
            faults.push(format!("{package}: {file} is not listed"));
        }
    }
    if navigations != 1 {
        faults.push(format!(
            "{package}: there are {navigations} tables of contents"
        ));
    }
    let read: Vec<_> = elements("itemref")
        .map(|item| item.attribute("idref"))
        .collect();
    for (file, id) in listed.iter().filter(|(file, _)| is_page(file)) {
        let times = read.iter().filter(|idref| *idref == id).count();
        if times != 1 {
            faults.push(format!("{package}: {file} is read {times} times"));
        }
    }
    if read
        .iter()
        .any(|idref| !listed.values().any(|id| id == idref))
    {
        faults.push(format!("{package}: what is read is not listed"));
    }
    for name in ["identifier", "title", "language"] {
        if elements(name).all(|node| node.text().unwrap_or_default().trim().is_empty()) {
            faults.push(format!("{package}: there is no `dc:{name}`"));
        }
    }
    faults
}

/// Whether a file of the book is one of its pages.
fn is_page(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "xhtml")
}
