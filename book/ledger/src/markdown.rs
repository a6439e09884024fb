//! Markdown as the book reads it, and the boxes in it: `> [!NAME] label` and the quoted lines below.
//!
//! There is one reader, so that the tests and the pages agree on what is a claim.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// The boxes that mdBook itself knows.
const ADMONITIONS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

/// A box: a block quote that begins with a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boxed {
    /// The line of the mark, counted from 0.
    pub line: usize,
    /// The number of lines, the mark among them.
    pub lines: usize,
    /// `CLAIM`, `EXERCISE`, ...
    pub name: String,
    /// What stands after the name.
    pub label: String,
    /// The lines below the mark, without their `> `.
    pub body: String,
}

/// Markdown as mdBook reads it, and math besides.
pub fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_SMART_PUNCTUATION
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_GFM
            | Options::ENABLE_MATH,
    )
}

/// For each line whether it is code or HTML, comments included, where no mark begins.
pub fn closed_lines(markdown: &str) -> Vec<bool> {
    let mut closed = vec![false; markdown.lines().count()];
    for (event, range) in parser(markdown).into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) = event {
            let first = markdown[..range.start].matches('\n').count();
            let lines = markdown[range].lines().count();
            closed[first..first + lines].fill(true);
        }
    }
    closed
}

/// The boxes of a text, in order, but for those of mdBook itself.
pub fn boxes(markdown: &str) -> Vec<Boxed> {
    // What some editors put before the first line.
    let markdown = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let lines: Vec<&str> = markdown.lines().collect();
    let closed = closed_lines(markdown);
    let mut boxes = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let found = if closed[at] { None } else { boxed(&lines, at) };
        at += found.as_ref().map_or(1, |boxed| boxed.lines);
        boxes.extend(found);
    }
    boxes
}

fn boxed(lines: &[&str], at: usize) -> Option<Boxed> {
    let head = lines[at].strip_prefix('>')?.trim().strip_prefix("[!")?;
    let (name, label) = head.split_once(']')?;
    if ADMONITIONS.contains(&name.to_ascii_uppercase().as_str()) {
        return None;
    }
    let body: Vec<&str> = lines[at + 1..]
        .iter()
        .map_while(|line| line.strip_prefix('>'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    Some(Boxed {
        line: at,
        lines: 1 + body.len(),
        name: name.to_owned(),
        label: label.trim().to_owned(),
        body: body.join("\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: &str = "> [!CLAIM] he.forward\n> A sentence.\n";

    #[test]
    fn a_box_is_a_mark_and_the_quoted_lines_below_it() {
        let expected = Boxed {
            line: 2,
            lines: 3,
            name: "CLAIM".into(),
            label: "he.forward".into(),
            body: "One $x$\n  two.".into(),
        };
        let text = "# He\n\n> [!CLAIM] he.forward\n> One $x$\n>   two.\n\nText.\n";
        assert_eq!(boxes(text), std::slice::from_ref(&expected));
        assert_eq!(boxes(&text.replace('\n', "\r\n")), [expected]);
    }

    #[test]
    fn a_box_in_code_or_in_a_comment_is_text() {
        let quoted = CLAIM.replace("> ", "> > ");
        for (before, claim, after) in [
            ("```text\n", CLAIM, "```\n"),
            ("~~~\n", CLAIM, "~~~\n"),
            ("````\n```\n", CLAIM, "```\n````\n"),
            ("<!--\n\n", CLAIM, "\n-->\n"),
            ("<!-- He wrote:\n", CLAIM, "-->\n"),
            ("> ```text\n", CLAIM, "> ```\n"),
            (
                "- A list\n\n  ```\n",
                "  > [!CLAIM] he.forward\n",
                "  ```\n",
            ),
            ("> Text.\n", &quoted, ""),
            ("", "> [!NOTE]\n> Text.\n", ""),
        ] {
            let text = format!("{before}{claim}{after}");
            assert_eq!(boxes(&text), [], "{text}");
        }
    }

    #[test]
    fn a_box_after_code_after_a_comment_or_after_a_byte_order_mark_is_a_box() {
        for before in [
            "\u{feff}",
            "``` x ``` is code.\n\n",
            "````\n```\n````\n\n",
            "```\n~~~\n```\n\n",
            "<!-- {{#figure}} -->\n\n",
            "Text\n",
        ] {
            let text = format!("{before}{CLAIM}");
            let found = boxes(&text);
            assert!(
                matches!(found.as_slice(), [one] if one.body == "A sentence."),
                "{text}: {found:?}"
            );
        }
    }
}
