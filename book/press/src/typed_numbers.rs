//! Numbers that were typed: a decimal of three or more significant digits in the text needs something behind it that is checked.
//!
//! A run (`{{#value …}}`), a formula (`{{#compute …}}`) and a claim's sentence are that by themselves. Elsewhere the paragraph must cite a
//! source, link to one, or link to a claim; a number that the text chooses is `{{#given …}}`. Versions of software are no such numbers.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::blocks::Kind;
use crate::chapter::Chapter;
use crate::fault::Fault;
use crate::passage::{Passage, parser};

/// What a paragraph can lean on.
const SUPPORTS: [&str; 3] = ["[@", "](http", "#claim-"];

/// The typed numbers of a chapter that nothing carries.
pub(crate) fn check(chapter: &Chapter) -> Vec<Fault> {
    let mut found = Vec::new();
    for block in &chapter.blocks {
        let passage = match &block.kind {
            Kind::Boxed { name, .. } if name == "CLAIM" => continue,
            Kind::Prose(passage)
            | Kind::Boxed { body: passage, .. }
            | Kind::Directive {
                caption: passage, ..
            } => passage,
        };
        found.extend(in_passage(passage).into_iter().map(|(offset, number)| {
            let message = format!(
                "the number {number} was typed: take it from a run with `{{{{#value …}}}}`, from a formula with `{{{{#compute …}}}}`, cite its source or link its claim in the same paragraph, or say that it is chosen with `{{{{#given {number}}}}}`"
            );
            Fault::at(&chapter.file, chapter.source_line(passage.line(offset)), message)
        }));
    }
    found
}

fn in_passage(passage: &Passage) -> Vec<(usize, String)> {
    let text = without_marks(&passage.markdown);
    let mut found = Vec::new();
    let mut in_code = false;
    for (event, range) in parser(&text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) | Event::InlineMath(_) | Event::DisplayMath(_) if !in_code => {
                for (at, number) in decimals(&text[range.clone()]) {
                    let at = range.start + at;
                    let paragraph = paragraph(&passage.markdown, at);
                    if !SUPPORTS.iter().any(|support| paragraph.contains(support))
                        && !is_version(&text[..at])
                    {
                        found.push((at, number.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The text with blanks for directives and citations, each byte in its place.
fn without_marks(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (open, close) in [("{{#", "}}"), ("[@", "]")] {
        for (start, _) in text.match_indices(open) {
            let end = text[start..]
                .find(close)
                .map_or(text.len(), |end| start + end);
            bytes[start..end]
                .iter_mut()
                .filter(|byte| **byte != b'\n')
                .for_each(|byte| *byte = b' ');
        }
    }
    String::from_utf8(bytes).expect("marks begin and end between characters")
}

/// Decimals of three or more significant digits, and where they begin. A number with two points is a version.
fn decimals(text: &str) -> Vec<(usize, &str)> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..]
        .find(|c: char| c.is_ascii_digit())
        .map(|i| at + i)
    {
        let end = text[start..]
            .find(|c| !is_part(c))
            .map_or(text.len(), |i| start + i);
        at = end;
        let number = text[start..end].trim_end_matches('.');
        let digits = number.replace('.', "");
        let follows_word = text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if number.matches('.').count() == 1
            && digits.trim_start_matches('0').len() >= 3
            && !follows_word
        {
            found.push((start, number));
        }
    }
    found
}

/// The lines around a place, up to the blank ones.
fn paragraph(text: &str, at: usize) -> &str {
    let start = text[..at].rfind("\n\n").map_or(0, |i| i + 2);
    let end = text[at..].find("\n\n").map_or(text.len(), |i| at + i);
    &text[start..end]
}

/// Whether what comes before a number makes it the version of a program: "version 2.11", "Keras 3.14".
fn is_version(before: &str) -> bool {
    let mut words = before.split(' ').rev();
    words.next() == Some("")
        && words.next().is_some_and(|word| {
            let word = word.trim_start_matches(|c: char| !c.is_alphabetic());
            let is_name = word.len() > 1
                && word.starts_with(char::is_uppercase)
                && word.chars().all(char::is_alphanumeric);
            is_name || matches!(word, "version" | "versions")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(markdown: &str) -> Vec<String> {
        let passage = Passage {
            markdown: markdown.to_owned(),
            start: 0,
        };
        let numbers = in_passage(&passage).into_iter();
        numbers.map(|(_, number)| number).collect()
    }

    #[test]
    fn a_typed_decimal_of_three_digits_is_found_in_text_tables_and_formulas() {
        assert_eq!(found("It is 0.584, and $x = 1.7129$."), ["0.584", "1.7129"]);
        assert_eq!(found("| a |\n|---|\n| 92.55 |\n"), ["92.55"]);
        assert_eq!(found("$$\ny = 0.8256\\ldots\n$$"), ["0.8256"]);
    }

    #[test]
    fn what_is_checked_elsewhere_or_has_two_digits_is_not() {
        for text in [
            "{{#value run.std.4 .3}} and $x = {{#compute sqrt(2) .4}}$",
            "A gain of {{#given 1.0001}}.",
            "It is 0.584 [@he2015, p. 3.14].",
            "The [claim](he.md#claim-he.forward) says 0.584.",
            "`0.584` and\n\n```rust\nlet x = 0.584;\n```",
            "0.05, 1.5, 1000, 2/3 and 0.50",
            "PyTorch 2.15, version 3.15 and Flax 0.12.8",
            "section x2.345",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn another_paragraph_carries_nothing() {
        assert_eq!(found("See [@he2015].\n\nIt is 0.584."), ["0.584"]);
    }
}
