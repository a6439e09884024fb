//! mdBook's own includes: a missing file it only logs, a missing anchor it passes over in silence.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::address::folder_of;
use crate::fault::{Fault, known_are};

/// The directives of mdBook that read a file.
pub(crate) const READING: [&str; 3] = ["include", "rustdoc_include", "playground"];

/// What is wrong with the includes of a chapter. `root` is the project, `file` the chapter within it.
pub(crate) fn check(root: &Path, file: &Path, source: &str) -> Vec<Fault> {
    directives(source)
        .filter_map(|(line, arguments)| {
            let message = resolve(root, file, arguments).err()?;
            Some(Fault::at(file, line, message))
        })
        .collect()
}

/// The files that a chapter includes, and those that they include in turn.
pub(crate) fn included(root: &Path, file: &Path, source: &str) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![(file.to_owned(), source.to_owned())];
    while let Some((file, source)) = waiting.pop() {
        let folder = folder_of(&file);
        for (_, arguments) in directives(&source) {
            let part = folder.join(target(arguments).0);
            if found.insert(part.clone())
                && let Ok(source) = fs::read_to_string(root.join(&part))
            {
                waiting.push((part, source));
            }
        }
    }
    found
}

/// The arguments of each directive that reads a file, with its line, counted from 1.
fn directives(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.lines().zip(1..).flat_map(|(line, number)| {
        line.match_indices("{{#").filter_map(move |(start, _)| {
            let (inner, _) = line[start + 3..].split_once("}}")?;
            let (name, arguments) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
            (READING.contains(&name) && !line[..start].ends_with('\\'))
                .then_some((number, arguments))
        })
    })
}

/// The file that a directive reads, and what part of it.
fn target(arguments: &str) -> (&str, &str) {
    let target = arguments.split_whitespace().next().unwrap_or_default();
    target.split_once(':').unwrap_or((target, ""))
}

/// Looks for the file that a chapter includes, and for the anchor in it.
pub(crate) fn resolve(root: &Path, chapter: &Path, arguments: &str) -> Result<(), String> {
    let folder = root.join(folder_of(chapter));
    let (path, part) = target(arguments);
    let text = fs::read_to_string(folder.join(path))
        .map_err(|error| format!("cannot include `{path}`: {error}"))?;
    let is_range = part
        .split(':')
        .all(|bound| bound.is_empty() || bound.parse::<usize>().is_ok());
    if is_range {
        return Ok(());
    }
    lines_between(&text, part)
        .map(|_| ())
        .map_err(|problem| problem.describe(Path::new(path), part))
}

/// Why there is nothing between two anchors.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AnchorProblem {
    Unknown { known: Vec<String> },
    Open,
    Empty,
}

impl AnchorProblem {
    pub(crate) fn describe(&self, path: &Path, anchor: &str) -> String {
        let path = path.display();
        match self {
            Self::Unknown { known } => {
                format!("no anchor `{anchor}` in {path}; {}", known_are(known))
            }
            Self::Open => {
                format!("the anchor `{anchor}` in {path} has no `ANCHOR_END: {anchor}` below it")
            }
            Self::Empty => format!("nothing stands at the anchor `{anchor}` in {path}"),
        }
    }
}

/// The lines between `ANCHOR: name` and `ANCHOR_END: name`, and the number of the first, counted from 1.
/// The lines of other anchors are left out.
pub(crate) fn lines_between<'a>(
    text: &'a str,
    name: &str,
) -> Result<(usize, Vec<&'a str>), AnchorProblem> {
    let anchor = |line: &'a str, mark: &str| -> Option<&'a str> {
        let (_, rest) = line.split_once(mark)?;
        rest.split_whitespace().next()
    };
    let opens = |line: &'a str| anchor(line, "ANCHOR: ");
    let closes = |line: &'a str| anchor(line, "ANCHOR_END: ");
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| opens(line) == Some(name)) else {
        let known = lines
            .iter()
            .filter_map(|line| opens(line))
            .map(str::to_owned)
            .collect();
        return Err(AnchorProblem::Unknown { known });
    };
    let length = lines[start..]
        .iter()
        .position(|line| closes(line) == Some(name))
        .ok_or(AnchorProblem::Open)?;
    let inner = lines[start + 1..start + length].iter().copied();
    let inner: Vec<&str> = inner
        .filter(|line| opens(line).is_none() && closes(line).is_none())
        .collect();
    if inner.is_empty() {
        return Err(AnchorProblem::Empty);
    }
    Ok((start + 2, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(source: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join("a.rs"),
            "// ANCHOR: he\nfn he() {}\n// ANCHOR_END: he\n",
        )
        .unwrap();
        check(root.path(), Path::new("he.md"), source)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_is_there_is_no_fault() {
        let source = "{{#include a.rs}} {{#include a.rs:1:2}} {{#include a.rs:2:}} {{#rustdoc_include a.rs:he}} \\{{#include b.rs}} {{#figure b}}";
        assert_eq!(faults(source), Vec::<String>::new());
    }

    #[test]
    fn a_missing_file_or_anchor_is_named_with_its_line() {
        let found = faults("\n{{#include b.rs}}\n{{#rustdoc_include a.rs:xavier}}\n");
        assert!(
            found[0].starts_with("he.md:2: cannot include `b.rs`: "),
            "{found:?}"
        );
        assert_eq!(
            found[1],
            "he.md:3: no anchor `xavier` in a.rs; known are `he`"
        );
    }

    #[test]
    fn between_anchors_stand_the_lines_without_other_anchors() {
        let text =
            "a\n// ANCHOR: one\nb\n// ANCHOR: two\nc\n// ANCHOR_END: two\n// ANCHOR_END: one\n";
        assert_eq!(lines_between(text, "one"), Ok((3, vec!["b", "c"])));
        assert_eq!(
            lines_between("// ANCHOR: one\n", "one"),
            Err(AnchorProblem::Open)
        );
    }
}
