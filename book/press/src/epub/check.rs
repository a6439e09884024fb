//! What a reading device would stumble over: of the rules of EPUB 3.3, those that pages like ours can break.

mod elements;
mod package;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use roxmltree::{Document, Node, ParsingOptions};

use super::Files;
use crate::address::{folder_of, with_slashes};
use crate::site::file_at;

/// Everything that is wrong with the files of an archive whose package document has this name.
pub(super) fn faults(files: &Files, package: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut documents = BTreeMap::new();
    for (name, bytes) in files {
        let is_xml = [".xhtml", ".opf", ".xml", ".svg"]
            .iter()
            .any(|end| name.ends_with(end));
        if !is_xml {
            continue;
        }
        let options = ParsingOptions {
            allow_dtd: true,
            ..ParsingOptions::default()
        };
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string());
        let parsed = text.and_then(|text| {
            Document::parse_with_options(text, options).map_err(|error| error.to_string())
        });
        match parsed {
            Ok(document) => {
                documents.insert(name.as_str(), document);
            }
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    let ids: BTreeMap<&str, BTreeSet<&str>> = documents
        .iter()
        .map(|(name, document)| (*name, ids(name, document, &mut faults)))
        .collect();
    for (name, document) in &documents {
        let mut say = |message: String| faults.push(format!("{name}: {message}"));
        for node in document.descendants().filter(Node::is_element) {
            if let Some(message) = elements::misplaced(node) {
                say(message);
            }
            for attribute in ["href", "src"] {
                if let Some(address) = node.attribute(attribute)
                    && let Some(message) = leads_nowhere(name, address, files, &ids)
                {
                    say(message);
                }
            }
            for attribute in ["aria-labelledby", "aria-describedby"] {
                let named = node.attribute(attribute).unwrap_or_default();
                for id in named
                    .split_whitespace()
                    .filter(|id| !ids[name].contains(id))
                {
                    say(format!("`{attribute}` names `{id}`, which is not there"));
                }
            }
        }
    }
    match documents.get(package) {
        Some(document) => faults.extend(package::faults(package, document, files, &documents)),
        None => faults.push(format!("{package}: there is no package document")),
    }
    faults
}

/// The ids of a file, each of which is given once.
fn ids<'a>(name: &str, document: &'a Document<'_>, faults: &mut Vec<String>) -> BTreeSet<&'a str> {
    let mut ids = BTreeSet::new();
    for id in document
        .descendants()
        .filter_map(|node| node.attribute("id"))
    {
        if id.is_empty() || id.contains(char::is_whitespace) {
            faults.push(format!("{name}: `{id}` is no id"));
        } else if !ids.insert(id) {
            faults.push(format!("{name}: the id `{id}` is given twice"));
        }
    }
    ids
}

/// What is wrong with an address in a file.
fn leads_nowhere(
    from: &str,
    address: &str,
    files: &Files,
    ids: &BTreeMap<&str, BTreeSet<&str>>,
) -> Option<String> {
    if address.contains("://") || address.starts_with("mailto:") {
        return None;
    }
    let (path, id) = address.split_once('#').unwrap_or((address, ""));
    let file = if path.is_empty() {
        from.to_owned()
    } else {
        with_slashes(&file_at(folder_of(Path::new(from)), path))
    };
    if !files.contains_key(&file) {
        return Some(format!("`{address}` leads nowhere: there is no {file}"));
    }
    let has_id = id.is_empty() || ids.get(file.as_str()).is_some_and(|ids| ids.contains(id));
    (!has_id).then(|| format!("`{address}` leads nowhere: {file} has no `{id}`"))
}
