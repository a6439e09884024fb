//! A Rust fence under test: `extern crate` for the crates that it mentions.
//!
//! mdBook tells rustdoc only where libraries lie; such a library is named before it is used.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use crate::passage::parser;

/// The crates that a snippet may use.
const CRATES: [&str; 5] = [
    "experiments",
    "unit_variance",
    "ndarray",
    "rand",
    "rand_distr",
];

/// The chapter with `extern crate` on the first line of each snippet, so that line numbers stay right.
pub(crate) fn with_crates(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut copied = 0;
    let mut snippet: Option<(usize, String)> = None;
    for (event, range) in parser(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_rust(&info) => {
                snippet = Some((0, String::new()));
            }
            Event::Text(text) => {
                if let Some((start, code)) = &mut snippet {
                    if code.is_empty() {
                        *start = range.start;
                    }
                    code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((start, code)) = snippet.take() {
                    out.push_str(&markdown[copied..start]);
                    out.push_str(&crates(&code));
                    copied = start;
                }
            }
            _ => {}
        }
    }
    out.push_str(&markdown[copied..]);
    out
}

/// Where snippets begin that rustdoc passes over.
pub(crate) fn ignored(markdown: &str) -> Vec<usize> {
    let events = parser(markdown).into_offset_iter();
    let ignored = events.filter(|(event, _)| {
        matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
            if info.split([',', ' ']).any(|word| word.starts_with("ignore")))
    });
    ignored.map(|(_, range)| range.start).collect()
}

/// The `extern crate` items of a snippet; none if it begins with attributes of a whole crate.
fn crates(code: &str) -> String {
    if code.trim_start().starts_with("#![") {
        return String::new();
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    CRATES
        .iter()
        .filter(|name| code.split(|c| !is_word(c)).any(|word| word == **name))
        .fold(String::new(), |items, name| {
            items + "extern crate " + name + "; "
        })
}

/// Whether rustdoc tests a fence with this info string.
fn is_rust(info: &str) -> bool {
    let language = info.split([',', ' ']).next().unwrap_or_default();
    language.is_empty() || language == "rust"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_names_its_crates_on_its_first_line() {
        let text = "```rust\nuse rand_distr::Normal;\nlet x = ndarray::array![1.0];\n```\n\n> ```rust\n> unit_variance::Law::Normal;\n> ```\n";
        assert_eq!(
            with_crates(text),
            "```rust\nextern crate ndarray; extern crate rand_distr; use rand_distr::Normal;\nlet x = ndarray::array![1.0];\n```\n\n> ```rust\n> extern crate unit_variance; unit_variance::Law::Normal;\n> ```\n"
        );
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "```text\nndarray\n```\n",
            "```rust\n#![allow(unused)]\nuse ndarray::Array1;\n```\n",
            "```rust\nlet x = 1;\n```\n",
            "```rust\n```\n",
            "`ndarray` in prose\n",
        ] {
            assert_eq!(with_crates(text), text);
        }
    }
}
