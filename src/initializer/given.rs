//! Independent weights with the parameters as given, whatever the fans.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::{Initializer, Layout, fill_blocks};
use crate::probability::{BoundedNormal, Law, Streams, fill_uniform};

/// `w ~ N(mean, std_dev²)`.
///
/// ```
/// use unit_variance::initializer::Normal;
/// use unit_variance::{Initializer, Moments, Streams};
///
/// // Every weight of GPT-2 begins like this, whatever the width.
/// let gpt2 = Normal::new(0.0, 0.02);
/// let weight = gpt2.sample((300, 300), &mut Streams::new(1).stream("weight"));
/// let moments: Moments = weight.iter().collect();
/// assert!((moments.std_dev() - 0.02).abs() < 4e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    mean: f64,
    std_dev: f64,
}

impl Normal {
    /// `N(mean, std_dev²)`.
    ///
    /// # Panics
    ///
    /// If the mean is not finite, or `std_dev` not a positive finite number.
    #[track_caller]
    pub fn new(mean: f64, std_dev: f64) -> Self {
        check_moments(mean, std_dev);
        Self { mean, std_dev }
    }
}

impl Initializer for Normal {
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, _layout: Layout, rng: &mut dyn Rng) {
        fill_blocks(kernel, 0, Streams::from_rng(rng), |mut rng, block| {
            Law::Normal.fill_block(self.std_dev, block, &mut rng);
            for w in block {
                *w += self.mean;
            }
        });
    }
}

/// `w ~ U(low, high)`: variance `(high − low)² / 12`.
///
/// ```
/// use unit_variance::initializer::Uniform;
/// use unit_variance::{Initializer, Streams};
///
/// let weight = Uniform::new(-0.05, 0.05).sample((30, 30), &mut Streams::new(1).stream("w"));
/// assert!(weight.iter().all(|w| w.abs() <= 0.05));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// `U(low, high)`.
    ///
    /// # Panics
    ///
    /// If the ends are not finite, or not in order.
    #[track_caller]
    pub fn new(low: f64, high: f64) -> Self {
        assert!(
            low < high && low.is_finite() && high.is_finite(),
            "an interval must be finite and go up, but is from {low} to {high}"
        );
        Self { low, high }
    }
}

impl Initializer for Uniform {
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, _layout: Layout, rng: &mut dyn Rng) {
        let center = f64::midpoint(self.low, self.high);
        let length = self.high - self.low;
        let half = if length.is_finite() {
            0.5 * length
        } else {
            0.5 * self.high - 0.5 * self.low
        };
        fill_blocks(kernel, 0, Streams::from_rng(rng), |mut rng, block| {
            fill_uniform(block, half, &mut rng);
            // The sum rounds, so the end of an interval far from 0 may be passed by its last bit.
            for w in block {
                *w = (center + *w).clamp(self.low, self.high);
            }
        });
    }
}

/// `w ~ N(mean, std_dev²)` given `low ≤ w ≤ high`. The variance is smaller than `std_dev²`.
///
/// The parameters are those of the normal law before it is cut, and the ends are weights, not
/// multiples of `std_dev`, as in PyTorch's `trunc_normal_`. To have a given variance after the
/// cut, take [`VarianceScaling`](super::VarianceScaling) with a truncated [`Law`].
///
/// ```
/// use unit_variance::initializer::TruncatedNormal;
/// use unit_variance::{Initializer, Streams};
///
/// let positive = TruncatedNormal::new(0.0, 1.0, 0.0, f64::INFINITY);
/// assert!((positive.mean() - (2.0 / std::f64::consts::PI).sqrt()).abs() < 1e-15);
/// let weight = positive.sample((20, 20), &mut Streams::new(1).stream("weight"));
/// assert!(weight.iter().all(|&w| w >= 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruncatedNormal {
    law: BoundedNormal,
}

impl TruncatedNormal {
    /// `N(mean, std_dev²)` between `low` and `high`, either of which may be infinite.
    ///
    /// # Panics
    ///
    /// If the mean is not finite, `std_dev` not a positive finite number, or the ends are not in order.
    #[track_caller]
    pub fn new(mean: f64, std_dev: f64, low: f64, high: f64) -> Self {
        check_moments(mean, std_dev);
        assert!(
            low < high && low < f64::INFINITY && high > f64::NEG_INFINITY,
            "an interval must go up, but is from {low} to {high}"
        );
        Self {
            law: BoundedNormal::new(mean, std_dev, low, high),
        }
    }

    /// `N(mean, std_dev²)` cut at `cut` standard deviations on either side.
    ///
    /// # Panics
    ///
    /// If the cut is not a positive number, or as [`new`](Self::new) does.
    #[track_caller]
    pub fn with_cut(mean: f64, std_dev: f64, cut: f64) -> Self {
        assert!(cut > 0.0, "a cut must be positive, but is {cut}");
        Self::new(mean, std_dev, mean - cut * std_dev, mean + cut * std_dev)
    }

    /// `E[w] = mean + std_dev · (φ(a) − φ(b)) / (Φ(b) − Φ(a))`, with `a` and `b` the standardized ends.
    pub fn mean(self) -> f64 {
        self.law.mean()
    }

    /// `Var(w)`.
    pub fn variance(self) -> f64 {
        self.law.variance()
    }
}

impl Initializer for TruncatedNormal {
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, _layout: Layout, rng: &mut dyn Rng) {
        fill_blocks(kernel, 0, Streams::from_rng(rng), |mut rng, block| {
            block.fill_with(|| self.law.sample(&mut rng));
        });
    }
}

#[track_caller]
fn check_moments(mean: f64, std_dev: f64) {
    assert!(mean.is_finite(), "a mean must be finite, but is {mean}");
    assert!(
        std_dev > 0.0 && std_dev.is_finite(),
        "a standard deviation must be a positive finite number, but is {std_dev}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(initializer: &dyn Initializer) -> Vec<f64> {
        let weight = initializer.sample((100, 100), &mut Streams::new(8).stream("w"));
        weight.into_iter().collect()
    }

    #[test]
    fn a_mean_is_added() {
        let plain = sample(&Normal::new(0.0, 0.5));
        let moved = sample(&Normal::new(3.0, 0.5));
        assert!(plain.iter().zip(&moved).all(|(a, b)| a + 3.0 == *b));
    }

    #[test]
    fn uniform_weights_fill_their_interval() {
        // The least and the largest of 10 000 miss a thousandth of the interval with probability 0.999^10000 = 5e-5 each;
        // a hundredth with probability 2e-44.
        let weights = sample(&Uniform::new(2.0, 3.0));
        let least = weights.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!((2.0..2.01).contains(&least) && (2.99..=3.0).contains(&largest));
    }

    #[test]
    fn an_interval_may_be_longer_than_the_largest_float() {
        let weights = sample(&Uniform::new(-f64::MAX, f64::MAX));
        let largest = weights.iter().fold(0.0_f64, |a, w| a.max(w.abs()));
        assert!(largest.is_finite() && largest > 0.99 * f64::MAX);
    }

    #[test]
    fn a_symmetric_cut_is_that_of_the_law() {
        let cut = TruncatedNormal::with_cut(1.0, 0.1, 2.0);
        assert_eq!(cut.mean(), 1.0);
        approx::assert_relative_eq!(
            cut.variance(),
            0.01 * 0.773_741_303_549_247_7,
            max_relative = 1e-11
        );
        assert!(sample(&cut).iter().all(|w| (0.8..=1.2).contains(w)));
    }

    #[test]
    #[should_panic(expected = "a standard deviation must be a positive finite number, but is NaN")]
    fn a_nan_standard_deviation_is_refused() {
        let _ = Normal::new(0.0, f64::NAN);
    }

    #[test]
    #[should_panic(expected = "must be finite and go up, but is from 1 to 0")]
    fn an_interval_that_goes_down_is_refused() {
        let _ = Uniform::new(1.0, 0.0);
    }

    #[test]
    #[should_panic(expected = "a cut must be positive, but is 0")]
    fn a_cut_of_zero_is_refused() {
        let _ = TruncatedNormal::with_cut(0.0, 1.0, 0.0);
    }
}
