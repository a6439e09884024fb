//! What the checks need to know of a page.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use anyhow::Result;
use lol_html::element;
use lol_html::html_content::Element;

use super::rewrite::{on_text, read};
use crate::html::unescaped;

/// Marks that the press should have replaced.
const MARKS: [&str; 7] = [
    "{{#",
    "[!CLAIM",
    "[!EXERCISE",
    "[!SOLUTION",
    "[!NOTE-MARGIN",
    "[!PROJECT",
    "$$",
];

/// Attributes whose value may hold a `url(…)`.
const STYLED: [&str; 9] = [
    "clip-path",
    "fill",
    "filter",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "stroke",
    "style",
];

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) ids: BTreeSet<String>,
    /// Whether its relative links begin at the site and not at its folder.
    pub(super) has_base: bool,
    pub(super) links: Vec<Link>,
    /// What is wrong within the page: a message, and what it is about.
    pub(super) faults: Vec<(String, String)>,
}

/// An address in a page.
#[derive(Debug)]
pub(super) struct Link {
    /// "link", "image", "script", …
    pub(super) what: &'static str,
    pub(super) target: String,
    /// Whether the browser fetches it without being asked.
    pub(super) loads: bool,
}

impl Page {
    pub(super) fn read(text: &str) -> Result<Self> {
        let page = RefCell::new(Self::default());
        // Whether the text that comes next stands in code, where a mark may be quoted.
        let is_quoted = Cell::new(false);
        read(
            text,
            [
                element!("*", |element| {
                    page.borrow_mut().element(element);
                    Ok(())
                }),
                // Outside of the chapter's text stands mdBook's own frame.
                element!("main *", |element| {
                    page.borrow_mut().references(element);
                    Ok(())
                }),
                on_text("style", |css| page.borrow_mut().loads(css_targets(css))),
                on_text("code, pre, script, style", |_| is_quoted.set(true)),
                on_text("*", |text| {
                    if !is_quoted.take() {
                        page.borrow_mut().marks(&unescaped(text));
                    }
                }),
            ],
        )?;
        Ok(page.into_inner())
    }

    fn marks(&mut self, text: &str) {
        if let Some(mark) = MARKS.into_iter().find(|mark| text.contains(mark)) {
            let line = text.lines().find(|line| line.contains(mark));
            let line = line.unwrap_or_default().trim().to_owned();
            let message = format!("the mark `{mark}` is left over: {line}");
            self.faults.push((message, line));
        }
    }

    fn element(&mut self, element: &Element<'_, '_>) {
        let name = element.tag_name();
        self.has_base |= name == "base";
        let attribute = |name: &str| element.get_attribute(name).map(|value| unescaped(&value));
        if let Some(id) = attribute("id")
            && !self.ids.insert(id.clone())
        {
            self.faults
                .push((format!("the id `{id}` is given twice"), id));
        }
        if name == "img" && attribute("alt").is_none_or(|alt| alt.trim().is_empty()) {
            let source = attribute("src").unwrap_or_default();
            let message = format!("the image `{source}` has no text that stands for it");
            self.faults.push((message, source));
        }
        for attribute in element.attributes() {
            self.attribute(&name, &attribute.name(), unescaped(&attribute.value()));
        }
    }

    fn references(&mut self, element: &Element<'_, '_>) {
        for attribute in ["aria-labelledby", "aria-describedby"] {
            let ids = element.get_attribute(attribute).unwrap_or_default();
            self.links.extend(ids.split_whitespace().map(|id| Link {
                what: "reference",
                target: format!("#{}", unescaped(id)),
                loads: false,
            }));
        }
    }

    fn attribute(&mut self, element: &str, attribute: &str, value: String) {
        let (what, loads) = match (element, attribute) {
            ("a" | "area", "href") => ("link", false),
            ("form", "action") => ("form", false),
            ("script", "src") => ("script", true),
            ("img", "src") | ("image" | "feimage" | "use", "href" | "xlink:href") => {
                ("image", true)
            }
            ("link", "href") | ("object", "data") | (_, "src" | "srcset" | "poster") => {
                ("resource", true)
            }
            (_, styled) if STYLED.contains(&styled) => return self.loads(css_targets(&value)),
            _ => return,
        };
        self.links.push(Link {
            what,
            target: value,
            loads,
        });
    }

    fn loads(&mut self, targets: Vec<String>) {
        self.links.extend(targets.into_iter().map(|target| Link {
            what: "resource",
            target,
            loads: true,
        }));
    }
}

/// The addresses that a style sheet fetches.
pub(super) fn css_targets(css: &str) -> Vec<String> {
    let urls = css
        .split("url(")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let imports = css
        .split("@import")
        .skip(1)
        .filter_map(|rest| rest.split_once(';'));
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    urls.map(|(url, _)| unquoted(url))
        .chain(
            imports
                .map(|(import, _)| unquoted(import))
                .filter(|import| !import.starts_with("url(")),
        )
        .collect()
}
