//! LSUV measures the variance of a layer on a batch, divides the weights by its root, and does so again until it is 1.
//!
//! Measured before the activation and without biases, the variance is a quadratic form of the weights: one pass with one
//! batch makes it 1, whatever the layer, and the factor found is the gain `1/√E φ(z)²` of the activation below.[^lsuv]
//! Measured behind the activation, a pass takes the scale `s` of the pre-activations to
//!
//! ```text
//! s' = s / √Var φ(s Z) ,   Z ~ N(0, 1) ,
//! ```
//!
//! which ends after one pass where `φ(c z) = c φ(z)` for positive `c`, never for the square of a ReLU, which has two scales in
//! turn, and never for one that is bounded by 1: `Var tanh(s Z)` is about
//! `1 − √(2/π)/s`, so that `s` grows by `1/√(2π)`, 0.4, in a pass, and the units saturate.
//!
//! [^lsuv]: D. Mishkin, J. Matas (2016). [*All you need is a good init*](https://arxiv.org/abs/1511.06422). ICLR.

use crate::activation::Nonlinearity;
use crate::theory::data_dependent::variance::variance_at;

/// Where a layer is between two passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rescaling {
    /// `s`: the standard deviation of the pre-activations.
    pub scale: f64,
    /// `Var φ(s Z)`.
    pub variance: f64,
}

/// The scale and the variance behind the activation after 0, 1, 2, … passes of a rescaling that measures there, of
/// pre-activations that are standard normal at first; it ends where the square of the scale leaves the range of `f64`.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::rescale_after_activation;
///
/// let passes = |phi| rescale_after_activation(phi).take(200).position(|at| (at.variance - 1.0).abs() <= 0.02);
/// assert_eq!(passes(Activation::Relu), Some(1));
/// // The authors' loop gives up after 21 passes: a saturated layer, but not one of variance 1.
/// assert_eq!(passes(Activation::Tanh), Some(93));
/// assert_eq!(passes(Activation::Sigmoid), None);
/// ```
///
/// # Panics
///
/// If the activation is constant, so that nothing makes its variance 1, or cannot be integrated.
pub fn rescale_after_activation(activation: impl Nonlinearity) -> impl Iterator<Item = Rescaling> {
    let at = move |scale: f64| {
        let q = scale * scale;
        q.is_finite().then(|| Rescaling {
            scale,
            variance: variance_at(&activation, q),
        })
    };
    std::iter::successors(at(1.0), move |before| {
        assert!(
            before.variance > 0.0,
            "behind the activation nothing varies at a scale of {}, and no factor makes its variance 1",
            before.scale
        );
        at(before.scale / before.variance.sqrt())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, OwnActivation};
    use approx::assert_relative_eq;

    #[test]
    fn tanh_walks_as_twenty_digits_do() {
        let passes: Vec<Rescaling> = rescale_after_activation(Activation::Tanh)
            .take(94)
            .collect();
        for (pass, scale, variance) in [
            (0, 1.0, 0.394_294_490_397_841),
            (1, 1.592_537_419_722_831_4, 0.561_273_703_362_591),
            (7, 4.507_061_060_281_277, 0.826_410_569_783_783),
            (21, 10.569_691_823_435_626, 0.924_787_778_372_147_8),
        ] {
            assert_relative_eq!(passes[pass].scale, scale, max_relative = 1e-12);
            assert_relative_eq!(passes[pass].variance, variance, max_relative = 1e-12);
        }
        // Near the end by 1/√(2π) in a pass.
        assert_relative_eq!(passes[93].scale - passes[92].scale, 0.398_9, epsilon = 0.01);
        assert_relative_eq!(passes[93].scale, 40.07, epsilon = 0.005);
    }

    #[test]
    fn homogeneous_activations_take_one_pass_and_keep_what_it_made() {
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::LeakyRelu { slope: -0.3 },
        ] {
            let passes: Vec<Rescaling> = rescale_after_activation(activation).take(3).collect();
            assert_relative_eq!(passes[1].variance, 1.0, max_relative = 1e-12);
            assert_relative_eq!(passes[2].scale, passes[1].scale, max_relative = 1e-12);
        }
        // The mean does not count: not √2, but √(2/(1 − 1/π)).
        let relu = rescale_after_activation(Activation::Relu)
            .nth(1)
            .expect("a pass");
        let exact = (2.0 / (1.0 - std::f64::consts::FRAC_1_PI)).sqrt();
        assert_relative_eq!(relu.scale, exact, max_relative = 1e-12);
    }

    #[test]
    fn the_square_of_a_relu_has_two_scales_in_turn() {
        // Var relu(s Z)⁴ = s⁴ (3/2 − 1/4), so that s' = 1/(s √1.25).
        let passes = rescale_after_activation(Activation::ReluSquared).take(7);
        for (pass, at) in passes.enumerate() {
            let (scale, variance) = [(1.0, 1.25), (0.8_f64.sqrt(), 0.8)][pass % 2];
            assert_relative_eq!(at.scale, scale, max_relative = 1e-12);
            assert_relative_eq!(at.variance, variance, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_bounded_activation_ends_where_the_scale_leaves_the_range() {
        let passes = rescale_after_activation(Activation::Sigmoid);
        let last = passes.last().expect("a start");
        assert!(last.scale > 1e150);
        assert_relative_eq!(last.variance, 0.25, max_relative = 1e-10);
    }

    #[test]
    #[should_panic(expected = "nothing varies at a scale of 1")]
    fn a_dead_layer_is_refused() {
        let dead = OwnActivation::new(|_| 0.5, |_| 0.0);
        let _ = rescale_after_activation(dead).nth(1);
    }
}
