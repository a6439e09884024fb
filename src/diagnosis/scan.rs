//! One pass over the values of a tensor, in blocks of any length.

use super::bins::Bins;
use super::facts::Facts;
use super::precision::Precision;
use super::sample::Sampler;
use super::slices::{Columns, Rows};

/// How many values are handled together: they stay in the nearest cache.
const BLOCK: usize = 2048;

/// Collects the [`Facts`] of a tensor whose values come in blocks, the last axis fastest.
///
/// ```
/// use unit_variance::diagnosis::{Precision, Scan};
///
/// let mut scan = Scan::new(&[2, 3], Precision::F32, false);
/// scan.add(&[1.0, 2.0, 3.0, 1.0]);
/// scan.add(&[2.0, 3.0]);
/// let facts = scan.finish();
/// assert_eq!(facts.mean, 2.0);
/// assert_eq!(facts.rows[0].fingerprint, facts.rows[1].fingerprint);
/// ```
#[derive(Debug)]
pub struct Scan {
    shape: Vec<usize>,
    stored: Precision,
    count: u64,
    pivot: f64,
    sums: [f64; 4],
    squares: f64,
    minimum: f64,
    maximum: f64,
    zeros: u64,
    nans: (u64, Option<u64>),
    infinities: (u64, Option<u64>),
    bits: u64,
    signs: [u64; 4],
    positive: u64,
    bins: Bins,
    rows: Rows,
    columns: Columns,
    sampler: Sampler,
}

impl Scan {
    /// For a tensor of this shape and format. As a matrix it is `(first axis, all others)`, or with `last_apart`
    /// `(all others, last axis)`.
    pub fn new(shape: &[usize], stored: Precision, last_apart: bool) -> Self {
        let count: usize = shape.iter().product();
        let first = if shape.len() < 2 { 1 } else { shape[0] };
        let mut last = shape.last().copied().unwrap_or(1);
        if last == 1 && shape.len() > 2 {
            last = shape[shape.len() - 2];
        }
        if shape.len() < 2 {
            last = 0;
        }
        let matrix = if last_apart && last > 0 {
            (count / last, last)
        } else {
            (first, count.checked_div(first).unwrap_or(0))
        };
        Self {
            shape: shape.to_vec(),
            stored,
            count: 0,
            pivot: f64::NAN,
            sums: [0.0; 4],
            squares: 0.0,
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            zeros: 0,
            nans: (0, None),
            infinities: (0, None),
            bits: 0,
            signs: [0; 4],
            positive: 0,
            bins: Bins::new(),
            rows: Rows::new(first, count.checked_div(first).unwrap_or(0)),
            columns: Columns::new(last),
            sampler: Sampler::new(matrix.0, matrix.1),
        }
    }

    /// Adds the values that come next.
    ///
    /// # Panics
    ///
    /// If there are more than the shape has.
    #[track_caller]
    pub fn add(&mut self, values: &[f64]) {
        let most = self.shape.iter().product::<usize>() as u64;
        assert!(
            self.count + values.len() as u64 <= most,
            "a tensor of shape {:?} has {most} values, and more are given",
            self.shape
        );
        for block in values.chunks(BLOCK) {
            self.add_block(block);
        }
    }

    fn add_block(&mut self, block: &[f64]) {
        if self.count == 0
            && let Some(first) = block.iter().find(|x| x.is_finite())
        {
            self.pivot = *first;
        }
        if self.count < 256 {
            for (i, x) in (self.count..256).zip(block) {
                self.signs[i as usize / 64] |= u64::from(*x < 0.0) << (i % 64);
            }
        }
        // No number, or one whose square is none.
        if !self.add_moments(block).is_finite() {
            self.count_non_finite(block);
        }
        self.add_range(block);
        self.bins.add(block);
        self.rows.add(block);
        self.columns.add(block);
        self.sampler.add(block);
        self.count += block.len() as u64;
    }

    fn count_non_finite(&mut self, block: &[f64]) {
        for (i, x) in (self.count..).zip(block) {
            let counter = if x.is_nan() {
                &mut self.nans
            } else if x.is_infinite() {
                &mut self.infinities
            } else {
                continue;
            };
            counter.0 += 1;
            counter.1 = counter.1.or(Some(i));
        }
    }

    /// Adds powers of the distances from the pivot, and returns the sum of squares.
    fn add_moments(&mut self, block: &[f64]) -> f64 {
        let pivot = self.pivot;
        let mut lanes = [[0.0; 4]; 4];
        let (fours, rest) = block.as_chunks::<4>();
        for four in fours {
            for i in 0..4 {
                let d = four[i] - pivot;
                let square = d * d;
                lanes[0][i] += d;
                lanes[1][i] += square;
                lanes[2][i] += square * d;
                lanes[3][i] += square * square;
            }
        }
        for (i, x) in rest.iter().enumerate() {
            let d = x - pivot;
            for (lane, power) in lanes.iter_mut().zip(1..) {
                lane[i] += d.powi(power);
            }
        }
        let sums = lanes.map(|lane| (lane[0] + lane[1]) + (lane[2] + lane[3]));
        for (total, sum) in self.sums.iter_mut().zip(sums) {
            *total += sum;
        }
        sums[1]
    }

    /// Adds squares, the least and the greatest, and which bits are used. Each loop has so few sums that they stay in registers.
    fn add_range(&mut self, block: &[f64]) {
        let mut squares = [0.0; 4];
        let (mut low, mut high) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
        let (fours, rest) = block.as_chunks::<4>();
        for four in fours {
            for i in 0..4 {
                squares[i] += four[i] * four[i];
                low[i] = if four[i] < low[i] { four[i] } else { low[i] };
                high[i] = if four[i] > high[i] { four[i] } else { high[i] };
            }
        }
        for (i, &x) in rest.iter().enumerate() {
            squares[i] += x * x;
            low[i] = if x < low[i] { x } else { low[i] };
            high[i] = if x > high[i] { x } else { high[i] };
        }
        self.squares += (squares[0] + squares[1]) + (squares[2] + squares[3]);
        for i in 0..4 {
            self.minimum = if low[i] < self.minimum {
                low[i]
            } else {
                self.minimum
            };
            self.maximum = if high[i] > self.maximum {
                high[i]
            } else {
                self.maximum
            };
        }
        self.bits |= block.iter().fold(0, |bits, x| bits | x.to_bits());
        // Additions that may not overflow are one by one where overflow is checked.
        let count = |is: fn(f64) -> bool| {
            let add = |n: u64, x: &f64| n.wrapping_add(u64::from(is(*x)));
            block.iter().fold(0, add)
        };
        self.zeros += count(|x| x == 0.0);
        self.positive += count(|x| x > 0.0);
    }

    /// What was found.
    ///
    /// # Panics
    ///
    /// If fewer values were given than the shape has.
    #[track_caller]
    pub fn finish(self) -> Facts {
        let expected = self.shape.iter().product::<usize>() as u64;
        assert!(
            self.count == expected,
            "a tensor of shape {:?} has {expected} values, but {} were given",
            self.shape,
            self.count
        );
        let n = self.count as f64;
        let [s1, s2, s3, s4] = self.sums.map(|sum| sum / n);
        let variance = s2 - s1 * s1;
        let fourth = s4 - 4.0 * s1 * s3 + 6.0 * s1 * s1 * s2 - 3.0 * s1.powi(4);
        let constant = self.minimum == self.maximum;
        let is_empty = self.minimum > self.maximum;
        let or_nan = |x: f64| if is_empty { f64::NAN } else { x };
        // Zeros of the mantissa that all values share tell the format that they come from.
        let mantissa = self.bits & ((1 << 52) - 1);
        let used = if mantissa == 0 {
            0
        } else {
            52 - mantissa.trailing_zeros()
        };
        let precision = if constant {
            self.stored
        } else {
            Precision::of_bits(used, self.stored)
        };
        let rows = self.rows.finish();
        let fingerprint = rows.iter().fold(self.count, |hash, row| {
            (hash.rotate_left(7) ^ row.fingerprint).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        Facts {
            count: self.count,
            precision,
            nans: self.nans,
            infinities: self.infinities,
            zeros: self.zeros,
            positive: self.positive,
            negative: self.count - self.positive - self.zeros - self.nans.0,
            minimum: or_nan(self.minimum),
            maximum: or_nan(self.maximum),
            mean: if constant {
                self.minimum
            } else {
                self.pivot + s1
            },
            std_dev: if constant {
                0.0
            } else {
                variance.max(0.0).sqrt() + 0.0 * variance
            },
            second_moment: self.squares / n,
            kurtosis: if constant {
                f64::NAN
            } else {
                fourth / (variance * variance)
            },
            tails: self.bins.tails(),
            rows: if self.shape.len() < 2 {
                Vec::new()
            } else {
                rows
            },
            columns: self.columns.finish(),
            signs: self.signs,
            fingerprint,
            sample: self.sampler.finish(),
            shape: self.shape,
        }
    }
}

#[cfg(test)]
mod tests;
