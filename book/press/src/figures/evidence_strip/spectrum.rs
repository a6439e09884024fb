//! The line of a strip: from values to places between 0 (left) and 1 (right).

use unit_variance::evidence::Evidence;

use super::{FARTHEST, LINE};
use experiments::drawing::svg::Element;

/// How values are laid out along the line.
#[derive(Debug, Clone, Copy)]
enum Layout {
    Linear,
    /// Equal steps for equal ratios: everything is positive.
    Log,
    /// Zero at the left end, then a break, then the positive values by their ratios.
    ZeroThenLog,
}

/// The part of the line that is shown, and what is accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spectrum {
    layout: Layout,
    /// The shown range, in the units of the layout: values, or their logarithms.
    shown: (f64, f64),
    /// The accepted range in the same units; its ends may be infinite.
    accepted: (f64, f64),
}

/// A place on the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) at: f64,
    /// Where the value really is, if it is not on the line.
    pub(super) beyond: Option<Side>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Both ends of the line keep this much room for marks.
const ROOM: f64 = 0.03;

/// Where zero is, and where the line is broken, if zero stands apart.
const ZERO: f64 = 0.05;
pub(super) const BREAK: f64 = 0.1;
const AFTER_BREAK: f64 = 0.15;

/// The accepted range takes at least this part of the line; foils may have to go beyond its ends.
const LEAST_ACCEPTED: f64 = 0.1;

impl Spectrum {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let interval = evidence.interval;
        let values = || {
            std::iter::once(evidence.value)
                .chain(evidence.foils.iter().map(|foil| foil.value))
                .filter(|x| x.abs() <= FARTHEST)
        };
        let layout = if interval.low > 0.0 && values().all(|x| x > 0.0) {
            Layout::Log
        } else if interval.low == 0.0 && interval.high.is_finite() && values().all(|x| x >= 0.0) {
            Layout::ZeroThenLog
        } else {
            Layout::Linear
        };
        let coordinate = |x: f64| match layout {
            Layout::Linear => x,
            Layout::Log | Layout::ZeroThenLog => x.ln(),
        };
        let accepted = (coordinate(interval.low), coordinate(interval.high));
        let (mut low, mut high) = values()
            .map(coordinate)
            .chain([accepted.0, accepted.1])
            .filter(|x| x.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            });
        if matches!(layout, Layout::ZeroThenLog) {
            // Room between the break and the smallest positive value.
            low -= 0.1 * (high - low).max(1.0);
        }
        let width = accepted.1 - accepted.0;
        if width.is_finite() && width > 0.0 {
            let middle = f64::midpoint(accepted.0, accepted.1);
            let half = width / LEAST_ACCEPTED / 2.0;
            low = low.max(middle - half);
            high = high.min(middle + half);
        }
        if low >= high {
            // A single value, or none.
            let middle = if low.is_finite() { low } else { 0.0 };
            let half = middle.abs().clamp(1.0, f64::MAX / 4.0);
            (low, high) = (middle - half, middle + half);
        }
        Self {
            layout,
            shown: (low, high),
            accepted,
        }
    }

    pub(super) fn has_zero_apart(self) -> bool {
        matches!(self.layout, Layout::ZeroThenLog)
    }

    /// Where a value is; one that is not on the line is at its end, NaN at the right one.
    pub(super) fn place(self, value: f64) -> Place {
        if self.has_zero_apart() && value == 0.0 {
            return Place {
                at: ZERO,
                beyond: None,
            };
        }
        let coordinate = match self.layout {
            Layout::Linear => value,
            Layout::Log | Layout::ZeroThenLog => value.ln(),
        };
        self.at(coordinate)
    }

    fn at(self, coordinate: f64) -> Place {
        let first = if self.has_zero_apart() {
            AFTER_BREAK
        } else {
            ROOM
        };
        let (low, high) = self.shown;
        // Halves, since the whole may be more than the largest float.
        let width = high / 2.0 - low / 2.0;
        let slack = 1e-9 * width;
        if coordinate < low - slack {
            return Place {
                at: if self.has_zero_apart() { first } else { 0.012 },
                beyond: Some(Side::Left),
            };
        }
        if coordinate <= high + slack {
            return Place {
                at: first + (coordinate / 2.0 - low / 2.0) / width * (1.0 - ROOM - first),
                beyond: None,
            };
        }
        Place {
            at: 0.988,
            beyond: Some(Side::Right),
        }
    }

    /// From where to where the accepted range is, at least a hair wide.
    pub(super) fn accepted(self) -> (f64, f64) {
        let from = if self.has_zero_apart() {
            ZERO - 0.02
        } else {
            self.at(self.accepted.0).at
        };
        let to = if self.has_zero_apart() && self.accepted.1 == f64::NEG_INFINITY {
            ZERO + 0.02
        } else {
            self.at(self.accepted.1).at
        };
        (from, to.max(from + 0.01))
    }
}

impl Place {
    /// An arrow that points to where the value is, if it is not on the line.
    pub(super) fn arrow(self) -> Option<Element> {
        let tip = match self.beyond? {
            Side::Left => -5.0,
            Side::Right => 5.0,
        };
        Some(Element::path(
            "arrow",
            [
                (-tip, LINE),
                (tip, LINE),
                (f64::NAN, 0.0),
                (0.0, LINE - 4.5),
                (tip, LINE),
                (0.0, LINE + 4.5),
            ],
        ))
    }
}
