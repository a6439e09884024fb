//! The passes forward and backward of a classifier, in memory that is allocated once.
//!
//! What [`Network::gradients`] and [`Optimizer::step`] compute, for one batch size, without keeping
//! the pre-activations or a whole gradient, and without an allocation in the loop. Training for tens
//! of thousands of steps lives here; whoever wants to look at a signal takes the network's own passes.

use std::ops::Range;

use ndarray::{Array, Array1, Array2, ArrayRef2, ArrayViewMut2, Dimension};

use super::elementwise::{sum_rows, times_slope};
use super::outputs::step_forward;
use super::softmax::{cross_entropy, softmax_gradient};
use super::{Dense, Network, Optimizer};
use crate::matrix::{Batch, product_into};

/// A network in training on the mean cross-entropy of batches of one size.
///
/// [`forward`](Self::forward), [`backward`](Self::backward) and [`step`](Self::step) follow one another,
/// with the same batch. The hidden activations are identity, ReLU, tanh or sigmoid; the last layer's
/// outputs are the logits.
#[derive(Debug, Clone)]
pub struct Trainer {
    network: Network,
    layers: Vec<Buffers>,
    /// Some rows of a weight's gradient.
    gradient: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Buffers {
    /// `H`, of shape `(batch, fan_out)`.
    activation: Array2<f64>,
    /// `∂L/∂Z`, of shape `(batch, fan_out)`.
    delta: Array2<f64>,
    velocity: (Array2<f64>, Array1<f64>),
}

impl Trainer {
    /// A network at rest, to be trained on batches of this size.
    pub fn new(network: Network, batch: usize) -> Self {
        let buffers = |layer: &Dense| {
            let like_output = || Array2::zeros((batch, layer.bias.len()));
            Buffers {
                activation: like_output(),
                delta: like_output(),
                velocity: (
                    Array2::zeros(layer.weight.dim()),
                    Array1::zeros(layer.bias.dim()),
                ),
            }
        };
        let layers = network.layers.iter().map(buffers).collect();
        Self {
            network,
            layers,
            gradient: Vec::new(),
        }
    }

    /// The network as it is.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// `H` of layer `l`, as the last forward pass left it.
    pub fn activation(&self, l: usize) -> &Array2<f64> {
        &self.layers[l].activation
    }

    /// `∂L/∂Z` of layer `l`, as the last backward pass left it.
    pub fn delta(&self, l: usize) -> &Array2<f64> {
        &self.layers[l].delta
    }

    /// The logits of a batch.
    pub fn forward(&mut self, x: &(impl Batch + ?Sized)) -> &Array2<f64> {
        for (l, layer) in self.network.layers.iter().enumerate() {
            let (below, here) = self.layers.split_at_mut(l);
            let h = &mut here[0].activation;
            let rows = 0..h.nrows();
            match below.last() {
                Some(below) => step_forward(layer, &*below.activation, rows, h),
                None => step_forward(layer, x, rows, h),
            }
        }
        &self.layers[self.layers.len() - 1].activation
    }

    /// The mean cross-entropy of the last forward pass.
    pub fn loss(&self, labels: &[u8]) -> f64 {
        let logits = &self.layers[self.layers.len() - 1].activation;
        let rows = logits.rows().into_iter().zip(labels);
        let costs = rows.map(|(row, label)| cross_entropy(&row, usize::from(*label)));
        costs.sum::<f64>() / labels.len() as f64
    }

    /// The gradients of the mean cross-entropy by the pre-activations, after a forward pass.
    pub fn backward(&mut self, labels: &[u8]) {
        let last = self.layers.len() - 1;
        let Buffers {
            activation, delta, ..
        } = &mut self.layers[last];
        delta.assign(activation);
        let (classes, labels) = (
            delta.ncols(),
            labels.iter().map(|label| usize::from(*label)),
        );
        softmax_gradient(slice_mut(delta), classes, labels);
        for l in (1..=last).rev() {
            let (below, here) = self.layers.split_at_mut(l);
            let below = &mut below[l - 1];
            let weight = self.network.layers[l].weight.t();
            product_into(&here[0].delta, &weight, &mut below.delta);
            times_slope(
                self.network.layers[l - 1].activation,
                slice_mut(&mut below.delta),
                slice(&below.activation),
            );
        }
    }

    /// `∂L/∂W` of layer `l`, after a backward pass of the batch.
    pub fn weight_gradient(&self, x: &(impl Batch + ?Sized), l: usize) -> Array2<f64> {
        let (fan_in, fan_out) = self.network.layers[l].weight.dim();
        let mut gradient = Array2::zeros((fan_in, fan_out));
        let (below, here) = self.layers.split_at(l);
        gradient_rows(x, below, &here[0].delta, 0..fan_in, &mut gradient);
        gradient
    }

    /// One step of `optimizer` against the gradients, after a backward pass of the batch, to each of
    /// which `decay · W` is added for the weights `W`: the gradient of the penalty `decay / 2 · Σ w²`.
    ///
    /// A few rows of a gradient are made at a time, and stepped against while they are near to the
    /// processor.
    ///
    /// # Panics
    ///
    /// If the batch is not of the size that the network is trained on.
    pub fn step(&mut self, x: &(impl Batch + ?Sized), optimizer: Optimizer, rate: f64, decay: f64) {
        for (l, layer) in self.network.layers.iter_mut().enumerate() {
            let (below, here) = self.layers.split_at_mut(l);
            let Buffers {
                delta, velocity, ..
            } = &mut here[0];
            let (fan_in, fan_out) = layer.weight.dim();
            let rows = (GRADIENT / fan_out).clamp(1, fan_in);
            self.gradient.resize(rows * fan_out, 0.0);

            let gradient = &mut self.gradient[..fan_out];
            sum_rows(slice(delta), gradient);
            let (bias, v_bias) = (slice_mut(&mut layer.bias), slice_mut(&mut velocity.1));
            optimizer.descend(bias, v_bias, gradient, rate, 0.0);

            let parts = slice_mut(&mut layer.weight).chunks_mut(rows * fan_out);
            let parts = parts.zip(slice_mut(&mut velocity.0).chunks_mut(rows * fan_out));
            for (first, (weight, v_weight)) in (0..fan_in).step_by(rows).zip(parts) {
                let gradient = &mut self.gradient[..weight.len()];
                let rows = first..(first + rows).min(fan_in);
                let mut view = ArrayViewMut2::from_shape((rows.len(), fan_out), gradient)
                    .expect("as many numbers as these rows have");
                gradient_rows(x, below, delta, rows, &mut view);
                optimizer.descend(weight, v_weight, gradient, rate, decay);
            }
        }
    }
}

/// How many entries of a gradient are made at a time: 200 KiB, beside the weights in the second cache.
const GRADIENT: usize = 25 * 1024;

/// Writes these rows of `∂L/∂W = Hᵀ ∂L/∂Z` over `gradient`, where `H` is the activation below, or the
/// batch if no layer is below.
fn gradient_rows(
    x: &(impl Batch + ?Sized),
    below: &[Buffers],
    delta: &ArrayRef2<f64>,
    rows: Range<usize>,
    gradient: &mut ArrayRef2<f64>,
) {
    match below.last() {
        Some(below) => below
            .activation
            .transposed_times_into(rows, delta, gradient),
        None => x.transposed_times_into(rows, delta, gradient),
    }
}

fn slice<D: Dimension>(array: &Array<f64, D>) -> &[f64] {
    array.as_slice().expect("a trainer's arrays lie row by row")
}

fn slice_mut<D: Dimension>(array: &mut Array<f64, D>) -> &mut [f64] {
    array
        .as_slice_mut()
        .expect("a trainer's arrays lie row by row")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::VarianceScaling;
    use crate::network::{Loss, TrainingState};
    use crate::probability::{Law, Streams};
    use approx::assert_relative_eq;

    const HIDDEN: [Activation; 4] = [
        Activation::Identity,
        Activation::Relu,
        Activation::Tanh,
        Activation::Sigmoid,
    ];

    const LABELS: [u8; 5] = [0, 2, 1, 1, 0];

    fn network(hidden: Activation) -> Network {
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(2).stream("weights");
        let mut network = Network::init(&[4, 11, 9, 3], hidden, &he, &mut rng);
        for layer in &mut network.layers {
            layer.bias.fill(0.1);
        }
        network.layers[2].activation = Activation::Identity;
        network
    }

    fn batch() -> Array2<f64> {
        Array2::from_shape_fn((5, 4), |(i, j)| libm::sin((3 * i + 5 * j) as f64))
    }

    fn loss() -> Loss {
        Loss::CrossEntropy {
            labels: LABELS.map(usize::from).to_vec(),
        }
    }

    #[track_caller]
    fn assert_close<D: Dimension>(ours: &Array<f64, D>, expected: &Array<f64, D>) {
        assert_relative_eq!(slice(ours), slice(expected), epsilon = 1e-13);
    }

    #[test]
    fn loss_and_gradients_are_the_networks_own() {
        for hidden in HIDDEN {
            let (network, x) = (network(hidden), batch());
            let mut trainer = Trainer::new(network.clone(), 5);
            trainer.forward(&*x);
            trainer.backward(&LABELS);
            let expected = loss().value(network.forward(&x).output());
            assert_relative_eq!(trainer.loss(&LABELS), expected, max_relative = 1e-14);
            let expected = network.gradients(&x, &loss());
            for (l, expected) in expected.layers.iter().enumerate() {
                assert_close(&trainer.weight_gradient(&*x, l), &expected.weight);
            }
        }
    }

    #[test]
    fn steps_are_the_optimizers_own() {
        let optimizers = [
            Optimizer::Sgd,
            Optimizer::Momentum { momentum: 0.9 },
            Optimizer::Nesterov { momentum: 0.9 },
        ];
        for optimizer in optimizers {
            let x = batch();
            let mut trainer = Trainer::new(network(Activation::Tanh), 5);
            let mut state = TrainingState::new(network(Activation::Tanh));
            for _ in 0..4 {
                trainer.forward(&*x);
                trainer.backward(&LABELS);
                trainer.step(&*x, optimizer, 0.1, 0.0);
                let gradients = state.network.gradients(&x, &loss());
                state = optimizer.step(state, &gradients, 0.1);
            }
            for (ours, expected) in trainer.network.layers.iter().zip(&state.network.layers) {
                assert_close(&ours.weight, &expected.weight);
                assert_close(&ours.bias, &expected.bias);
            }
        }
    }

    #[test]
    fn a_gradient_too_long_to_be_made_at_once_is_stepped_against_row_by_row() {
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(3).stream("weights");
        let mut network = Network::init(&[700, 90, 3], Activation::Tanh, &he, &mut rng);
        network.layers[1].activation = Activation::Identity;
        const { assert!(700 * 90 > 2 * GRADIENT, "three parts make the gradient") };
        let x = Array2::from_shape_fn((5, 700), |(i, j)| libm::sin((3 * i + 5 * j) as f64));
        let mut trainer = Trainer::new(network.clone(), 5);
        trainer.forward(&*x);
        trainer.backward(&LABELS);
        trainer.step(&*x, Optimizer::Sgd, 0.1, 0.0);
        let gradients = network.gradients(&x, &loss());
        let expected = Optimizer::Sgd.step(TrainingState::new(network), &gradients, 0.1);
        for (ours, expected) in trainer.network.layers.iter().zip(&expected.network.layers) {
            assert_close(&ours.weight, &expected.weight);
            assert_close(&ours.bias, &expected.bias);
        }
    }

    #[test]
    fn decay_shrinks_the_weights_and_spares_the_biases() {
        for (optimizer, factor) in [
            (Optimizer::Sgd, 0.9),
            (Optimizer::Momentum { momentum: 0.5 }, 0.9),
            (Optimizer::Nesterov { momentum: 0.5 }, 0.85),
        ] {
            let before = network(Activation::Relu);
            let mut trainer = Trainer::new(before.clone(), 5);
            trainer.step(&*batch(), optimizer, 0.1, 1.0); // before any backward pass, gradients are 0
            for (after, before) in trainer.network.layers.iter().zip(&before.layers) {
                assert_close(&after.weight, &(&before.weight * factor));
                assert_eq!(after.bias, before.bias);
            }
        }
    }
}
