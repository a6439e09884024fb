//! One ReLU layer, or many pooled: the law of the second moment that survives.

use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};
use statrs::function::gamma::ln_gamma;

use super::NullLaw;

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
    /// The numbers of active units that matter, upward.
    parts: Vec<Part>,
}

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
            active => active as f64 / 2.0 * half.ln(),
        };
        (power - half - self.ln_gamma).exp()
    }
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
            .map(|active_units| Part {
                active: active_units,
                weight: active.pmf(active_units),
                ln_gamma: ln_gamma(active_units as f64 / 2.0 + 1.0),
            })
            .collect();
        Self { units, parts }
    }

    /// `Σ p_k P(χ²_k ≥ s)`. Upward, each tail is that of two degrees of freedom before, plus a step.
    fn mix_of_upper_tails(&self, s: f64) -> f64 {
        let first = self.parts[0].active;
        let (mut tail, mut next) = (upper_tail(first, s), upper_tail(first + 1, s));
        let mut sum = 0.0;
        for part in &self.parts {
            sum += part.weight * tail;
            (tail, next) = (next, tail + part.step(s));
        }
        sum
    }

    /// `Σ p_k P(χ²_k ≤ s)`. Downward, each tail is that of two degrees of freedom after, plus a step:
    /// in both directions all that is added is positive, and nothing cancels.
    fn mix_of_lower_tails(&self, s: f64) -> f64 {
        let last = self.parts[self.parts.len() - 1].active;
        let (mut after, mut after_next) = (lower_tail(last + 1, s), lower_tail(last + 2, s));
        let mut sum = 0.0;
        for part in self.parts.iter().rev() {
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
        } else {
            self.mix_of_lower_tails(self.sum_of_squares(x))
        }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else {
            self.mix_of_upper_tails(self.sum_of_squares(x))
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
    fn the_tails_of_many_units_add_up_to_one() {
        let mixture = ReluMixture::new(320_000);
        for ratio in [0.99, 1.0, 1.02] {
            let whole = mixture.lower_tail(ratio) + mixture.upper_tail(ratio);
            assert_relative_eq!(whole, 1.0, max_relative = 1e-7);
        }
        assert!(mixture.lower_tail(1e-5) < 1e-300 && mixture.upper_tail(1e5) < 1e-300);
    }
}
