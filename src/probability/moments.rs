//! Mean, second moment and variance of a sample in one pass, mergeable, and
//! safe from overflow: the moments of a signal exist as long as the signal does.

/// `mean = Σx / n`, `second_moment = Σx² / n`, `variance = second_moment − mean²`.
///
/// The second moment is what a zero-mean weight transmits; the variance is
/// what users print. Both are over the population (divided by `n`).
///
/// Values are kept divided by the power of two below the largest of them, so a
/// sample of `1e300`s has an rms, and one of `1e-300`s too. An infinite value
/// makes `rms` and `std_dev` infinite; a NaN makes everything NaN.
///
/// A single value is added as Welford does, blocks of values are merged as Chan, Golub and LeVeque
/// do (*Algorithms for computing the sample variance*, 1983).
///
/// ```
/// use unit_variance::Moments;
///
/// let m: Moments = [1e300, -1e300, 1e300, -1e300].iter().collect();
/// assert_eq!((m.mean(), m.rms()), (0.0, 1e300));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    count: u64,
    /// The power of two that `mean` and `deviations` are in units of.
    unit: f64,
    mean: f64,
    /// `Σ (x − mean)²`, in units of `unit²`.
    deviations: f64,
    /// The sum of the infinite and NaN values, and of their magnitudes; 0 if there were none.
    non_finite: [f64; 2],
}

impl Moments {
    /// The moments of nothing.
    pub const fn new() -> Self {
        Self {
            count: 0,
            unit: f64::MIN_POSITIVE,
            mean: 0.0,
            deviations: 0.0,
            non_finite: [0.0; 2],
        }
    }

    /// Adds one value.
    pub fn push(&mut self, x: f64) {
        self.count += 1;
        if !x.is_finite() {
            self.non_finite = [self.non_finite[0] + x, self.non_finite[1] + x.abs()];
            return;
        }
        self.rescale(power_of_two_below(x));
        let x = x / self.unit;
        let delta = x - self.mean;
        self.mean += delta / self.count as f64;
        self.deviations += delta * (x - self.mean);
    }

    /// The moments of a few values, in two passes that a processor can do several values at a time.
    fn of_block(values: &[f64]) -> Self {
        let finite = in_lanes(values, |sum, x| sum + 0.0 * x, |a, b| a + b) == 0.0;
        if !finite {
            let mut moments = Self::new();
            for &x in values {
                moments.push(x);
            }
            return moments;
        }
        if let Some(constant) = constant(values) {
            let unit = power_of_two_below(constant).max(f64::MIN_POSITIVE);
            return Self {
                count: values.len() as u64,
                unit,
                mean: constant / unit,
                ..Self::new()
            };
        }
        let largest = largest_magnitude(values);
        let unit = power_of_two_below(largest).max(f64::MIN_POSITIVE);
        let inverse = unit.recip(); // exact, as powers of two are
        let mean = in_lanes(values, |sum, x| sum + inverse * x, |a, b| a + b) / values.len() as f64;
        let square = |x: f64| (inverse * x - mean) * (inverse * x - mean);
        Self {
            count: values.len() as u64,
            unit,
            mean,
            deviations: in_lanes(values, |sum, x| sum + square(x), |a, b| a + b),
            non_finite: [0.0; 2],
        }
    }

    /// Adds all values of another sample.
    pub fn merge(&mut self, mut other: Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other;
            return;
        }
        self.rescale(other.unit);
        other.rescale(self.unit);
        let (n, m) = (self.count as f64, other.count as f64);
        let delta = other.mean - self.mean;
        self.mean += delta * m / (n + m);
        self.deviations += other.deviations + delta * delta * n * m / (n + m);
        self.count += other.count;
        for (sum, more) in self.non_finite.iter_mut().zip(other.non_finite) {
            *sum += more;
        }
    }

    /// How many values there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// `Σx / n`. NaN for an empty sample.
    pub fn mean(&self) -> f64 {
        self.unless_non_finite(self.non_finite[0], self.mean)
    }

    /// `√(Σx² / n)`, the root mean square. NaN for an empty sample.
    pub fn rms(&self) -> f64 {
        let variance = self.deviations / self.count as f64;
        self.unless_non_finite(
            self.non_finite[1],
            (self.mean * self.mean + variance).sqrt(),
        )
    }

    /// `√(Σ(x − mean)² / n)`, over the population. NaN for an empty sample.
    pub fn std_dev(&self) -> f64 {
        self.unless_non_finite(
            self.non_finite[1],
            (self.deviations / self.count as f64).sqrt(),
        )
    }

    /// `Σx² / n`; infinite when the square is, even where [`rms`](Self::rms) is not.
    pub fn second_moment(&self) -> f64 {
        let variance = self.deviations / self.count as f64;
        let in_units = (self.mean * self.mean + variance) * self.unit;
        self.unless_non_finite(self.non_finite[1], in_units)
    }

    /// `Σ(x − mean)² / n`; infinite when the square is, even where [`std_dev`](Self::std_dev) is not.
    pub fn variance(&self) -> f64 {
        let in_units = self.deviations / self.count as f64 * self.unit;
        self.unless_non_finite(self.non_finite[1], in_units)
    }

    /// `in_units · unit`, unless an infinite or NaN value decides.
    fn unless_non_finite(&self, non_finite: f64, in_units: f64) -> f64 {
        if self.count == 0 {
            f64::NAN
        } else if self.non_finite[1] == 0.0 {
            in_units * self.unit
        } else {
            non_finite
        }
    }

    fn rescale(&mut self, unit: f64) {
        if unit > self.unit {
            let factor = self.unit / unit;
            self.mean *= factor;
            self.deviations *= factor * factor;
            self.unit = unit;
        }
    }
}

/// How many values are taken together.
const BLOCK: usize = 256;

/// `max |x|`, or 0 if there is no value but NaN.
pub fn largest_magnitude(values: &[f64]) -> f64 {
    in_lanes(values, |largest, x| largest.max(x.abs()), f64::max)
}

/// The number that all values are: the sum of many of them, over their count, may be another one.
fn constant(values: &[f64]) -> Option<f64> {
    let (&first, rest) = values.split_first()?;
    rest.iter().all(|x| *x == first).then_some(first)
}

/// A fold from 0, done in eight lanes that are joined at the end.
fn in_lanes(values: &[f64], step: impl Fn(f64, f64) -> f64, join: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for (lane, &x) in lanes.iter_mut().zip(eight) {
            *lane = step(*lane, x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = step(*lane, x);
    }
    lanes.into_iter().fold(0.0, join)
}

/// The largest power of two not above `|x|`; 0 for zero and subnormal numbers.
fn power_of_two_below(x: f64) -> f64 {
    const EXPONENT_BITS: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(x.to_bits() & EXPONENT_BITS)
}

impl Default for Moments {
    fn default() -> Self {
        Self::new()
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut values = values.into_iter();
        let mut moments = Self::new();
        let mut block = [0.0; BLOCK];
        loop {
            let mut len = 0;
            for x in values.by_ref().take(BLOCK) {
                block[len] = x;
                len += 1;
            }
            moments.merge(Self::of_block(&block[..len]));
            if len < BLOCK {
                return moments;
            }
        }
    }
}

impl<'a> FromIterator<&'a f64> for Moments {
    fn from_iter<I: IntoIterator<Item = &'a f64>>(values: I) -> Self {
        values.into_iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    #[test]
    fn small_integers_are_exact() {
        let m: Moments = [1.0, 2.0, 3.0, 6.0].iter().collect();
        assert_eq!((m.count(), m.mean()), (4, 3.0));
        assert_relative_eq!(m.variance(), 3.5, max_relative = 1e-15);
        assert_relative_eq!(m.second_moment(), 12.5, max_relative = 1e-15);
    }

    #[test]
    fn moments_live_as_long_as_the_signal() {
        for x in [f64::MAX, 1e300, 1e-300, 5e-324] {
            let m: Moments = [x, x, -x, -x].iter().collect();
            assert_relative_eq!(m.rms(), x, epsilon = 0.0, max_relative = 1e-15);
            assert_relative_eq!(m.std_dev(), x, epsilon = 0.0, max_relative = 1e-15);
        }
    }

    #[test]
    fn a_constant_has_no_variance() {
        for x in [1e16 / 3.0, 0.1, -7.3e-300, 5e-324, 1.7e308, 0.0] {
            for n in [1, 3, 255, 256, 1000, 100_000] {
                let collected: Moments = std::iter::repeat_n(x, n).collect();
                let mut pushed = Moments::new();
                let mut merged = Moments::new();
                for _ in 0..n {
                    pushed.push(x);
                }
                for part in [3, 5, n] {
                    merged.merge(std::iter::repeat_n(x, part).collect());
                }
                for moments in [collected, pushed, merged] {
                    assert_eq!(
                        (moments.mean(), moments.std_dev()),
                        (x, 0.0),
                        "{n} times {x}"
                    );
                }
            }
        }
    }

    #[test]
    fn infinity_and_nan_are_reported() {
        let up: Moments = [1.0, f64::INFINITY].iter().collect();
        assert_eq!(
            (up.mean(), up.rms(), up.std_dev()),
            (f64::INFINITY, f64::INFINITY, f64::INFINITY)
        );
        let both: Moments = [f64::NEG_INFINITY, f64::INFINITY].iter().collect();
        assert!(both.mean().is_nan() && both.rms() == f64::INFINITY);
        let nan: Moments = [1.0, f64::NAN, f64::INFINITY].iter().collect();
        assert!(nan.mean().is_nan() && nan.rms().is_nan() && nan.std_dev().is_nan());
        assert!(Moments::new().mean().is_nan() && Moments::new().rms().is_nan());
    }

    proptest! {
        #[test]
        fn collecting_equals_adding_one_by_one(
            values in proptest::collection::vec(-1e6..1e6, 1..600),
            shift in prop_oneof![Just(0.0), Just(1e9)],
        ) {
            let collected: Moments = values.iter().map(|x| x + shift).collect();
            let mut one_by_one = Moments::new();
            for x in &values {
                one_by_one.push(x + shift);
            }
            prop_assert_eq!(collected.count(), one_by_one.count());
            let close = |a, b| approx::relative_eq!(a, b, epsilon = 1e-5, max_relative = 1e-9);
            prop_assert!(close(collected.mean(), one_by_one.mean()));
            prop_assert!(close(collected.std_dev(), one_by_one.std_dev()));
            prop_assert!(close(collected.rms(), one_by_one.rms()));
        }

        #[test]
        fn merging_equals_collecting(
            left in proptest::collection::vec(-1e3..1e3, 0..40),
            right in proptest::collection::vec(-1e9..1e9, 0..40),
        ) {
            let whole: Moments = left.iter().chain(&right).collect();
            let mut merged: Moments = left.iter().collect();
            merged.merge(right.iter().collect());
            prop_assert_eq!(merged.count(), whole.count());
            if whole.count() > 0 {
                prop_assert!(approx::relative_eq!(merged.mean(), whole.mean(), epsilon = 1e-6, max_relative = 1e-9));
                prop_assert!(approx::relative_eq!(merged.rms(), whole.rms(), max_relative = 1e-12));
                prop_assert!(approx::relative_eq!(merged.std_dev(), whole.std_dev(), epsilon = 1e-6, max_relative = 1e-9));
            }
        }
    }

    #[test]
    fn a_block_of_whole_numbers_has_exact_moments() {
        // 0 to 255 in another order. Taken one by one, they would have running means that are rounded.
        let values: Vec<f64> = (0..256).map(|i| f64::from(77 * i % 256)).collect();
        let m: Moments = values.iter().collect();
        // (n − 1) / 2 and (n² − 1) / 12
        assert_eq!((m.mean(), m.variance()), (127.5, 5461.25));
        assert_eq!(largest_magnitude(&values), 255.0);
        assert_eq!(largest_magnitude(&[1.0, f64::NAN, -3.0]), 3.0);
    }

    #[test]
    fn infinity_is_reported_from_either_part() {
        let infinite = f64::INFINITY;
        let with = |x: f64| {
            let mut m: Moments = [1.0, 2.0].iter().collect();
            m.merge([3.0, x].iter().collect());
            m
        };
        let (up, down) = (with(infinite), with(-infinite));
        assert_eq!((up.mean(), down.mean()), (infinite, -infinite));
        let mut both = up;
        both.merge(down);
        assert!(both.mean().is_nan());
        for m in [up, down, both] {
            assert_eq!((m.rms(), m.std_dev()), (infinite, infinite));
        }
    }
}
