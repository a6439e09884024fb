//! Layers of two ReLU units that live: a coin that one of them is active, and a third that both are.

use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete};

use super::NullLaw;

/// `r = S / N`, `S = Σ relu(z_i)²` over `N` layers of two units each, with independent `z_i ~ N(0, 1)`, given
/// that in each layer a unit is active.
///
/// Of three equally likely patterns of such a layer two have one active unit and one has both, so the
/// number of active units is `K = N + Bin(N, 1/3)`; given `K` the sum is `χ²_K`. Mean 4/3.
///
/// ```
/// use unit_variance::evidence::{LivingPairs, NullLaw};
///
/// let (low, high) = LivingPairs::new(10_000).interval(1e-9);
/// assert!(1.2 < low && low < 4.0 / 3.0 && 4.0 / 3.0 < high && high < 1.5);
/// ```
#[derive(Debug, Clone)]
pub struct LivingPairs {
    pairs: u64,
    /// The laws of `S` by the number of active units, and the probabilities of these numbers.
    parts: Vec<(f64, ChiSquared)>,
}

impl LivingPairs {
    /// The ratio of this number of layers.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(pairs: u64) -> Self {
        assert!(pairs > 0, "a mean needs at least one layer");
        let both = Binomial::new(1.0 / 3.0, pairs).expect("a probability");
        // Beyond lie 2 e^(−2 · 19²) < 10⁻³¹³ by Hoeffding's bound, and the furthest tails are 10⁻³⁰⁰.
        let reach = (19.0 * (pairs as f64).sqrt()).ceil() as u64;
        let middle = pairs / 3;
        let part = |k: u64| {
            let law = ChiSquared::new((pairs + k) as f64).expect("a degree of freedom");
            (both.pmf(k), law)
        };
        let parts = (middle.saturating_sub(reach)..=(middle + reach + 1).min(pairs))
            .map(part)
            .collect();
        Self { pairs, parts }
    }
}

impl NullLaw for LivingPairs {
    fn lower_tail(&self, x: f64) -> f64 {
        let s = x * self.pairs as f64;
        self.parts.iter().map(|(p, law)| p * law.cdf(s)).sum()
    }

    fn upper_tail(&self, x: f64) -> f64 {
        let s = x * self.pairs as f64;
        self.parts.iter().map(|(p, law)| p * law.sf(s)).sum()
    }

    fn center(&self) -> f64 {
        4.0 / 3.0
    }

    /// `Var S = 2 E K + Var K = (8/3 + 2/9) N`.
    fn spread(&self) -> f64 {
        (26.0 / 9.0 / self.pairs as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "{} living layers of two ReLU units: chi-square of one degree of freedom a layer, or with probability 1/3 of two",
            self.pairs
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
    fn a_living_pair_is_one_active_unit_or_two() {
        let pair = LivingPairs::new(1);
        let square = ChiSquared::new(1.0).expect("a degree of freedom");
        for s in [0.3_f64, 1.3, 4.0] {
            // The sum of two squares is exponential.
            let by_hand = (2.0 * square.sf(s) + libm::exp(-0.5 * s)) / 3.0;
            assert_relative_eq!(pair.upper_tail(s), by_hand, max_relative = 1e-9);
            let whole = pair.upper_tail(s) + pair.lower_tail(s);
            assert_relative_eq!(whole, 1.0, max_relative = 1e-9);
        }
    }

    #[test]
    fn the_furthest_tails_are_those_of_extended_precision() {
        // sum over k of binomial(N, k) 2^(N-k) / 3^N times gammainc((N + k) / 2, s / 2), mpmath at 40 digits
        let close = |a, b| assert_relative_eq!(a, b, epsilon = 0.0, max_relative = 1e-9);
        close(
            LivingPairs::new(400).lower_tail(0.25),
            1.087_227_232_328_715e-90,
        );
        close(
            LivingPairs::new(1_000).lower_tail(0.2),
            7.195_702_067_789_469e-270,
        );
        close(
            LivingPairs::new(1_000).upper_tail(2.75),
            1.501_553_534_926_972e-94,
        );
        close(
            LivingPairs::new(1_000).upper_tail(4.25),
            7.066_613_144_445_718e-285,
        );
    }
}
