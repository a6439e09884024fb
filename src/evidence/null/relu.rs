//! One ReLU layer, or many pooled: the law of the second moment that survives.

use rayon::prelude::*;
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};

use super::{Grade, NullLaw};

/// `r = 2S / N`, `S = Σ relu(z_i)²` over `N` units with independent `z_i ~ N(0, 1)`.
///
/// The number of active units is `K ~ Bin(N, 1/2)`, and given `K` the sum is `χ²_K`, since sign
/// and size of a Gaussian are independent: `P(S ≤ x) = Σ_k C(N, k) 2^(−N) P(χ²_k ≤ x)`.
/// Mean 1, variance `5 / N`.
///
/// ```
/// use unit_variance::evidence::{NullLaw, ReluMixture};
///
/// let (low, high) = ReluMixture::new(80).interval(1e-9);
/// assert!((low - 0.08811).abs() < 1e-4 && (high - 3.22273).abs() < 1e-4);
/// ```
#[derive(Debug, Clone)]
pub struct ReluMixture {
    units: u64,
    /// Numbers of active units that matter, each with its probability and its law.
    parts: Vec<(f64, Option<ChiSquared>)>,
}

impl ReluMixture {
    /// The ratio of so many units.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(units: u64) -> Self {
        assert!(units > 0, "a ReLU layer needs at least one unit");
        let active = Binomial::new(0.5, units).expect("1/2 is a probability");
        // Beyond ten standard deviations lie less than 1e-22 of the counts.
        let middle = units / 2;
        let reach = (5.0 * (units as f64).sqrt()).ceil() as u64;
        let parts = (middle.saturating_sub(reach)..=(middle + reach + 1).min(units))
            .map(|k| (active.pmf(k), ChiSquared::new(k as f64).ok()))
            .collect();
        Self { units, parts }
    }

    /// `Σ p_k · tail(χ²_k)`; with no active unit, `S` is 0.
    fn mix(&self, x: f64, at_zero: f64, tail: impl Fn(&ChiSquared, f64) -> f64 + Sync) -> f64 {
        let s = x * self.units as f64 / 2.0;
        self.parts
            .par_iter()
            .with_min_len(256)
            .map(|(weight, law)| weight * law.as_ref().map_or(at_zero, |law| tail(law, s)))
            .sum()
    }
}

impl NullLaw for ReluMixture {
    fn lower_tail(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            self.mix(x, 1.0, ContinuousCDF::cdf)
        }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else {
            self.mix(x, 0.0, ContinuousCDF::sf)
        }
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
            "ReLU mixture of {} units: chi-square of a binomial number of degrees of freedom",
            self.units
        )
    }

    fn is_scale(&self) -> bool {
        true
    }
}

/// The same ratio for weights that are not Gaussian, only symmetric and strictly sub-Gaussian
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
    /// The ratio of so many units.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub const fn new(units: u64) -> Self {
        assert!(units > 0, "a ReLU layer needs at least one unit");
        Self { units }
    }

    /// `exp(N min over λ of [ln M(λ) + λ t])`, for a convex exponent, by golden section.
    fn chernoff(self, largest: f64, exponent: impl Fn(f64) -> f64) -> f64 {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (mut a, mut b) = (0.0, largest);
        for _ in 0..80 {
            let (left, right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
            if exponent(left) < exponent(right) {
                b = right;
            } else {
                a = left;
            }
        }
        (self.units as f64 * exponent(f64::midpoint(a, b)).min(0.0)).exp()
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
        self.chernoff(1.0 / 3.0, |l| (1.0 - l + 3.0 * l * l).ln() + l * x)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 1.0 {
            return 1.0;
        }
        self.chernoff(0.25 - 1e-9, |l| {
            (0.5 + 0.5 / (1.0 - 4.0 * l).sqrt()).ln() - l * x
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

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_exact_intervals_are_those_of_scipy() {
        for (n, low, high) in [
            (64, 0.05124, 3.58016),
            (1024, 0.62424, 1.47970),
            (10_000, 0.86869, 1.14196),
        ] {
            let interval = ReluMixture::new(n).interval(1e-9);
            assert_relative_eq!(interval.0, low, epsilon = 1e-5);
            assert_relative_eq!(interval.1, high, epsilon = 1e-5);
        }
    }

    #[test]
    fn the_tails_of_two_units_are_a_sum_of_three() {
        let mixture = ReluMixture::new(2);
        let chi = |k: f64, s: f64| ChiSquared::new(k).expect("positive").cdf(s);
        let by_hand = 0.25 + 0.5 * chi(1.0, 0.7) + 0.25 * chi(2.0, 0.7);
        assert_relative_eq!(mixture.lower_tail(0.7), by_hand, max_relative = 1e-12);
        assert_relative_eq!(mixture.upper_tail(0.7), 1.0 - by_hand, max_relative = 1e-12);
    }

    #[test]
    fn the_bound_contains_the_exact_interval() {
        for n in [1_000, 10_000] {
            let (exact, bound) = (
                ReluMixture::new(n).interval(1e-9),
                SubGaussianRelu::new(n).interval(1e-9),
            );
            assert!(bound.0 < exact.0 && exact.1 < bound.1);
        }
    }
}
