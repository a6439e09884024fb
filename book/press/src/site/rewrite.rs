//! A page in one pass: every handler is called for the elements, or for the text, that its selector finds.

use std::borrow::Cow;

use anyhow::Result;
use lol_html::html_content::{ContentType, TextChunk};
use lol_html::{ElementContentHandlers, RewriteStrSettings, Selector, rewrite_str, text};

/// A selector, and what is done with what it finds.
pub(crate) type Handler<'h> = (Cow<'h, Selector>, ElementContentHandlers<'h>);

/// The page as the handlers leave it; what none of them touches stays to the letter.
pub(crate) fn rewrite<'h>(
    html: &str,
    handlers: impl IntoIterator<Item = Handler<'h>>,
) -> Result<String> {
    let settings = handlers
        .into_iter()
        .fold(RewriteStrSettings::new(), |settings, handler| {
            settings.append_element_content_handler(handler)
        });
    Ok(rewrite_str(html, settings)?)
}

/// Reads the page with handlers that change nothing.
pub(super) fn read<'h>(html: &str, handlers: impl IntoIterator<Item = Handler<'h>>) -> Result<()> {
    rewrite(html, handlers).map(drop)
}

/// Reads the text nodes in the elements, as they are written.
pub(super) fn on_text<'h>(selector: &str, mut read: impl FnMut(&str) + 'h) -> Handler<'h> {
    let mut node = Node::default();
    text!(selector, move |chunk| {
        if let Some(text) = node.push(chunk) {
            read(&text);
        }
        Ok(())
    })
}

/// Replaces the text nodes in the elements by HTML.
pub(super) fn replace_text<'h>(
    selector: &str,
    mut html_of: impl FnMut(&str) -> String + 'h,
) -> Handler<'h> {
    let mut node = Node::default();
    text!(selector, move |chunk| {
        match node.push(chunk) {
            Some(text) => chunk.replace(&html_of(&text), ContentType::Html),
            None => chunk.remove(),
        }
        Ok(())
    })
}

/// A text node, which the rewriter may hand over in several chunks.
#[derive(Debug, Default)]
struct Node(String);

impl Node {
    /// The node, once its last chunk is there.
    fn push(&mut self, chunk: &TextChunk<'_>) -> Option<String> {
        self.0.push_str(chunk.as_str());
        chunk
            .last_in_text_node()
            .then(|| std::mem::take(&mut self.0))
    }
}
