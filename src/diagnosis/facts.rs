//! What one pass over a tensor finds: counts, moments, tails, slices, and a part of it that is kept.

use ndarray::{ArrayViewD, NdFloat};

use super::bins::Tail;
use super::precision::Precision;
use super::sample::Sample;
use super::scan::Scan;
use super::slices::Slice;

/// What one pass over a tensor finds; in `O(rows + columns)` of memory and a [`Sample`].
#[derive(Debug, Clone)]
pub struct Facts {
    /// The lengths of the axes.
    pub shape: Vec<usize>,
    /// The product of the lengths.
    pub count: u64,
    /// The format whose numbers the values are.
    pub precision: Precision,
    /// How many values are NaN, and the index of the first.
    pub nans: (u64, Option<u64>),
    /// How many are infinite, and the index of the first.
    pub infinities: (u64, Option<u64>),
    /// `#{x = 0}`.
    pub zeros: u64,
    /// `#{x > 0}`.
    pub positive: u64,
    /// `#{x < 0}`.
    pub negative: u64,
    /// The smallest value; NaN if there is none that is a number.
    pub minimum: f64,
    /// The largest value.
    pub maximum: f64,
    /// `Σx/N`.
    pub mean: f64,
    /// `√(Σ(x − mean)²/N)`.
    pub std_dev: f64,
    /// `Σx²/N`.
    pub second_moment: f64,
    /// `Σ(x − mean)⁴/N` over the square of the variance; NaN of a constant.
    pub kurtosis: f64,
    /// The counts at and beyond the edges.
    pub tails: Vec<Tail>,
    /// The slices along the first axis; none of a tensor with fewer than two axes.
    pub rows: Vec<Slice>,
    /// The slices along the last axis; of a last axis of length 1, along the last two.
    pub columns: Vec<Slice>,
    /// The signs of the first 256 values, a bit each.
    pub signs: [u64; 4],
    /// A hash of all values.
    pub fingerprint: u64,
    /// The values that are kept for what needs a matrix.
    pub sample: Sample,
}

impl Facts {
    /// The facts of an array, in any memory order.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::diagnosis::{Facts, Precision};
    ///
    /// let facts = Facts::of(array![[1.0_f32, -1.0], [3.0, -3.0]].view().into_dyn(), Precision::F32);
    /// assert_eq!((facts.count, facts.mean, facts.second_moment), (4, 0.0, 5.0));
    /// assert_eq!(facts.largest(), 3.0);
    /// ```
    pub fn of<F: NdFloat + Into<f64>>(array: ArrayViewD<'_, F>, stored: Precision) -> Self {
        const BLOCK: usize = 4096;
        let mut scan = Scan::new(array.shape(), stored, false);
        let mut block = Vec::with_capacity(BLOCK);
        for x in array {
            block.push((*x).into());
            if block.len() == BLOCK {
                scan.add(&block);
                block.clear();
            }
        }
        scan.add(&block);
        scan.finish()
    }

    /// How many values are no numbers.
    pub const fn non_finite(&self) -> u64 {
        self.nans.0 + self.infinities.0
    }

    /// `max |x|`.
    pub fn largest(&self) -> f64 {
        if self.maximum > -self.minimum {
            self.maximum
        } else {
            -self.minimum
        }
    }

    /// Whether all values are one number.
    pub fn is_constant(&self) -> bool {
        self.count > 0 && self.non_finite() == 0 && self.minimum == self.maximum
    }

    /// How many axes are longer than 1.
    pub fn long_axes(&self) -> usize {
        self.shape.iter().filter(|&&length| length > 1).count()
    }
}
