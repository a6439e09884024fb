//! Reads a page, tag by tag, and leaves out what no device has.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::element::{Element, renamed};
use super::{Event, Page};

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

/// What stands in a page's `<main>`.
pub(super) fn read(html: &str) -> Page {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().page
}

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
            let (style, element) = Element::of(tag, is_empty);
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
