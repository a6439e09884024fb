//! What Gaussian layers do to a volume: `|det W|²` is a product of independent chi-square variables,
//!
//! ```text
//! n^n |det W|² ~ χ²₁ χ²₂ ⋯ χ²_n   for n by n weights of variance 1/n .
//! ```
//!
//! Row by row, the part of the next row that is orthogonal to the rows before has one dimension less. (In other words: the
//! diagonal of the triangle in `W = QR`; Bartlett's decomposition.)

use num_complex::Complex64;
use statrs::function::gamma::digamma;

use super::gamma::{cis, gamma_ratio, trigamma};
use super::gil_pelaez::CenteredLaw;

/// The law of `ln |det W₁ ⋯ W_L|²`, for `depth` independent matrices of `width` by `width` normal weights of variance
/// `1/width`.
///
/// ```
/// use unit_variance::theory::LogDeterminant;
///
/// // The mean square of the singular values is 1, and their geometric mean square falls to nearly 1/e in each layer.
/// let layer = LogDeterminant::new(400, 1);
/// let geometric_mean = libm::exp(layer.mean() / 400.0);
/// assert!((geometric_mean * std::f64::consts::E - 1.0).abs() < 0.01);
/// ```
#[derive(Debug, Clone)]
pub struct LogDeterminant {
    mean: f64,
    variance: f64,
    /// The law of the logarithm less its mean.
    centered: CenteredLaw,
}

/// One unit, the slowest, needs six hundred places.
const MOST_PLACES: u32 = 10_000;

/// More rows than a machine goes through in a few seconds are refused.
const MOST_ROWS: u32 = 1 << 20;

impl LogDeterminant {
    /// The law for so many matrices of so many rows.
    ///
    /// # Panics
    ///
    /// If there are none, or they have no rows, or more than a million (2²⁰) of them, each of which is a factor at hundreds of places.
    #[track_caller]
    pub fn new(width: u32, depth: u32) -> Self {
        assert!(
            width > 0 && depth > 0,
            "a determinant is that of matrices with rows, but there are {depth} of {width}"
        );
        assert!(
            width <= MOST_ROWS,
            "the law of a determinant is found of up to {MOST_ROWS} rows, but here are {width}"
        );
        let halves = || (1..=width).map(|i| f64::from(i) / 2.0);
        let scale = libm::log(2.0 / f64::from(width));
        let depth_f = f64::from(depth);
        let mean = depth_f * halves().map(|half| digamma(half) + scale).sum::<f64>();
        let variance = depth_f * halves().map(trigamma).sum::<f64>();
        let center = mean / depth_f;
        let characteristic = |t: f64| {
            let shift = cis(t * (f64::from(width) * scale - center));
            (of_one_matrix(width, t) * shift).powu(depth)
        };
        // The last row has one dimension left, whatever the width.
        let centered = CenteredLaw::new(variance.sqrt(), true, MOST_PLACES, characteristic);
        Self {
            mean,
            variance,
            centered: centered.expect("the gamma functions fall exponentially"),
        }
    }

    /// `L Σ_i [ψ(i/2) + ln(2/n)]`.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// `L Σ_i ψ'(i/2)`.
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// `P(ln |det|² ≤ x)`, by the inversion of Gil-Pelaez: to 13 digits after the point, and from 37 standard deviations on 0 or 1.
    ///
    /// # Panics
    ///
    /// If `x` is NaN.
    #[track_caller]
    pub fn cdf(&self, x: f64) -> f64 {
        self.centered.cdf(x - self.mean)
    }
}

/// `Π_i Γ(i/2 + it) / Γ(i/2)` over `i` from 1 to `n`.
fn of_one_matrix(n: u32, t: f64) -> Complex64 {
    let mut ratios = [gamma_ratio(0.5, t), gamma_ratio(1.0, t)];
    let mut product = Complex64::ONE;
    for i in 1..=n {
        product *= ratios[0];
        let next = ratios[0] * Complex64::new(1.0, 2.0 * t / f64::from(i));
        ratios = [ratios[1], next];
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    #[test]
    fn mean_and_variance_are_those_of_the_reference() {
        for (width, depth, mean, variance) in [
            (10, 5, -56.478_133_132_874_17, 50.644_965_641_738_74),
            (20, 50, -1_081.871_057_819_82, 578.187_742_696_913_2),
            (100, 20, -2_048.772_163_469_506, 296.443_796_030_099_5),
            (80, 50, -4_116.362_470_493_458, 718.670_619_538_430_3),
        ] {
            let law = LogDeterminant::new(width, depth);
            assert_relative_eq!(law.mean(), mean, max_relative = 1e-12);
            assert_relative_eq!(law.variance(), variance, max_relative = 1e-12);
        }
    }

    #[test]
    fn one_weight_is_a_squared_normal() {
        let (law, square) = (
            LogDeterminant::new(1, 1),
            ChiSquared::new(1.0).expect("one degree of freedom"),
        );
        for x in [-9.0, -2.0, 0.0, 1.0, 2.5] {
            assert_relative_eq!(law.cdf(x), square.cdf(libm::exp(x)), epsilon = 1e-10);
        }
        // What lies far to the left does not come back on the right.
        for x in [20.0, 60.0, 90.0, 99.0] {
            assert!(1.0 - law.cdf(x) < 1e-13, "{x}");
        }
    }

    #[test]
    fn two_rows_are_an_exponential() {
        // 4 |det|² = χ²₁ χ²₂, which has the law of a squared standard exponential variable: Legendre's duplication.
        let law = LogDeterminant::new(2, 1);
        for x in [-6.0, -1.0, 0.0, 2.0] {
            let exact = -libm::expm1(-2.0 * libm::exp(x / 2.0));
            assert_relative_eq!(law.cdf(x), exact, epsilon = 1e-10);
        }
    }

    #[test]
    fn half_of_all_lie_near_the_mean_of_many() {
        let law = LogDeterminant::new(80, 50);
        assert_relative_eq!(law.cdf(law.mean()), 0.5, epsilon = 0.01);
        assert!(law.cdf(law.mean() - 8.0 * law.variance().sqrt()) < 1e-9);
    }

    #[test]
    #[should_panic(expected = "but there are 3 of 0")]
    fn matrices_without_rows_are_refused() {
        let _ = LogDeterminant::new(0, 3);
    }

    #[test]
    #[should_panic(expected = "up to 1048576 rows, but here are 4294967295")]
    fn more_rows_than_can_be_gone_through_are_refused() {
        let _ = LogDeterminant::new(u32::MAX, 1);
    }

    #[test]
    fn far_from_the_mean_all_is_certain() {
        for (width, depth) in [(1, 1), (3, 2), (100, 7)] {
            let law = LogDeterminant::new(width, depth);
            let std_dev = law.variance().sqrt();
            for far in [46.0, 62.8, 1000.0, 1e200, f64::INFINITY] {
                assert_eq!(law.cdf(law.mean() - far * std_dev), 0.0);
                assert_eq!(law.cdf(law.mean() + far * std_dev), 1.0);
            }
        }
    }
}
