//! How many units of a ReLU layer are active: `K ~ Bin(n, 1/2)`, given that there are some.

/// Numbers `k ≥ 1` of active units with their probabilities `P(K = k | K > 0)`, upwards.
///
/// For a wide layer not every number is listed, only about a hundred at equal distances: over a binomial law that is many
/// steps wide a sum of a smooth function is an integral, and the rule of the trapezoid has all digits of it.
#[derive(Debug, Clone)]
pub(super) struct ActiveUnits {
    numbers: Vec<u64>,
    shares: Vec<f64>,
}

impl ActiveUnits {
    /// Up to this width every number of active units is listed.
    pub(super) const FEW: u64 = 1000;

    /// Those of a layer of `width` units.
    pub(super) fn of(width: u64) -> Self {
        let weighted = if width <= Self::FEW {
            all(width)
        } else {
            some(width)
        };
        let alive: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        Self {
            numbers: weighted.iter().map(|(k, _)| *k).collect(),
            shares: weighted.iter().map(|(_, weight)| weight / alive).collect(),
        }
    }

    /// The listed numbers with their probabilities.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, f64)> {
        self.numbers
            .iter()
            .copied()
            .zip(self.shares.iter().copied())
    }

    /// The probabilities alone; of few units, those of `k = 1` to `n`.
    pub(super) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// `E f(K)`.
    pub(super) fn mean(&self, f: impl Fn(u64) -> f64) -> f64 {
        self.iter().map(|(k, share)| share * f(k)).sum()
    }
}

/// Every number, in units of the most likely one's probability: `p_(k+1) / p_k = (n − k) / (k + 1)`.
fn all(width: u64) -> Vec<(u64, f64)> {
    let n = width as f64;
    let middle = (width / 2).max(1);
    let mut shares: Vec<(u64, f64)> = Vec::with_capacity(width as usize);
    let mut share = 1.0;
    for k in (1..middle).rev() {
        let next = (k + 1) as f64;
        share *= next / (n - k as f64);
        shares.push((k, share));
    }
    shares.reverse();
    share = 1.0;
    for k in middle..=width {
        shares.push((k, share));
        share *= (n - k as f64) / (k + 1) as f64;
    }
    shares
}

/// Four to a standard deviation `√n / 2`, and twelve of these to both sides.
///
/// With `k = (1 + d) n / 2`, by Stirling's formula, `p_k` is proportional to
/// `e^(−n/2 · ((1 + d) ln(1 + d) + (1 − d) ln(1 − d)) − δ(k) − δ(n − k)) / √(1 − d²)` with `δ(k) = 1/12k − 1/360k³ + …`.
fn some(width: u64) -> Vec<(u64, f64)> {
    const STEPS: i64 = 48;
    let n = width as f64;
    let step = ((n.sqrt() / 8.0).floor() as i64).max(1);
    let correction = |k: f64| {
        let y = 1.0 / (k * k);
        (1.0 / 12.0 - y * (1.0 / 360.0 - y / 1260.0)) / k
    };
    (-STEPS..=STEPS)
        .map(|j| {
            let k = (width / 2).saturating_add_signed(j * step);
            let active = k as f64;
            let d = (active - (width - k) as f64) / n;
            let d2 = d * d;
            // Σ d^(2m) / m(2m − 1), from the smallest.
            let entropy = (1..=12)
                .rev()
                .map(f64::from)
                .fold(0.0, |sum, m| (sum + 1.0 / (m * (2.0 * m - 1.0))) * d2);
            let log = -0.5 * n * entropy - correction(active) - correction(n - active);
            (k, libm::exp(log) / (1.0 - d2).sqrt())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_narrow_layer_is_counted_by_hand() {
        let one: Vec<_> = ActiveUnits::of(1).iter().collect();
        assert_eq!(one, [(1, 1.0)]);
        let three = ActiveUnits::of(3);
        for ((k, share), by_hand) in three.iter().zip([3.0, 3.0, 1.0]) {
            assert_relative_eq!(share, by_hand / 7.0, max_relative = 1e-15);
            assert!((1..=3).contains(&k));
        }
    }

    #[test]
    fn every_listing_has_the_moments_of_the_binomial_law() {
        for width in [2, 7, 64, 1000, 1001, 1_000_000, 1_000_000_000_000] {
            let n = width as f64;
            let units = ActiveUnits::of(width);
            let alive = -libm::expm1(-n * std::f64::consts::LN_2);
            let about = |power: i32| units.mean(|k| (k as f64 - n / 2.0).powi(power)) * alive;
            let dead = |power: i32| (1.0 - alive) * (-n / 2.0).powi(power);
            assert_relative_eq!(about(2) + dead(2), n / 4.0, max_relative = 1e-12);
            let fourth = n * (3.0 * n - 2.0) / 16.0;
            assert_relative_eq!(about(4) + dead(4), fourth, max_relative = 1e-12);
            assert_relative_eq!(about(1) + dead(1), 0.0, epsilon = 1e-13 * n.sqrt());
        }
    }

    #[test]
    fn some_of_the_numbers_give_the_sum_over_all() {
        let width = ActiveUnits::FEW;
        let total = |shares: &[(u64, f64)]| shares.iter().map(|(_, share)| share).sum::<f64>();
        let mean = |shares: &[(u64, f64)]| {
            let sum: f64 = shares.iter().map(|(k, share)| share / *k as f64).sum();
            sum / total(shares)
        };
        assert_relative_eq!(mean(&all(width)), mean(&some(width)), max_relative = 1e-14);
    }

    #[test]
    fn the_largest_of_all_weights_is_one() {
        // So that the weights of the ends stay within the range of `f64`, and rounding begins in the middle.
        for width in [1, 2, 3, 7, 64, 999, 1000] {
            let largest = all(width)
                .iter()
                .map(|(_, weight)| *weight)
                .fold(0.0, f64::max);
            assert_eq!(largest, 1.0, "{width}");
        }
    }

    #[test]
    fn three_terms_of_stirlings_correction_weigh_a_hundred_units() {
        // In so narrow a layer every term of δ counts, and the step is 1. Farther out the entropy would need more terms.
        let (every, few) = (all(100), some(100));
        let (_, middle) = few[48];
        for (k, weight) in few.into_iter().filter(|(k, _)| (34..=66).contains(k)) {
            let (number, exact) = every[k as usize - 1];
            assert_eq!(number, k);
            assert_relative_eq!(weight / middle, exact, max_relative = 1e-12, epsilon = 0.0);
        }
    }
}
