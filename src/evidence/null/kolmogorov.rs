//! The largest distance between an empirical and a claimed distribution function.

use statrs::distribution::{Binomial, DiscreteCDF};

use super::{Grade, NullLaw, distance};

/// `D = sup |F_N(x) − F(x)|` of `N` independent draws from a continuous law `F`.
///
/// `P(D > t) ≤ 2 e^(−2 N t²)`, for every `N`: the inequality of Dvoretzky, Kiefer and Wolfowitz
/// with Massart's constant (*The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality*, 1990).
///
/// ```
/// use unit_variance::evidence::{KolmogorovDistance, NullLaw};
///
/// let (low, high) = KolmogorovDistance::new(10_000).interval(1e-9);
/// assert!(low == 0.0 && (high - 0.0333).abs() < 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KolmogorovDistance {
    draws: u64,
}

impl KolmogorovDistance {
    /// The distance of a sample of `draws` draws.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub const fn new(draws: u64) -> Self {
        assert!(draws > 0, "a distribution needs at least one draw");
        Self { draws }
    }

    /// The distance of this sample from the law with distribution function `cdf`. NaN if the
    /// sample is empty or holds a NaN.
    pub fn of(sample: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
        if sample.is_empty() {
            return f64::NAN;
        }
        sample.sort_by(f64::total_cmp);
        let n = sample.len() as f64;
        let mut largest = 0.0;
        for (i, &x) in sample.iter().enumerate() {
            let f = cdf(x);
            if f.is_nan() {
                return f64::NAN;
            }
            let (below, above) = (f - i as f64 / n, (i + 1) as f64 / n - f);
            largest = below.max(above).max(largest);
        }
        largest
    }
}

impl NullLaw for KolmogorovDistance {
    fn lower_tail(&self, x: f64) -> f64 {
        distance::unknown_lower_tail(x)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        distance::exponential_tail(2.0, 2.0 * self.draws as f64, x)
    }

    fn center(&self) -> f64 {
        0.5 / (self.draws as f64).sqrt()
    }

    fn spread(&self) -> f64 {
        0.5 / (self.draws as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "distance of {} draws from their distribution function (Massart's bound)",
            self.draws
        )
    }

    fn grade(&self) -> Grade {
        Grade::Bound
    }
}

/// The same distance when the draws come from another law, known at one point: there the claimed
/// law has probability `claimed` of lying below, and the true one `actual`.
///
/// `P(D ≤ t) ≤ P(|K/N − claimed| ≤ t)` with `K ~ Bin(N, actual)`. A bound from one side: of how large the
/// distance may be it says only that no distance exceeds 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovFoil {
    draws: u64,
    claimed: f64,
    actual: f64,
    below: Binomial,
}

impl KolmogorovFoil {
    /// The distance of `draws` draws from a law that is wrong at one point.
    ///
    /// # Panics
    ///
    /// If there are no draws, or a probability is not between 0 and 1.
    #[track_caller]
    pub fn new(draws: u64, claimed: f64, actual: f64) -> Self {
        assert!(draws > 0, "a distribution needs at least one draw");
        assert!(
            (0.0..=1.0).contains(&claimed),
            "a probability lies between 0 and 1, but is {claimed}"
        );
        let below = Binomial::new(actual, draws)
            .unwrap_or_else(|_| panic!("a probability lies between 0 and 1, but is {actual}"));
        Self {
            draws,
            claimed,
            actual,
            below,
        }
    }
}

impl NullLaw for KolmogorovFoil {
    fn lower_tail(&self, x: f64) -> f64 {
        if x.is_nan() || x < 0.0 {
            return if x < 0.0 { 0.0 } else { x };
        }
        let n = self.draws as f64;
        let count = |share: f64| (n * share).clamp(0.0, n);
        let most = count(self.claimed + x).floor() as u64;
        let least = count(self.claimed - x).ceil() as u64;
        let above_least = if least == 0 {
            1.0
        } else {
            self.below.sf(least - 1)
        };
        self.below.cdf(most).min(above_least)
    }

    /// A bound that says nothing, but that no distance is above 1.
    fn upper_tail(&self, x: f64) -> f64 {
        distance::unknown_upper_tail(x)
    }

    fn interval(&self, alpha: f64) -> (f64, f64) {
        distance::interval_below_one(self, alpha)
    }

    fn center(&self) -> f64 {
        (self.claimed - self.actual).abs()
    }

    fn spread(&self) -> f64 {
        0.5 / (self.draws as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn quantile(&self, tail: f64, side: f64) -> f64 {
        distance::quantile_below_one(self, tail, side)
    }

    fn describe(&self) -> String {
        format!(
            "distance of {} draws from a law that differs by {}",
            self.draws,
            self.center()
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
    fn the_distance_of_one_draw_is_by_hand() {
        assert_eq!(KolmogorovDistance::of(&mut [0.25], |x| x), 0.75);
        assert_eq!(KolmogorovDistance::of(&mut [0.5, 0.5], |x| x), 0.5);
        // Farthest above the first step, and below the second one.
        assert_eq!(KolmogorovDistance::of(&mut [0.125, 0.75], |x| x), 0.375);
        assert_eq!(KolmogorovDistance::of(&mut [0.25, 0.9375], |x| x), 0.4375);
        assert!(KolmogorovDistance::of(&mut [0.1, f64::NAN], |x| x).is_nan());
        assert!(KolmogorovDistance::of(&mut [], |x| x).is_nan());
    }

    #[test]
    fn a_sample_is_near_its_own_law_and_far_from_another() {
        let draws: u64 = 20_000;
        let mut sample: Vec<f64> = Law::Normal
            .sample_iter(Streams::new(1).stream("sample"))
            .take(draws as usize)
            .collect();
        let (_, high) = KolmogorovDistance::new(draws).interval(1e-9);
        let (own, other) = (
            KolmogorovDistance::of(&mut sample, |x| Law::Normal.cdf(x)),
            KolmogorovDistance::of(&mut sample, |x| Law::Uniform.cdf(x)),
        );
        assert!(own < high && high < other, "{own}, {high}, {other}");
        // The two laws differ most near ±0.8, where their densities cross.
        let foil = KolmogorovFoil::new(draws, Law::Uniform.cdf(0.8), Law::Normal.cdf(0.8));
        assert!(foil.lower_tail(high) < 1e-9);
        let (least, most) = foil.interval(1e-9);
        assert!(high < least && least < other && most == 1.0);
    }

    #[test]
    fn tails_are_probabilities_and_a_foil_says_by_how_much_it_differs() {
        assert_eq!(KolmogorovDistance::new(10).upper_tail(1e-3), 1.0);
        let foil = KolmogorovFoil::new(10, 0.5, 0.25);
        assert_eq!(foil.lower_tail(-0.1), 0.0);
        assert!(foil.lower_tail(0.0) > 0.0);
        assert!(foil.describe().ends_with("differs by 0.25"));
    }
}
