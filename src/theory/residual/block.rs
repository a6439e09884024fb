//! A residual block `h' = h + F(h)` multiplies the mean square by `R`, with
//!
//! ```text
//! E R = 1 + a ,    E R² = (1 + a)² + 4a/n + a² [(1 + 5/m)(1 + 2/n) − 1] .
//! ```
//!
//! The branch is `F(h) = √a relu(h U) V`, with independent Gaussian `U` of shape `(n, m)` and variance `2/n`, and `V` of shape
//! `(m, n)` and variance `1/m`, without biases. Given `h`, `‖relu(h U)‖² = m τ ‖h‖²/n` with `τ = 2S/m`, where `S ~ χ²_K`,
//! `K ~ Bin(m, 1/2)`, has `E τ = 1` and `E τ² = 1 + 5/m`. Given this, too, `F(h)` has independent Gaussian entries of variance
//! `a τ ‖h‖²/n`. So
//!
//! ```text
//! R = 1 + 2 √(aτ/n) g + (aτ/n)(g² + χ²_(n−1)) ,   g ~ N(0, 1) ,
//! ```
//!
//! whatever enters: the factors of several blocks are independent, and moments of the product are products of moments.

use crate::theory::one_plus::power_of_one_plus;

/// The law of the factor `R = ‖h'‖²/‖h‖²` of a residual block with a ReLU branch.
///
/// ```
/// use unit_variance::theory::ResidualBlock;
///
/// // A plain block doubles the mean, and fifty of them multiply it by a million billions.
/// let plain = ResidualBlock::plain(80, 80);
/// assert_eq!(plain.mean(), 2.0);
/// assert_eq!(plain.growth(50), 2_f64.powi(50));
/// // Branches over √50: the mean stays below e, and the spread does not come from depth.
/// let scaled = ResidualBlock::scaled(50, 80, 80);
/// assert!(scaled.growth(50) < std::f64::consts::E);
/// assert!(scaled.spread(50) < 1.06 && plain.spread(50) > 5.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualBlock {
    branch_variance: f64,
    width: u64,
    inner: u64,
}

impl ResidualBlock {
    /// A block of `n` features whose branch has `m` ReLU units, and the mean square `a` for an input of mean square 1.
    ///
    /// # Panics
    ///
    /// If `a` is negative, infinite or NaN, or `n` or `m` is zero.
    #[track_caller]
    pub fn new(branch_variance: f64, width: u64, inner: u64) -> Self {
        assert!(
            branch_variance >= 0.0 && branch_variance.is_finite(),
            "the mean square of a branch must be finite and not negative, but is {branch_variance}"
        );
        assert!(
            width > 0 && inner > 0,
            "a residual block has features and units, but here are {width} and {inner}"
        );
        Self {
            branch_variance,
            width,
            inner,
        }
    }

    /// `a = 1`: the branch keeps the mean square, as He's weights make it.
    ///
    /// # Panics
    ///
    /// If `n` or `m` is zero.
    #[track_caller]
    pub fn plain(width: u64, inner: u64) -> Self {
        Self::new(1.0, width, inner)
    }

    /// `a = 1/L`: the branch is divided by `√L`, `L` being the number of blocks.
    ///
    /// # Panics
    ///
    /// If `L`, `n` or `m` is zero.
    #[track_caller]
    pub fn scaled(depth: u64, width: u64, inner: u64) -> Self {
        assert!(depth > 0, "a network of 0 blocks has no branch to scale");
        Self::new(1.0 / depth as f64, width, inner)
    }

    /// `E R = 1 + a`.
    pub fn mean(self) -> f64 {
        1.0 + self.branch_variance
    }

    /// `E R² = (1 + a)² + 4a/n + a² [(1 + 5/m)(1 + 2/n) − 1]`.
    ///
    /// ```
    /// use unit_variance::theory::ResidualBlock;
    ///
    /// assert_eq!(ResidualBlock::plain(8, 8).second_moment(), 5.531_25);
    /// ```
    pub fn second_moment(self) -> f64 {
        self.mean() * self.mean() + self.variance()
    }

    /// `Var R = 4a/n + a² (2/n + 5/m + 10/(nm))`.
    pub fn variance(self) -> f64 {
        let a = self.branch_variance;
        4.0 * a / self.width as f64 + a * a * self.excess()
    }

    /// `E ‖h_L‖² / ‖h_0‖² = (1 + a)^L` behind `L` such blocks; infinite where it leaves the range of `f64`.
    pub fn growth(self, depth: u64) -> f64 {
        power_of_one_plus(self.branch_variance, depth)
    }

    /// `E ‖h_L‖⁴ / (E ‖h_L‖²)² = (E R² / (E R)²)^L` behind `L` such blocks; infinite where it leaves the range of `f64`.
    ///
    /// Of networks whose branches are divided by `√L` it has a limit, `e^(4/n)`: of `R` only the inner product of stream and
    /// branch matters, of order `1/√L`. See [`scaled_spread_bound`].
    pub fn spread(self, depth: u64) -> f64 {
        let share = self.branch_variance / self.mean();
        let relative =
            4.0 * share / self.mean() / self.width as f64 + share * share * self.excess();
        power_of_one_plus(relative, depth)
    }

    /// `2/n + 5/m + 10/(nm)`: the variance of the branch's own square.
    fn excess(self) -> f64 {
        let [n, m] = [self.width as f64, self.inner as f64];
        2.0 / n + 5.0 / m + 10.0 / (n * m)
    }
}

/// `E ‖h_L‖⁴ / (E ‖h_L‖²)² = (1 + 5/n)^L` of a feed-forward network of `L` He layers of `n` ReLU units; infinite where it leaves the
/// range of `f64`.
///
/// ```
/// use unit_variance::theory::{ResidualBlock, feed_forward_spread};
///
/// // Without a skip the mean is kept, and the spread grows twice as fast in the exponent as with one that doubles it.
/// let (without, with) = (feed_forward_spread(640, 640), ResidualBlock::plain(640, 640).spread(640));
/// assert!((libm::log(without) - 5.0).abs() < 0.05 && (libm::log(with) - 2.75).abs() < 0.05);
/// ```
///
/// # Panics
///
/// If there are no units.
#[track_caller]
pub fn feed_forward_spread(width: u64, depth: u64) -> f64 {
    assert!(width > 0, "a layer of 0 units has no factor");
    power_of_one_plus(5.0 / width as f64, depth)
}

/// `e^(4/n)`: the spread of residual networks of width `n` whose branches are divided by `√L`, for `L → ∞`, and no less than that of
/// any `L` if `6m ≥ 5n + 10`.
///
/// `ln(1 + x) ≤ x`, so `L ln(E R²/(E R)²) ≤ (4/n + c/L) / (1 + 1/L)²` with `c = 2/n + 5/m + 10/(nm)`. That is at most `4/n` if
/// `c ≤ 8/n + 4/(nL)`, and at every `L` if `c ≤ 8/n`.
///
/// ```
/// use unit_variance::theory::{ResidualBlock, scaled_spread_bound};
///
/// let spread = |depth| ResidualBlock::scaled(depth, 64, 64).spread(depth);
/// assert!(spread(10) < spread(1000) && spread(1000) < scaled_spread_bound(64));
/// ```
///
/// # Panics
///
/// If `n` is zero.
#[track_caller]
pub fn scaled_spread_bound(width: u64) -> f64 {
    assert!(width > 0, "a stream of 0 features has no spread");
    libm::exp(4.0 / width as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::{Initializer, VarianceScaling};
    use crate::network::{Chain, Dense, Layer, Residual};
    use crate::probability::{Law, Streams};
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::Array2;

    #[test]
    fn moments_are_those_of_the_reference() {
        for (a, n, m, second) in [
            (1.0, 8, 8, 5.531_25),
            (1.0, 64, 64, 4.174_316_406_25),
            (0.1, 8, 8, 1.270_312_5),
            (0.02, 80, 320, 1.041_416_406_25),
        ] {
            let block = ResidualBlock::new(a, n, m);
            assert_relative_eq!(block.mean(), 1.0 + a, max_relative = 1e-15);
            assert_relative_eq!(block.second_moment(), second, max_relative = 1e-15);
        }
    }

    #[test]
    fn the_second_moment_is_the_sum_over_all_numbers_of_active_units() {
        for (a, n, m) in [(1.0, 3_u64, 1_u64), (0.3, 1, 5), (2.5, 7, 12)] {
            let (n_f, m_f) = (n as f64, m as f64);
            let mut choices = 1.0;
            let mut sum = 0.0;
            for k in 0..=m {
                // E τ and E τ² of k units, then E R² of a τ that is given.
                let (k_f, scale) = (k as f64, 2.0 / m_f);
                let (first, second) = (scale * k_f, scale * scale * k_f * (k_f + 2.0));
                let given = 1.0
                    + 4.0 * a * first / n_f
                    + 2.0 * a * first
                    + a * a * second * (n_f + 2.0) / n_f;
                sum += choices * libm::exp2(-m_f) * given;
                choices *= (m_f - k_f) / (k_f + 1.0);
            }
            let block = ResidualBlock::new(a, n, m);
            assert_relative_eq!(block.second_moment(), sum, max_relative = 1e-14);
        }
    }

    #[test]
    fn blocks_of_real_matrices_have_these_moments() {
        let streams = Streams::new(20);
        let mut rng = streams.stream("blocks");
        let (n, m, a) = (3, 5, 0.7_f64);
        let x = Array2::from_shape_vec((1, n), vec![0.6, -0.0, 0.8]).expect("three numbers");
        let factor = |_| {
            let he = VarianceScaling::he(Law::Normal).sample((n, m), &mut rng);
            let lecun = VarianceScaling::lecun(Law::Normal).sample((m, n), &mut rng);
            let branch = Chain::default()
                .then(Dense::new(he, Activation::Relu))
                .then(Dense::new(lecun, Activation::Identity));
            let (y, _) = Residual::new(branch).scaled(a.sqrt()).forward(&x);
            y.iter().map(|h| h * h).sum::<f64>()
        };
        let factors: Vec<f64> = (0..60_000).map(factor).collect();
        let block = ResidualBlock::new(a, n as u64, m as u64);
        assert_mean(factors.iter().copied(), block.mean());
        assert_mean(factors.iter().map(|r| r * r), block.second_moment());
    }

    #[test]
    fn growth_and_spread_over_depth_are_those_of_the_reference() {
        for (depth, growth) in [
            (1, 2.0),
            (2, 2.25),
            (10, 2.593_742_460_1),
            (20, 2.653_297_705_144_420_1),
            (50, 2.691_588_029_073_605_4),
            (1000, 2.716_923_932_235_892_5),
        ] {
            let scaled = ResidualBlock::scaled(depth, 9, 9);
            assert_relative_eq!(scaled.growth(depth), growth, max_relative = 1e-15);
        }
        for (n, depth, plain, scaled, feed_forward, limit) in [
            (
                32,
                10,
                2.332_389_951_806_500_3,
                1.129_133_882_916_150_6,
                4.270_880_868_888_804,
                1.133_148_453_066_826_3,
            ),
            (
                64,
                50,
                8.438_566_408_326_724,
                1.064_157_975_650_798_4,
                42.998_750_704_138_49,
                1.064_494_458_917_859_4,
            ),
            (
                256,
                50,
                1.709_382_247_863_797_5,
                1.015_665_861_002_809_2,
                2.630_432_133_890_833,
                1.015_747_708_586_685_7,
            ),
        ] {
            let of = |block: ResidualBlock| block.spread(depth);
            assert_relative_eq!(of(ResidualBlock::plain(n, n)), plain, max_relative = 1e-13);
            let one_over_root = of(ResidualBlock::scaled(depth, n, n));
            assert_relative_eq!(one_over_root, scaled, max_relative = 1e-14);
            assert_relative_eq!(
                feed_forward_spread(n, depth),
                feed_forward,
                max_relative = 1e-13
            );
            assert_relative_eq!(scaled_spread_bound(n), limit, max_relative = 1e-15);
        }
    }

    #[test]
    fn the_bound_holds_at_every_depth_and_is_the_limit() {
        for (n, m) in [(10, 10), (1, 3), (64, 55), (100, 400)] {
            assert!(6 * m >= 5 * n + 10);
            let bound = scaled_spread_bound(n);
            let spread = |depth| ResidualBlock::scaled(depth, n, m).spread(depth);
            for depth in (1..300).chain([1 << 12, 1 << 20]) {
                assert!(spread(depth) <= bound, "{n} {m} {depth}");
            }
            assert_relative_eq!(spread(1 << 40), bound, max_relative = 1e-10);
        }
        // A single feature with a single unit is beyond it.
        assert!(ResidualBlock::scaled(40, 1, 1).spread(40) > scaled_spread_bound(1));
    }

    #[test]
    fn a_branch_at_the_end_of_the_range_gives_no_nan() {
        let steep = ResidualBlock::new(1e200, 4, 4);
        assert_eq!(steep.growth(2), f64::INFINITY);
        assert!(steep.spread(3).is_finite());
    }

    #[test]
    #[should_panic(expected = "features and units, but here are 4 and 0")]
    fn a_branch_without_units_is_refused() {
        let _ = ResidualBlock::plain(4, 0);
    }

    #[test]
    #[should_panic(expected = "not negative, but is -0.5")]
    fn a_negative_mean_square_is_refused() {
        let _ = ResidualBlock::new(-0.5, 4, 4);
    }
}
