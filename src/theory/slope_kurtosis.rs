//! How unequal the slopes of a layer are.

use crate::activation::Nonlinearity;
use crate::probability::gaussian_expectation;

/// `k = E φ'(x)⁴ / (E φ'(x)²)²` for `x ~ N(0, q)`: how unequal the slopes of a layer are. One if they are equal, two for the
/// ReLU.
///
/// Wide layers with rotations for weights, all at the variance `q`, have squared singular values of relative variance
/// `L (k − 1)`; with Gaussian weights, of `L k`.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::slope_kurtosis;
///
/// assert!((slope_kurtosis(Activation::Relu, 0.3) - 2.0).abs() < 1e-12);
/// // The slope of a tanh varies little if its input is small: k − 1 = 8 q² − …
/// let q = 1e-3;
/// assert!((slope_kurtosis(Activation::Tanh, q) - 1.0 - 8.0 * q * q).abs() < 1e-7);
/// ```
///
/// # Panics
///
/// If `q` is negative, infinite or NaN, or the slope is zero wherever `x` lies, or its mean square leaves the range of `f64`.
#[track_caller]
pub fn slope_kurtosis(activation: impl Nonlinearity, q: f64) -> f64 {
    let second = activation.slope_moment_at(q);
    assert!(
        second > 0.0 && second.is_finite(),
        "slopes that are compared have a positive and finite mean square, but these have {second:e}"
    );
    // In units of their root mean square, whose own powers may leave the range.
    let root = second.sqrt();
    let fourth = |x| (activation.slope(x) / root).powi(4);
    gaussian_expectation(fourth, q, activation.kinks())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use approx::assert_relative_eq;

    #[test]
    fn the_inequality_of_slopes_is_that_of_the_reference() {
        for (activation, q, k) in [
            (Activation::Tanh, 0.01, 1.000_727_323_74),
            (Activation::Tanh, 0.1, 1.039_709_122_524),
            (Activation::Tanh, 2.0, 2.040_523_085_779),
            (Activation::Erf, 0.1, 1.043_498_389_5),
            (Activation::HardTanh, 0.5, 1.186_660_803_415),
            (Activation::Gelu, 1.0, 2.088_334_044_251),
            (Activation::Silu, 0.1, 1.317_577_562_209),
            (Activation::Elu, 2.0, 1.442_875_954_762),
            (Activation::Relu, 3.0, 2.0),
            (Activation::Identity, 3.0, 1.0),
        ] {
            assert_relative_eq!(slope_kurtosis(activation, q), k, max_relative = 2e-12);
        }
        // At any size: E x⁴ [x > 0] / (E x² [x > 0])² = 6 of the slopes 2x of a squared ReLU.
        for q in [1e-200, 1e-170, 1.0, 1e100] {
            let k = slope_kurtosis(Activation::ReluSquared, q);
            assert_relative_eq!(k, 6.0, max_relative = 1e-12);
        }
        for slope in [1e100, -1e100] {
            let k = slope_kurtosis(Activation::LeakyRelu { slope }, 1.0);
            assert_relative_eq!(k, 2.0, max_relative = 1e-12);
        }
        // erf: (1 + 4q)/√(1 + 8q).
        for q in [0.3_f64, 5.0] {
            let closed = (1.0 + 4.0 * q) / (1.0 + 8.0 * q).sqrt();
            assert_relative_eq!(
                slope_kurtosis(Activation::Erf, q),
                closed,
                max_relative = 1e-12
            );
        }
    }
}
