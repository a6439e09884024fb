//! Bernstein's bound for the mean of bounded variables: no law needed, only a variance and a range.

use super::{Grade, NullLaw, search};
use crate::probability::Law;

/// The mean of `N` independent values with mean 1, known variance and known range.
///
/// `P(mean − 1 ≥ t) ≤ exp(−N t² / (2(v + B t / 3)))`, with `v` the variance and `B` the largest
/// excess over the mean; the lower tail likewise, with the largest deficit.
///
/// ```
/// use unit_variance::Law;
/// use unit_variance::evidence::{MeanBound, NullLaw};
///
/// // Squares of standardized uniform weights: variance 4/5, between 0 and 3.
/// let (low, high) = MeanBound::of_squares(Law::Uniform, 10_000).interval(1e-9);
/// assert!((low - 0.94).abs() < 0.003 && (high - 1.06).abs() < 0.003);
/// ```
///
/// Source: S. Boucheron, G. Lugosi, P. Massart, *Concentration Inequalities* (2013), theorem 2.10.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanBound {
    n: u64,
    variance: f64,
    excess: f64,
    deficit: f64,
    what: String,
}

impl MeanBound {
    /// The mean of `n` values with mean 1 and this variance, between these limits; `what` names the
    /// values.
    ///
    /// ```
    /// use unit_variance::evidence::{MeanBound, NullLaw};
    ///
    /// // Twice a fair coin: 0 or 2, with variance 1.
    /// let coins = MeanBound::new("doubled coins", 10_000, 1.0, 0.0, 2.0);
    /// let (low, high) = coins.interval(1e-9);
    /// assert!(0.93 < low && low < 1.0 && 1.0 < high && high < 1.07);
    /// ```
    ///
    /// # Panics
    ///
    /// If there are no values, a limit is infinite, the limits do not enclose 1, or the variance is
    /// impossible between them.
    #[track_caller]
    pub fn new(what: &str, n: u64, variance: f64, minimum: f64, maximum: f64) -> Self {
        assert!(n > 0, "the mean of no values is not defined");
        let (excess, deficit) = (maximum - 1.0, 1.0 - minimum);
        // The largest variance is that of a law on the two limits.
        assert!(
            variance >= 0.0
                && variance.is_finite()
                && excess.is_finite()
                && deficit.is_finite()
                && excess >= 0.0
                && deficit >= 0.0
                && variance <= excess * deficit,
            "no law between {minimum} and {maximum} has mean 1 and variance {variance}"
        );
        Self {
            n,
            variance,
            excess,
            deficit,
            what: format!("{n} {what}"),
        }
    }

    /// The mean of the squares of `n` draws from a bounded standardized law.
    ///
    /// # Panics
    ///
    /// If the law is not bounded.
    #[track_caller]
    pub fn of_squares(law: Law, n: u64) -> Self {
        let bound = law.bound();
        assert!(
            bound.is_finite(),
            "Bernstein's bound needs a bounded law, but {law:?} has no bound"
        );
        let variance = law.kurtosis() - 1.0;
        let what = format!("squares of draws from {law:?}");
        Self::new(&what, n, variance, 0.0, bound * bound)
    }

    /// The mean of `(u − u')²/2` over `n` pairs of draws `u`, `u'` from a bounded law: this is its variance whatever its mean.
    ///
    /// Of a law with kurtosis `κ` and bound `b` these numbers have variance `(κ + 1)/2`, and lie between 0 and `2b²`.
    ///
    /// ```
    /// use unit_variance::Law;
    /// use unit_variance::evidence::{MeanBound, NullLaw};
    ///
    /// let squares = MeanBound::of_squares(Law::Uniform, 100_000).interval(1e-9);
    /// let differences = MeanBound::of_squared_differences(Law::Uniform, 100_000).interval(1e-9);
    /// assert!(differences.0 < squares.0 && squares.1 < differences.1);
    /// ```
    ///
    /// # Panics
    ///
    /// If the law is not bounded.
    #[track_caller]
    pub fn of_squared_differences(law: Law, n: u64) -> Self {
        let bound = law.bound();
        assert!(
            bound.is_finite(),
            "Bernstein's bound needs a bounded law, but {law:?} has no bound"
        );
        let variance = 0.5 * (law.kurtosis() + 1.0);
        let what = format!("halved squares of differences of draws from {law:?}");
        Self::new(&what, n, variance, 0.0, 2.0 * bound * bound)
    }

    fn tail(&self, t: f64, range: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        // Divided by t, that squares stay in the range of f64.
        libm::exp(-(self.n as f64) * t / (2.0 * (self.variance / t + range / 3.0)))
    }
}

impl NullLaw for MeanBound {
    fn lower_tail(&self, x: f64) -> f64 {
        if x < self.minimum() {
            0.0
        } else {
            self.tail(1.0 - x, self.deficit)
        }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x > 1.0 + self.excess {
            0.0
        } else {
            self.tail(x - 1.0, self.excess)
        }
    }

    fn center(&self) -> f64 {
        1.0
    }

    fn spread(&self) -> f64 {
        // Values that vary little are bounded by their range alone.
        let range = self.excess.max(self.deficit) / self.n as f64;
        (self.variance / self.n as f64).sqrt().max(1e-6 * range)
    }

    fn minimum(&self) -> f64 {
        1.0 - self.deficit
    }

    fn quantile(&self, tail: f64, side: f64) -> f64 {
        search::quantile(self, tail, side).clamp(self.minimum(), 1.0 + self.excess)
    }

    fn describe(&self) -> String {
        format!("Bernstein's bound for the mean of {}", self.what)
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

    #[test]
    fn nothing_lies_beyond_the_limits() {
        // Between 1/2 and 3/2, of variance 1/4: exp(−10 t² / (2 (1/4 + t/6))).
        let halves = MeanBound::new("halves", 10, 0.25, 0.5, 1.5);
        let tail = |t: f64| libm::exp(-10.0 * t * t / (2.0 * (0.25 + t / 6.0)));
        for t in [0.3, 0.5] {
            for ours in [halves.lower_tail(1.0 - t), halves.upper_tail(1.0 + t)] {
                assert!((ours / tail(t) - 1.0).abs() < 1e-12, "{t}: {ours}");
            }
        }
        assert_eq!(
            (halves.lower_tail(0.49), halves.upper_tail(1.51)),
            (0.0, 0.0)
        );
        assert_eq!(halves.interval(1e-300), (0.5, 1.5));
        let constant = MeanBound::new("ones", 10, 0.0, 0.0, 2.0);
        assert_eq!(
            (constant.lower_tail(1.0), constant.upper_tail(1.0)),
            (1.0, 1.0)
        );
    }

    #[test]
    #[should_panic(expected = "no law between 0 and 2 has mean 1 and variance 1.5")]
    fn an_impossible_variance_is_refused() {
        let _ = MeanBound::new("coins", 10, 1.5, 0.0, 2.0);
    }
}
