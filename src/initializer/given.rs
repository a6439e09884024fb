//! Independent weights with the parameters as given, whatever the fans.

use super::kernel::Size;
use super::parameter_error::{finite, positive};
use super::{Entrywise, Fans, ParameterError};
use crate::probability::{BlockMut, Law, StreamRng, fill_normal, fill_uniform};

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
///
/// Biases, which have one axis and no fans:
///
/// ```
/// use unit_variance::initializer::{KernelMut, Normal};
/// use unit_variance::{Initializer, Layout, Streams};
///
/// let mut biases = vec![0_f32; 300];
/// let small = Normal::new(0.0, 1e-3);
/// small.fill(KernelMut::of(&mut biases, &[300]), Layout::Bias, &mut Streams::new(1).stream("bias"));
/// assert!(biases.iter().all(|b| *b != 0.0 && b.abs() < 0.02));
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
        Self::try_new(mean, std_dev).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `N(mean, std_dev²)`, for numbers that somebody gave.
    ///
    /// # Errors
    ///
    /// If the mean is not finite, or `std_dev` not a positive finite number.
    pub fn try_new(mean: f64, std_dev: f64) -> Result<Self, ParameterError> {
        Ok(Self {
            mean: finite("a mean", mean)?,
            std_dev: positive("a standard deviation", std_dev)?,
        })
    }
}

impl Entrywise for Normal {
    fn needs_fans(&self) -> bool {
        false
    }

    fn size(&self, _fans: Fans) -> Size {
        let around_zero = Size::of(Law::Normal, self.std_dev);
        Size {
            largest: self.mean.abs() + around_zero.largest,
            ..around_zero
        }
    }

    fn fill_block(&self, _fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        fill_normal(block, self.std_dev, rng, |w| self.mean + w);
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
        Self::try_new(low, high).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `U(low, high)`, for ends that somebody gave.
    ///
    /// # Errors
    ///
    /// If the ends are not finite, or not in order.
    pub fn try_new(low: f64, high: f64) -> Result<Self, ParameterError> {
        if low < high && low.is_finite() && high.is_finite() {
            return Ok(Self { low, high });
        }
        let expected = "be finite and go up";
        Err(ParameterError::Interval {
            expected,
            low,
            high,
        })
    }

    /// Half of the length, which may itself be infinite.
    fn half_length(self) -> f64 {
        let length = self.high - self.low;
        if length.is_finite() {
            0.5 * length
        } else {
            0.5 * self.high - 0.5 * self.low
        }
    }
}

impl Entrywise for Uniform {
    fn needs_fans(&self) -> bool {
        false
    }

    fn size(&self, _fans: Fans) -> Size {
        Size {
            std_dev: Some(self.half_length() / 3_f64.sqrt()),
            largest: self.low.abs().max(self.high.abs()),
        }
    }

    fn fill_block(&self, _fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        let center = f64::midpoint(self.low, self.high);
        // The sum rounds, so the end of an interval far from 0 may be passed by its last bit.
        let inside = |w: f64| (center + w).clamp(self.low, self.high);
        fill_uniform(block, self.half_length(), rng, inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::Initializer;
    use crate::probability::Streams;

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
        // Their sizes fill (0, 1) times the largest float. Hoeffding: a mean of 10 000 numbers within (0, 1) is this far off
        // with probability 2 exp(−2 · 10⁴ · 0.035²) = 5e-11.
        let sizes = weights.iter().map(|w| w.abs() / f64::MAX);
        let mean = sizes.sum::<f64>() / weights.len() as f64;
        assert!((mean - 0.5).abs() < 0.035, "{mean}");
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
    #[should_panic(expected = "must be finite and go up, but is from 1 to 1")]
    fn an_interval_of_one_point_is_refused() {
        let _ = Uniform::new(1.0, 1.0);
    }
}
