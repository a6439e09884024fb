//! `> [!PROJECT] name Title`: a task without a solution, of some hours to some days.

use super::exercise::is_proper;
use crate::html::escaped;

/// What a project has to say, each at the beginning of a paragraph.
const PARTS: [&str; 4] = [
    "**Question.**",
    "**Why it is open.**",
    "**How to begin.**",
    "**Done when**",
];

/// What stands in the first line of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) name: &'a str,
    title: &'a str,
}

impl<'a> Head<'a> {
    /// Reads what follows `[!PROJECT]`.
    pub(crate) fn read(label: &'a str) -> Result<Self, String> {
        let (name, title) = label.split_once(char::is_whitespace).unwrap_or((label, ""));
        let title = title.trim();
        if !is_proper(name) || title.is_empty() {
            return Err(format!(
                "a project begins with `> [!PROJECT] name Title` (its name of lowercase letters, digits and hyphens), but this one has the name `{name}` and the title `{title}`"
            ));
        }
        Ok(Self { name, title })
    }
}

/// What is missing from a project; `text` is Markdown.
pub(crate) fn check(name: &str, text: &str) -> Result<(), String> {
    let says = |part: &str| {
        text.split("\n\n")
            .any(|words| words.trim_start().starts_with(part))
    };
    match PARTS.into_iter().find(|part| !says(part)) {
        Some(part) => Err(format!(
            "the project `{name}` has no paragraph that begins with `{part}`"
        )),
        None => Ok(()),
    }
}

/// The anchor of a project.
pub(crate) fn anchor(name: &str) -> String {
    format!("project-{name}")
}

/// The project; `text` is Markdown.
pub(crate) fn print(head: Head<'_>, number: &str, text: &str) -> String {
    let (id, title) = (anchor(head.name), escaped(head.title));
    format!(
        "<div class=\"project\" id=\"{id}\">\n<p class=\"project-head\"><a href=\"#{id}\">Project {number}</a></p>\n<p class=\"project-title\">{title}</p>\n\n{text}\n\n</div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_says_what_is_open_and_when_it_is_done() {
        let head = Head::read("he-skew A test for symmetry").unwrap();
        assert_eq!((head.name, head.title), ("he-skew", "A test for symmetry"));
        for headless in ["", "he-skew", "He Skew"] {
            assert!(Head::read(headless).is_err(), "{headless}");
        }
        let text = PARTS.map(|part| format!("{part} Words.")).join("\n\n");
        assert_eq!(check("he-skew", &text), Ok(()));
        for part in PARTS {
            let without = text.replace(part, "So");
            let message = check("he-skew", &without).unwrap_err();
            assert!(
                message.ends_with(&format!("begins with `{part}`")),
                "{message}"
            );
        }
    }
}
