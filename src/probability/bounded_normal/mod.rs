//! The normal law between any two bounds: draws by rejection, moments by sums of positive terms.
//!
//! Differences of distribution functions lose their digits where both ends lie in one tail or near to
//! each other. Here no two numbers that are nearly equal are subtracted: a moment is an integral of a positive function over the
//! interval, or over the part of it that has any mass in `f64`.

mod moments;
mod symmetric;

use rand::Rng;

use super::lanes::unit_interval;
use super::normal_sampler;

pub(super) use symmetric::{cdf_within, truncated_moments};

/// `X ~ N(location, scale²)` given `low ≤ X ≤ high`; an end may be infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundedNormal {
    location: f64,
    scale: f64,
    low: f64,
    high: f64,
}

impl BoundedNormal {
    /// The law of `N(location, scale²)` between these ends.
    ///
    /// ```
    /// use unit_variance::probability::BoundedNormal;
    ///
    /// // Cut at one standard deviation, less than a third of the variance is left.
    /// let cut = BoundedNormal::new(0.0, 1.0, -1.0, 1.0);
    /// assert_eq!(cut.mean(), 0.0);
    /// assert!((0.29..0.30).contains(&cut.variance()));
    /// ```
    ///
    /// # Panics
    ///
    /// If `low` is not below `high`, the location is not finite, or the scale is not a positive finite number.
    #[track_caller]
    pub fn new(location: f64, scale: f64, low: f64, high: f64) -> Self {
        assert!(
            low < high && location.is_finite() && scale > 0.0 && scale.is_finite(),
            "a normal law of location {location} and scale {scale} between {low} and {high} is none"
        );
        Self {
            location,
            scale,
            low,
            high,
        }
    }

    /// The law of `−X`.
    fn mirrored(self) -> Self {
        Self::new(-self.location, self.scale, -self.high, -self.low)
    }

    /// Whether most of the interval lies left of the location. All formulas are for the mirror image
    /// of such a law, whose density is largest at the location or at the lower end.
    fn lies_left(self) -> bool {
        let [a, b] = self.ends();
        a + b < 0.0
    }

    /// Both ends in standard deviations from the location; infinite if they leave the range of `f64`.
    fn ends(self) -> [f64; 2] {
        [self.low, self.high].map(|x| {
            let deviation = x - self.location;
            if deviation.is_infinite() && x.is_finite() {
                2.0 * ((0.5 * x - 0.5 * self.location) / self.scale)
            } else {
                deviation / self.scale
            }
        })
    }

    /// `share · (high − low)`, also where the length of the interval is no `f64`.
    fn across(self, share: f64) -> f64 {
        let length = self.high - self.low;
        if length.is_finite() {
            share * length
        } else {
            share * self.high - share * self.low
        }
    }

    /// The length of the interval in standard deviations.
    fn width(self) -> f64 {
        let length = self.high - self.low;
        if length.is_infinite() && self.low.is_finite() && self.high.is_finite() {
            2.0 * ((0.5 * self.high - 0.5 * self.low) / self.scale)
        } else {
            length / self.scale
        }
    }

    /// After C. P. Robert (1995), [*Simulation of truncated normal variables*](https://arxiv.org/abs/0907.4010).
    ///
    /// Every proposal is accepted with a probability of at least 1/8, whatever the ends.
    pub fn sample<R: Rng + ?Sized>(self, rng: &mut R) -> f64 {
        if self.lies_left() {
            return -self.mirrored().sample(rng);
        }
        let [a, b] = self.ends();
        // Beyond 1e150 the root is `a` itself, and squares leave the range of f64.
        let root = if a.abs() < 1e150 {
            (a * a + 4.0).sqrt()
        } else {
            a.abs()
        };
        let rate = f64::midpoint(a, root);
        let width = self.width();
        let x = if width < 1.0 / rate.max(0.5) {
            self.sample_narrow(a, width, rng)
        } else if a < 0.5 {
            self.location + self.scale * sample_between(a, b, rng)
        } else {
            self.low + self.scale * sample_tail(rate, width, rng)
        };
        // A product or sum rounds, so an end may be passed by the last bit.
        x.clamp(self.low, self.high)
    }

    /// From the uniform law on a short interval.
    fn sample_narrow<R: Rng + ?Sized>(self, a: f64, width: f64, rng: &mut R) -> f64 {
        loop {
            let share = unit_interval(rng.next_u64());
            let t = width * share;
            // The density over the largest one, which is at `a` or at 0.
            let exponent = if a > 0.0 {
                t * (a + 0.5 * t)
            } else {
                0.5 * (a + t) * (a + t)
            };
            if unit_interval(rng.next_u64()) < libm::exp(-exponent) {
                return self.low + self.across(share);
            }
        }
    }
}

/// `Z ~ N(0, 1)` given `a ≤ Z ≤ b`, where that is likely: from the normal law.
fn sample_between<R: Rng + ?Sized>(a: f64, b: f64, rng: &mut R) -> f64 {
    loop {
        let z = normal_sampler::sample(rng);
        if a <= z && z <= b {
            return z;
        }
    }
}

/// `Z − a` for `Z ~ N(0, 1)` given `a ≤ Z ≤ a + width`, from the exponential law with this rate,
/// `(a + √(a² + 4)) / 2`, so that `rate − a = 1 / rate`.
fn sample_tail<R: Rng + ?Sized>(rate: f64, width: f64, rng: &mut R) -> f64 {
    loop {
        let t = -libm::log(1.0 - unit_interval(rng.next_u64())) / rate;
        let off = t - 1.0 / rate;
        if unit_interval(rng.next_u64()) < libm::exp(-0.5 * off * off) && t <= width {
            return t;
        }
    }
}

#[cfg(test)]
mod tests;
