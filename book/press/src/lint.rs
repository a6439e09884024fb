//! What mdBook prints in silence although nobody can have meant it: headings that no link reaches,
//! and footnotes that are not there.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::chapter::Chapter;
use crate::fault::Fault;
use crate::passage::parser;

/// The faults of a chapter that can be seen in its Markdown alone.
pub(crate) fn check(chapter: &Chapter) -> Vec<Fault> {
    let text = &chapter.text;
    let line = |offset: usize| chapter.source_line(text[..offset].matches('\n').count());
    let fault = |(offset, message)| Fault::at(&chapter.file, line(offset), message);
    let mut found = nameless_headings(text);
    found.extend(missing_footnotes(text));
    found.into_iter().map(fault).collect()
}

/// Headings without a letter or a digit: mdBook makes no id of them.
fn nameless_headings(markdown: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // Where the heading begins that is being read, unless it has an id, and its words.
    let mut open: Option<(usize, String)> = None;
    for (event, range) in parser(markdown).into_offset_iter() {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { id: None, .. }), _) => {
                open = Some((range.start, String::new()));
            }
            (Event::Text(text) | Event::Code(text) | Event::InlineMath(text), Some((_, words))) => {
                words.push_str(&text);
            }
            (Event::End(TagEnd::Heading(_)), _) => {
                let nameless =
                    |(_, words): &(usize, String)| !words.contains(char::is_alphanumeric);
                found.extend(open.take().filter(nameless).map(|(at, words)| {
                    let message = format!(
                        "no link can lead to the heading `{words}`, which has neither letter nor digit; give it an id: `{{#name}}` after it"
                    );
                    (at, message)
                }));
            }
            _ => {}
        }
    }
    found
}

/// `[^name]` where no line `[^name]: ...` says what it stands for. Code, formulas and HTML are left alone.
fn missing_footnotes(markdown: &str) -> Vec<(usize, String)> {
    let mut closed: Vec<Range<usize>> = Vec::new();
    for (event, range) in parser(markdown).into_offset_iter() {
        match event {
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => {
                closed.push(range);
            }
            // Its own name, and not what it says.
            Event::Start(Tag::FootnoteDefinition(_)) => closed.push(range.start..range.start + 1),
            _ => {}
        }
    }
    let marks = markdown.match_indices("[^").map(|(at, _)| at);
    let is_text = |at: &usize| {
        !markdown[..*at].ends_with('\\') && !closed.iter().any(|range| range.contains(at))
    };
    let missing = |at: usize| {
        let (name, _) = markdown[at + 2..].split_once(']')?;
        if name.contains('\n') {
            return None;
        }
        let message = format!(
            "no footnote is called `{name}`: what it says stands in a paragraph of its own that begins with `[^{name}]: `"
        );
        Some((at, message))
    };
    marks.filter(is_text).filter_map(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_needs_a_letter_a_digit_or_an_id() {
        for heading in ["## ::", "## ??", "# -", "??\n---", "## "] {
            let found = nameless_headings(&format!("Text.\n\n{heading}\n"));
            assert!(matches!(found.as_slice(), [(7, _)]), "{heading}: {found:?}");
        }
        for heading in [
            "## :: {#colons}",
            "## 2/n",
            "## $n$",
            "## `::x`",
            "## σ",
            "```\n## ::\n```",
        ] {
            assert_eq!(nameless_headings(heading), [], "{heading}");
        }
    }

    #[test]
    fn a_footnote_that_is_not_there_is_found_where_it_is_called() {
        let found = missing_footnotes("A[^nowhere] and[^here].\n\n[^here]: B[^lost].\n");
        let places: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
        assert_eq!(places, [1, 35]);
        assert!(found[0].1.contains("no footnote is called `nowhere`"));
        for text in [
            "`[^a]`",
            "$x[^a]$",
            "\\[^a]",
            "```\n[^a]\n```",
            "<!-- [^a] -->",
            "A[^a].\n\n> Text.\n\n[^a]: B.\n",
            "[^ no mark",
        ] {
            assert_eq!(missing_footnotes(text), [], "{text}");
        }
    }
}
