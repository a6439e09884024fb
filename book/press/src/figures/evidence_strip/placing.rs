//! Rows of labels that do not overlap at the narrowest width, and hence at no greater one.

use super::{NARROWEST, pinned, pixels};
use experiments::drawing::svg::Element;
use experiments::drawing::text::{Anchor, text};

/// Where a label is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    words: String,
    pub(super) row: usize,
    /// The part of the width at which it is anchored.
    at: f64,
    anchor: Anchor,
    /// From where to where it reaches at the narrowest width, in pixels.
    pub(super) reach: (f64, f64),
}

/// Space between two labels of a row, in pixels.
const GAP: f64 = 10.0;

/// The place of every label `(at, words)`; labels come in the order of their places.
pub(super) fn place_labels(labels: &[(f64, String)]) -> Vec<Placed> {
    let mut ends: Vec<f64> = Vec::new();
    labels
        .iter()
        .map(|(at, words)| {
            let (at, anchor, reach) = anchored(*at, pixels(words));
            let row = ends
                .iter()
                .position(|end| end + GAP <= reach.0)
                .unwrap_or(ends.len());
            if row == ends.len() {
                ends.push(reach.1);
            } else {
                ends[row] = reach.1;
            }
            Placed {
                words: words.clone(),
                row,
                at,
                anchor,
                reach,
            }
        })
        .collect()
}

/// Centered below its mark if there is room, else flush with the mark, else with the strip's end.
fn anchored(at: f64, width: f64) -> (f64, Anchor, (f64, f64)) {
    let x = at * NARROWEST;
    let fits = |reach: (f64, f64)| reach.0 >= 0.0 && reach.1 <= NARROWEST;
    [
        (at, Anchor::Middle, (x - width / 2.0, x + width / 2.0)),
        (at, Anchor::Start, (x, x + width)),
        (at, Anchor::End, (x - width, x)),
    ]
    .into_iter()
    .find(|(_, _, reach)| fits(*reach))
    .unwrap_or(if at < 0.5 {
        (0.0, Anchor::Start, (0.0, width))
    } else {
        (1.0, Anchor::End, (NARROWEST - width, NARROWEST))
    })
}

impl Placed {
    pub(super) fn text(&self, baseline: f64) -> Element {
        let words = text("label", (0.0, baseline), self.anchor, 0.0, &self.words);
        pinned(self.at, words)
    }
}
