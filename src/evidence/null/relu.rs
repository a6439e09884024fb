//! One ReLU layer, or many pooled: the law of the second moment that survives.

use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};
use statrs::function::gamma::ln_gamma;

use super::NullLaw;
use super::chi_square_tails::expansion;

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
    parts: Parts,
}

/// The numbers of active units that matter, upward.
#[derive(Debug, Clone)]
enum Parts {
    /// Each of them.
    All(Vec<Part>),
    /// Half of the number and its weight, at equal distances that are small beside `√N`: a sum over all
    /// numbers is an integral of a smooth function, and the rule of the trapezoid has all digits of it.
    Some(Vec<(f64, f64)>),
}

/// From a billion units on there are too many numbers to add up.
const MANY: u64 = 1_000_000_000;

/// How many standard deviations `√N / 2` of the number of active units matter: beyond them lies at most `2 e^(−38²/2) < 10⁻³¹³` by
/// Hoeffding's bound, and the furthest tails that are asked for are `5 · 10⁻³⁰¹`.
const REACH: u64 = 38;

/// A number `k` of active units.
#[derive(Debug, Clone, Copy)]
struct Part {
    active: u64,
    /// The probability of this number.
    weight: f64,
    /// `ln Γ(k/2 + 1)`.
    ln_gamma: f64,
}

impl Part {
    /// By how much the tail at `s` of the next law but one exceeds that of this one:
    /// `(s/2)^(k/2) e^(−s/2) / Γ(k/2 + 1)`.
    fn step(&self, s: f64) -> f64 {
        let half = s / 2.0;
        let power = match self.active {
            0 => 0.0, // also at s = 0
            active => active as f64 / 2.0 * libm::log(half),
        };
        libm::exp(power - half - self.ln_gamma)
    }
}

impl ReluMixture {
    /// The ratio of `units` ReLU units.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(units: u64) -> Self {
        assert!(units > 0, "a ReLU layer needs at least one unit");
        let parts = if units < MANY {
            Parts::All(Self::all(units))
        } else {
            Parts::Some(Self::some(units as f64))
        };
        Self { units, parts }
    }

    fn all(units: u64) -> Vec<Part> {
        let active = Binomial::new(0.5, units).expect("1/2 is a probability");
        let middle = units / 2;
        let reach = (0.5 * REACH as f64 * (units as f64).sqrt()).ceil() as u64;
        (middle.saturating_sub(reach)..=(middle + reach + 1).min(units))
            .map(|active_units| Part {
                active: active_units,
                weight: active.pmf(active_units),
                ln_gamma: ln_gamma(active_units as f64 / 2.0 + 1.0),
            })
            .collect()
    }

    /// Four to a standard deviation. With `k = (1 + d) n / 2`, the probability of `k` is proportional to
    /// `e^(−n/2 · ((1 + d) ln(1 + d) + (1 − d) ln(1 − d))) / √(1 − d²)`, by Stirling's formula, to `1/n`.
    fn some(n: f64) -> Vec<(f64, f64)> {
        let weights = (-4 * REACH as i32..=4 * REACH as i32).map(|j| {
            let d = 0.25 * f64::from(j) / n.sqrt();
            let d2 = d * d;
            let entropy = d2 * (1.0 + d2 * (1.0 / 6.0 + d2 / 15.0));
            let weight = libm::exp(-0.5 * n * entropy) / (1.0 - d2).sqrt();
            (0.25 * n * (1.0 + d), weight)
        });
        let mut weights: Vec<(f64, f64)> = weights.collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in &mut weights {
            *weight /= total;
        }
        weights
    }

    /// `Σ p_k P(χ²_k ≥ s)`, or `≤ s` for `side` −1.
    fn mix(&self, s: f64, side: f64) -> f64 {
        match &self.parts {
            Parts::All(parts) if side > 0.0 => Self::mix_of_upper_tails(parts, s),
            Parts::All(parts) => Self::mix_of_lower_tails(parts, s),
            Parts::Some(parts) => parts.iter().map(|(a, w)| w * expansion(*a, s, side)).sum(),
        }
    }

    /// `Σ p_k P(χ²_k ≥ s)`. Upward, each tail is that of two degrees of freedom before, plus a step.
    fn mix_of_upper_tails(parts: &[Part], s: f64) -> f64 {
        let first = parts[0].active;
        let (mut tail, mut next) = (upper_tail(first, s), upper_tail(first + 1, s));
        let mut sum = 0.0;
        for part in parts {
            sum += part.weight * tail;
            (tail, next) = (next, tail + part.step(s));
        }
        sum
    }

    /// `Σ p_k P(χ²_k ≤ s)`. Downward, each tail is that of two degrees of freedom after, plus a step:
    /// in both directions all that is added is positive, and nothing cancels.
    fn mix_of_lower_tails(parts: &[Part], s: f64) -> f64 {
        let last = parts[parts.len() - 1].active;
        let (mut after, mut after_next) = (lower_tail(last + 1, s), lower_tail(last + 2, s));
        let mut sum = 0.0;
        for part in parts.iter().rev() {
            let tail = after_next + part.step(s);
            sum += part.weight * tail;
            (after, after_next) = (tail, after);
        }
        sum
    }

    /// `S = N r / 2`.
    fn sum_of_squares(&self, ratio: f64) -> f64 {
        ratio * self.units as f64 / 2.0
    }
}

/// `P(χ²_k ≤ s)`; with no degree of freedom, `χ²` is 0.
fn lower_tail(k: u64, s: f64) -> f64 {
    ChiSquared::new(k as f64).map_or(1.0, |law| law.cdf(s))
}

/// `P(χ²_k ≥ s)` for a positive `s`.
fn upper_tail(k: u64, s: f64) -> f64 {
    ChiSquared::new(k as f64).map_or(0.0, |law| law.sf(s))
}

impl NullLaw for ReluMixture {
    fn lower_tail(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if x.is_nan() {
            x
        } else if x == f64::INFINITY {
            1.0
        } else {
            self.mix(self.sum_of_squares(x), -1.0)
        }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x.is_nan() {
            x
        } else if x == f64::INFINITY {
            0.0
        } else {
            self.mix(self.sum_of_squares(x), 1.0)
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
    fn the_tails_are_sums_over_the_number_of_active_units() {
        for (n, ratio) in [(2, 0.7), (3, 0.0), (5, 2.5), (300, 0.5), (300, 1.9)] {
            let s = ratio * n as f64 / 2.0;
            let active = Binomial::new(0.5, n).expect("a probability");
            let by_hand = |tail: fn(u64, f64) -> f64| -> f64 {
                (0..=n).map(|k| active.pmf(k) * tail(k, s)).sum()
            };
            let mixture = ReluMixture::new(n);
            let close = |a, b| assert_relative_eq!(a, b, max_relative = 1e-9, epsilon = 1e-20);
            close(mixture.lower_tail(ratio), by_hand(lower_tail));
            if ratio > 0.0 {
                close(mixture.upper_tail(ratio), by_hand(upper_tail));
            }
        }
    }

    #[test]
    fn some_of_the_numbers_give_the_sum_over_all() {
        for units in [10_000_000, 100_000_000] {
            let all = ReluMixture::new(units);
            let some = ReluMixture {
                units,
                parts: Parts::Some(ReluMixture::some(units as f64)),
            };
            for deviations in [-6.0, -1.0, 0.0, 1.0, 6.0] {
                let x = 1.0 + deviations * all.spread();
                // The logarithms of the gamma function lose digits as the units grow.
                let close = |a, b| assert_relative_eq!(a, b, max_relative = 1e-5);
                close(some.lower_tail(x), all.lower_tail(x));
                close(some.upper_tail(x), all.upper_tail(x));
            }
        }
    }

    #[test]
    fn the_rule_of_the_trapezoid_weighs_the_numbers_as_the_binomial_law_does() {
        // Four numbers to a standard deviation of 50: every second one is whole.
        let units = 10_000;
        let parts = ReluMixture::some(units as f64);
        let middle = parts.len() / 2;
        let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-6);
        close(parts[0].0, 0.5 * (5_000.0 - 38.0 * 50.0));
        close(parts[parts.len() - 1].0, 0.5 * (5_000.0 + 38.0 * 50.0));
        let binomial = Binomial::new(0.5, units).expect("a probability");
        for place in (middle - 24..=middle + 24).step_by(2) {
            let active = (2.0 * parts[place].0).round();
            close(2.0 * parts[place].0, active);
            close(parts[place].1, 12.5 * binomial.pmf(active as u64));
        }
    }

    #[test]
    fn some_of_a_million_numbers_give_the_sum_over_all() {
        let all = ReluMixture::new(1_000_000);
        let some = ReluMixture {
            units: all.units,
            parts: Parts::Some(ReluMixture::some(1e6)),
        };
        for deviations in [-6.0, -0.5, 6.0] {
            let x = 1.0 + deviations * all.spread();
            let close = |a, b| assert_relative_eq!(a, b, max_relative = 1e-5);
            close(some.lower_tail(x), all.lower_tail(x));
            close(some.upper_tail(x), all.upper_tail(x));
        }
    }

    #[test]
    fn the_variance_is_five_over_the_units() {
        for units in [1, 2, 64, 900] {
            let law = ReluMixture::new(units);
            let Parts::All(parts) = &law.parts else {
                panic!("{units} units are few");
            };
            // Of k degrees of freedom the mean is k and the mean square k² + 2k.
            let moment = |of: fn(f64) -> f64| -> f64 {
                let terms = parts
                    .iter()
                    .map(|part| part.weight * of(part.active as f64));
                terms.sum()
            };
            let scale = 2.0 / units as f64;
            assert_relative_eq!(scale * moment(|k| k), law.center(), max_relative = 1e-9);
            let square = scale * scale * moment(|k| k * (k + 2.0));
            assert_relative_eq!(square - 1.0, law.spread().powi(2), max_relative = 1e-6);
        }
    }

    #[test]
    fn with_no_unit_active_nothing_is_left() {
        // 2⁻ᴺ, to the furthest tails: at 1000 units 31 standard deviations of the number of active ones.
        for units in [1, 2, 600, 1_000] {
            let none = ReluMixture::new(units).lower_tail(0.0);
            let by_hand = 0.5_f64.powi(units as i32);
            assert_relative_eq!(none, by_hand, epsilon = 0.0, max_relative = 1e-9);
        }
    }

    #[test]
    fn a_ratio_is_never_below_zero() {
        let law = ReluMixture::new(3);
        assert_eq!([law.upper_tail(-1.0), law.upper_tail(0.0)], [1.0, 1.0]);
        assert_eq!(law.lower_tail(-1.0), 0.0);
    }

    #[test]
    fn very_many_units_are_nearly_normal() {
        for units in [1_000_000_000_000, u64::MAX] {
            let law = ReluMixture::new(units);
            let (low, high) = law.interval(1e-9);
            let normal = 6.109_410_205 * law.spread();
            assert_relative_eq!(high - 1.0, normal, max_relative = 2e-5);
            assert_relative_eq!(1.0 - low, normal, max_relative = 2e-5);
        }
    }

    #[test]
    fn the_tails_of_many_units_add_up_to_one() {
        let mixture = ReluMixture::new(320_000);
        for ratio in [0.99, 1.0, 1.02] {
            let whole = mixture.lower_tail(ratio) + mixture.upper_tail(ratio);
            assert_relative_eq!(whole, 1.0, max_relative = 1e-7);
        }
        assert!(mixture.lower_tail(1e-5) < 1e-300 && mixture.upper_tail(1e5) < 1e-300);
    }
}
