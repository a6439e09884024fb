//! How a network moves when its input does: `J = W₁ D₁ W₂ D₂ ⋯ W_L D_L`, with `D_l` the slopes `φ'(z_l)` on a
//! diagonal.
//!
//! A small step `u` of the input becomes `u J`. The singular values of `J` are the factors by which steps are stretched,
//! and by which gradients are on their way back.

use ndarray::{Array2, ArrayRef1, Axis};

use crate::matrix::product;
use crate::network::Network;

// ANCHOR: factors
/// `W_l D_l` of every layer, for one input; their product is the Jacobian.
///
/// ```
/// use ndarray::Array1;
/// use unit_variance::matrix::GradedProduct;
/// use unit_variance::theory::jacobian_factors;
/// use unit_variance::{Activation, Network, Orthogonal, Streams};
///
/// // Fifty rotations, and the singular values of their product.
/// let mut rng = Streams::new(1).stream("w");
/// let network = Network::init(&[30; 51], Activation::Identity, &Orthogonal::new(1.0), &mut rng);
/// let mut product = GradedProduct::new(30);
/// for factor in jacobian_factors(&network, &Array1::ones(30)) {
///     product.push(&factor);
/// }
/// assert!(product.singular_values().iter().all(|s| (s - 1.0).abs() < 1e-12));
/// ```
///
/// # Panics
///
/// If the input has not as many entries as the first layer takes, or a pre-activation becomes NaN.
#[track_caller]
pub fn jacobian_factors(network: &Network, input: &ArrayRef1<f64>) -> Vec<Array2<f64>> {
    let batch = input.view().insert_axis(Axis(0));
    let trace = network.forward(&batch);
    let layers = network.layers.iter().zip(&trace.layers);
    let factors = layers.map(|(layer, signal)| {
        let slopes = signal.preactivation.mapv(|z| layer.activation.slope(z));
        &layer.weight * &slopes
    });
    factors.collect()
}
// ANCHOR_END: factors

/// `∂h_L/∂x`, of shape `(inputs, outputs)`, at one input.
///
/// ```
/// use ndarray::array;
/// use unit_variance::theory::jacobian;
/// use unit_variance::{Activation, Dense, Network};
///
/// let layer = Dense::new(array![[1.0, -1.0], [2.0, 0.0]], Activation::Relu);
/// let network = Network { layers: vec![layer] };
/// // The second unit is off.
/// assert_eq!(jacobian(&network, &array![1.0, 1.0]), array![[1.0, 0.0], [2.0, 0.0]]);
/// ```
///
/// # Panics
///
/// As [`jacobian_factors`].
#[track_caller]
pub fn jacobian(network: &Network, input: &ArrayRef1<f64>) -> Array2<f64> {
    let start = Array2::eye(input.len());
    let factors = jacobian_factors(network, input);
    factors
        .iter()
        .fold(start, |sofar, factor| product(&sofar, factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::VarianceScaling;
    use crate::probability::{Law, Streams};
    use approx::assert_relative_eq;
    use ndarray::Array1;

    #[test]
    fn a_row_is_what_a_step_along_its_axis_does() {
        let lecun = VarianceScaling::lecun(Law::Normal);
        let mut rng = Streams::new(3).stream("w");
        let network = Network::init(&[4, 7, 5], Activation::Tanh, &lecun, &mut rng);
        let x = Array1::from(vec![0.3, -0.7, 1.1, 0.2]);
        let at = |x: &Array1<f64>| {
            let batch = x.view().insert_axis(Axis(0)).to_owned();
            network.forward(&batch).output().row(0).to_owned()
        };
        let found = jacobian(&network, &x);
        let h = 1e-5;
        for i in 0..4 {
            let step = |h: f64| {
                let mut x = x.clone();
                x[i] += h;
                at(&x)
            };
            let quotient = (step(h) - step(-h)) / (2.0 * h);
            for (entry, quotient) in found.row(i).iter().zip(&quotient) {
                assert_relative_eq!(entry, quotient, epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn a_network_without_biases_is_its_jacobian() {
        // Euler: a ReLU network is homogeneous.
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(4).stream("w");
        let network = Network::init(&[6, 9, 8], Activation::Relu, &he, &mut rng);
        let x = Array2::from_shape_fn((1, 6), |(_, i)| libm::cos(i as f64));
        let by_jacobian = product(&x, &jacobian(&network, &x.row(0)));
        for (one, other) in by_jacobian.iter().zip(network.forward(&x).output()) {
            assert_relative_eq!(one, other, epsilon = 1e-14);
        }
    }
}
