//! Is the backward pass the gradient? Five checks, the strongest first.
//!
//! | check | what it compares with | tolerance |
//! |---|---|---|
//! | [`exactly`] | dual numbers, on integer ReLU networks | 0 |
//! | [`by_coordinate`] | dual numbers, coordinate by coordinate | rounding, bounded |
//! | [`along`] | dual numbers in one direction, all coordinates at once | rounding, bounded |
//! | [`by_differences`] | central differences that cross no kink | yours |
//! | [`euler`] | `H · ∂L/∂H = L`, which homogeneity demands in every layer | rounding, bounded |
//!
//! Each takes the gradient that it judges as a function of the [`Case`], so that a wrong one goes
//! through the very same check:
//!
//! ```
//! use unit_variance::network::gradient_check::{Case, by_coordinate};
//! use unit_variance::{Activation, Law, Loss, Network, Streams, VarianceScaling};
//!
//! let mut rng = Streams::new(5).stream("weights");
//! let network = Network::init(&[3, 4, 2], Activation::Tanh, &VarianceScaling::xavier(Law::Normal), &mut rng);
//! let input = ndarray::array![[0.3, -1.0, 2.0], [1.1, 0.4, -0.2]];
//! let case = Case { network, input, loss: Loss::CrossEntropy { labels: vec![1, 0] } };
//!
//! assert!(by_coordinate(&case, &Case::gradients).passes());
//!
//! let doubled = by_coordinate(&case, &|case| {
//!     let mut gradients = case.gradients();
//!     gradients.layers[0].weight *= 2.0;
//!     gradients
//! });
//! assert!(!doubled.passes());
//! ```

mod comparison;
mod coordinate;
mod difference;
mod exact;
mod forward_mode;
mod homogeneity;
pub mod layer;
mod rounding;

pub use comparison::Comparison;
pub use coordinate::{Coordinate, Direction};
pub use difference::{Differences, by_differences, central_difference};
pub use exact::{exactly, integer_case};
pub use homogeneity::euler;
pub use rounding::{along, by_coordinate};

use ndarray::Array2;

use super::{Gradients, Loss, Network};

/// What a gradient is taken of: a network, a batch of shape `(batch, fan_in)`, and a loss of its output.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The network.
    pub network: Network,
    /// The batch `X`.
    pub input: Array2<f64>,
    /// The loss `L`.
    pub loss: Loss,
}

impl Case {
    /// `L` at the output of the network.
    ///
    /// # Panics
    ///
    /// As [`Network::forward`] and [`Loss::value`].
    #[track_caller]
    pub fn value(&self) -> f64 {
        self.loss.value(self.network.forward(&self.input).output())
    }

    /// The gradients by backpropagation: [`Network::gradients`], the subject of all checks.
    ///
    /// # Panics
    ///
    /// As [`Network::gradients`].
    #[track_caller]
    pub fn gradients(&self) -> Gradients {
        self.network.gradients(&self.input, &self.loss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::{Fan, VarianceScaling};
    use crate::matrix::product;
    use crate::probability::{Law, Streams};
    use ndarray::Axis;
    use proptest::prelude::*;
    use rand::RngExt;

    /// Networks of one to six layers of one to twelve units, with biases, a batch and any loss.
    fn cases() -> impl Strategy<Value = Case> {
        let widths = proptest::collection::vec(1..=12_usize, 2..=7);
        (widths, 1..=5_usize, 0..18_usize, 0..4_usize, any::<u64>()).prop_map(
            |(widths, batch, phi, loss, seed)| {
                case(&widths, batch, Activation::ALL[phi], loss, seed)
            },
        )
    }

    /// A case with these sizes, the last layer linear.
    fn case(widths: &[usize], batch: usize, phi: Activation, loss: usize, seed: u64) -> Case {
        let mut rng = Streams::new(seed).stream("case");
        let scale = phi.gain().powi(2);
        let init = VarianceScaling::new(scale, Fan::In, Law::Normal);
        let mut network = Network::init(widths, phi, &init, &mut rng);
        for layer in &mut network.layers {
            layer.bias.mapv_inplace(|_| rng.random::<f64>() - 0.5);
        }
        if let Some(last) = network.layers.last_mut() {
            last.activation = Activation::Identity;
        }
        let classes = widths[widths.len() - 1];
        let mut normal = |columns| {
            Array2::from_shape_simple_fn((batch, columns), || 2.0 * rng.random::<f64>() - 1.0)
        };
        let (input, targets) = (normal(widths[0]), normal(classes));
        let loss = match loss {
            0 => Loss::SumOfSquares { targets },
            1 => Loss::MeanOfSquares { targets },
            2 => Loss::Linear { cotangent: targets },
            _ => Loss::CrossEntropy {
                labels: (0..batch).map(|_| rng.random_range(0..classes)).collect(),
            },
        };
        Case {
            network,
            input,
            loss,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn backpropagation_is_the_gradient(case in cases()) {
            let report = by_coordinate(&case, &Case::gradients);
            prop_assert!(report.passes(), "{report:?}");
        }

        #[test]
        fn backpropagation_is_the_gradient_in_a_random_direction(case in cases(), seed in any::<u64>()) {
            let direction = Direction::normal(&case, &mut Streams::new(seed).stream("direction"));
            let report = along(&case, &direction, &Case::gradients);
            prop_assert!(report.passes(), "{report:?}");
        }

        #[test]
        fn integer_networks_agree_exactly(
            widths in proptest::collection::vec(1..=8_usize, 2..=5),
            log_batch in 0..3_u32,
            seed in any::<u64>(),
        ) {
            let mut rng = Streams::new(seed).stream("integers");
            let case = integer_case(&widths, 2_usize.pow(log_batch), 3, &mut rng);
            let report = exactly(&case, &Case::gradients);
            prop_assert!(report.passes() && report.largest_difference == 0.0, "{report:?}");
        }
    }

    /// A wrong backward pass, by what is wrong.
    type Mutant = (&'static str, fn(&Case) -> Gradients);

    /// Backpropagation with `change` applied at every layer, from the last to the first.
    fn backward_with(
        case: &Case,
        d_output: Array2<f64>,
        change: fn(
            &Array2<f64>,
            &super::super::Signal,
            &super::super::Dense,
            &mut super::super::LayerGradient,
        ),
    ) -> Gradients {
        let trace = case.network.forward(&case.input);
        let (mut layers, mut dh) = (Vec::new(), d_output);
        for (l, layer) in case.network.layers.iter().enumerate().rev() {
            let (x, signal) = (trace.entering(l), &trace.layers[l]);
            let (mut gradient, _) = layer.backward(x, &signal.preactivation, dh);
            change(x, signal, layer, &mut gradient);
            dh = product(&gradient.delta, &layer.weight.t());
            layers.push(gradient);
        }
        layers.reverse();
        Gradients { layers, input: dh }
    }

    fn d_output(case: &Case) -> Array2<f64> {
        case.loss
            .gradient(case.network.forward(&case.input).output())
    }

    const MUTANTS: [Mutant; 7] = [
        ("no 1/N", |case| {
            backward_with(case, d_output(case) * 8.0, |_, _, _, _| {})
        }),
        ("no factor 2", |case| {
            backward_with(case, d_output(case) / 2.0, |_, _, _, _| {})
        }),
        ("no bias gradient", |case| {
            backward_with(case, d_output(case), |_, _, _, gradient| {
                gradient.bias.fill(0.0);
            })
        }),
        ("no mask", |case| {
            backward_with(case, d_output(case), |x, _, _, gradient| {
                gradient.delta = gradient.activation.clone();
                gradient.weight = product(&x.t(), &gradient.delta);
                gradient.bias = gradient.delta.sum_axis(Axis(0));
            })
        }),
        ("mask one too many: 1 at 0", |case| {
            backward_with(case, d_output(case), |x, signal, layer, gradient| {
                if layer.activation == Activation::Relu {
                    gradient.delta =
                        &gradient.activation * &signal.preactivation.mapv(|z| f64::from(z >= 0.0));
                    gradient.weight = product(&x.t(), &gradient.delta);
                    gradient.bias = gradient.delta.sum_axis(Axis(0));
                }
            })
        }),
        ("transposed outer product", |case| {
            backward_with(case, d_output(case), |_, _, _, gradient| {
                if gradient.weight.is_square() {
                    gradient.weight = gradient.weight.t().to_owned();
                }
            })
        }),
        ("gradient after the update", |case| {
            let mut moved = case.clone();
            for (layer, gradient) in moved.network.layers.iter_mut().zip(case.gradients().layers) {
                layer.weight -= &gradient.weight;
            }
            moved.gradients()
        }),
    ];

    #[test]
    fn every_wrong_backward_pass_is_caught_on_integers() {
        for (name, mutant) in MUTANTS {
            let mut total = Comparison::default();
            for seed in 0..40 {
                let mut rng = Streams::new(seed).stream("integers");
                let mut case = integer_case(&[3, 4, 4, 2], 4, 2, &mut rng);
                if let Loss::SumOfSquares { targets } = case.loss {
                    case.loss = Loss::MeanOfSquares { targets };
                }
                assert!(exactly(&case, &Case::gradients).passes());
                total.merge(exactly(&case, &mutant));
            }
            assert!(!total.passes(), "{name}: {total:?}");
            assert!(total.nonzero > 500, "{name}: {total:?}");
        }
    }

    #[test]
    fn every_wrong_backward_pass_is_caught_in_a_random_direction() {
        for (name, mutant) in MUTANTS {
            if name.starts_with("mask one too many") {
                continue; // differs only where a pre-activation is 0, which no continuous draw is
            }
            let case = case(&[5, 4, 4, 2], 4, Activation::Relu, 1, 3);
            let direction = Direction::normal(&case, &mut Streams::new(8).stream("direction"));
            assert!(along(&case, &direction, &Case::gradients).passes());
            let report = along(&case, &direction, &mutant);
            assert!(
                !report.passes() && report.excess > 1e6,
                "{name}: {report:?}"
            );
        }
    }
}
