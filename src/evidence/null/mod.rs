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
        (self.quantile(half, -1.0), self.quantile(half, 1.0))
    }

    /// Twice the smaller tail at `x`, at most 1; NaN for NaN.
    fn p_value(&self, x: f64) -> f64 {
        let (lower, upper) = (self.lower_tail(x), self.upper_tail(x));
        if x.is_nan() || lower.is_nan() || upper.is_nan() {
            return f64::NAN;
        }
        (2.0 * lower.min(upper)).min(1.0)
    }

    /// The point at which the upper (`side` = 1) or lower (−1) tail falls to `tail`, from outside; the minimum, where the lower tail is
    /// larger even there, and the center, where the tail is no larger than that there.
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

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_1_SQRT_2;

    use super::*;
    use crate::probability::Law;
    use approx::assert_relative_eq;

    /// Its words, whether it is a ratio, and its smallest value, center and spread.
    type Said<'a> = (&'a dyn NullLaw, &'a str, bool, [f64; 3]);

    #[track_caller]
    fn assert_says(said: &[Said], grade: Grade) {
        for (law, words, is_scale, [minimum, center, spread]) in said {
            assert_eq!(law.describe(), *words);
            assert_eq!(
                (law.grade(), law.is_scale(), law.minimum()),
                (grade, *is_scale, *minimum),
                "{words}"
            );
            for (ours, by_hand) in [(law.center(), *center), (law.spread(), *spread)] {
                assert_relative_eq!(ours, by_hand, epsilon = 0.0, max_relative = 1e-9);
            }
        }
    }

    #[test]
    fn exact_laws_say_what_they_are() {
        // Of the largest of two uniform draws, whose law is a square, three quarters lie below 3/2, and a quarter below √3/2.
        let (edge, quarter) = (3_f64.sqrt(), 0.5 * 3_f64.sqrt());
        #[rustfmt::skip]
        let said: [Said; 10] = [
            (&StandardNormal, "standard normal", false, [f64::NEG_INFINITY, 0.0, 1.0]),
            (&ChiSquareMean::new(50), "chi-square with 50 degrees of freedom, over its mean", true, [0.0, 1.0, 0.2]),
            (&GaussianNorm::new(25), "length of 25 standard normals", false, [0.0, 5.0, FRAC_1_SQRT_2]),
            (&BinomialShare::new(100, 0.5), "share of 100 trials, each with probability 0.5", false, [0.0, 0.5, 0.05]),
            // Without a variance a small part of the distance of two shares.
            (&BinomialShare::new(1_000, 0.0), "share of 1000 trials, each with probability 0", false, [0.0, 0.0, 1e-6]),
            (&ReluMixture::new(500),
                "ReLU mixture of 500 units: chi-square of a binomial number of degrees of freedom",
                true, [0.0, 1.0, 0.1]),
            (&LivingPairs::new(26),
                "26 living layers of two ReLU units: chi-square of one degree of freedom a layer, or with probability 1/3 of two",
                true, [0.0, 4.0 / 3.0, 1.0 / 3.0]),
            (&Largest::of(Law::Uniform, 2), "largest in size of 2 draws from Uniform",
                true, [0.0, edge * FRAC_1_SQRT_2, 0.5 * (1.5 - quarter)]),
            // The p-quantile is norm.isf(-expm1(log(p) / 1000 - log1p(-1e-5)) / 2) of SciPy.
            (&Largest::of(Law::Normal, 1_000).with_outliers(1e-5, 100.0),
                "largest in size of 1000 draws from Normal, 1e-5 of them replaced by ±100",
                false, [0.0, 3.396_348_364_566, 0.217_768_782_639_2]),
            (&Scaled::new(2.5, &StandardNormal), "2.5 times: standard normal", false, [f64::NEG_INFINITY, 0.0, 2.5]),
        ];
        assert_says(&said, Grade::Exact);
    }

    #[test]
    fn bounds_say_what_they_are() {
        let halves = MeanBound::new("halves", 25, 0.25, 0.5, 3.5);
        #[rustfmt::skip]
        let said: [Said; 11] = [
            (&BinomialShare::at_most(100, 0.2), "share of 100 trials, each with probability at most 0.2",
                false, [0.0, 0.2, 0.04]),
            (&BinomialShare::at_least(100, 0.8), "share of 100 trials, each with probability at least 0.8",
                false, [0.0, 0.8, 0.04]),
            (&halves, "Bernstein's bound for the mean of 25 halves", true, [0.5, 1.0, 0.1]),
            // Without a variance a millionth of what one value moves the mean at most.
            (&MeanBound::new("ones", 10, 0.0, 0.0, 2.0), "Bernstein's bound for the mean of 10 ones",
                true, [0.0, 1.0, 1e-7]),
            (&Scaled::new(2.0, &halves), "2 times: Bernstein's bound for the mean of 25 halves", true, [1.0, 2.0, 0.2]),
            (&LeakyReluBound::new(500, 0.0), "Chernoff's bound for 500 leaky ReLU units of slope 0", true, [0.0, 1.0, 0.1]),
            (&SubGaussianRelu::new(500), "Chernoff's bound for 500 ReLU units with sub-Gaussian inputs",
                true, [0.0, 1.0, 0.1]),
            (&KolmogorovDistance::new(100),
                "distance of 100 draws from their distribution function (Massart's bound)",
                false, [0.0, 0.05, 0.05]),
            (&KolmogorovFoil::new(100, 0.5, 0.25), "distance of 100 draws from a law that differs by 0.25",
                false, [0.0, 0.25, 0.05]),
            (&TwoSampleDistance::new(100, 6),
                "distance of two samples of 100 draws from one law, the largest of 6 (bound by reflection)",
                false, [0.0, 0.1, 0.1]),
            (&TwoSampleFoil::new(100, 0.25, 0.75), "distance of two samples of 100 draws from laws that differ by 0.5",
                false, [0.0, 0.5, 0.1]),
        ];
        assert_says(&said, Grade::Bound);
    }
}
