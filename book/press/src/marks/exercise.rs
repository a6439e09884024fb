//! `> [!EXERCISE] name level` and the `> [!SOLUTION]` that follows it. The solution stands beside its exercise in the source, and is printed
//! on the page with the [solutions of its part](crate::solutions): a chapter can be handed out without them.

use crate::fault::known_are;
use crate::html::escaped;

/// How much an exercise asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Minutes: a formula of the chapter, used once.
    WarmUp,
    /// An hour: an idea of one's own, or a short program.
    Problem,
    /// An evening or more: something to measure, and no single answer.
    Study,
}

impl Level {
    pub(crate) const ALL: [Self; 3] = [Self::WarmUp, Self::Problem, Self::Study];

    /// As it is written in the chapter and said on the page.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WarmUp => "warm-up",
            Self::Problem => "problem",
            Self::Study => "study",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What stands in the first line of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) name: &'a str,
    pub(crate) level: Level,
}

impl<'a> Head<'a> {
    /// Reads what follows `[!EXERCISE]`.
    pub(crate) fn read(label: &'a str) -> Result<Self, String> {
        let (name, level) = label.split_once(char::is_whitespace).unwrap_or((label, ""));
        let level = level.trim();
        if !is_proper(name) {
            return Err(format!(
                "an exercise begins with `> [!EXERCISE] name level` (its name of lowercase letters, digits and hyphens), but this one has the name `{name}`"
            ));
        }
        let levels = known_are(Level::ALL.map(Level::name));
        match Level::of(level) {
            Some(level) => Ok(Self { name, level }),
            None if level.is_empty() => {
                Err(format!("the exercise `{name}` has no level; {levels}"))
            }
            None => Err(format!(
                "the exercise `{name}` has the unknown level `{level}`; {levels}"
            )),
        }
    }
}

/// Whether this can be the name of an exercise, a project or a twin.
pub(super) fn is_proper(name: &str) -> bool {
    let proper = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(proper)
}

/// The anchor of an exercise.
pub(crate) fn anchor(name: &str) -> String {
    format!("exercise-{name}")
}

/// The anchor of its solution.
pub(crate) fn solution_anchor(name: &str) -> String {
    format!("solution-{name}")
}

/// The exercise; `text` is Markdown.
pub(crate) fn print(head: Head<'_>, number: &str, text: &str) -> String {
    let (id, level) = (anchor(head.name), head.level.name());
    format!(
        "<div class=\"exercise\" id=\"{id}\">\n<p class=\"exercise-head\"><a href=\"#{id}\">Exercise {number}</a> <span class=\"level\">{level}</span></p>\n\n{text}\n\n</div>"
    )
}

/// What stands in the place of its solution: the way to the page that has it.
pub(crate) fn print_way(head: Head<'_>, number: &str, page: &str) -> String {
    let (page, id) = (escaped(page), solution_anchor(head.name));
    format!(
        "<p class=\"to-solution\"><a href=\"{page}#{id}\">Solution of exercise {number}</a></p>"
    )
}

/// The solution, on the page that gathers them, and the way back to the chapter; `text` is Markdown.
pub(crate) fn print_solution(head: Head<'_>, number: &str, chapter: &str, text: &str) -> String {
    let (id, back) = (solution_anchor(head.name), anchor(head.name));
    let (chapter, level) = (escaped(chapter), head.level.name());
    format!(
        "<div class=\"solution\" id=\"{id}\">\n<p class=\"solution-head\"><a href=\"#{id}\">Solution {number}</a> <span class=\"level\">{level}</span> <a class=\"way-back\" href=\"{chapter}#{back}\">to exercise {number}</a></p>\n\n{text}\n\n</div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_says_its_name_and_its_level() {
        let head = Head::read("he-twice warm-up").unwrap();
        assert_eq!((head.name, head.level), ("he-twice", Level::WarmUp));
        for level in Level::ALL {
            let label = format!("a  {}", level.name());
            assert_eq!(Head::read(&label).unwrap().level, level);
        }
        assert_eq!(
            Head::read("leaky").unwrap_err(),
            "the exercise `leaky` has no level; known are `warm-up`, `problem` and `study`"
        );
        assert!(
            Head::read("leaky hard")
                .unwrap_err()
                .starts_with("the exercise `leaky` has the unknown level `hard`; ")
        );
        for nameless in ["", "Leaky study", "leaky, study"] {
            assert!(Head::read(nameless).unwrap_err().contains("has the name"));
        }
    }
}
