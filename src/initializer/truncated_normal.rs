//! Independent weights of a normal law between two ends.

use super::kernel::Size;
use super::parameter_error::{finite, positive, require};
use super::{Entrywise, Fans, ParameterError};
use crate::probability::{BlockMut, BoundedNormal, StreamRng};

/// `w ~ N(mean, std_dev²)` given `low ≤ w ≤ high`. The variance is smaller than `std_dev²`.
///
/// The parameters are those of the normal law before it is cut, and the ends are weights, not
/// multiples of `std_dev`, as in PyTorch's `trunc_normal_`. To have a given variance after the
/// cut, take [`VarianceScaling`](super::VarianceScaling) with a truncated [`Law`](crate::probability::Law).
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
    low: f64,
    high: f64,
}

impl TruncatedNormal {
    /// `N(mean, std_dev²)` between `low` and `high`, either of which may be infinite.
    ///
    /// # Panics
    ///
    /// If the mean is not finite, `std_dev` not a positive finite number, or the ends are not in order.
    #[track_caller]
    pub fn new(mean: f64, std_dev: f64, low: f64, high: f64) -> Self {
        Self::try_new(mean, std_dev, low, high).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `N(mean, std_dev²)` between `low` and `high`, for numbers that somebody gave.
    ///
    /// # Errors
    ///
    /// If the mean is not finite, `std_dev` not a positive finite number, or the ends are not in order.
    pub fn try_new(mean: f64, std_dev: f64, low: f64, high: f64) -> Result<Self, ParameterError> {
        let mean = finite("a mean", mean)?;
        let std_dev = positive("a standard deviation", std_dev)?;
        if low < high {
            let law = BoundedNormal::new(mean, std_dev, low, high);
            return Ok(Self { law, low, high });
        }
        let expected = "go up";
        Err(ParameterError::Interval {
            expected,
            low,
            high,
        })
    }

    /// `N(mean, std_dev²)` cut at `cut` standard deviations on either side.
    ///
    /// # Panics
    ///
    /// If the cut is not a positive number, or as [`new`](Self::new) does.
    #[track_caller]
    pub fn with_cut(mean: f64, std_dev: f64, cut: f64) -> Self {
        Self::try_with_cut(mean, std_dev, cut).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `N(mean, std_dev²)` cut at `cut` standard deviations on either side, for numbers that somebody gave.
    ///
    /// # Errors
    ///
    /// If the cut is not a positive number, or as [`try_new`](Self::try_new).
    pub fn try_with_cut(mean: f64, std_dev: f64, cut: f64) -> Result<Self, ParameterError> {
        require(cut > 0.0, "a cut", "positive", cut)?;
        Self::try_new(mean, std_dev, mean - cut * std_dev, mean + cut * std_dev)
    }

    /// `E[w] = mean + std_dev · (φ(a) − φ(b)) / (Φ(b) − Φ(a))`, with `a` and `b` the standardized ends.
    pub fn mean(self) -> f64 {
        self.law.mean()
    }

    /// `Var(w)`.
    pub fn variance(self) -> f64 {
        self.law.variance()
    }

    /// `√Var(w)`, also where the square leaves the range.
    pub(super) fn std_dev(self) -> f64 {
        self.law.std_dev()
    }
}

impl Entrywise for TruncatedNormal {
    fn needs_fans(&self) -> bool {
        false
    }

    fn size(&self, _fans: Fans) -> Size {
        let std_dev = self.law.std_dev();
        // An end may be infinite, and no draw goes there.
        let farthest = self.mean().abs() + 40.0 * std_dev;
        Size {
            std_dev: Some(std_dev),
            largest: farthest.min(self.low.abs().max(self.high.abs())),
        }
    }

    fn fill_block(&self, _fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        block.fill_with(|| self.law.sample(rng));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::Initializer;
    use crate::probability::Streams;

    #[test]
    fn a_symmetric_cut_is_that_of_the_law() {
        let cut = TruncatedNormal::with_cut(1.0, 0.1, 2.0);
        assert_eq!(cut.mean(), 1.0);
        approx::assert_relative_eq!(
            cut.variance(),
            0.01 * 0.773_741_303_549_923_2,
            max_relative = 1e-11
        );
        let weights = cut.sample((100, 100), &mut Streams::new(8).stream("w"));
        assert!(weights.iter().all(|w| (0.8..=1.2).contains(w)));
    }

    #[test]
    #[should_panic(expected = "a cut must be positive, but is 0.0")]
    fn a_cut_of_zero_is_refused() {
        let _ = TruncatedNormal::with_cut(0.0, 1.0, 0.0);
    }
}
