//! A page's text as XHTML: every element closed, every name in its own namespace, and nothing that waits for a script.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::html::escaped;

/// The text of a page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    events: Vec<Event>,
    pub(super) ids: BTreeSet<String>,
    /// The sections, each with its id and its heading.
    pub(super) sections: Vec<(String, String)>,
    /// The addresses of pictures.
    pub(super) images: BTreeSet<String>,
    pub(super) has_math: bool,
    pub(super) has_svg: bool,
}

#[derive(Debug)]
enum Event {
    Start(Element),
    End(String),
    Text(String),
}

#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    is_empty: bool,
}

/// What works on a screen with a script, and what a reader finds beside the pages.
const DROPPED: [&str; 9] = [
    "button", "dialog", "fieldset", "form", "input", "label", "script", "select", "style",
];
const DROPPED_CLASSES: [&str; 9] = [
    "copy",
    "figure-data",
    "lab",
    "lab-stale",
    "ledger-tools",
    "on-phone",
    "on-screen",
    "slide-link",
    "take",
];

/// Of what is folded here, a line tells.
const FOLDED: &str = "claim-details";

/// Elements that hold nothing, and have no end.
const VOID: [&str; 10] = [
    "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
];

/// The names of SVG that are not in small letters.
const CAMEL_CASE: [&str; 12] = [
    "clipPath",
    "clipPathUnits",
    "gradientTransform",
    "gradientUnits",
    "linearGradient",
    "markerHeight",
    "markerWidth",
    "patternUnits",
    "preserveAspectRatio",
    "radialGradient",
    "textLength",
    "viewBox",
];

impl Page {
    /// Reads what stands in a page's `<main>`.
    pub(super) fn read(html: &str) -> Self {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        tokenizer.sink.0.into_inner().page
    }

    /// The text, with links to where `target` says; one that leads nowhere is none.
    pub(super) fn write(&self, target: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        let mut is_link = Vec::new();
        for event in &self.events {
            match event {
                Event::Text(text) => out.push_str(&escaped(text)),
                Event::End(name) if name == "a" => {
                    let name = if is_link.pop() == Some(false) {
                        "span"
                    } else {
                        "a"
                    };
                    push(&mut out, &["</", name, ">"]);
                }
                Event::End(name) => push(&mut out, &["</", name, ">"]),
                Event::Start(element) => {
                    let href = element.attribute("href").filter(|_| element.name == "a");
                    let leads = href.and_then(&target);
                    let is_dead = href.is_some() && leads.is_none();
                    if element.name == "a" {
                        is_link.push(!is_dead);
                    }
                    element.write(leads.as_deref(), is_dead, &mut out);
                }
            }
        }
        out
    }
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn write(&self, href: Option<&str>, is_dead: bool, out: &mut String) {
        push(out, &["<", if is_dead { "span" } else { &self.name }]);
        for (name, value) in &self.attributes {
            let value = match name.as_str() {
                "href" if is_dead => continue,
                "href" => href.unwrap_or(value),
                _ => value,
            };
            push(out, &[" ", name, "=\"", &escaped(value), "\""]);
        }
        out.push_str(if self.is_empty { "/>" } else { ">" });
    }
}

/// Reads a page, tag by tag.
#[derive(Debug, Default)]
struct Reader(RefCell<Reading>);

#[derive(Debug, Default)]
struct Reading {
    page: Page,
    is_inside: bool,
    open: Vec<Open>,
    /// The depth of what is left out, from the element that is.
    dropped: usize,
    /// Whether the text belongs to the heading of the last section.
    is_heading: bool,
    /// Whether a caption has ended in the page, and not yet in the edition: what prints the numbers of a figure is part of it there.
    is_caption: bool,
}

/// An open element.
#[derive(Debug)]
struct Open {
    /// As it is called in the page.
    name: String,
    /// What ends with it in the edition; nothing, where only its content is there.
    ends: Vec<String>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reading = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let raw = match (tag.kind, &*tag.name) {
                    (TagKind::StartTag, "script") => Some(RawKind::ScriptData),
                    (TagKind::StartTag, "style") => Some(RawKind::Rawtext),
                    _ => None,
                };
                match tag.kind {
                    TagKind::StartTag => reading.start(&tag),
                    TagKind::EndTag => reading.end(&tag.name),
                }
                if let Some(raw) = raw {
                    return TokenSinkResult::RawData(raw);
                }
            }
            Token::CharacterTokens(text) => reading.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reading {
    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if !self.is_inside {
            self.is_inside = name == "main";
            return;
        }
        let is_empty = tag.self_closing || VOID.contains(&name);
        let value = |wanted: &str| {
            let mut attributes = tag.attrs.iter();
            let found = attributes.find(|attribute| &*attribute.name.local == wanted);
            found.map_or("", |attribute| &*attribute.value)
        };
        let has_class = |class: &str| value("class").split_ascii_whitespace().any(|c| c == class);
        let is_folded = self.is_in(FOLDED);
        let is_dropped = DROPPED.contains(&name)
            || DROPPED_CLASSES.into_iter().any(has_class)
            || is_folded && name != "summary";
        if self.dropped > 0 || is_dropped {
            self.dropped += usize::from(!is_empty);
            return;
        }
        if self.is_in("figure") && !has_class("command") {
            self.end_caption();
        }
        match name {
            "math" => self.page.has_math = true,
            "svg" => self.page.has_svg = true,
            "img" => self.page.images.extend([value("src").to_owned()]),
            "h2" => {
                let section = (value("id").to_owned(), String::new());
                self.page.sections.push(section);
                self.is_heading = true;
            }
            _ => {}
        }
        let known = if has_class(FOLDED) { FOLDED } else { name };
        let mut open = Open {
            name: known.to_owned(),
            ends: Vec::new(),
        };
        if name != "a" || !has_class("header") {
            let (style, attributes) = split_style(name, attributes(tag));
            let element = Element {
                name: renamed(name),
                attributes,
                is_empty,
            };
            let id = element.attribute("id").map(str::to_owned);
            self.page.ids.extend(id);
            let elements = style.into_iter().chain([element]);
            for element in elements {
                open.ends.insert(0, element.name.clone());
                self.page.events.push(Event::Start(element));
            }
        }
        if !is_empty {
            self.open.push(open);
        }
    }

    fn end(&mut self, name: &str) {
        if self.dropped > 0 {
            self.dropped -= usize::from(!VOID.contains(&name));
        } else if name == "main" {
            self.is_inside = false;
        } else if self.is_inside {
            self.is_heading &= name != "h2";
            if name == "figure" {
                self.end_caption();
            }
            let open = self.open.pop();
            if name == "figcaption" {
                self.is_caption = true;
                return;
            }
            // What was not open is left as it is: the check will find it.
            let ends = open.map_or_else(|| vec![renamed(name)], |open| open.ends);
            self.page.events.extend(ends.into_iter().map(Event::End));
        }
    }

    fn end_caption(&mut self) {
        if self.is_caption {
            self.is_caption = false;
            self.page.events.push(Event::End("figcaption".to_owned()));
        }
    }

    /// Whether the innermost open element has this name.
    fn is_in(&self, name: &str) -> bool {
        self.open.last().is_some_and(|open| open.name == name)
    }

    fn text(&mut self, text: &str) {
        if !self.is_inside || self.dropped > 0 || self.is_in(FOLDED) {
            return;
        }
        if let Some((_, heading)) = self.page.sections.last_mut().filter(|_| self.is_heading) {
            heading.push_str(text);
        }
        self.page.events.push(Event::Text(text.to_owned()));
    }
}

/// The element's name in the edition, where nothing unfolds.
fn renamed(name: &str) -> String {
    match name {
        "details" => "section".to_owned(),
        "summary" => "p".to_owned(),
        _ => cased(name),
    }
}

/// A name as SVG writes it.
fn cased(name: &str) -> String {
    let mut camels = CAMEL_CASE.into_iter();
    let camel = camels.find(|camel| camel.eq_ignore_ascii_case(name));
    camel.unwrap_or(name).to_owned()
}

/// What MathML 3, which reading devices go by, has on `mstyle` alone: an element around the one whose attributes these are.
fn split_style(
    name: &str,
    attributes: Vec<(String, String)>,
) -> (Option<Element>, Vec<(String, String)>) {
    let moves = |attribute: &str| match attribute {
        "displaystyle" => !["math", "mstyle", "mtable"].contains(&name),
        "scriptlevel" => name != "mstyle",
        _ => false,
    };
    let (style, rest): (Vec<_>, Vec<_>) = attributes.into_iter().partition(|(name, _)| moves(name));
    let element = (!style.is_empty()).then(|| Element {
        name: "mstyle".to_owned(),
        attributes: style,
        is_empty: false,
    });
    (element, rest)
}

/// An element's attributes, but for those of scripts and of pointers.
fn attributes(tag: &Tag) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    match &*tag.name {
        "math" => attributes.push((
            "xmlns".to_owned(),
            "http://www.w3.org/1998/Math/MathML".to_owned(),
        )),
        "svg" => attributes.push(("xmlns".to_owned(), "http://www.w3.org/2000/svg".to_owned())),
        "summary" => attributes.push(("class".to_owned(), "summary".to_owned())),
        _ => {}
    }
    for attribute in &tag.attrs {
        let name: &str = &attribute.name.local;
        let is_dropped = name.starts_with("data-")
            || name.starts_with("on")
            || [
                "aria-description",
                "download",
                "open",
                "style",
                "tabindex",
                "xmlns",
            ]
            .contains(&name);
        if !is_dropped {
            attributes.push((cased(name), attribute.value.to_string()));
        }
    }
    attributes
}
