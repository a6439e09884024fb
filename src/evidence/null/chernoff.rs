//! Chernoff's bound: tails of a sum whose law has no formula, from its moment generating function.

use super::{Grade, NullLaw};

/// `r = 2S / (N (1 + a²))`, `S = Σ φ(z_i)²` over `N` leaky ReLU units of slope `a` on the negative
/// side, with independent `z_i ~ N(0, 1)`: mean 1, variance `(6(1 + a⁴)/(1 + a²)² − 1) / N`.
///
/// `S` is `χ²_K + a² χ²_(N−K)` with `K ~ Bin(N, 1/2)`, whose distribution function has no elementary
/// form; but `E e^(λS) = (½ (1 − 2λ)^(−1/2) + ½ (1 − 2a²λ)^(−1/2))^N`, and Chernoff's bound takes
/// the best `λ`.
///
/// ```
/// use unit_variance::evidence::{LeakyReluBound, NullLaw};
///
/// let law = LeakyReluBound::new(10_000, 0.2);
/// let (low, high) = law.interval(1e-9);
/// assert!((low - 0.87).abs() < 0.01 && (high - 1.14).abs() < 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyReluBound {
    units: u64,
    slope: f64,
}

impl LeakyReluBound {
    /// The ratio of `units` leaky ReLU units of this slope.
    ///
    /// # Panics
    ///
    /// If there are no units, or the slope is not a number with a finite fourth power.
    #[track_caller]
    pub fn new(units: u64, slope: f64) -> Self {
        assert!(units > 0, "a ReLU layer needs at least one unit");
        assert!(
            slope.powi(4).is_finite(),
            "a slope must be a number with a finite fourth power, but is {slope:e}"
        );
        Self { units, slope }
    }

    /// `ln E e^(λ φ(z)²)`; infinite beyond the edge of its domain. With all digits where `λ` is small,
    /// as it is for many units.
    fn log_moment(self, lambda: f64) -> f64 {
        let part = |square: f64| 0.5 * inverse_root_less_one(2.0 * square * lambda);
        libm::log1p(part(1.0) + part(self.slope * self.slope))
    }

    /// `E φ(z)²`.
    fn mean_square(self) -> f64 {
        f64::midpoint(1.0, self.slope * self.slope)
    }
}

impl NullLaw for LeakyReluBound {
    fn lower_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            // All units are 0: possible only without a slope, and if none is active.
            return if x < 0.0 || self.slope != 0.0 {
                0.0
            } else {
                libm::pow(0.5, self.units as f64)
            };
        }
        if x >= 1.0 {
            return 1.0;
        }
        // At the best λ the tilted mean square, which is at most 1/(2λ), is the given one. Where 1/(2λ) would be
        // infinite, the tail of a larger number bounds the tail.
        let square = match x * self.mean_square() {
            square if square < f64::MIN_POSITIVE => f64::MIN_POSITIVE,
            square => square, // or NaN
        };
        chernoff(self.units, 0.5 / square, |l| {
            self.log_moment(-l) + l * square
        })
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 1.0 {
            return 1.0;
        }
        if x == f64::INFINITY {
            return 0.0;
        }
        let square = x * self.mean_square();
        let edge = 0.5 / self.slope.abs().max(1.0).powi(2);
        chernoff(self.units, edge, |l| self.log_moment(l) - l * square)
    }

    fn center(&self) -> f64 {
        1.0
    }

    fn spread(&self) -> f64 {
        let square = self.slope * self.slope;
        let variance = 6.0 * (1.0 + square * square) / (1.0 + square).powi(2) - 1.0;
        (variance / self.units as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "Chernoff's bound for {} leaky ReLU units of slope {}",
            self.units, self.slope
        )
    }

    fn grade(&self) -> Grade {
        Grade::Bound
    }

    fn is_scale(&self) -> bool {
        true
    }
}

/// `r = 2S / N`, `S = Σ relu(z_i)²`, for weights that are not Gaussian, only symmetric and strictly sub-Gaussian
/// (`ln E e^(λw) ≤ λ² σ² / 2`), such as uniform and truncated normal ones.
///
/// With `Y = 2 relu(z)²`: `E e^(λY) ≤ 1/2 + 1/2 (1 − 4λ)^(−1/2)` above, and, since the kurtosis
/// of `z` is at most 3, `E e^(−λY) ≤ 1 − λ + 3λ²` below. Chernoff's bound takes the best `λ`.
///
/// ```
/// use unit_variance::evidence::{NullLaw, SubGaussianRelu};
///
/// let (low, high) = SubGaussianRelu::new(1_000).interval(1e-9);
/// assert!((low - 0.5177).abs() < 1e-3 && (high - 1.5269).abs() < 1e-3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubGaussianRelu {
    units: u64,
}

impl SubGaussianRelu {
    /// The ratio of `units` ReLU units.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub const fn new(units: u64) -> Self {
        assert!(units > 0, "a ReLU layer needs at least one unit");
        Self { units }
    }
}

impl NullLaw for SubGaussianRelu {
    fn lower_tail(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        if x >= 1.0 {
            return 1.0;
        }
        chernoff(self.units, 1.0 / 3.0, |l| {
            libm::log1p(3.0 * l * l - l) + l * x
        })
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 1.0 {
            return 1.0;
        }
        if x == f64::INFINITY {
            return 0.0;
        }
        chernoff(self.units, 0.25, |l| {
            libm::log1p(0.5 * inverse_root_less_one(4.0 * l)) - l * x
        })
    }

    fn center(&self) -> f64 {
        1.0
    }

    fn spread(&self) -> f64 {
        (5.0 / self.units as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "Chernoff's bound for {} ReLU units with sub-Gaussian inputs",
            self.units
        )
    }

    fn grade(&self) -> Grade {
        Grade::Bound
    }

    fn is_scale(&self) -> bool {
        true
    }
}

/// `(1 − x)^(−1/2) − 1`; infinite from 1 on.
fn inverse_root_less_one(x: f64) -> f64 {
    libm::expm1(-0.5 * libm::log1p((-x).max(-1.0)))
}

/// `exp(n · min over 0 < λ < edge of exponent(λ))`, for a convex exponent, by golden section.
fn chernoff(n: u64, edge: f64, exponent: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (0.0, edge);
    for _ in 0..80 {
        let (left, right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        if exponent(left) < exponent(right) {
            b = right;
        } else {
            a = left;
        }
    }
    let least = n as f64 * exponent(f64::midpoint(a, b));
    // Not `min`, which would take a NaN for 0.
    if least > 0.0 { 1.0 } else { libm::exp(least) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{ChiSquareMean, ReluMixture};
    use approx::assert_relative_eq;

    #[test]
    fn the_bounds_contain_the_exact_intervals() {
        for n in [1_000, 10_000] {
            let exact = ReluMixture::new(n).interval(1e-9);
            for bound in [
                SubGaussianRelu::new(n).interval(1e-9),
                LeakyReluBound::new(n, 0.0).interval(1e-9),
            ] {
                assert!(bound.0 < exact.0 && exact.1 < bound.1);
            }
            // A leaky ReLU of slope 1, or −1, is no rectifier: the squares are a chi-square variable.
            let exact = ChiSquareMean::new(n).interval(1e-9);
            for slope in [1.0, -1.0] {
                let bound = LeakyReluBound::new(n, slope).interval(1e-9);
                assert!(bound.0 < exact.0 && exact.1 < bound.1);
                assert!(bound.1 - bound.0 < 1.1 * (exact.1 - exact.0), "{bound:?}");
            }
        }
    }

    #[test]
    fn only_without_a_slope_can_all_units_be_zero() {
        assert_eq!(LeakyReluBound::new(3, 0.0).lower_tail(0.0), 0.125);
        assert_eq!(LeakyReluBound::new(3, 0.2).lower_tail(0.0), 0.0);
        for slope in [0.0, 0.2] {
            assert_eq!(LeakyReluBound::new(3, slope).lower_tail(-1.0), 0.0);
        }
    }

    #[test]
    fn without_a_slope_the_two_upper_bounds_are_one() {
        let (leaky, any) = (LeakyReluBound::new(500, 0.0), SubGaussianRelu::new(500));
        assert_relative_eq!(
            leaky.upper_tail(1.4),
            any.upper_tail(1.4),
            max_relative = 1e-6
        );
    }

    #[test]
    fn the_spread_falls_from_that_of_a_relu_to_that_of_a_linear_unit() {
        for (slope, variance) in [(0.0, 5.0), (0.2, 4.556), (0.5, 3.08), (1.0, 2.0)] {
            let spread = LeakyReluBound::new(1, slope).spread();
            assert_relative_eq!(spread * spread, variance, epsilon = 1e-3);
        }
    }

    #[test]
    fn a_steep_negative_side_has_bounds_too() {
        let law = LeakyReluBound::new(2_000, 3.0);
        let (low, high) = law.interval(1e-9);
        assert!(0.0 < low && low < 1.0 && 1.0 < high && high < 2.0);
    }

    #[test]
    fn the_smallest_numbers_have_a_lower_tail() {
        for slope in [0.0, 0.2, 1e-300, 1e70] {
            let law = LeakyReluBound::new(1, slope);
            let tails = [5e-324, 1e-309, f64::MIN_POSITIVE, 1e-300].map(|x| law.lower_tail(x));
            assert!(tails.is_sorted() && tails[3] <= 1.0, "{slope}: {tails:?}");
        }
    }

    #[test]
    fn an_exponent_that_rounding_lifts_above_zero_bounds_by_one() {
        assert_eq!(chernoff(1_000, 1.0, |l| 1e-6 + l), 1.0);
        assert!(chernoff(1_000, 1.0, |_| f64::NAN).is_nan());
    }
}
