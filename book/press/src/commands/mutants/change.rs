//! A mutant's edits at their places in a file.

use std::ops::Range;

use anyhow::{Result, ensure};

use super::list::{Edit, Mutant};

/// A place in a text, in bytes, and what is put there.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) place: Range<usize>,
    pub(crate) text: String,
}

impl Mutant {
    /// What differs between this source and the one with the mistake, in the order of the source.
    ///
    /// # Errors
    ///
    /// If the text of an edit does not stand there exactly once, or two edits change the same text.
    pub(crate) fn changes(&self, source: &str) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for Edit { from, to } in &self.edits {
            let places: Vec<usize> = source.match_indices(from).map(|(at, _)| at).collect();
            ensure!(
                places.len() == 1,
                "the mutant `{}` changes `{}`, which stands {} times in {}: it must stand there once",
                self.name,
                from.trim(),
                places.len(),
                self.file
            );
            changes.push(difference(places[0], from, to));
        }
        changes.sort_by_key(|change| change.place.start);
        ensure!(
            changes.is_sorted_by(|a, b| a.place.end <= b.place.start),
            "two edits of the mutant `{}` change the same text",
            self.name
        );
        Ok(changes)
    }
}

/// Of two texts, of which the first stands at `start`, what is not the same at their beginnings and at their ends.
fn difference(start: usize, from: &str, to: &str) -> Change {
    let before = shared(from.chars(), to.chars());
    let (from, to) = (&from[before..], &to[before..]);
    let behind = shared(from.chars().rev(), to.chars().rev());
    let start = start + before;
    Change {
        place: start..start + from.len() - behind,
        text: to[..to.len() - behind].to_owned(),
    }
}

/// How many bytes two texts share, from the first character on.
fn shared(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    let same = a.zip(b).take_while(|(a, b)| a == b);
    same.map(|(a, _)| a.len_utf8()).sum()
}

/// A part of a source with those of the changes in it that are inside this part.
pub(crate) fn changed(source: &str, part: &Range<usize>, changes: &[Change]) -> String {
    let mut text = String::new();
    let mut done = part.start;
    let inside = |change: &&Change| is_inside(&change.place, part);
    for Change { place, text: new } in changes.iter().filter(inside) {
        text.push_str(&source[done..place.start]);
        text.push_str(new);
        done = place.end;
    }
    text + &source[done..part.end]
}

/// Whether a place belongs to a part, both ends included.
pub(crate) fn is_inside(place: &Range<usize>, part: &Range<usize>) -> bool {
    part.start <= place.start && place.end <= part.end
}

#[cfg(test)]
mod tests {
    use super::super::list::CaughtBy;
    use super::*;

    fn mutant(edits: &[(&str, &str)]) -> Mutant {
        let edit = |(from, to): &(&str, &str)| Edit {
            from: (*from).into(),
            to: (*to).into(),
        };
        Mutant {
            name: "two".into(),
            mistake: "two for one".into(),
            file: "src/lib.rs".into(),
            caught_by: CaughtBy::default(),
            edits: edits.iter().map(edit).collect(),
        }
    }

    #[test]
    fn a_change_is_what_differs_and_no_more() {
        let source = "fn f() { ½ + one }";
        let changes = mutant(&[("fn f() { ½ + one }", "fn f() { ½ - one }")]);
        let changes = changes.changes(source).unwrap();
        assert_eq!(source[changes[0].place.clone()], *"+");
        assert_eq!(changes[0].text, "-");
        let whole = 0..source.len();
        assert_eq!(changed(source, &whole, &changes), "fn f() { ½ - one }");
        assert_eq!(changed(source, &(0..3), &changes), "fn ");
    }

    #[test]
    fn what_is_put_in_or_left_out_is_a_change_too() {
        for (source, other) in [("a c", "a b c"), ("a b c", "a c"), ("a", "a a")] {
            let changes = mutant(&[(source, other)]).changes(source).unwrap();
            assert_eq!(changed(source, &(0..source.len()), &changes), other);
        }
    }

    #[test]
    fn text_that_does_not_stand_there_once_is_an_error() {
        for (source, count) in [("zero", 0), ("one one", 2)] {
            let error = mutant(&[("one", "two")]).changes(source).unwrap_err();
            let expected = format!("changes `one`, which stands {count} times in src/lib.rs");
            assert!(error.to_string().contains(&expected), "{error}");
        }
    }

    #[test]
    fn two_edits_of_one_text_are_an_error() {
        let twice = mutant(&[("one", "two"), ("one plus", "three plus")]);
        let error = twice.changes("one plus one").unwrap_err();
        assert!(error.to_string().contains("stands 2 times"), "{error}");
        let twice = mutant(&[("a one", "a two"), ("one b", "three b")]);
        let error = twice.changes("a one b").unwrap_err();
        assert!(error.to_string().contains("the same text"), "{error}");
    }
}
