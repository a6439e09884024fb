//! The weights of all kernels together: is their variance what each of them claimed?
//!
//! A small kernel says little about its variance, and many together say it within a percent. Weights are brought to mean 0 and
//! variance 1 by what their own kernel claims, and the mean of their squares, over all kernels with one kind of law, is
//! judged by the null law of that mean.

use unit_variance::Law;
use unit_variance::evidence::{ChiSquareMean, MeanBound, NullLaw};

/// The probability that a pool of right weights is rejected, and the largest one that a pool of weights whose variance is
/// 5 % wrong is accepted. There are three pools.
const ALPHA: f64 = 1e-10;

/// The variances of a wrong rule, over the right ones.
const WRONG: [f64; 2] = [1.0 / 1.05, 1.05];

/// Beyond this cut, in standard deviations, a normal law is whole: a draw lies there with probability 2e-19.
const WHOLE: f64 = 9.0;

/// Below this cut its bound tells enough.
pub(super) const NARROW: f64 = 4.0;

/// Squares of standardized weights.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pool {
    count: u64,
    sum: f64,
    /// The sum of the variances of the squares, and the largest square that there can be.
    variances: f64,
    largest: f64,
}

impl Pool {
    fn add(&mut self, square: f64, variance: f64, largest: f64) {
        self.count += 1;
        self.sum += square;
        self.variances += variance;
        self.largest = self.largest.max(largest);
    }

    /// Whether the mean of the squares can be that of weights of the claimed variance.
    fn judge(&self, name: &str, law: &dyn NullLaw) -> Result<(), String> {
        let (low, high) = law.interval(ALPHA);
        // Beforehand: would it have noticed five percent?
        let [below, above] = WRONG;
        let missed = law
            .upper_tail(low / below)
            .max(law.lower_tail(high / above));
        assert!(
            missed <= ALPHA,
            "{} {name} squares would miss an error of 5 % with probability {missed:e}",
            self.count
        );
        let mean = self.sum / self.count as f64;
        if low <= mean && mean <= high {
            Ok(())
        } else {
            Err(format!(
                "the mean of {} {name} squares is {mean}, not within {low} and {high}",
                self.count
            ))
        }
    }
}

/// A pool for each kind of law.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pools {
    normal: Pool,
    uniform: Pool,
    cut: Pool,
}

impl Pools {
    /// One standardized draw of this law.
    pub(super) fn add(&mut self, law: Law, draw: f64) {
        let square = draw * draw;
        match law {
            // In between, a bound is so wide that it says little, and the law is not yet normal.
            Law::TruncatedNormal { cut } if (NARROW..WHOLE).contains(&cut) => {}
            Law::TruncatedNormal { cut } if cut < NARROW => {
                let bound = law.bound();
                self.cut.add(square, law.kurtosis() - 1.0, bound * bound);
            }
            Law::Normal | Law::TruncatedNormal { .. } => {
                self.normal.add(square, 2.0, f64::INFINITY);
            }
            Law::Uniform => self.uniform.add(square, 0.8, 3.0),
        }
    }

    /// One draw of mean 0 and variance 1 of a law of which no more is known than its bound.
    pub(super) fn add_bounded(&mut self, draw: f64, bound: f64) {
        let largest = bound * bound;
        // Squares between 0 and the largest, of mean 1, vary most where there are no others.
        self.cut.add(draw * draw, largest - 1.0, largest);
    }

    /// Whether all of them stand.
    pub(super) fn judge(&self) -> Result<(), String> {
        let normal = ChiSquareMean::new(self.normal.count);
        self.normal.judge("normal", &normal)?;
        let uniform = MeanBound::of_squares(Law::Uniform, self.uniform.count);
        self.uniform.judge("uniform", &uniform)?;
        // Bernstein's bound holds for draws of different laws, with the mean of their variances and the largest bound.
        let variance = self.cut.variances / self.cut.count as f64;
        let cut = MeanBound::new("squares", self.cut.count, variance, 0.0, self.cut.largest);
        self.cut.judge("cut", &cut)
    }

    /// How many weights there are.
    pub(super) fn count(&self) -> u64 {
        self.normal.count + self.uniform.count + self.cut.count
    }
}
