//! The rank of a ReLU network's Jacobian at an input: the smallest number of active units of a layer,
//!
//! ```text
//! rank J = min(K₁, …, K_L) ,   P(rank ≥ r) = P(Bin(n, 1/2) ≥ r)^L .
//! ```
//!
//! The masks are independent fair coins, one a unit, by the theorem of the coins in the chapter on isometry; a product
//! of masks with matrices in general position between them has
//! the rank of the narrowest.

/// The law of the rank of `depth` ReLU layers of `width` units, without biases.
///
/// ```
/// use unit_variance::theory::JacobianRank;
///
/// // One layer keeps half of eighty directions, fifty layers three in eight.
/// assert!((JacobianRank::new(80, 1).mean() - 40.0).abs() < 1e-12);
/// let deep = JacobianRank::new(80, 50);
/// assert_eq!(deep.median(), 30);
/// assert!((deep.mean() - 29.99).abs() < 0.01);
/// ```
#[derive(Debug, Clone)]
pub struct JacobianRank {
    depth: f64,
    /// The smallest number of active units that is not all but impossible.
    first: u64,
    /// `P(Bin(n, 1/2) ≥ first + i)` and its complement, each summed from its small end.
    tails: Vec<[f64; 2]>,
}

/// So many standard deviations `√n / 2` to either side of `n/2` are enough for `10¹⁸` layers.
const REACH: f64 = 16.0;

/// The widest layers: their law takes a million numbers.
const WIDEST: u64 = 1_000_000_000;

impl JacobianRank {
    /// The widest layers that are accepted, `10⁹` units.
    pub const WIDEST: u64 = WIDEST;

    /// The rank of so many layers of so many units.
    ///
    /// # Panics
    ///
    /// If there are no layers, no units, or more than [`WIDEST`](Self::WIDEST) units.
    #[track_caller]
    pub fn new(width: u64, depth: u64) -> Self {
        assert!(
            (1..=WIDEST).contains(&width) && depth > 0,
            "a rank is that of layers of 1 to {WIDEST} units, but there are {depth} of {width}"
        );
        let reach = (0.5 * REACH * (width as f64).sqrt()).ceil() as u64 + 1;
        let middle = width / 2;
        let first = middle.saturating_sub(reach);
        let last = (middle + reach).min(width);
        // Relative to the middle, by ratios of neighbors: logarithms of factorials have no digits left in wide layers.
        let mut weights = vec![1.0; (last - first) as usize + 1];
        let at = (middle - first) as usize;
        for i in at + 1..weights.len() {
            let k = first + i as u64;
            weights[i] = weights[i - 1] * (width - k + 1) as f64 / k as f64;
        }
        for i in (0..at).rev() {
            let k = first + i as u64;
            weights[i] = weights[i + 1] * (k + 1) as f64 / (width - k) as f64;
        }
        let total = sum_of(&weights);
        let mut tails = vec![[0.0; 2]; weights.len()];
        let mut above = 0.0;
        for (tail, weight) in tails.iter_mut().zip(&weights).rev() {
            above += weight / total;
            tail[0] = above;
        }
        let mut below = 0.0;
        for (tail, weight) in tails.iter_mut().zip(&weights) {
            tail[1] = below;
            below += weight / total;
        }
        Self {
            depth: depth as f64,
            first,
            tails,
        }
    }

    /// `P(rank ≥ r)`.
    pub fn at_least(&self, rank: u64) -> f64 {
        match rank.checked_sub(self.first) {
            None => 1.0,
            Some(i) => match self.tails.get(i as usize) {
                None => 0.0,
                Some(tails) => self.of_all_layers(*tails),
            },
        }
    }

    /// `p^L`, by the smaller of `p` and `1 − p`.
    fn of_all_layers(&self, [above, below]: [f64; 2]) -> f64 {
        let log = if below < 0.5 {
            libm::log1p(-below)
        } else {
            libm::log(above)
        };
        libm::exp(self.depth * log)
    }

    /// `E rank = Σ P(rank ≥ r)` over `r` from 1.
    pub fn mean(&self) -> f64 {
        // Below `first` every term is 1, and one of them belongs to r = 0.
        let beyond = self.tails.iter().skip(usize::from(self.first == 0));
        let sum: f64 = beyond.map(|tails| self.of_all_layers(*tails)).sum();
        self.first.saturating_sub(1) as f64 + sum
    }

    /// The smallest rank that is not exceeded in half of all networks or more.
    pub fn median(&self) -> u64 {
        // One layer of an odd number of units exceeds its median with probability one half, up to rounding.
        let half = 0.5 + 1e-12;
        // No rank is below `first`, so at least one number is exceeded or reached in more than half.
        let tails = self.tails.iter();
        let reached = tails.filter(|tails| self.of_all_layers(**tails) > half);
        self.first + reached.count() as u64 - 1
    }
}

/// The sum, from the smallest numbers, at both ends, to the largest, in the middle.
fn sum_of(weights: &[f64]) -> f64 {
    let mut sorted = weights.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use statrs::distribution::{Binomial, DiscreteCDF};

    #[test]
    fn the_ranks_are_those_of_the_reference() {
        for (width, depth, mean, median) in [
            (20, 5, 7.418_811_686_390_286, 7),
            (20, 20, 5.883_994_791_964_696, 6),
            (80, 1, 40.0, 40),
            (80, 10, 33.136_147_266_395_27, 33),
            (80, 50, 29.991_850_746_379_74, 30),
            (512, 50, 230.574_260_868_906_3, 231),
        ] {
            let rank = JacobianRank::new(width, depth);
            assert_relative_eq!(rank.mean(), mean, max_relative = 1e-13);
            assert_eq!(rank.median(), median, "{width} {depth}");
        }
    }

    #[test]
    fn the_tails_are_powers_of_a_binomial_tail() {
        let rank = JacobianRank::new(30, 7);
        let active = Binomial::new(0.5, 30).expect("1/2 is a probability");
        assert_eq!((rank.at_least(0), rank.at_least(31)), (1.0, 0.0));
        for r in 1..=30 {
            let expected = active.sf(r - 1).powi(7);
            assert_relative_eq!(rank.at_least(r), expected, max_relative = 1e-10);
        }
    }

    #[test]
    fn one_unit_is_a_coin_and_many_layers_of_it_are_dead() {
        let coin = JacobianRank::new(1, 1);
        assert_eq!((coin.mean(), coin.median()), (0.5, 0));
        assert_relative_eq!(JacobianRank::new(1, 10).mean(), libm::exp2(-10.0));
        // Three coins: of eight throws four show two heads or more.
        assert_eq!(JacobianRank::new(3, 1).median(), 1);
        assert_eq!(JacobianRank::new(3, 10_u64.pow(18)).mean(), 0.0);
    }

    #[test]
    fn a_very_wide_layer_keeps_half() {
        let wide = JacobianRank::new(WIDEST, 1);
        assert_relative_eq!(wide.mean(), 0.5e9, max_relative = 1e-13);
        assert_eq!(wide.median(), WIDEST / 2);
        assert_relative_eq!(
            JacobianRank::new(1_000_001, 1).mean(),
            500_000.5,
            max_relative = 1e-13
        );
    }

    #[test]
    #[should_panic(expected = "but there are 0 of 80")]
    fn a_rank_of_no_layers_is_refused() {
        let _ = JacobianRank::new(80, 0);
    }

    #[test]
    fn what_is_all_but_certain_in_one_layer_is_told_in_very_many() {
        // All of sixty units are silent once in 2^60 layers, so (1 − 2^(−60))^(2^60) = 1/e that none of 2^60 layers is dead.
        let rank = JacobianRank::new(60, 1 << 60);
        assert_relative_eq!(rank.at_least(1), libm::exp(-1.0), max_relative = 1e-12);
    }
}
