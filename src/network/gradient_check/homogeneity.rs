//! Euler's identities: what homogeneity demands of every layer's gradient.

use ndarray::{ArrayRef, Dimension};

use super::rounding::{gamma, roundings, sizes};
use super::{Case, Comparison};
use crate::activation::Activation;
use crate::network::{Gradients, Loss};

/// Checks `H_l · ∂L/∂H_l = L` and `W_l · ∂L/∂W_l = L` in every layer, and `X · ∂L/∂X = L`,
/// where the dot is the sum of the products of the entries.
///
/// A network without biases whose activations are straight on both sides of 0 is homogeneous of
/// degree 1 in the signal of any layer and in each of its weight matrices; for a linear loss Euler's
/// identity is this. It needs no second way to the gradient, and a wrong mask, a missing transpose
/// or the wrong layer's input breaks it.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::gradient_check::{Case, euler};
/// use unit_variance::{Activation, Law, Loss, Network, Streams, VarianceScaling};
///
/// let mut rng = Streams::new(2).stream("weights");
/// let network = Network::init(&[2, 9, 9, 1], Activation::Relu, &VarianceScaling::he(Law::Normal), &mut rng);
/// let loss = Loss::Linear { cotangent: array![[1.0]] };
/// let case = Case { network, input: array![[0.6, -0.8]], loss };
/// assert!(euler(&case, &Case::gradients).passes());
/// ```
///
/// # Panics
///
/// If a bias is not 0, an activation is not homogeneous, or the loss is not linear.
#[track_caller]
pub fn euler(case: &Case, gradient: &dyn Fn(&Case) -> Gradients) -> Comparison {
    for layer in &case.network.layers {
        assert!(
            matches!(
                layer.activation,
                Activation::Identity | Activation::Relu | Activation::LeakyRelu { .. }
            ),
            "Euler's identity needs homogeneous activations, but there is {}",
            layer.activation
        );
        let bias = layer.bias.iter().find(|b| **b != 0.0);
        assert!(
            bias.is_none(),
            "Euler's identity needs biases of 0, but there is {bias:?}"
        );
    }
    assert!(
        matches!(case.loss, Loss::Linear { .. }),
        "Euler's identity needs a linear loss, but it is {:?}",
        case.loss
    );

    let value = case.value();
    let gradients = gradient(case);
    let trace = case.network.forward(&case.input);
    let sizes = sizes(case, &trace);
    let mut report = Comparison::default();
    let mut compare = |product: f64, size: f64, terms: usize| {
        report.add(product, value, gamma(roundings(case) + terms) * size);
    };
    for (l, layer) in case.network.layers.iter().enumerate() {
        let (ours, bound) = (&gradients.layers[l], &sizes.layers[l]);
        let h = &trace.layers[l].activation;
        compare(
            inner(h, &ours.activation),
            inner(&h.abs(), &bound.activation),
            h.len(),
        );
        let w = &layer.weight;
        compare(
            inner(w, &ours.weight),
            inner(&w.abs(), &bound.weight),
            w.len(),
        );
    }
    let x = &case.input;
    compare(
        inner(x, &gradients.input),
        inner(&x.abs(), &sizes.input),
        x.len(),
    );
    report
}

/// `Σ a ⊙ b`.
fn inner<D: Dimension>(a: &ArrayRef<f64, D>, b: &ArrayRef<f64, D>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, VarianceScaling};
    use crate::matrix::product;
    use crate::network::Network;
    use crate::probability::{Law, Streams};
    use ndarray::{Array2, array};

    fn case(widths: &[usize], activation: Activation) -> Case {
        let streams = Streams::new(11);
        let he = VarianceScaling::he(Law::Normal);
        let mut draw = streams.stream("batch");
        let outputs = widths[widths.len() - 1];
        let [input, cotangent] =
            [widths[0], outputs].map(|columns| he.sample((7, columns), &mut draw));
        Case {
            network: Network::init(widths, activation, &he, &mut streams.stream("weights")),
            input,
            loss: Loss::Linear { cotangent },
        }
    }

    #[test]
    fn homogeneous_networks_obey_euler() {
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::LeakyRelu { slope: 0.2 },
        ] {
            let report = euler(&case(&[5, 30, 20, 3], activation), &Case::gradients);
            assert!(report.passes(), "{activation}: {report:?}");
            assert_eq!((report.coordinates, report.nonzero), (7, 7));
        }
    }

    #[test]
    fn a_missing_mask_breaks_eulers_identity() {
        let linear = |case: &Case| {
            let mut gradients = case.gradients();
            let trace = case.network.forward(&case.input);
            let Loss::Linear { cotangent } = &case.loss else {
                unreachable!("the case has a linear loss")
            };
            gradients.layers[2].weight = product(&trace.entering(2).t(), cotangent);
            gradients
        };
        // The first output is off for every example: its mask is zero.
        let mut case = case(&[5, 30, 20, 3], Activation::Relu);
        let mut first = case.network.layers[2].weight.column_mut(0);
        first.mapv_inplace(|w| -w.abs());
        let report = euler(&case, &linear);
        assert!(report.excess > 1.0, "{report:?}");
    }

    #[test]
    #[should_panic(expected = "needs homogeneous activations, but there is tanh")]
    fn a_tanh_is_not_homogeneous() {
        let _ = euler(&case(&[2, 3, 1], Activation::Tanh), &Case::gradients);
    }

    #[test]
    #[should_panic(expected = "needs biases of 0, but there is Some(0.5)")]
    fn a_bias_is_refused() {
        let mut case = case(&[2, 3, 1], Activation::Relu);
        case.network.layers[0].bias = array![0.0, 0.5, 0.0];
        let _ = euler(&case, &Case::gradients);
    }

    #[test]
    #[should_panic(expected = "needs a linear loss, but it is SumOfSquares")]
    fn a_square_is_not_linear() {
        let mut case = case(&[2, 3, 1], Activation::Relu);
        let targets = Array2::zeros((7, 1));
        case.loss = Loss::SumOfSquares { targets };
        let _ = euler(&case, &Case::gradients);
    }
}
