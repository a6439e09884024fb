//! What a normalization makes of Gaussian features, exactly at every width `d`: a point of a sphere of radius `√d`, in
//!
//! ```text
//! LayerNorm: m = d − 1 dimensions ,    RMSNorm: m = d .
//! ```
//!
//! `h ~ N(0, v I)` is isotropic, so its direction is uniform; `LayerNorm` first takes out the mean, one dimension (gain 1,
//! shift 0, `ε = 0`). A coordinate is `x = √d cos ω` of the angle `ω` to an axis, and `LayerNorm` sees axes shortened to
//! `√(1 − 1/d)`. So `x²/m` has the law `Beta(1/2, (m − 1)/2)`, and
//!
//! ```text
//! E x² = 1 ,   E x⁴ = 3m/(m + 2) ,   |x| ≤ √m .
//! ```
//!
//! Backward, the Jacobian is a projector off `x` (and off `1`), times `√d/‖P h‖`. If `z = x W` with Gaussian `W` of variance
//! `s²`, whatever follows sees `W` through `x W` alone, and what is orthogonal to `x` is independent of it. So for one input,
//! with `δ = ∂loss/∂z` and the gradient `g` before the normalization, `‖g‖² (‖P h‖²/d)/(s² ‖δ‖²)` has the law `χ²_(m−1)`;
//! `P` takes out the mean in front of a `LayerNorm`, and nothing in front of an `RmsNorm`.

use crate::theory::data_dependent::sphere::angle_tail;

/// The law of a coordinate of normalized Gaussian features, and of the gradient through the normalization.
///
/// ```
/// use unit_variance::theory::NormLaw;
///
/// // The mean square is 1 at any width, and what lies far out is less than Gaussian.
/// let (narrow, wide) = (NormLaw::layer(4), NormLaw::layer(768));
/// assert_eq!(narrow.kurtosis(), 1.8);
/// assert!((wide.kurtosis() - 3.0).abs() < 0.01);
/// // Of three dimensions, a coordinate is uniform.
/// assert!((NormLaw::rms(3).tail(1.0) - (1.0 - 1.0 / 3_f64.sqrt())).abs() < 1e-14);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NormLaw {
    dimensions: u64,
}

impl NormLaw {
    /// Behind a `LayerNorm` of `d` features.
    ///
    /// # Panics
    ///
    /// If there are less than three: of two, it leaves only signs.
    #[track_caller]
    pub fn layer(features: u64) -> Self {
        assert!(
            features > 2,
            "a LayerNorm leaves a law to three features or more, but not to {features}"
        );
        Self {
            dimensions: features - 1,
        }
    }

    /// Behind an `RmsNorm` of `d` features.
    ///
    /// # Panics
    ///
    /// If there are less than two: of one, it leaves only the sign.
    #[track_caller]
    pub fn rms(features: u64) -> Self {
        assert!(
            features > 1,
            "an RMSNorm leaves a law to two features or more, but not to {features}"
        );
        Self {
            dimensions: features,
        }
    }

    /// `m`: `d − 1` behind a `LayerNorm`, and `d` behind an `RmsNorm`.
    pub fn dimensions(self) -> u64 {
        self.dimensions
    }

    /// `E x⁴ = 3m/(m + 2)`.
    pub fn kurtosis(self) -> f64 {
        let m = self.dimensions as f64;
        3.0 * m / (m + 2.0)
    }

    /// `P(|x| > t)`.
    ///
    /// # Panics
    ///
    /// If `t` is negative or NaN.
    #[track_caller]
    pub fn tail(self, t: f64) -> f64 {
        assert!(t >= 0.0, "a tail begins at 0 or above, but not at {t}");
        let sine = t / (self.dimensions as f64).sqrt();
        if sine >= 1.0 {
            return 0.0;
        }
        angle_tail(self.dimensions, libm::asin(sine))
    }

    /// `m − 1`: the degrees of freedom of `‖g‖² (‖P h‖²/d)/(s² ‖δ‖²)`, a variable of law `χ²`; `d − 2` behind a `LayerNorm`,
    /// and `d − 1` behind an `RmsNorm`.
    pub fn gradient_degrees(self) -> u64 {
        self.dimensions - 1
    }

    /// `v/(v + ε)`: the mean square of features of variance `v` behind a `LayerNorm`, or of mean square `v` behind an
    /// `RmsNorm`, that adds `ε` to it.
    ///
    /// ```
    /// use unit_variance::theory::NormLaw;
    ///
    /// // GPT-2's first block reads token and position embeddings of variance 0.0004 each.
    /// assert!((NormLaw::second_moment(0.0008, 1e-5) - 80.0 / 81.0).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    ///
    /// If one of the two is negative, infinite or NaN, or both are zero.
    #[track_caller]
    pub fn second_moment(variance: f64, epsilon: f64) -> f64 {
        assert!(
            variance >= 0.0
                && epsilon >= 0.0
                && variance + epsilon > 0.0
                && variance.is_finite()
                && epsilon.is_finite(),
            "a variance and an ε must be finite, not negative and not both zero, but are {variance} and {epsilon}"
        );
        let sum = variance + epsilon;
        if sum.is_finite() {
            variance / sum
        } else {
            // Only halves of the two have a sum.
            0.5 * variance / (0.5 * variance + 0.5 * epsilon)
        }
    }
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::{Initializer, Normal};
    use crate::network::{Chain, Dense, Layer, LayerNorm, RmsNorm};
    use crate::probability::Streams;
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::Array2;

    /// A normalization, and the law that it should have.
    fn both(features: usize) -> [(Box<dyn Layer>, NormLaw); 2] {
        let layer = LayerNorm::new(features).with_epsilon(0.0);
        let rms = RmsNorm::new(features).with_epsilon(0.0);
        let count = features as u64;
        [
            (Box::new(layer), NormLaw::layer(count)),
            (Box::new(rms), NormLaw::rms(count)),
        ]
    }

    #[test]
    fn coordinates_of_the_layers_have_these_moments_and_tails() {
        let mut rng = Streams::new(1).stream("features");
        for features in [3, 5, 12] {
            for (norm, law) in both(features) {
                let h = Normal::new(0.0, 3.0).sample((60_000, features), &mut rng);
                let (x, _) = norm.forward(&h);
                let first = || x.column(0).to_vec().into_iter();
                assert_mean(first().map(|x| x * x), 1.0);
                assert_mean(first().map(|x| x.powi(4)), law.kurtosis());
                for t in [0.3, 1.0] {
                    assert_mean(first().map(|x| f64::from(x.abs() > t)), law.tail(t));
                }
                let largest = first().fold(0.0_f64, |most, x| most.max(x.abs()));
                let bound = (law.dimensions() as f64).sqrt();
                assert!(largest <= bound * (1.0 + 1e-12));
                assert_eq!(law.tail(bound * 1.001), 0.0);
            }
        }
    }

    #[test]
    fn gradients_through_the_layers_have_this_mean_and_variance() {
        let mut rng = Streams::new(2).stream("gradients");
        let (features, outputs) = (5, 3);
        for (norm, law) in both(features) {
            let is_layer = law.dimensions() == 4;
            let ratio = |_| {
                let h: Array2<f64> = Normal::new(0.5, 2.0).sample((1, features), &mut rng);
                let weight = Normal::new(0.0, 0.7).sample((features, outputs), &mut rng);
                let after = Normal::new(0.0, 1.0).sample((outputs, 2), &mut rng);
                // A loss that depends on the outputs in any way: here half of the squared length of tanh(z) W'.
                let head = Chain::default()
                    .then(Dense::new(weight, Activation::Tanh))
                    .then(Dense::new(after.clone(), Activation::Identity));
                let (x, norm_cache) = norm.forward(&h);
                let (y, cache) = head.forward(&x);
                let pullback = head.backward(&cache, &y);
                let delta: f64 = pullback.parameters[1].iter().map(|d| d * d).sum();
                let g = norm.backward(&norm_cache, &pullback.input).input;
                let mean = if is_layer {
                    h.sum() / features as f64
                } else {
                    0.0
                };
                let spread: f64 = h.iter().map(|h| (h - mean).powi(2)).sum();
                let length: f64 = g.iter().map(|g| g * g).sum();
                length * spread / features as f64 / (0.49 * delta)
            };
            let draws: Vec<f64> = (0..30_000).map(ratio).collect();
            let degrees = law.gradient_degrees() as f64;
            assert_mean(draws.iter().copied(), degrees);
            assert_mean(draws.iter().map(|g| g * g), degrees * (degrees + 2.0));
        }
    }

    #[test]
    fn epsilon_takes_from_small_signals() {
        assert_relative_eq!(
            NormLaw::second_moment(0.0005, 1e-5),
            0.980_392_156_862_745_1,
            max_relative = 1e-15
        );
        assert_eq!(NormLaw::second_moment(3.0, 0.0), 1.0);
        assert_eq!(NormLaw::second_moment(1e308, 1e308), 0.5);
    }

    #[test]
    #[should_panic(expected = "but not to 2")]
    fn a_law_of_signs_is_refused() {
        let _ = NormLaw::layer(2);
    }

    #[test]
    #[should_panic(expected = "but are 0 and 0")]
    fn nothing_cannot_be_normalized() {
        let _ = NormLaw::second_moment(0.0, 0.0);
    }
}
