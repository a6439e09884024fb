//! Null laws: what a statistic does if the sentence is true.
//!
//! A law is two tail functions. They are exact, or rigorous upper bounds;
//! nothing here is asymptotic, since at `1e-9` a normal approximation can be
//! wrong by a factor of thousands.

mod binomial;
mod bound;
mod chernoff;
mod chi_square;
mod gaussian;
mod kolmogorov;
mod largest;
mod living_pairs;
mod relu;
mod scaled;

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
    fn interval(&self, alpha: f64) -> (f64, f64) {
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
        if x.is_nan() {
            return f64::NAN;
        }
        (2.0 * self.lower_tail(x).min(self.upper_tail(x))).min(1.0)
    }

    /// The point at which the upper (`side` = 1) or lower (−1) tail falls to `tail`, from outside.
    ///
    /// Illinois' false position on the logarithm of the tail, which is nearly a parabola.
    fn quantile(&self, tail: f64, side: f64) -> f64 {
        let excess = |x: f64| {
            let p = if side > 0.0 {
                self.upper_tail(x)
            } else {
                self.lower_tail(x)
            };
            // Below the smallest positive float a tail says nothing more about where it began.
            p.max(1e-300).ln() - tail.ln()
        };
        let mut inside = (self.center(), excess(self.center()));
        let mut step = side * 6.0 * self.spread();
        let mut outside = inside;
        while outside.1 > 0.0 {
            inside = outside;
            let x = (self.center() + step).max(self.minimum());
            outside = (x, excess(x));
            step *= 1.5;
        }
        for _ in 0..60 {
            let width = (outside.0 - inside.0).abs();
            if width <= 1e-9 * self.spread() {
                break;
            }
            let x = outside.0 - outside.1 * (outside.0 - inside.0) / (outside.1 - inside.1);
            let next = (x, excess(x));
            if next.1.abs() < 1e-9 {
                return x;
            }
            if (next.1 > 0.0) == (inside.1 > 0.0) {
                inside = next;
                outside.1 /= 2.0;
            } else {
                outside = next;
                inside.1 /= 2.0;
            }
        }
        outside.0
    }
}
