//! A stretch of a chapter's Markdown, and the marks within its lines.

use std::ops::Range;
use std::path::Path;

pub(crate) use ledger::parser;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::address::{link, target};

/// A stretch of Markdown that knows where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The text, freed of the block quote that held it.
    pub(crate) markdown: String,
    /// The chapter's line on which it begins, counted from 0.
    pub(crate) start: usize,
}

/// A mark within a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `$…$`
    InlineMath(String),
    /// `$$…$$`, perhaps with `{#eq-…}` after it.
    DisplayMath { tex: String, label: Option<String> },
    /// `{{#name arguments}}`
    Directive { name: String, arguments: String },
    /// `[@key, place; key]`
    Citation(String),
    /// `[](destination)`: a link that asks for its text.
    Reference(String),
    /// A mark that does not end.
    Unclosed(&'static str),
}

impl Passage {
    /// The chapter's line, counted from 0, of a place in the text.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.start + self.markdown[..offset].matches('\n').count()
    }

    /// The passage with its links to places of the book as they are written in another page of it.
    pub(crate) fn moved(&self, from: &Path, to: &Path) -> Self {
        let mut markdown = self.markdown.clone();
        let links = parser(&self.markdown).into_offset_iter();
        let links = links.filter_map(|(event, range)| match event {
            Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url,
                ..
            }) => Some((range, dest_url)),
            _ => None,
        });
        // From the last one on, so that the places of the others stay.
        for (range, destination) in links.collect::<Vec<_>>().into_iter().rev() {
            let Some(at) = markdown[range.clone()].rfind(&*destination) else {
                continue;
            };
            let at = range.start + at;
            let moved = moved(&destination, from, to);
            markdown.replace_range(at..at + destination.len(), &moved);
        }
        Self {
            markdown,
            start: self.start,
        }
    }

    /// The marks within the lines, in order. Code and HTML are left alone.
    pub(crate) fn marks(&self) -> Vec<(Range<usize>, Mark)> {
        let text = &self.markdown;
        let mut marks = Vec::new();
        let mut closed: Vec<Range<usize>> = Vec::new();
        let mut in_code = false;
        let mut events = parser(text).into_offset_iter().peekable();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => closed.push(range),
                Event::Start(Tag::CodeBlock(_)) => {
                    in_code = true;
                    closed.push(range);
                }
                Event::InlineMath(tex) => {
                    closed.push(range.clone());
                    marks.push((range, Mark::InlineMath(tex.into_string())));
                }
                Event::DisplayMath(tex) => {
                    let (label, length) = equation_label(&text[range.end..]);
                    let range = range.start..range.end + length;
                    closed.push(range.clone());
                    let tex = tex.into_string();
                    marks.push((range, Mark::DisplayMath { tex, label }));
                }
                Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url,
                    ..
                }) if matches!(events.peek(), Some((Event::End(TagEnd::Link), _))) => {
                    marks.push((range, Mark::Reference(dest_url.into_string())));
                }
                Event::Text(_) => {
                    // A dollar that begins no formula; after a backslash it is meant.
                    let dollars = text[range.clone()].match_indices('$');
                    let lone = dollars.map(|(at, _)| range.start + at);
                    let lone = lone.filter(|at| !text[..*at].ends_with('\\') && !in_code);
                    marks.extend(lone.map(|at| (at..at + 1, Mark::Unclosed("$"))));
                }
                Event::End(TagEnd::CodeBlock) => in_code = false,
                _ => {}
            }
        }
        marks.extend(bracketed(text, &closed));
        marks.sort_by_key(|(range, _)| range.start);
        marks
    }
}

/// The address of a place of the book, as the page `to` writes what the page `from` does. What is elsewhere keeps its address.
fn moved(destination: &str, from: &Path, to: &Path) -> String {
    if destination.contains(':') || from == to {
        return destination.to_owned();
    }
    let (page, id) = target(from, destination);
    let hash = if destination.contains('#') { "#" } else { "" };
    format!("{}{hash}{id}", link(to, &page))
}

/// `{#eq-name}` right after a formula, and its length.
fn equation_label(behind: &str) -> (Option<String>, usize) {
    let read = || {
        let start = behind.len() - behind.trim_start_matches([' ', '\n']).len();
        let label = behind[start..].strip_prefix("{#")?;
        let (label, _) = label.split_once('}')?;
        label
            .starts_with("eq-")
            .then(|| (label.to_owned(), start + "{#}".len() + label.len()))
    };
    read().map_or((None, 0), |(label, length)| (Some(label), length))
}

/// The directives and citations outside of the ranges that are closed to marks.
fn bracketed(text: &str, closed: &[Range<usize>]) -> Vec<(Range<usize>, Mark)> {
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(next) = text[from..]
        .find("{{#")
        .into_iter()
        .chain(text[from..].find("[@"))
        .min()
    {
        let start = from + next;
        if let Some(range) = closed.iter().find(|range| range.contains(&start)) {
            from = range.end;
            continue;
        }
        let (open, close) = if text[start..].starts_with('[') {
            ("[@", "]")
        } else {
            ("{{#", "}}")
        };
        from = start + open.len();
        if text[..start].ends_with('\\') {
            continue;
        }
        // No mark goes beyond its paragraph.
        let paragraph = text[from..]
            .find("\n\n")
            .map_or(text.len(), |end| from + end);
        let Some(length) = text[from..paragraph].find(close) else {
            marks.push((start..from, Mark::Unclosed(open)));
            continue;
        };
        let inner = &text[from..from + length];
        from += length + close.len();
        let mark = if open == "[@" {
            Mark::Citation(inner.to_owned())
        } else {
            let (name, arguments) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
            Mark::Directive {
                name: name.to_owned(),
                arguments: arguments.trim().to_owned(),
            }
        };
        marks.push((start..from, mark));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(markdown: &str) -> Vec<Mark> {
        let passage = Passage {
            markdown: markdown.to_owned(),
            start: 0,
        };
        passage.marks().into_iter().map(|(_, mark)| mark).collect()
    }

    #[test]
    fn each_mark_is_found() {
        assert_eq!(
            marks(
                "A $x$, {{#value run.std.4 .3}}, [@he2015, §2.2] and [](#eq-a).\n\n$$\ny\n$$ {#eq-a}\n"
            ),
            [
                Mark::InlineMath("x".into()),
                Mark::Directive {
                    name: "value".into(),
                    arguments: "run.std.4 .3".into()
                },
                Mark::Citation("he2015, §2.2".into()),
                Mark::Reference("#eq-a".into()),
                Mark::DisplayMath {
                    tex: "\ny\n".into(),
                    label: Some("eq-a".into())
                },
            ]
        );
    }

    #[test]
    fn code_and_escaped_marks_are_text() {
        let text = "`$x$ {{#value a}} [@b]` \\$x\\$ \\{{#value a}} \\[@b]\n\n```text\n$x$ {{#value a}} [@b]\n```\n\n    $x$ [@b]\n";
        assert_eq!(marks(text), []);
    }

    #[test]
    fn a_mark_that_does_not_end_is_found_too() {
        assert_eq!(marks("See [@he2015.\n\nAnd ]."), [Mark::Unclosed("[@")]);
        assert_eq!(marks("For $5, say."), [Mark::Unclosed("$")]);
    }

    #[test]
    fn a_link_leads_to_the_same_place_from_another_page() {
        let passage = Passage {
            markdown: "See [](#eq-a), [the drift](#drift), [$2/n$](xavier.md), [b](b/c.md#d),\n`[x](#y)` and [them](https://example.org/#a).".to_owned(),
            start: 3,
        };
        let moved = |from: &str, to: &str| passage.moved(Path::new(from), Path::new(to));
        assert_eq!(
            moved("he.md", "solutions/two.md").markdown,
            "See [](../he.md#eq-a), [the drift](../he.md#drift), [$2/n$](../xavier.md), [b](../b/c.md#d),\n`[x](#y)` and [them](https://example.org/#a)."
        );
        assert_eq!(moved("he.md", "two.md").start, 3);
        assert_eq!(moved("he.md", "he.md"), passage);
    }

    #[test]
    fn a_mark_inside_a_formula_belongs_to_the_formula() {
        assert_eq!(
            marks("$x = {{#value a.b.c}}$"),
            [Mark::InlineMath("x = {{#value a.b.c}}".into())]
        );
    }
}
