//! Null laws: what a statistic does if the sentence is true.
//!
//! A law is two tail functions. They are exact, or rigorous upper bounds;
//! nothing here is asymptotic, since at `1e-9` a normal approximation can be
//! wrong by a factor of thousands.

mod binomial;
mod bound;
mod chernoff;
mod chi_square;
mod chi_square_tails;
mod distance;
mod gaussian;
mod kolmogorov;
mod largest;
mod living_pairs;
mod relu;
mod scaled;
mod search;
mod two_samples;

#[cfg(test)]
mod both_sides;
#[cfg(test)]
mod drawn;
#[cfg(test)]
mod looks;

use std::fmt;

pub use binomial::BinomialShare;
pub use bound::MeanBound;
pub use chernoff::{LeakyReluBound, SubGaussianRelu};
pub use chi_square::ChiSquareMean;
pub use gaussian::{GaussianNorm, StandardNormal};
pub use kolmogorov::{KolmogorovDistance, KolmogorovFoil};
pub use largest::Largest;
pub use living_pairs::LivingPairs;
pub use relu::ReluMixture;
pub use scaled::Scaled;
pub use two_samples::{TwoSampleDistance, TwoSampleFoil};

use super::verdict::Grade;

/// The law of a statistic, given by its two tails.
pub trait NullLaw: fmt::Debug {
    /// `P(X ≤ x)`, or an upper bound of it.
    fn lower_tail(&self, x: f64) -> f64;

    /// `P(X ≥ x)`, or an upper bound of it.
    fn upper_tail(&self, x: f64) -> f64;

    /// A typical value, where a search for the tails begins.
    fn center(&self) -> f64;

    /// The size of a typical deviation, the first step of that search.
    fn spread(&self) -> f64;

    /// The smallest possible value.
    fn minimum(&self) -> f64;

    /// The law in words.
    fn describe(&self) -> String;

    /// Whether the tails are exact or bounds.
    fn grade(&self) -> Grade {
        Grade::Exact
    }

    /// Whether the statistic is a ratio of a measured to a claimed size, so that
    /// an error of the claimed size multiplies it.
    fn is_scale(&self) -> bool {
        false
    }

    /// The interval that holds the statistic with probability at least `1 − alpha`, tails equal.
    ///
    /// # Panics
    ///
    /// If `alpha` is not from `10⁻³⁰⁰` to below 1, or a tail does not fall to its half of it.
    #[track_caller]
    fn interval(&self, alpha: f64) -> (f64, f64) {
        demand_alpha(alpha);
        let half = alpha / 2.0;
        let low = if self.lower_tail(self.minimum()) > half {
            self.minimum()
        } else {
            self.quantile(half, -1.0)
        };
        (low, self.quantile(half, 1.0))
    }

    /// Twice the smaller tail at `x`, at most 1; NaN for NaN.
    fn p_value(&self, x: f64) -> f64 {
        let (lower, upper) = (self.lower_tail(x), self.upper_tail(x));
        if x.is_nan() || lower.is_nan() || upper.is_nan() {
            return f64::NAN;
        }
        (2.0 * lower.min(upper)).min(1.0)
    }

    /// The point at which the upper (`side` = 1) or lower (−1) tail falls to `tail`, from outside.
    ///
    /// # Panics
    ///
    /// If the tail is NaN somewhere, or does not fall so far for any `f64`.
    #[track_caller]
    fn quantile(&self, tail: f64, side: f64) -> f64 {
        search::quantile(self, tail, side)
    }
}

/// Panics unless `alpha` can be the probability of a false alarm: tails have digits above `10⁻³⁰¹`.
#[track_caller]
fn demand_alpha(alpha: f64) {
    assert!(
        (1e-300..1.0).contains(&alpha),
        "the probability of a false alarm must be from 1e-300 to below 1, but is {alpha:e}"
    );
}
