//! Several drawings on one sheet, each under a heading of its own.

use super::Drawing;
use super::plot::Plot;
use super::sheet::Sheet;
use super::svg::Element;
use super::text::{Anchor, text};

/// A sheet with panels on it.
#[derive(Debug, Clone)]
pub(crate) struct Panels {
    sheet: Sheet,
    panels: Vec<Element>,
}

/// A place on the sheet, and the smaller sheet that fits there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) at: (f64, f64),
    pub(crate) sheet: Sheet,
    /// Whether it is in the first column, where the labels of a common axis stand.
    pub(crate) is_first: bool,
    /// Whether it is in the last row.
    pub(crate) is_last: bool,
}

/// Between panels.
const GAP: f64 = 18.0;
/// What a heading takes of a panel's height.
const HEADING: f64 = 16.0;

impl Panels {
    pub(crate) fn new(sheet: Sheet) -> Self {
        Self {
            sheet,
            panels: Vec::new(),
        }
    }

    /// The places of this number of columns and rows, row by row.
    pub(crate) fn grid(sheet: Sheet, columns: usize, rows: usize) -> Vec<Place> {
        let gap = sheet.pick(GAP, GAP / 2.0);
        let side = |length: f64, count: usize| (length - gap * (count - 1) as f64) / count as f64;
        let (width, height) = (side(sheet.width, columns), side(sheet.height, rows));
        (0..columns * rows)
            .map(|i| {
                let (row, column) = (i / columns, i % columns);
                Place {
                    at: (column as f64 * (width + gap), row as f64 * (height + gap)),
                    sheet: Sheet {
                        width,
                        height: height - HEADING,
                        ..sheet
                    },
                    is_first: column == 0,
                    is_last: row + 1 == rows,
                }
            })
            .collect()
    }

    /// What a first panel leaves that ends at `right`: on the page the rest of the width, on a phone a place below, so many pixels high.
    pub(crate) fn beside(sheet: Sheet, right: f64, below: f64) -> Place {
        let right = right + 10.0 + GAP;
        let rest = Sheet {
            width: sheet.width - sheet.pick(right, 0.0),
            height: sheet.pick(sheet.height, below),
            ..sheet
        };
        Place {
            at: sheet.pick((right, 0.0), (0.0, sheet.height - below)),
            ..Self::grid(rest, 1, 1)[0]
        }
    }

    /// Puts a drawing under its heading, which begins `indent` pixels from the left.
    pub(crate) fn add(
        &mut self,
        place: Place,
        (heading, indent): (&str, f64),
        drawing: impl IntoIterator<Item = Element>,
    ) {
        let heading = text("heading", (indent, 12.0), Anchor::Start, 0.0, heading);
        let drawing = Element::group("panel-body")
            .moved((0.0, HEADING))
            .children(drawing);
        let panel = Element::group("panel").moved(place.at);
        self.panels.push(panel.child(heading).child(drawing));
    }

    /// Puts a plot under its heading.
    pub(crate) fn plot(&mut self, place: Place, heading: &str, plot: Plot) {
        let indent = plot.left();
        self.add(place, (heading, indent), [plot.area()]);
    }
}

impl Drawing for Panels {
    fn finish(self, name: &str, title: &str, description: &str) -> Element {
        self.sheet
            .root(name, title, description)
            .children(self.panels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_fills_the_sheet() {
        let places = Panels::grid(Sheet::WIDE, 3, 2);
        assert_eq!(places.len(), 6);
        let last = places[5];
        assert!(last.is_last && !last.is_first);
        assert!((last.at.0 + last.sheet.width - Sheet::WIDE.width).abs() < 1e-9);
        assert!((last.at.1 + HEADING + last.sheet.height - Sheet::WIDE.height).abs() < 1e-9);
        assert!(places[3].is_first && !places[2].is_last);
    }

    #[test]
    fn what_a_panel_leaves_ends_where_the_sheet_does() {
        let beside = Panels::beside(Sheet::WIDE, 400.0, 250.0);
        assert!(beside.at.0 > 400.0 && beside.at.1 == 0.0);
        assert!((beside.at.0 + beside.sheet.width - Sheet::WIDE.width).abs() < 1e-9);
        let phone = Sheet::PHONE.of_height(700.0);
        let below = Panels::beside(phone, 300.0, 250.0);
        assert_eq!((below.at, below.sheet.width), ((0.0, 450.0), phone.width));
        assert!((below.at.1 + HEADING + below.sheet.height - phone.height).abs() < 1e-9);
    }
}
