//! A chapter as a row of blocks: prose, boxes in block quotes, and marks on lines of their own.

use ledger::Boxed;

use crate::passage::Passage;

/// A part of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// The chapter's line on which it begins, counted from 0.
    pub(crate) line: usize,
    /// The number of lines that it takes.
    pub(crate) lines: usize,
    pub(crate) kind: Kind,
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Markdown.
    Prose(Passage),
    /// `> [!NAME] label` and the quoted lines below it.
    Boxed {
        name: String,
        label: String,
        body: Passage,
    },
    /// `{{#name arguments}}` on a line of its own; the lines directly below a figure or a table are its caption, and the
    /// Rust fence directly below a twin is its own.
    Directive {
        name: String,
        arguments: String,
        caption: Passage,
    },
}

/// The marks that stand on a line of their own.
pub(crate) const DIRECTIVES: [&str; 9] = [
    "figure",
    "table",
    "listing",
    "ledger",
    "contents",
    "bibliography",
    "solutions",
    "diagnosis",
    TWIN,
];

/// Those of them that may have a caption.
const CAPTIONED: [&str; 2] = ["figure", "table"];

/// The mark that takes the Rust fence below it.
pub(crate) const TWIN: &str = "twin";

/// Splits a chapter; together the blocks take all of its lines.
pub(crate) fn split(markdown: &str) -> Vec<Block> {
    let lines: Vec<&str> = markdown.lines().collect();
    let closed = ledger::closed_lines(markdown);
    let mut boxes = ledger::boxes(markdown).into_iter().peekable();
    let mut blocks = Vec::new();
    let mut prose = 0;
    let mut at = 0;
    while at < lines.len() {
        let special = match boxes.next_if(|found| found.line == at) {
            Some(found) => Some(box_block(found)),
            None if closed[at] => None,
            None => directive(&lines, at),
        };
        let Some(block) = special else {
            at += 1;
            continue;
        };
        blocks.extend(prose_block(&lines, prose..at));
        at += block.lines;
        prose = at;
        blocks.push(block);
    }
    blocks.extend(prose_block(&lines, prose..lines.len()));
    blocks
}

fn prose_block(lines: &[&str], range: std::ops::Range<usize>) -> Option<Block> {
    let body = passage(&lines[range.clone()], range.start);
    (!range.is_empty()).then(|| Block {
        line: range.start,
        lines: range.len(),
        kind: Kind::Prose(body),
    })
}

fn box_block(boxed: Boxed) -> Block {
    Block {
        line: boxed.line,
        lines: boxed.lines,
        kind: Kind::Boxed {
            name: boxed.name,
            label: boxed.label,
            body: Passage {
                markdown: boxed.body,
                start: boxed.line + 1,
            },
        },
    }
}

fn directive(lines: &[&str], at: usize) -> Option<Block> {
    let inner = lines[at]
        .trim_end()
        .strip_prefix("{{#")?
        .strip_suffix("}}")?;
    let (name, arguments) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    if !DIRECTIVES.contains(&name) || inner.contains("}}") {
        return None;
    }
    let caption: Vec<&str> = if name == TWIN {
        rust_fence(&lines[at + 1..]).to_vec()
    } else if CAPTIONED.contains(&name) {
        lines[at + 1..]
            .iter()
            .take_while(|line| {
                !line.trim().is_empty() && !line.starts_with("{{#") && !line.starts_with('>')
            })
            .copied()
            .collect()
    } else {
        Vec::new()
    };
    Some(Block {
        line: at,
        lines: 1 + caption.len(),
        kind: Kind::Directive {
            name: name.to_owned(),
            arguments: arguments.trim().to_owned(),
            caption: passage(&caption, at + 1),
        },
    })
}

/// The fence of Rust with which these lines begin.
fn rust_fence<'a, 'b>(lines: &'a [&'b str]) -> &'a [&'b str] {
    let is_rust = lines
        .first()
        .is_some_and(|line| line.starts_with("```rust"));
    let end = lines.iter().position(|line| line.trim_end() == "```");
    match end {
        Some(end) if is_rust => &lines[..=end],
        _ => &[],
    }
}

fn passage(lines: &[&str], start: usize) -> Passage {
    Passage {
        markdown: lines.join("\n"),
        start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_is_a_row_of_blocks_that_take_all_its_lines() {
        let text = "# He\n\n> [!CLAIM] he.forward\n> One $x$\n>   two.\n\n{{#figure depth}}\nA caption\non two lines.\n\n{{#ledger}}\nText.\n";
        let blocks = split(text);
        assert_eq!(
            blocks
                .iter()
                .map(|block| (block.line, block.lines))
                .collect::<Vec<_>>(),
            [(0, 2), (2, 3), (5, 1), (6, 3), (9, 1), (10, 1), (11, 1)]
        );
        let Kind::Boxed { name, label, body } = &blocks[1].kind else {
            panic!("{:?}", blocks[1])
        };
        assert_eq!((name.as_str(), label.as_str()), ("CLAIM", "he.forward"));
        assert_eq!((body.markdown.as_str(), body.start), ("One $x$\n  two.", 3));
        let Kind::Directive {
            arguments, caption, ..
        } = &blocks[3].kind
        else {
            panic!("{:?}", blocks[3])
        };
        assert_eq!(
            (arguments.as_str(), caption.markdown.as_str()),
            ("depth", "A caption\non two lines.")
        );
    }

    #[test]
    fn a_twin_takes_the_rust_fence_below_it_and_no_other() {
        let twin = |text: &str| match split(text).remove(0).kind {
            Kind::Directive { caption, .. } => caption.markdown,
            other => panic!("{other:?}"),
        };
        let fence = "```rust\nlet x = 1;\n```";
        assert_eq!(twin(&format!("{{{{#twin he}}}}\n{fence}\nText.\n")), fence);
        for text in [
            format!("{{{{#twin he}}}}\n\n{fence}\n"),
            "{{#twin he}}\n```sh\nls\n```\n".to_owned(),
            "{{#twin he}}\nText.\n".to_owned(),
            "{{#twin he}}".to_owned(),
        ] {
            assert_eq!(twin(&text), "", "{text}");
        }
    }

    #[test]
    fn marks_in_code_and_comments_are_text_and_so_are_the_boxes_of_mdbook() {
        for text in [
            "```text\n> [!CLAIM] he.forward\n{{#ledger}}\n```",
            "    {{#ledger}}",
            "<!--\n{{#ledger}}\n-->",
            "> [!NOTE]\n> Text.",
            "> ```text\n> {{#ledger}}\n> ```",
        ] {
            let blocks = split(text);
            assert!(
                matches!(
                    blocks.as_slice(),
                    [Block {
                        kind: Kind::Prose(_),
                        ..
                    }]
                ),
                "{blocks:?}"
            );
        }
    }
}
