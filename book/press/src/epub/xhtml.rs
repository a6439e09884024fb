//! A page's text as XHTML: every element closed, every name in its own namespace, and nothing that waits for a script.

mod element;
mod reader;

use std::collections::BTreeSet;

use crate::html::escaped;
use element::{Element, push};

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

impl Page {
    /// Reads what stands in a page's `<main>`.
    pub(super) fn read(html: &str) -> Self {
        reader::read(html)
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
