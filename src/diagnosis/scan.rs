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
        // The sum of |x| · 0 is NaN if one of them is no number.
        if block.iter().fold(0.0, |sum, x| sum + x * 0.0).is_nan() {
            self.count_non_finite(block);
        }
        self.add_moments(block);
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

    fn add_moments(&mut self, block: &[f64]) {
        const LANES: usize = 4;
        let pivot = self.pivot;
        let mut lanes = [[0.0; LANES]; 5];
        let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let (mut zeros, mut positive, mut bits) = ([0_u64; LANES], [0_u64; LANES], [0_u64; LANES]);
        let (fours, rest) = block.as_chunks::<LANES>();
        let mut padded = [[pivot; LANES]; 1];
        padded[0][..rest.len()].copy_from_slice(rest);
        let padding = (LANES - rest.len()) % LANES;
        let tail = if rest.is_empty() {
            &padded[..0]
        } else {
            &padded[..]
        };
        for four in fours.iter().chain(tail) {
            for i in 0..LANES {
                let x = four[i];
                let d = x - pivot;
                let d2 = d * d;
                lanes[0][i] += d;
                lanes[1][i] += d2;
                lanes[2][i] += d2 * d;
                lanes[3][i] += d2 * d2;
                lanes[4][i] += x * x;
                low[i] = if x < low[i] { x } else { low[i] };
                high[i] = if x > high[i] { x } else { high[i] };
                zeros[i] += u64::from(x == 0.0);
                positive[i] += u64::from(x > 0.0);
                bits[i] |= x.to_bits();
            }
        }
        let sum = |lanes: [f64; LANES]| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        for (total, lanes) in self.sums.iter_mut().zip(lanes) {
            *total += sum(lanes);
        }
        self.squares += sum(lanes[4]) - padding as f64 * pivot * pivot;
        self.minimum = low
            .into_iter()
            .fold(self.minimum, |a, b| if b < a { b } else { a });
        self.maximum = high
            .into_iter()
            .fold(self.maximum, |a, b| if b > a { b } else { a });
        self.zeros += zeros.iter().sum::<u64>() - u64::from(pivot == 0.0) * padding as u64;
        self.positive += positive.iter().sum::<u64>() - u64::from(pivot > 0.0) * padding as u64;
        self.bits |= bits.into_iter().fold(0, |a, b| a | b);
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
