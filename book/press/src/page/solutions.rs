//! The solutions of a part on their page: each is read in its chapter and printed here.

use super::Page;
use crate::address::link;
use crate::blocks::Kind;
use crate::chapter::Chapter;
use crate::marks::exercise;
use crate::solutions::{chapters_of, heading};

impl<'a> Page<'a, '_> {
    /// What `{{#solutions part}}` stands for.
    pub(super) fn solutions(&mut self, part: &str) -> Result<String, String> {
        let chapters = chapters_of(part, self.index.chapters)?;
        let printed: Vec<String> = chapters
            .into_iter()
            .map(|chapter| self.solutions_of(chapter))
            .collect();
        Ok(printed.join("\n\n"))
    }

    /// The solutions of a chapter. What is wrong in one is a fault of the chapter, which has its source.
    fn solutions_of(&mut self, chapter: &'a Chapter) -> String {
        let mut page = Page {
            chapter,
            place: self.place,
            index: self.index,
            faults: &mut *self.faults,
            exercise: None,
        };
        let mut printed = vec![heading(chapter)];
        for block in &chapter.blocks {
            let Kind::Boxed { name, label, body } = &block.kind else {
                continue;
            };
            match (name.as_str(), page.exercise) {
                ("EXERCISE", _) => page.exercise = exercise::Head::read(label).ok(),
                ("SOLUTION", Some(head)) => {
                    let text = page.text(&body.moved(&chapter.path, page.place));
                    let number = page.number(&exercise::anchor(head.name));
                    let back = link(page.place, &chapter.path);
                    printed.push(exercise::print_solution(head, &number, &back, &text));
                }
                _ => {}
            }
        }
        printed.join("\n\n")
    }
}
