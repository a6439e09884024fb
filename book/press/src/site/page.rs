//! What the checks need to know of a page.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Node};

/// Marks that the press should have replaced.
const MARKS: [&str; 6] = [
    "{{#",
    "[!CLAIM",
    "[!EXERCISE",
    "[!SOLUTION",
    "[!NOTE-MARGIN",
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
    pub(super) fn read(text: &str) -> Self {
        let html = Html::parse_document(text);
        let mut page = Self::default();
        for element in html.root_element().descendent_elements() {
            page.element(element);
        }
        for node in html.tree.nodes() {
            if let Node::Text(text) = node.value() {
                let within = |names: &[&str]| {
                    let mut above = node.ancestors().filter_map(ElementRef::wrap);
                    above.any(|element| names.contains(&element.value().name()))
                };
                let mark = MARKS.into_iter().find(|mark| text.contains(mark));
                if let Some(mark) = mark.filter(|_| !within(&["code", "pre", "script", "style"])) {
                    let line = text.lines().find(|line| line.contains(mark));
                    let line = line.unwrap_or_default().trim().to_owned();
                    let message = format!("the mark `{mark}` is left over: {line}");
                    page.faults.push((message, line));
                }
            }
        }
        page
    }

    fn element(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        self.has_base |= name == "base";
        if let Some(id) = element.attr("id")
            && !self.ids.insert(id.to_owned())
        {
            let message = format!("the id `{id}` is given twice");
            self.faults.push((message, id.to_owned()));
        }
        if name == "img" && element.attr("alt").is_none_or(|alt| alt.trim().is_empty()) {
            let source = element.attr("src").unwrap_or_default();
            let message = format!("the image `{source}` has no text that stands for it");
            self.faults.push((message, source.to_owned()));
        }
        for (attribute, value) in element.value().attrs() {
            self.attribute(element, attribute, value);
        }
        if name == "style" {
            let text: String = element.text().collect();
            self.loads(css_targets(&text));
        }
    }

    fn attribute(&mut self, element: ElementRef<'_>, attribute: &str, value: &str) {
        let (what, loads) = match (element.value().name(), attribute) {
            ("a" | "area", "href") => ("link", false),
            ("form", "action") => ("form", false),
            ("script", "src") => ("script", true),
            ("img", "src") | ("image" | "feimage" | "use", "href" | "xlink:href") => {
                ("image", true)
            }
            ("link", "href") | ("object", "data") | (_, "src" | "srcset" | "poster") => {
                ("resource", true)
            }
            // Outside of the chapter's text stands mdBook's own frame.
            (_, "aria-labelledby" | "aria-describedby") if is_in_text(element) => {
                self.links.extend(value.split_whitespace().map(|id| Link {
                    what: "reference",
                    target: format!("#{id}"),
                    loads: false,
                }));
                return;
            }
            (_, styled) if STYLED.contains(&styled) => return self.loads(css_targets(value)),
            _ => return,
        };
        self.links.push(Link {
            what,
            target: value.to_owned(),
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

fn is_in_text(element: ElementRef<'_>) -> bool {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    above.any(|element| element.value().name() == "main")
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
