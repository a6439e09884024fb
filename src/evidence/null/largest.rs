//! The largest of many draws: how far out a sample reaches.

use super::{NullLaw, demand_alpha};
use crate::probability::{Law, gaussian_upper_tail};

/// Beyond 39 standard deviations a normal tail is below the smallest float.
const FARTHEST: f64 = 39.0;

/// `M = max |x_i|`, the largest in size of `N` independent draws from a standardized law.
///
/// `P(M ≤ t) = (1 − P(|x| > t))^N`: a power of what one draw does. For the uniform law, whose edge
/// is `√3`, that is `(t / √3)^N`: the sharpest test of a law that has an edge, since the distance to
/// it is of size `1/N`, where the error of a mean square is of size `1/√N`. No draw lies beyond an edge
/// and none can be too close to it, so that there the whole false alarm is spent on a maximum that stays too
/// far inside.
///
/// ```
/// use unit_variance::Law;
/// use unit_variance::evidence::{Largest, NullLaw};
///
/// // Sixty uniform draws tell their edge from one that is nearer by √2.
/// let (low, high) = Largest::of(Law::Uniform, 60).interval(1e-9);
/// assert!(low > 1.5_f64.sqrt() && high == 3_f64.sqrt());
///
/// // A million normal draws reach beyond four standard deviations, and not beyond nine.
/// let (low, high) = Largest::of(Law::Normal, 1_000_000).interval(1e-9);
/// assert!(4.0 < low && high < 9.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Largest {
    law: Law,
    draws: u64,
    /// How often a draw is an outlier, and its size.
    outliers: (f64, f64),
}

impl Largest {
    /// The largest of `draws` draws.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub const fn of(law: Law, draws: u64) -> Self {
        assert!(draws > 0, "the largest of no draws is nothing");
        Self {
            law,
            draws,
            outliers: (0.0, 0.0),
        }
    }

    /// The same if each draw is, with probability `rate`, replaced by one of this size: below it,
    /// `P(M ≤ t) = ((1 − rate)(1 − P(|x| > t)))^N`.
    ///
    /// ```
    /// use unit_variance::Law;
    /// use unit_variance::evidence::{Largest, NullLaw};
    ///
    /// // One outlier in a million: a million draws hold none with probability 1/e.
    /// let law = Largest::of(Law::Normal, 1_000_000).with_outliers(1e-6, 1e3);
    /// assert!((law.lower_tail(100.0) - (-1.0_f64).exp()).abs() < 1e-6);
    /// ```
    ///
    /// # Panics
    ///
    /// If the rate is not between 0 and 1, or the size is not positive.
    #[track_caller]
    #[must_use]
    pub const fn with_outliers(self, rate: f64, size: f64) -> Self {
        assert!(
            0.0 < rate && rate < 1.0 && size > 0.0,
            "outliers have a rate between 0 and 1 and a positive size"
        );
        Self {
            outliers: (rate, size),
            ..self
        }
    }

    /// `ln P(no draw is above t)`, where an outlier of just this size is above or not.
    fn log_below(self, t: f64, outlier_is_above: bool) -> f64 {
        let outside = match self.law {
            Law::Normal => 2.0 * gaussian_upper_tail(t),
            law => 2.0 * law.cdf(-t),
        };
        let (rate, size) = self.outliers;
        let above = if t < size || (t == size && outlier_is_above) {
            outside + rate - outside * rate
        } else {
            outside * (1.0 - rate)
        };
        self.draws as f64 * libm::log1p(-above.clamp(0.0, 1.0))
    }

    /// As far as the search for a quantile goes.
    fn reach(self) -> f64 {
        let (_, size) = self.outliers;
        self.law.bound().min(FARTHEST).max(2.0 * size)
    }
}

impl NullLaw for Largest {
    fn lower_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else {
            libm::exp(self.log_below(x, false))
        }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else {
            -libm::expm1(self.log_below(x, true))
        }
    }

    fn center(&self) -> f64 {
        self.quantile(0.5, 1.0)
    }

    fn spread(&self) -> f64 {
        0.5 * (self.quantile(0.25, 1.0) - self.quantile(0.25, -1.0))
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    /// Where there is an edge, an error of the claimed size is an error of the edge.
    fn is_scale(&self) -> bool {
        self.law.bound().is_finite() && self.outliers.0 == 0.0
    }

    #[track_caller]
    fn interval(&self, alpha: f64) -> (f64, f64) {
        demand_alpha(alpha);
        if self.is_scale() {
            (self.quantile(alpha, -1.0), self.law.bound())
        } else {
            let half = alpha / 2.0;
            (self.quantile(half, -1.0), self.quantile(half, 1.0))
        }
    }

    fn p_value(&self, x: f64) -> f64 {
        let lower = self.lower_tail(x);
        if x.is_nan() {
            f64::NAN
        } else if !self.is_scale() {
            (2.0 * lower.min(self.upper_tail(x))).min(1.0)
        } else if x > self.law.bound() {
            0.0
        } else {
            lower
        }
    }

    /// By bisection: a law with an edge has no tail beyond it whose logarithm could be followed.
    fn quantile(&self, tail: f64, side: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.reach());
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            let is_below = if side > 0.0 {
                self.upper_tail(middle) > tail
            } else {
                self.lower_tail(middle) < tail
            };
            if is_below {
                low = middle;
            } else {
                high = middle;
            }
        }
        if side > 0.0 { high } else { low }
    }

    fn describe(&self) -> String {
        let outliers = match self.outliers {
            (0.0, _) => String::new(),
            (rate, size) => format!(", {rate:e} of them replaced by ±{size}"),
        };
        format!(
            "largest in size of {} draws from {:?}{outliers}",
            self.draws, self.law
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_largest_uniform_draw_has_a_power_as_its_law() {
        let largest = Largest::of(Law::Uniform, 60);
        let edge = 3_f64.sqrt();
        assert_relative_eq!(
            largest.lower_tail(0.9 * edge),
            0.9_f64.powi(60),
            max_relative = 1e-12
        );
        assert_relative_eq!(
            largest.upper_tail(0.9 * edge),
            1.0 - 0.9_f64.powi(60),
            max_relative = 1e-12
        );
        let (low, high) = largest.interval(1e-9);
        assert_relative_eq!(low, edge * libm::pow(1e-9, 1.0 / 60.0), max_relative = 1e-9);
        assert_eq!((high, largest.upper_tail(1.0001 * edge)), (edge, 0.0));
        assert_relative_eq!(largest.p_value(low), 1e-9, max_relative = 1e-6);
        assert_eq!(
            (largest.p_value(edge), largest.p_value(1.0001 * edge)),
            (1.0, 0.0)
        );
        assert!(largest.p_value(f64::NAN).is_nan());
    }

    #[test]
    fn the_reach_of_normal_draws_is_that_of_scipy() {
        // norm.isf(-expm1(log1p(-5e-10) / n) / 2) and norm.isf(-expm1(log(5e-10) / n) / 2)
        for (n, low, high) in [
            (1_000, 2.304_605, 7.225_299),
            (1_000_000, 4.249_590, 8.111_497),
        ] {
            let interval = Largest::of(Law::Normal, n).interval(1e-9);
            assert_relative_eq!(interval.0, low, max_relative = 1e-5);
            assert_relative_eq!(interval.1, high, max_relative = 1e-5);
        }
    }

    #[test]
    fn outliers_stick_out_unless_there_are_none() {
        let rare = Largest::of(Law::Normal, 1_000).with_outliers(1e-5, 100.0);
        let none = Largest::of(Law::Normal, 1_000);
        let missed = (1.0 - 1e-5_f64).powi(1_000);
        assert_relative_eq!(
            rare.lower_tail(4.0),
            missed * none.lower_tail(4.0),
            max_relative = 1e-9
        );
        assert_relative_eq!(rare.upper_tail(100.0), 1.0 - missed, max_relative = 1e-9);
        assert_eq!((rare.lower_tail(100.0), rare.upper_tail(100.1)), (1.0, 0.0));
        let (low, high) = rare.interval(1e-9);
        assert!(low < 3.0 && (high - 100.0).abs() < 1e-9 && high >= 100.0);
    }

    #[test]
    fn a_cut_law_reaches_its_edge() {
        let law = Law::TRUNCATED_NORMAL;
        let (low, high) = Largest::of(law, 100_000).interval(1e-9);
        assert!(0.99 * law.bound() < low && high == law.bound());
    }

    #[test]
    fn no_more_than_its_tail_lies_beyond_a_quantile() {
        // The law has a step at the size of its outliers, which the quantiles must leave inside, however large it is.
        for size in [100.0, 1e20] {
            let law = Largest::of(Law::Normal, 1_000).with_outliers(1e-2, size);
            for tail in [1e-3, 5e-10] {
                let (low, high) = (law.quantile(tail, -1.0), law.quantile(tail, 1.0));
                assert!(
                    law.lower_tail(low) <= tail && law.upper_tail(high) <= tail,
                    "{size}, {tail}: {low} to {high}"
                );
            }
            // Between the normal draws and the outliers no more draws lie above than at 50: the quantile is the first such place.
            assert!(law.quantile(law.upper_tail(50.0), 1.0) < 50.0);
        }
    }
}
