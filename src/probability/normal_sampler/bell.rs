//! The bell, cut into parts of equal area: rectangles inside it, and the rest, of which one part is drawn at a time.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2};
use std::sync::LazyLock;

use libm::{erf, erfc, exp, log};
use rand::Rng;

use crate::probability::lanes::unit_interval;

pub(super) const LAYERS: usize = 1024;

/// How many of the layers are rectangles inside the bell; the rest of the layers share the slivers and the tail.
pub(super) const RECTANGLES: usize = 1021;

/// Shares of an area are in units of 2⁻⁵³.
const ALL: u64 = 1 << 53;

/// From one entry of the guide to the next.
const STEP: u64 = ALL / LAYERS as u64;

/// The whole bell.
pub(super) static WHOLE: LazyLock<Bell> = LazyLock::new(|| Bell::new(f64::INFINITY));

/// The bell cut at two, the usual cut: no draw beyond it is made. Of the whole bell about every twentieth is.
pub(super) static CUT_AT_TWO: LazyLock<Bell> = LazyLock::new(|| Bell::new(2.0));

pub(super) struct Bell {
    /// Where each rectangle ends; 0 for the layers that are none.
    pub(super) ends: [f64; LAYERS],
    /// How high each rectangle reaches.
    pub(super) tops: [f64; LAYERS],
    /// The sliver at whose right end the bell is cut; 0 if there is none.
    at_cut: usize,
    /// The area of the tail and of the slivers' boxes up to and including each, as a share of all of them, rounded up.
    pub(super) shares: [u64; RECTANGLES + 1],
    /// Where to begin the search among the shares for a number in `[j, j + 1) · STEP`.
    guide: [u16; LAYERS],
}

pub(super) fn bell(z: f64) -> f64 {
    exp(-0.5 * z * z)
}

impl Bell {
    /// The bell cut at `cut`, which may be infinite.
    fn new(cut: f64) -> Self {
        let area = FRAC_PI_2.sqrt() * erf(cut * FRAC_1_SQRT_2) / LAYERS as f64;
        let (mut ends, mut tops) = ([0.0; LAYERS], [1.0; LAYERS]);
        let widest = cut.min(8.0);
        let (mut below, mut bottom, mut at_cut) = (widest, 0.0, 0);
        for (k, (end, top)) in ends.iter_mut().zip(&mut tops).take(RECTANGLES).enumerate() {
            if widest * (bell(widest) - bottom) >= area {
                // Below the curve from 0 to the cut.
                (*end, *top) = (widest, bottom + area / widest);
                at_cut = k + 1;
            } else {
                // The widest rectangle on `bottom` with this area whose corner lies on the curve. Narrower
                // ones are larger, down to the point where `f(z)(1 − z²) = bottom`, left of 1.
                let largest = bisect(0.0, 1.0, |z| bell(z) * (1.0 - z * z) - bottom);
                *end = bisect(largest, below, |z| z * (bell(z) - bottom) - area);
                *top = bell(*end);
            }
            (below, bottom) = (*end, *top);
        }
        let mut bell = Self {
            ends,
            tops,
            at_cut,
            shares: [0; RECTANGLES + 1],
            guide: [0; LAYERS],
        };
        let tail = if at_cut == 0 {
            FRAC_PI_2.sqrt() * erfc(ends[0] * FRAC_1_SQRT_2)
        } else {
            0.0
        };
        let mut areas = [tail; RECTANGLES + 1];
        for k in 1..=RECTANGLES {
            let sliver = bell.sliver(k);
            areas[k] = areas[k - 1] + sliver.width * sliver.height;
        }
        let all = areas[RECTANGLES];
        bell.shares = areas.map(|area| (area / all * ALL as f64).ceil() as u64);
        for (j, first) in bell.guide.iter_mut().enumerate() {
            let x = j as u64 * STEP;
            *first = bell.shares.partition_point(|&share| share <= x) as u16;
        }
        bell
    }

    /// The box between the ends of rectangle `k` and of the one below it: of no width, if both end at the cut. Above the highest
    /// rectangle there is one more, which reaches to the top of the bell.
    pub(super) fn sliver(&self, k: usize) -> Sliver {
        Sliver {
            left: self.ends[k],
            width: self.ends[k - 1] - self.ends[k],
            bottom: self.tops[k - 1],
            height: self.tops[k] - self.tops[k - 1],
            is_cut: k == self.at_cut,
        }
    }

    /// A draw from what the rectangles leave of the bell, with a sign.
    pub(super) fn sample_rest<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        loop {
            let word = rng.next_u64();
            let x = word >> 11;
            let mut region = usize::from(self.guide[(x / STEP) as usize]);
            // The first step, taken about a quarter of the time, without a branch that the processor would have to guess.
            region += usize::from(self.shares[region] <= x);
            while self.shares[region] <= x {
                region += 1;
            }
            let sign = if word & 1 == 0 { 1.0 } else { -1.0 };
            if region == 0 {
                return sign * self.sample_tail(rng);
            }
            let [x, y] = std::array::from_fn(|_| unit_interval(rng.next_u64()));
            if let Some(z) = self.sliver(region).under_curve(x, y) {
                return sign * z;
            }
        }
    }

    /// A draw beyond the first rectangle, after G. Marsaglia (1964), *Generating a variable from the tail of the normal distribution*.
    fn sample_tail<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let start = self.ends[0];
        loop {
            let beyond = -log(1.0 - unit_interval(rng.next_u64())) / start;
            let exponential = -log(1.0 - unit_interval(rng.next_u64()));
            if 2.0 * exponential > beyond * beyond {
                return start + beyond;
            }
        }
    }
}

/// A box through which the bell's curve runs, `left..left + width` by `bottom..bottom + height`: from its upper left corner to its
/// lower right one, or to a cut above that.
pub(super) struct Sliver {
    pub(super) left: f64,
    pub(super) width: f64,
    pub(super) bottom: f64,
    pub(super) height: f64,
    is_cut: bool,
}

impl Sliver {
    /// The place `x` of the width, if what is `y` of the height there is below the curve.
    pub(super) fn under_curve(&self, x: f64, y: f64) -> Option<f64> {
        let z = self.left + self.width * x;
        // Where the diagonal is farther than the curve can be from it, that decides, and no exponential is needed.
        let above_diagonal = self.height * (x + y - 1.0);
        let bend = self.bend();
        let is_below = above_diagonal < -bend
            || above_diagonal < bend && self.bottom + self.height * y < bell(z);
        is_below.then_some(z)
    }

    /// A bound of the distance of curve and diagonal: the square of the width by an eighth of the largest second derivative,
    /// `(z² − 1) f(z)`, and a little for rounding; at a cut none.
    pub(super) fn bend(&self) -> f64 {
        if self.is_cut {
            return f64::INFINITY;
        }
        let slope = |z: f64| (z * z - 1.0).abs();
        let steepest = slope(self.left).max(slope(self.left + self.width));
        let largest = steepest * (self.bottom + self.height);
        self.width * self.width * largest / 8.0 + 1e-9 * self.height
    }
}

#[inline(always)]
pub(super) fn layer(word: u64) -> usize {
    word as usize % LAYERS
}

#[inline(always)]
pub(super) fn is_rectangle(word: u64) -> bool {
    layer(word) < RECTANGLES
}

/// A zero between `left`, where `f` is positive, and `right`, where it is negative.
pub(super) fn bisect(mut left: f64, mut right: f64, f: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = f64::midpoint(left, right);
        if middle <= left || middle >= right {
            return left;
        }
        if f(middle) > 0.0 {
            left = middle;
        } else {
            right = middle;
        }
    }
}
