//! Lines of type on a slide.

use experiments::drawing::svg::{Element, number};
use experiments::drawing::text::{Anchor, text, width};

/// The least size of type on a slide, in pixels of its canvas: what is read from the last row of a lecture room. Exponents and indices are
/// smaller, as everywhere.
pub(super) const LEGIBLE: f64 = 14.0;

/// A kind of type: its class and its size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) class: &'static str,
    pub(super) size: f64,
}

impl Type {
    /// From one line to the next.
    pub(super) fn leading(&self) -> f64 {
        1.36 * self.size
    }

    /// These words in lines of this width.
    pub(super) fn lines(&self, marked: &str, room: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in marked.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match (lines.last_mut(), longer) {
                (Some(line), Some(longer)) if width(&longer) * self.size <= room => *line = longer,
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// The lines, the first one with its foot at `y`.
    pub(super) fn set(&self, place: (f64, f64), anchor: Anchor, lines: &[String]) -> Element {
        text(self.class, place, anchor, self.leading(), &lines.join("\n"))
            .with("font-size", number(self.size))
    }
    /// Whether none of the lines is wider than this.
    pub(super) fn fits(&self, lines: &[String], room: f64) -> bool {
        lines.iter().all(|line| width(line) * self.size <= room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_where_the_room_ends() {
        let kind = Type {
            class: "",
            size: 10.0,
        };
        let lines = kind.lines("aaa bbb ccc dddddddddddd", 45.0);
        assert_eq!(lines, ["aaa bbb", "ccc", "dddddddddddd"]);
        assert!(kind.fits(&lines[..2], 45.0) && !kind.fits(&lines, 45.0));
    }
}
