//! The largest distance between the empirical distribution functions of two samples.

use super::{Grade, NullLaw, distance};

/// `D = sup |F_N(x) − G_N(x)|` of two samples of `N` independent draws each, from one law, continuous or not; or the largest such
/// distance over several functions of the draws.
///
/// `P(D ≥ t) ≤ 2 m e^(−N² t²/(N + 1/2))` for `m` functions, `m` times that of one, whose `D` is a multiple `k/N`. All orders of the `2 N` draws
/// are equally likely, if ties are broken by lot, which can only widen `D`; so by reflection (Gnedenko and Korolyuk, 1951)
/// `P(D ≥ k/N) ≤ 2 C(2N, N − k)/C(2N, N)`. That is twice the product of `(N − k + i)/(N + i) = (1 − u)/(1 + u)` for `i` from 1 to `k`, with
/// `u = k/(2N − k + 2i)`; a factor is at most `e^(−2u)`, and as `1/x` is convex, these `u` sum to at least `k²/(2N + 1)`.
///
/// ```
/// use unit_variance::evidence::{NullLaw, TwoSampleDistance};
///
/// let (low, high) = TwoSampleDistance::new(10_000, 1).interval(1e-9);
/// assert!(low == 0.0 && (high - 0.047).abs() < 0.001);
/// assert_eq!(TwoSampleDistance::of(&mut [1.0, 2.0], &mut [2.0, 3.0]), 0.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoSampleDistance {
    draws: u64,
    functions: u64,
}

impl TwoSampleDistance {
    /// The distance of two samples of `draws` draws each, the largest over so many functions of the draws.
    ///
    /// # Panics
    ///
    /// If there are no draws, or no functions.
    #[track_caller]
    pub const fn new(draws: u64, functions: u64) -> Self {
        assert!(
            draws > 0 && functions > 0,
            "two samples need at least one draw each, and a function of them"
        );
        Self { draws, functions }
    }

    /// The distance of these two samples. NaN if one is empty or holds a NaN.
    pub fn of(one: &mut [f64], other: &mut [f64]) -> f64 {
        let is_nan = |sample: &[f64]| sample.is_empty() || sample.iter().any(|x| x.is_nan());
        if is_nan(one) || is_nan(other) {
            return f64::NAN;
        }
        one.sort_by(f64::total_cmp);
        other.sort_by(f64::total_cmp);
        let share = |sample: &[f64], x: f64| {
            sample.partition_point(|y| *y <= x) as f64 / sample.len() as f64
        };
        let steps = one.iter().chain(other.iter());
        steps
            .map(|x| (share(one, *x) - share(other, *x)).abs())
            .fold(0.0, f64::max)
    }
}

impl NullLaw for TwoSampleDistance {
    fn lower_tail(&self, x: f64) -> f64 {
        distance::unknown_lower_tail(x)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        let draws = self.draws as f64;
        let rate = draws * (draws / (draws + 0.5));
        distance::exponential_tail(2.0 * self.functions as f64, rate, x)
    }

    fn center(&self) -> f64 {
        (self.draws as f64).sqrt().recip()
    }

    fn spread(&self) -> f64 {
        (self.draws as f64).sqrt().recip()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "distance of two samples of {} draws from one law, the largest of {} (bound by reflection)",
            self.draws, self.functions
        )
    }

    fn grade(&self) -> Grade {
        Grade::Bound
    }
}

/// The same distance when the two laws differ, and are known at one point: there one has probability `one` of lying
/// below, the other `other`.
///
/// With `d` the difference, `P(D ≤ t) ≤ e^(−N (d − t)²)` for `t < d`: the difference of the two shares is a sum of `2 N` independent
/// terms, each within an interval of length `1/N` (Hoeffding). Of how large the distance may be it says only that it does not exceed 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSampleFoil {
    draws: u64,
    difference: f64,
}

impl TwoSampleFoil {
    /// The distance of two samples of `draws` draws each, whose laws differ at one point.
    ///
    /// # Panics
    ///
    /// If there are no draws, or a probability is not between 0 and 1.
    #[track_caller]
    pub fn new(draws: u64, one: f64, other: f64) -> Self {
        assert!(draws > 0, "two samples need at least one draw each");
        for probability in [one, other] {
            assert!(
                (0.0..=1.0).contains(&probability),
                "a probability lies between 0 and 1, but is {probability}"
            );
        }
        Self {
            draws,
            difference: (one - other).abs(),
        }
    }
}

impl NullLaw for TwoSampleFoil {
    fn lower_tail(&self, x: f64) -> f64 {
        if x.is_nan() || x < 0.0 {
            return if x < 0.0 { 0.0 } else { x };
        }
        let short = self.difference - x;
        if short <= 0.0 {
            return 1.0;
        }
        libm::exp(-(self.draws as f64) * short * short)
    }

    /// A bound that says nothing, but that no distance is above 1.
    fn upper_tail(&self, x: f64) -> f64 {
        distance::unknown_upper_tail(x)
    }

    fn interval(&self, alpha: f64) -> (f64, f64) {
        distance::interval_below_one(self, alpha)
    }

    fn center(&self) -> f64 {
        self.difference
    }

    fn spread(&self) -> f64 {
        (self.draws as f64).sqrt().recip()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn quantile(&self, tail: f64, side: f64) -> f64 {
        distance::quantile_below_one(self, tail, side)
    }

    fn describe(&self) -> String {
        format!(
            "distance of two samples of {} draws from laws that differ by {}",
            self.draws, self.difference
        )
    }

    fn grade(&self) -> Grade {
        Grade::Bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::{Law, Streams};
    use rand_distr::Distribution;

    #[test]
    fn ties_within_and_between_the_samples_are_no_distance() {
        let of = |one: &[f64], other: &[f64]| {
            TwoSampleDistance::of(&mut one.to_vec(), &mut other.to_vec())
        };
        assert_eq!(of(&[0.0, 0.0, 1.0, 1.0], &[1.0, 0.0]), 0.0);
        assert_eq!(of(&[0.0, 0.0], &[1.0, 1.0, 1.0]), 1.0);
        assert_eq!(of(&[0.0, 2.0], &[0.0, 1.0]), 0.5);
        assert!(of(&[], &[1.0]).is_nan() && of(&[1.0], &[f64::NAN]).is_nan());
    }

    #[test]
    fn two_samples_of_one_law_are_near_each_other_and_those_of_two_are_not() {
        let draws: u64 = 5_000;
        let sample = |law: Law, name: &str| -> Vec<f64> {
            let stream = Streams::new(1).stream(name);
            law.sample_iter(stream).take(draws as usize).collect()
        };
        let (_, high) = TwoSampleDistance::new(draws, 1).interval(1e-9);
        let distance = |law: Law| {
            TwoSampleDistance::of(&mut sample(Law::Normal, "one"), &mut sample(law, "other"))
        };
        assert!(distance(Law::Normal) < high);
        // Foils with a difference that is large enough are far, and where their law says.
        let foil = TwoSampleFoil::new(draws, 0.9, 0.5);
        assert!(foil.lower_tail(high) < 1e-9 && foil.interval(1e-9).0 > high);
    }

    #[test]
    fn tails_are_probabilities() {
        assert_eq!(TwoSampleDistance::new(10, 1).upper_tail(1e-3), 1.0);
        let foil = TwoSampleFoil::new(10, 0.9, 0.4);
        assert_eq!(foil.lower_tail(-0.1), 0.0);
        assert!(foil.lower_tail(0.0) > 0.0 && foil.lower_tail(0.5) == 1.0);
    }

    #[test]
    #[should_panic(expected = "two samples need at least one draw each, and a function of them")]
    fn samples_without_draws_are_refused() {
        let _ = TwoSampleDistance::new(0, 1);
    }
}
