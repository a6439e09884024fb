//! The exercises, solutions and projects of a chapter: each with its number, and nothing missing.

use super::Indexer;
use crate::blocks::Kind;
use crate::marks::{exercise, project};
use crate::passage::{Mark, Passage};

impl Indexer<'_, '_> {
    pub(super) fn exercise(&mut self, line: usize, label: &str) {
        match exercise::Head::read(label) {
            Ok(head) => self.add(&exercise::anchor(head.name), "exercise", line),
            Err(message) => self.fault(line, message),
        }
    }

    pub(super) fn project(&mut self, line: usize, label: &str, body: &Passage) {
        match project::Head::read(label) {
            Ok(head) => {
                self.add(&project::anchor(head.name), "project", line);
                if let Err(message) = project::check(head.name, &body.markdown) {
                    self.fault(line, message);
                }
            }
            Err(message) => self.fault(line, message),
        }
    }

    /// Every exercise is followed by its solution, every solution follows its exercise, and a page of the book prints them.
    pub(super) fn exercises_are_solved(&mut self) {
        let chapter = self.chapter;
        let boxes: Vec<(usize, &str, &str, &Passage)> = chapter
            .blocks
            .iter()
            .filter_map(|block| match &block.kind {
                Kind::Boxed { name, label, body } if name == "EXERCISE" || name == "SOLUTION" => {
                    let line = chapter.source_line(block.line);
                    Some((line, name.as_str(), label.as_str(), body))
                }
                _ => None,
            })
            .collect();
        let mut solved = None;
        for (i, (line, name, label, body)) in boxes.iter().enumerate() {
            let next = boxes.get(i + 1).map(|(_, name, ..)| *name);
            let before = i.checked_sub(1).map(|i| boxes[i].1);
            match *name {
                "EXERCISE" if next == Some("SOLUTION") => solved = solved.or(Some(*line)),
                "EXERCISE" => {
                    let name = exercise::Head::read(label).map_or(*label, |head| head.name);
                    self.fault(
                        *line,
                        format!(
                            "the exercise `{name}` has no solution: a `> [!SOLUTION]` must follow it"
                        ),
                    );
                }
                _ if before != Some("EXERCISE") => self.fault(
                    *line,
                    "this solution follows no exercise: a `> [!EXERCISE] name level` must come before it",
                ),
                _ => self.solution(body),
            }
        }
        if let (Some(line), Err(message)) = (solved, self.index.solutions.of(chapter)) {
            self.fault(line, message);
        }
    }

    /// A solution is printed on another page than its chapter, which has the numbers of the equations.
    fn solution(&mut self, body: &Passage) {
        for (range, mark) in body.marks() {
            if let Mark::DisplayMath {
                label: Some(label), ..
            } = mark
            {
                let line = self.chapter.source_line(body.line(range.start));
                self.fault(
                    line,
                    format!("`{label}` stands in a solution, where equations have no numbers"),
                );
            }
        }
    }
}
