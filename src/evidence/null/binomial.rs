//! The share of successes in independent trials.

use statrs::distribution::{Binomial, DiscreteCDF};

use super::NullLaw;
use crate::evidence::Grade;

/// `K / N` with `K ~ Bin(N, p)`: the share of active units, of positive weights.
///
/// ```
/// use unit_variance::evidence::{BinomialShare, NullLaw};
///
/// let (low, high) = BinomialShare::new(10_000, 0.5).interval(1e-9);
/// assert!(0.46 < low && high < 0.54 && (low + high - 1.0).abs() < 1e-3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinomialShare {
    trials: u64,
    probability: f64,
    law: Binomial,
    known: Known,
}

/// What is known of the probability of a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Exactly,
    /// It may be smaller, so that the lower tail is unknown.
    AtMost,
    /// It may be larger, so that the upper tail is unknown.
    AtLeast,
}

impl BinomialShare {
    /// The share of successes in `trials` independent trials, each with this probability.
    ///
    /// # Panics
    ///
    /// If there are no trials, or the probability is not between 0 and 1.
    #[track_caller]
    pub fn new(trials: u64, probability: f64) -> Self {
        assert!(trials > 0, "a share needs at least one trial");
        let law = Binomial::new(probability, trials)
            .unwrap_or_else(|_| panic!("a probability lies between 0 and 1, but is {probability}"));
        Self {
            trials,
            probability,
            law,
            known: Known::Exactly,
        }
    }

    /// The share of successes in `trials` independent trials, each with this probability or a smaller one: a
    /// bound of the upper tail, since `P(K ≥ k)` grows with the probability, and none of the lower one.
    ///
    /// # Panics
    ///
    /// If there are no trials, or the probability is not between 0 and 1.
    #[track_caller]
    pub fn at_most(trials: u64, probability: f64) -> Self {
        Self {
            known: Known::AtMost,
            ..Self::new(trials, probability)
        }
    }

    /// The share of successes in `trials` independent trials, each with this probability or a larger one: a
    /// bound of the lower tail, and none of the upper one.
    ///
    /// # Panics
    ///
    /// If there are no trials, or the probability is not between 0 and 1.
    #[track_caller]
    pub fn at_least(trials: u64, probability: f64) -> Self {
        Self {
            known: Known::AtLeast,
            ..Self::new(trials, probability)
        }
    }

    /// The count at a share, safe against the last bit of the division.
    fn count(&self, share: f64) -> f64 {
        share * self.trials as f64
    }
}

impl NullLaw for BinomialShare {
    fn lower_tail(&self, share: f64) -> f64 {
        if share.is_nan() {
            return f64::NAN;
        }
        let count = (self.count(share) + 1e-6).floor();
        if count < 0.0 {
            0.0
        } else if self.known == Known::AtMost {
            1.0
        } else {
            self.law.cdf((count as u64).min(self.trials))
        }
    }

    fn upper_tail(&self, share: f64) -> f64 {
        if share.is_nan() {
            return f64::NAN;
        }
        // P(K ≥ c) = P(K > c − 1)
        let count = (self.count(share) - 1e-6).ceil();
        if count <= 0.0 {
            1.0
        } else if count > self.trials as f64 {
            0.0
        } else if self.known == Known::AtLeast {
            1.0
        } else {
            self.law.sf(count as u64 - 1)
        }
    }

    fn center(&self) -> f64 {
        self.probability
    }

    fn spread(&self) -> f64 {
        let variance = self.probability * (1.0 - self.probability) / self.trials as f64;
        variance
            .sqrt()
            .max(1e-3 / self.trials as f64)
            .max(f64::EPSILON)
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        let known = match self.known {
            Known::Exactly => "",
            Known::AtMost => "at most ",
            Known::AtLeast => "at least ",
        };
        format!(
            "share of {} trials, each with probability {known}{}",
            self.trials, self.probability
        )
    }

    fn grade(&self) -> Grade {
        if self.known == Known::Exactly {
            Grade::Exact
        } else {
            Grade::Bound
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_share_of_at_least_has_no_upper_tail() {
        let (known, least) = (
            BinomialShare::new(100, 0.9),
            BinomialShare::at_least(100, 0.9),
        );
        assert_eq!(least.lower_tail(0.8), known.lower_tail(0.8));
        assert_eq!(
            [0.0, 0.9, 1.0].map(|share| least.upper_tail(share)),
            [1.0; 3]
        );
        let (low, high) = least.interval(1e-9);
        assert!(low < 0.75 && (1.0..1.01).contains(&high), "{low} {high}");
        assert_eq!(least.grade(), Grade::Bound);
    }

    #[test]
    fn both_tails_count_the_value_itself() {
        let share = BinomialShare::new(4, 0.5);
        assert_relative_eq!(share.lower_tail(0.25), 5.0 / 16.0, max_relative = 1e-12);
        assert_relative_eq!(share.upper_tail(0.75), 5.0 / 16.0, max_relative = 1e-12);
        assert_relative_eq!(share.upper_tail(0.0), 1.0);
        assert_relative_eq!(share.lower_tail(1.0), 1.0);
    }

    #[test]
    fn a_largest_probability_bounds_the_share_from_above_alone() {
        let (exact, bound) = (
            BinomialShare::new(100, 0.6),
            BinomialShare::at_most(100, 0.6),
        );
        assert_eq!(bound.upper_tail(0.8), exact.upper_tail(0.8));
        assert_eq!(bound.lower_tail(0.0), 1.0);
        let (low, high) = bound.interval(1e-9);
        assert!(low == 0.0 && (high - exact.interval(1e-9).1).abs() < 1e-9);
        assert!(bound.lower_tail(f64::NAN).is_nan());
    }

    #[test]
    fn a_certain_share_has_an_interval_without_any_other() {
        for certain in [0.0, 1.0] {
            let (low, high) = BinomialShare::new(1_000, certain).interval(1e-9);
            assert!(low <= certain && certain <= high && high - low < 1e-4);
        }
    }
}
