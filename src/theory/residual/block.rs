//! A residual block `h' = h + F(h)` multiplies the mean square by `R`, with
//!
//! ```text
//! E R = 1 + a ,    E R² = (1 + a)² + 4a/n + a² [(1 + 5/m)(1 + 2/n) − 1] .
//! ```
//!
//! The branch is `F(h) = √a relu(h U) V`, with independent Gaussian `U` of shape `(n, m)` and variance `2/n`, and `V` of
//! shape `(m, n)` and variance `1/m`, without biases. Given `h`, `‖relu(h U)‖² = m τ ‖h‖²/n` with `τ = 2S/m`, where
//! `S ~ χ²_K`, `K ~ Bin(m, 1/2)`, has `E τ = 1` and `E τ² = 1 + 5/m`. Given this, too, `F(h)` has independent Gaussian
//! entries of variance `a τ ‖h‖²/n`. So
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

/// `E ‖h_L‖⁴ / (E ‖h_L‖²)² = (1 + 5/n)^L` of a feed-forward network of `L` He layers of `n` ReLU units; infinite where it
/// leaves the range of `f64`.
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

/// `e^(4/n)`: the spread of residual networks of width `n` whose branches are divided by `√L`, for `L → ∞`, and no less than
/// that of any `L` if `6m ≥ 5n + 10`.
///
/// `ln(1 + x) ≤ x`, so `L ln(E R²/(E R)²) ≤ (4/n + c/L) / (1 + 1/L)²` with `c = 2/n + 5/m + 10/(nm)`. That is at most `4/n`
/// if `c ≤ 8/n + 4/(nL)`, and at every `L` if `c ≤ 8/n`.
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

#[cfg(all(test, feature = "network"))]
mod tests;
