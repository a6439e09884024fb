//! The law of a leaky ReLU layer's factor, whose logarithm is found with a clock.
//!
//! With slope `a` on the negative side and Gaussian weights of variance `2 / ((1 + a²) n)`, the factor is
//! `r = c (χ²_K + a² χ²_(n−K))`, where `c = 2 / ((1 + a²) n)` and `K ~ Bin(n, 1/2)`. It has no simple density, but a Laplace
//! transform:
//!
//! ```text
//! T(λ) = E e^(−λr) = [½ (1 + 2cλ)^(−1/2) + ½ (1 + 2ca²λ)^(−1/2)]^n .
//! ```
//!
//! Let an exponential variable `E` of mean 1, the clock, be independent of `r`. Then `P(E / r > λ) = T(λ)`, so that `T(e^u)` is
//! the probability that `ln E − ln r` exceeds `u`. From it follow the cumulants of the difference, and less those of `ln E`,
//! `−γ`, `π²/6` and `−2ζ(3)`, they are those of `−ln r`.

use super::gamma::{digamma_less_log, tetragamma, trigamma};
use super::layer_law::LogCumulants;

/// The law of the factor of a layer of leaky ReLU units, with the gain `√(2 / (1 + a²))`.
///
/// ```
/// use unit_variance::theory::{LayerKind, LayerLaw, LeakyLayer};
///
/// let leaky = LeakyLayer::new(80, 0.2);
/// assert!((80.0 * leaky.variance() - 4.556).abs() < 1e-3);
/// // A slope of 0 is a ReLU, and a slope of 1 no activation at all.
/// let (relu, linear) = (LayerLaw::new(LayerKind::Relu, 80), LayerLaw::new(LayerKind::Linear, 80));
/// assert!((LeakyLayer::new(80, 0.0).log().mean - relu.log().mean).abs() < 1e-12);
/// assert!((LeakyLayer::new(80, 1.0).log().mean - linear.log().mean).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyLayer {
    width: u64,
    slope: f64,
}

impl LeakyLayer {
    /// A layer of so many units with this slope, which has the same law as one with the slope `1/a`.
    ///
    /// # Panics
    ///
    /// If there are no units, or the slope is infinite or NaN.
    #[track_caller]
    pub fn new(width: u64, slope: f64) -> Self {
        assert!(width > 0, "a layer of 0 units has no factor");
        let slope = flatter(slope);
        Self { width, slope }
    }

    /// `k = E φ⁴ / (3 (E φ²)²)`: 2 for a ReLU, 1 for no activation.
    fn kurtosis(self) -> f64 {
        leaky_kurtosis(self.slope)
    }

    /// `k − 1`.
    fn excess(self) -> f64 {
        leaky_excess(self.slope)
    }

    /// `Var r = (3k − 1) / n` with `k = 2 (1 + a⁴) / (1 + a²)²`: from `5/n` to `2/n`.
    pub fn variance(self) -> f64 {
        (2.0 + 3.0 * self.excess()) / self.width as f64
    }

    /// `Var r = 3 (k − 1) / (n + 2)` behind orthogonal weights of Haar's law: from `3/(n + 2)` to 0.
    pub fn orthogonal_variance(self) -> f64 {
        3.0 * self.excess() / (self.width as f64 + 2.0)
    }

    /// The cumulants of `ln r` behind Gaussian weights, given that `r > 0`.
    ///
    /// Of more than a million units by their expansion in `1/n`, of which the mean and the variance have two terms, and the third
    /// cumulant one. Below, rounding leaves some 10⁻¹³ in the third cumulant, a few per cent of it at a million units.
    pub fn log(self) -> LogCumulants {
        if self.width > CLOCKED {
            self.log_of_many()
        } else {
            self.log_by_clock()
        }
    }

    /// `r` is the mean of `n` independent `x = φ(z)² / E φ(z)²`, whose cumulants `κ` give those of its logarithm.
    fn log_of_many(self) -> LogCumulants {
        let n = self.width as f64;
        let square = self.slope * self.slope;
        let second = 3.0 * self.kurtosis();
        let sixth = 1.0 + square * square * square;
        let third = 60.0 * sixth / ((1.0 + square) * (1.0 + square) * (1.0 + square));
        let spread = (second - 1.0) / n; // κ₂/n
        let skew = (third - 3.0 * second + 2.0) / (n * n); // κ₃/n²
        LogCumulants {
            mean: -spread / 2.0 + (skew / 3.0 - 0.75 * spread * spread),
            variance: spread + (2.5 * spread * spread - skew),
            third: skew - 3.0 * spread * spread,
        }
    }

    fn log_by_clock(self) -> LogCumulants {
        const GAMMA: f64 = 0.577_215_664_901_532_9;
        const ZETA_3: f64 = 1.202_056_903_159_594_3;
        const STEP: f64 = 1.0 / 16.0;
        // Moments of the difference about 0 from its tails: E X^j = ∫ j u^(j−1) (P(X > u) − 1[u < 0]) du, by the trapezoidal
        // rule, which has all digits of a smooth function that vanishes at both ends. A smooth step takes the place of 1[u < 0].
        let alive = -libm::expm1(self.log_transform(f64::INFINITY));
        let [mut first, mut second, mut third] = [0.0; 3];
        for i in -1600..=1600 {
            let u = f64::from(i) * STEP;
            let tail = (libm::exp(self.log_transform(libm::exp(u))) - (1.0 - alive)) / alive;
            let step = 1.0 / (1.0 + libm::exp(2.0 * u));
            let excess = (tail - step) * STEP;
            first += excess;
            second += 2.0 * u * excess;
            third += 3.0 * u * u * excess;
        }
        // The smooth step's own second moment is that of the logistic law: ∫ 2u (step − 1[u < 0]) du = π²/12.
        second += std::f64::consts::PI.powi(2) / 12.0;
        let variance = second - first * first;
        let central = third - 3.0 * first * second + 2.0 * first.powi(3);
        LogCumulants {
            mean: -GAMMA - first,
            variance: variance - std::f64::consts::PI.powi(2) / 6.0,
            third: -2.0 * ZETA_3 - central,
        }
    }

    /// The cumulants of `ln r` behind orthogonal weights, given that `r > 0`: what is left of the Gaussian ones without the
    /// length of a Gaussian vector.
    pub fn orthogonal_log(self) -> LogCumulants {
        if self.excess() == 0.0 {
            // A rotation alone keeps every length.
            return LogCumulants {
                mean: 0.0,
                variance: 0.0,
                third: 0.0,
            };
        }
        let half = self.width as f64 / 2.0;
        let log = self.log();
        LogCumulants {
            mean: log.mean - digamma_less_log(half),
            variance: (log.variance - trigamma(half)).max(0.0),
            third: log.third - tetragamma(half),
        }
    }

    /// `ln T(λ)`.
    fn log_transform(self, lambda: f64) -> f64 {
        let square = self.slope * self.slope;
        let c = 2.0 / ((1.0 + square) * self.width as f64);
        // (1 + x)^(−1/2) − 1, with all digits for small x; without a slope the second root is 1 at any λ.
        let less_one = |x: f64| libm::expm1(-0.5 * libm::log1p(x));
        let second = if square == 0.0 {
            0.0
        } else {
            less_one(2.0 * c * square * lambda)
        };
        let sum = 0.5 * less_one(2.0 * c * lambda) + 0.5 * second;
        self.width as f64 * libm::log1p(sum)
    }
}

/// The most units for which the clock has digits left: what it finds are differences of numbers of the size of 1.
const CLOCKED: u64 = 1 << 20;

/// The slope `a` or `1/a` that is at most 1 in size: the units of the one are those of the other, mirrored and scaled.
#[track_caller]
fn flatter(slope: f64) -> f64 {
    assert!(slope.is_finite(), "a slope must be finite, but is {slope}");
    if slope.abs() > 1.0 {
        1.0 / slope
    } else {
        slope
    }
}

/// `k = E d⁴ / (E d²)² = 2 (1 + a⁴) / (1 + a²)²` of slopes `d` that are 1 and `a` with equal probability.
#[track_caller]
pub(super) fn leaky_kurtosis(slope: f64) -> f64 {
    1.0 + leaky_excess(slope)
}

/// `k − 1 = ((1 − a²)/(1 + a²))²`, with all digits near a slope of 1.
#[track_caller]
pub(super) fn leaky_excess(slope: f64) -> f64 {
    let slope = flatter(slope);
    ((1.0 - slope) * (1.0 + slope) / (1.0 + slope * slope)).powi(2)
}

#[cfg(test)]
mod tests {
    use super::super::layer_kind::LayerKind;
    use super::super::layer_law::LayerLaw;
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_variances_are_those_of_the_fourth_moments() {
        for (slope, gaussian, orthogonal) in [
            (0.0, 5.0, 3.0),
            (0.01, 4.998_800_239_964_005, 2.998_800_239_964_005),
            (0.2, 4.556_213_017_751_479, 2.556_213_017_751_479),
            (0.5, 3.08, 1.08),
            (1.0, 2.0, 0.0),
        ] {
            let layer = LeakyLayer::new(80, slope);
            assert_relative_eq!(80.0 * layer.variance(), gaussian, max_relative = 1e-14);
            let ours = 82.0 * layer.orthogonal_variance();
            assert_relative_eq!(ours, orthogonal, epsilon = 1e-14);
        }
    }

    #[test]
    fn the_clock_shows_what_the_sums_show() {
        for width in [1, 2, 3, 8, 80, 1000] {
            for (slope, kind) in [
                (0.0, LayerKind::Relu),
                (1.0, LayerKind::Linear),
                (-1.0, LayerKind::Linear),
            ] {
                let (by_clock, by_sum) = (
                    LeakyLayer::new(width, slope).log(),
                    LayerLaw::new(kind, width).log(),
                );
                assert_relative_eq!(by_clock.mean, by_sum.mean, epsilon = 1e-12);
                assert_relative_eq!(by_clock.variance, by_sum.variance, epsilon = 1e-11);
                assert_relative_eq!(by_clock.third, by_sum.third, epsilon = 1e-10);
            }
        }
    }

    #[test]
    fn the_expansion_goes_on_where_the_clock_ends() {
        for (slope, kind) in [(0.0, LayerKind::Relu), (1.0, LayerKind::Linear)] {
            for width in [1 << 20, 1 << 30, 1 << 40] {
                let (ours, exact) = (
                    LeakyLayer::new(width, slope).log_of_many(),
                    LayerLaw::new(kind, width).log(),
                );
                assert_relative_eq!(ours.mean, exact.mean, max_relative = 1e-10);
                assert_relative_eq!(ours.variance, exact.variance, max_relative = 1e-10);
                assert_relative_eq!(ours.third, exact.third, max_relative = 1e-4);
            }
        }
        let layer = LeakyLayer::new(1 << 20, 0.2);
        let (many, clock) = (layer.log_of_many(), layer.log_by_clock());
        assert_relative_eq!(many.mean, clock.mean, epsilon = 1e-11);
        assert_relative_eq!(many.variance, clock.variance, epsilon = 1e-11);
        let widest = LeakyLayer::new(u64::MAX, 0.2).log();
        assert!(widest.variance > 0.0 && widest.mean < 0.0, "{widest:?}");
    }

    #[test]
    fn a_slope_and_its_inverse_have_one_law() {
        for slope in [3.0, -7.5, 1e100, 1e160, -1e200, f64::MAX] {
            let (steep, flat) = (LeakyLayer::new(9, slope), LeakyLayer::new(9, 1.0 / slope));
            assert_eq!(steep.variance(), flat.variance());
            assert_eq!(steep.log(), flat.log());
            assert!(steep.log().mean.is_finite());
        }
    }

    #[test]
    fn a_leaky_layer_lies_between_the_two() {
        let variance = |slope| LeakyLayer::new(80, slope).log().variance;
        assert!(variance(0.0) > variance(0.2) && variance(0.2) > variance(1.0));
        let rotated = LeakyLayer::new(80, 1.0).orthogonal_log();
        assert_relative_eq!(rotated.variance, 0.0, epsilon = 1e-11);
    }

    #[test]
    fn no_variance_is_negative_and_that_of_a_nearly_straight_line_has_its_digits() {
        for width in [1, 2, 8, 100_000, (1 << 20) + 1] {
            for slope in [1.0, -1.0] {
                let line = LeakyLayer::new(width, slope);
                let log = line.orthogonal_log();
                let none = [
                    log.mean,
                    log.variance,
                    log.third,
                    line.orthogonal_variance(),
                ];
                assert_eq!(none, [0.0; 4]);
            }
            for distance in [1e-3, 1e-6, 1e-8, 1e-12, 9.793_58e-9] {
                let layer = LeakyLayer::new(width, 1.0 - distance);
                assert!(layer.orthogonal_log().variance >= 0.0);
                // (1 − a)(1 + a) = d (2 − d) for a = 1 − d, with d rounded as the slope is.
                let d = 1.0 - (1.0 - distance);
                let excess = (d * (2.0 - d) / (2.0 - 2.0 * d + d * d)).powi(2);
                let exact = 3.0 * excess / (width as f64 + 2.0);
                assert_relative_eq!(layer.orthogonal_variance(), exact, max_relative = 1e-12);
            }
        }
        // Of a = 1 − 1e-6 and one unit: k − 1 = 1.000001e-12.
        let near = LeakyLayer::new(1, 0.999_999).orthogonal_variance();
        assert_relative_eq!(near, 1.000_001e-12, max_relative = 1e-9);
    }

    #[test]
    #[should_panic(expected = "a slope must be finite, but is NaN")]
    fn no_slope_is_refused() {
        let _ = LeakyLayer::new(3, f64::NAN);
    }

    #[test]
    fn a_rotated_layer_without_a_slope_is_a_rotated_relu() {
        for width in [1, 2, 3, 8, 80, 1000] {
            let (by_clock, by_sum) = (
                LeakyLayer::new(width, 0.0).orthogonal_log(),
                LayerLaw::new(LayerKind::OrthogonalRelu, width).log(),
            );
            assert_relative_eq!(by_clock.mean, by_sum.mean, epsilon = 1e-12);
            assert_relative_eq!(by_clock.variance, by_sum.variance, epsilon = 1e-11);
            assert_relative_eq!(by_clock.third, by_sum.third, epsilon = 1e-10);
        }
    }
}
