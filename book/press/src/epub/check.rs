//! What a reading device would stumble over: of the rules of EPUB 3.3, those that pages like ours can break.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use roxmltree::{Document, Node, ParsingOptions};

use super::{Files, named};
use crate::site::joined;

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
const SVG: &str = "http://www.w3.org/2000/svg";

/// Elements that text may have, and that no device needs a script for.
const TEXT: [&str; 67] = [
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "bdi",
    "blockquote",
    "body",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "link",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
];
const MORE_TEXT: [&str; 2] = ["var", "wbr"];

/// What no paragraph holds.
const BLOCKS: [&str; 17] = [
    "aside",
    "blockquote",
    "div",
    "dl",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

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
            if let Some(message) = misplaced(node) {
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
        Some(document) => faults.extend(package_faults(package, document, files, &documents)),
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

/// Why an element may not be where it is.
fn misplaced(node: Node<'_, '_>) -> Option<String> {
    let name = node.tag_name().name();
    let parent = node.parent_element();
    let is_html = |node: Node<'_, '_>| node.tag_name().namespace() == Some(XHTML);
    match node.tag_name().namespace() {
        Some(XHTML) => {}
        Some(MATHML) if name == "math" && !parent.is_some_and(is_html) => {
            return Some("a formula stands in no text".to_owned());
        }
        _ => return None,
    }
    if !TEXT.contains(&name) && !MORE_TEXT.contains(&name) {
        return Some(format!("<{name}> is no element of a text"));
    }
    let forbidden = |attribute: &str| attribute == "style" || attribute.starts_with("on");
    if let Some(attribute) = node
        .attributes()
        .find(|attribute| forbidden(attribute.name()))
    {
        return Some(format!("<{name}> has the attribute `{}`", attribute.name()));
    }
    let above = |wanted: &str| {
        let mut ancestors = node.ancestors().skip(1);
        ancestors.any(|ancestor| is_html(ancestor) && ancestor.has_tag_name((XHTML, wanted)))
    };
    let within = parent.map_or("", |parent| parent.tag_name().name());
    let is_astray = match name {
        "a" => above("a"),
        "li" => !["ol", "ul"].contains(&within),
        "tr" => !["table", "tbody", "thead", "tfoot"].contains(&within),
        "td" | "th" => within != "tr",
        "figcaption" => within != "figure",
        "dt" | "dd" => !["dl", "div"].contains(&within),
        name => BLOCKS.contains(&name) && above("p"),
    };
    is_astray.then(|| format!("<{name}> stands in <{within}>, where it may not"))
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
        named(&joined(
            Path::new(from).parent().unwrap_or(Path::new("")),
            path,
        ))
    };
    if !files.contains_key(&file) {
        return Some(format!("`{address}` leads nowhere: there is no {file}"));
    }
    let has_id = id.is_empty() || ids.get(file.as_str()).is_some_and(|ids| ids.contains(id));
    (!has_id).then(|| format!("`{address}` leads nowhere: {file} has no `{id}`"))
}

/// What is wrong with the list of files and with their order.
fn package_faults(
    package: &str,
    document: &Document<'_>,
    files: &Files,
    documents: &BTreeMap<&str, Document<'_>>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let folder = Path::new(package).parent().unwrap_or(Path::new(""));
    let elements = |name: &'static str| {
        document
            .descendants()
            .filter(move |node| node.tag_name().name() == name)
    };
    let mut listed = BTreeMap::new();
    let mut navigations = 0;
    for item in elements("item") {
        let file = named(&joined(folder, item.attribute("href").unwrap_or_default()));
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
