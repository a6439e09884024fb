//! Two moments of the squared singular values `s₁, …, s_n` of a Jacobian, exact at every width and depth.
//!
//! A layer stretches the square of a direction by `A` and the square of an area by `B`, in expectation:
//!
//! ```text
//! E (1/n) Σ s²     = ((n + 2) A^L − (n − 1) B^L) / 3
//! E ((1/n) Σ s)²   = ((n + 2) A^L + 2 (n − 1) B^L) / (3 n) .
//! ```
//!
//! `(Σs)² + 2 Σs²` is `n (n + 2)` times the expected squared stretch of a random direction, and `(Σs)² − Σs²` is twice
//! the sum of the squared areas of all pairs of axes. Since the next layer is as isotropic as the last, the one is multiplied by `A` and
//! the other by `B` from layer to layer.

use super::leaky_layer::{leaky_excess, leaky_kurtosis};

/// Layers of one width, with weights of the variance (or the gain) that keeps the mean square.
///
/// ```
/// use unit_variance::theory::JacobianMoments;
///
/// // One unit a layer: E r² of a Gaussian layer is 3, of a He layer 6, and the layers are independent.
/// assert!((JacobianMoments::linear(1).second_moment(5) - 243.0).abs() < 1e-10);
/// assert!((JacobianMoments::relu(1).second_moment(5) - 7776.0).abs() < 1e-9);
/// // Fifty layers of eighty units are far from infinitely wide ones, which have 101.
/// assert!(JacobianMoments::relu(80).second_moment(50) > 552.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JacobianMoments {
    width: f64,
    /// `A − 1`.
    direction: f64,
    /// `B − 1`.
    area: f64,
}

impl JacobianMoments {
    /// Gaussian weights of variance `1/n`, no activation: `A = 1 + 2/n`, `B = 1 − 1/n`.
    ///
    /// # Panics
    ///
    /// If the width is zero, as for the others.
    #[track_caller]
    pub fn linear(width: u64) -> Self {
        Self::gaussian(width, 1.0)
    }

    /// Gaussian weights of variance `2/n`, ReLU units: `A = 1 + 5/n`.
    ///
    /// # Panics
    ///
    /// If the width is zero.
    #[track_caller]
    pub fn relu(width: u64) -> Self {
        Self::leaky_relu(width, 0.0)
    }

    /// Gaussian weights of variance `2/((1 + a²) n)`, leaky ReLU units of slope `a`: `A = 1 + (3k − 1)/n` with
    /// `k = 2 (1 + a⁴)/(1 + a²)²`.
    ///
    /// # Panics
    ///
    /// If the width is zero, or the slope not finite.
    #[track_caller]
    pub fn leaky_relu(width: u64, slope: f64) -> Self {
        Self::gaussian(width, leaky_kurtosis(slope))
    }

    /// Haar weights of gain `√2`, ReLU units: `A = (n + 5)/(n + 2)`, `B = 1`.
    ///
    /// # Panics
    ///
    /// If the width is zero.
    #[track_caller]
    pub fn orthogonal_relu(width: u64) -> Self {
        Self::orthogonal_leaky_relu(width, 0.0)
    }

    /// Haar weights of gain `√(2/(1 + a²))`, leaky ReLU units of slope `a`: `A = 1 + 3 (k − 1)/(n + 2)`, `B = 1`.
    ///
    /// # Panics
    ///
    /// If the width is zero, or the slope not finite.
    #[track_caller]
    pub fn orthogonal_leaky_relu(width: u64, slope: f64) -> Self {
        let width = demand_width(width);
        Self {
            width,
            direction: 3.0 * leaky_excess(slope) / (width + 2.0),
            area: 0.0,
        }
    }

    #[track_caller]
    fn gaussian(width: u64, kurtosis: f64) -> Self {
        let width = demand_width(width);
        Self {
            width,
            direction: (3.0 * kurtosis - 1.0) / width,
            area: -1.0 / width,
        }
    }

    /// `E (1/n) Σ s²`, the expected mean of the fourth powers of the singular values of `depth` layers. Infinite where it leaves the range of `f64`.
    pub fn second_moment(self, depth: u64) -> f64 {
        let [direction, area] = self.growth(depth);
        1.0 + ((self.width + 2.0) * direction - (self.width - 1.0) * area) / 3.0
    }

    /// `E ((1/n) Σ s)²`, the second moment of the mean of the squared singular values, whose mean is one.
    pub fn mean_squared(self, depth: u64) -> f64 {
        let [direction, area] = self.growth(depth);
        let n = self.width;
        1.0 + ((n + 2.0) * direction + 2.0 * (n - 1.0) * area) / (3.0 * n)
    }

    /// `A^L − 1` and `B^L − 1`: in wide networks both sums above are small differences of large numbers.
    fn growth(self, depth: u64) -> [f64; 2] {
        let depth = depth as f64;
        let less_one = |step: f64| match step {
            // `ln 0` times no layers is no number.
            _ if depth == 0.0 => 0.0,
            step => libm::expm1(depth * libm::log1p(step)),
        };
        [less_one(self.direction), less_one(self.area)]
    }
}

#[track_caller]
fn demand_width(width: u64) -> f64 {
    assert!(width > 0, "a layer has at least one unit, but this one 0");
    width as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_moments_are_those_of_the_reference() {
        for (layers, depth, second, mean_squared) in [
            (
                JacobianMoments::linear(80),
                50,
                79.907_834_126_988_88,
                1.525_340_584_521_418,
            ),
            (
                JacobianMoments::relu(80),
                50,
                552.381_440_173_365_5,
                7.431_260_660_101_126,
            ),
            (
                JacobianMoments::orthogonal_relu(80),
                50,
                138.462_514_158_448_6,
                2.718_281_426_980_608,
            ),
            (JacobianMoments::linear(10), 5, 8.181_81, 1.349_622),
            (JacobianMoments::relu(10), 5, 28.603_53, 3.391_794),
            (
                JacobianMoments::orthogonal_relu(10),
                5,
                9.207_031_25,
                1.820_703_125,
            ),
            (
                JacobianMoments::leaky_relu(10, 0.2),
                5,
                24.368_314_554_230_49,
                2.968_272_455_423_049,
            ),
            (
                JacobianMoments::orthogonal_leaky_relu(10, 0.2),
                5,
                7.504_993_149_687_536,
                1.650_499_314_968_754,
            ),
        ] {
            assert_relative_eq!(layers.second_moment(depth), second, max_relative = 1e-13);
            assert_relative_eq!(
                layers.mean_squared(depth),
                mean_squared,
                max_relative = 1e-13
            );
        }
    }

    #[test]
    fn one_layer_of_any_width_has_its_moment_by_hand() {
        // E (1/n) tr (W Wᵀ)² of an n by n Gaussian matrix of variance 1/n is 2 + 1/n (Isserlis).
        for n in [1, 2, 7, 1000, 10_u64.pow(9), 10_u64.pow(15)] {
            let found = JacobianMoments::linear(n).second_moment(1);
            assert_relative_eq!(found, 2.0 + 1.0 / n as f64, max_relative = 1e-14);
            // Twice a projection on a fair half of the axes.
            let found = JacobianMoments::orthogonal_relu(n).second_moment(1);
            assert_relative_eq!(found, 2.0, max_relative = 1e-14);
        }
    }

    #[test]
    fn very_wide_networks_have_the_moments_of_free_probability() {
        for depth in [1, 10, 50] {
            let (n, limit) = (10_u64.pow(14), depth as f64);
            for (layers, excess) in [
                (JacobianMoments::linear(n), limit),
                (JacobianMoments::orthogonal_relu(n), limit),
                (JacobianMoments::relu(n), 2.0 * limit),
            ] {
                assert_relative_eq!(
                    layers.second_moment(depth),
                    1.0 + excess,
                    max_relative = 1e-10
                );
            }
        }
    }

    #[test]
    fn no_layers_change_nothing_and_a_slope_of_one_is_linear() {
        assert_eq!(JacobianMoments::relu(1).second_moment(0), 1.0);
        assert_eq!(
            JacobianMoments::leaky_relu(7, 1.0),
            JacobianMoments::linear(7)
        );
        assert_eq!(
            JacobianMoments::leaky_relu(7, -1e200),
            JacobianMoments::relu(7)
        );
        let rotation = JacobianMoments::orthogonal_leaky_relu(7, -1.0);
        assert_eq!(
            [rotation.second_moment(9), rotation.mean_squared(9)],
            [1.0; 2]
        );
    }

    #[test]
    #[should_panic(expected = "a layer has at least one unit, but this one 0")]
    fn layers_without_units_are_refused() {
        let _ = JacobianMoments::relu(0);
    }
}
