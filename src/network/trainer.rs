//! The passes forward and backward of a classifier, in memory that is allocated once.
//!
//! What [`Network::forward`] and the chain rule compute, for one batch size, without keeping the
//! pre-activations and without an allocation in the loop. Training for tens of thousands of steps
//! lives here; whoever wants to look at a signal takes the network's own passes.

use ndarray::{Array1, Array2, ArrayRef2};

use super::elementwise::{
    activate, add_to_rows, each_pair_with, each_with, exponentiate, sum_rows, times_slope,
};
use super::product::product_into;
use super::{Dense, Network};

/// A network in training on the mean cross-entropy of batches of one size.
///
/// The hidden activations are identity, ReLU, tanh or sigmoid; the last layer's outputs are the
/// logits.
#[derive(Debug, Clone)]
pub(crate) struct Trainer {
    network: Network,
    layers: Vec<Buffers>,
}

#[derive(Debug, Clone)]
struct Buffers {
    /// `H`, of shape `(batch, fan_out)`.
    activation: Array2<f64>,
    /// `∂L/∂Z`, of shape `(batch, fan_out)`.
    delta: Array2<f64>,
    /// `∂L/∂W` and `∂L/∂b`.
    gradient: (Array2<f64>, Array1<f64>),
    velocity: (Array2<f64>, Array1<f64>),
}

impl Trainer {
    /// A network at rest, to be trained on batches of this size.
    pub(crate) fn new(network: Network, batch: usize) -> Self {
        let buffers = |layer: &Dense| {
            let like_weight = || Array2::zeros(layer.weight.dim());
            let like_bias = || Array1::zeros(layer.bias.dim());
            let like_output = || Array2::zeros((batch, layer.bias.len()));
            Buffers {
                activation: like_output(),
                delta: like_output(),
                gradient: (like_weight(), like_bias()),
                velocity: (like_weight(), like_bias()),
            }
        };
        let layers = network.layers.iter().map(buffers).collect();
        Self { network, layers }
    }

    /// The network as it is.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// `H` of layer `l`, as the last forward pass left it.
    pub(crate) fn activation(&self, l: usize) -> &Array2<f64> {
        &self.layers[l].activation
    }

    /// `∂L/∂W` of layer `l`, as the last backward pass left it.
    pub(crate) fn weight_gradient(&self, l: usize) -> &Array2<f64> {
        &self.layers[l].gradient.0
    }

    /// The logits of a batch.
    pub(crate) fn forward(&mut self, x: &ArrayRef2<f64>) -> &Array2<f64> {
        for l in 0..self.layers.len() {
            let (below, here) = self.layers.split_at_mut(l);
            let input = below.last().map_or(x, |layer| &layer.activation);
            step_forward(&self.network.layers[l], input, &mut here[0].activation);
        }
        &self.layers[self.layers.len() - 1].activation
    }

    /// The mean cross-entropy of the last forward pass: `Σ ln Σ e^(y − y[label]) / batch`.
    pub(crate) fn loss(&self, labels: &[u8]) -> f64 {
        let logits = &self.layers[self.layers.len() - 1].activation;
        let cost = |(row, label): (ndarray::ArrayView1<f64>, &u8)| {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = row.iter().map(|y| libm::exp(y - largest)).sum();
            libm::log(sum) + (largest - row[usize::from(*label)])
        };
        let rows = logits.rows().into_iter().zip(labels);
        rows.map(cost).sum::<f64>() / labels.len() as f64
    }

    /// The gradients of the mean cross-entropy, after a forward pass of the same batch.
    pub(crate) fn backward(&mut self, x: &ArrayRef2<f64>, labels: &[u8]) {
        let last = self.layers.len() - 1;
        softmax_gradient(&mut self.layers[last], labels);
        for l in (0..=last).rev() {
            let (below, here) = self.layers.split_at_mut(l);
            let Buffers {
                delta, gradient, ..
            } = &mut here[0];
            let input = below.last().map_or(x, |layer| &layer.activation);
            product_into(&input.t(), delta, &mut gradient.0);
            sum_rows(slice(delta), slice_mut(&mut gradient.1));
            if let Some(below) = below.last_mut() {
                product_into(delta, &self.network.layers[l].weight.t(), &mut below.delta);
                times_slope(
                    self.network.layers[l - 1].activation,
                    slice_mut(&mut below.delta),
                    slice(&below.activation),
                );
            }
        }
    }

    /// Gradient descent: `W ← W − rate (∂L/∂W + decay · W)`, `b ← b − rate ∂L/∂b`.
    pub(crate) fn descend(&mut self, rate: f64, decay: f64) {
        for (layer, buffers) in self.network.layers.iter_mut().zip(&self.layers) {
            let (weight, bias) = &buffers.gradient;
            each_with(slice_mut(&mut layer.weight), slice(weight), |w, g| {
                w - rate * (g + decay * w)
            });
            each_with(slice_mut(&mut layer.bias), slice(bias), |b, g| b - rate * g);
        }
    }

    /// Nesterov's step, as PyTorch does it: `v ← momentum · v + g`, `w ← w − rate (g + momentum · v)`.
    pub(crate) fn descend_nesterov(&mut self, rate: f64, momentum: f64) {
        let step = |w: f64, v: f64, g: f64| {
            let v = momentum * v + g;
            (w - rate * (g + momentum * v), v)
        };
        for (layer, buffers) in self.network.layers.iter_mut().zip(&mut self.layers) {
            let (weights, biases) = (&mut layer.weight, &mut layer.bias);
            let Buffers {
                velocity, gradient, ..
            } = buffers;
            each_pair_with(
                slice_mut(weights),
                slice_mut(&mut velocity.0),
                slice(&gradient.0),
                step,
            );
            each_pair_with(
                slice_mut(biases),
                slice_mut(&mut velocity.1),
                slice(&gradient.1),
                step,
            );
        }
    }
}

impl Network {
    /// The outputs alone: a [`forward`](Self::forward) pass that keeps no trace, in two buffers.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Network, Streams};
    ///
    /// let network = Network::init(&[2, 2, 1], Activation::Relu, &Constant(1.0), &mut Streams::new(0).stream("w"));
    /// assert_eq!(network.outputs(&array![[1.0, 2.0]]), array![[6.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the batch has not as many columns as the network has inputs.
    #[track_caller]
    pub fn outputs(&self, x: &ArrayRef2<f64>) -> Array2<f64> {
        let Some((first, rest)) = self.layers.split_first() else {
            return x.to_owned();
        };
        let buffer = |layer: &Dense| Array2::zeros((x.nrows(), layer.bias.len()));
        let mut signal = buffer(first);
        step_forward(first, x, &mut signal);
        let mut spare = Array2::default((0, 0));
        for layer in rest {
            if spare.ncols() != layer.bias.len() {
                spare = buffer(layer);
            }
            step_forward(layer, &signal, &mut spare);
            std::mem::swap(&mut signal, &mut spare);
        }
        signal
    }
}

/// Writes `φ(X W + b)` over `h`.
#[track_caller]
fn step_forward(layer: &Dense, x: &ArrayRef2<f64>, h: &mut Array2<f64>) {
    product_into(x, &layer.weight, h);
    let bias = slice(&layer.bias);
    let h = slice_mut(h);
    if bias.iter().any(|b| *b != 0.0) {
        add_to_rows(h, bias);
    }
    activate(layer.activation, h);
}

/// `∂L/∂Y = (softmax(Y) − 1[label]) / batch` of the last layer.
fn softmax_gradient(last: &mut Buffers, labels: &[u8]) {
    let classes = last.delta.ncols();
    let (logits, delta) = (slice(&last.activation), slice_mut(&mut last.delta));
    let rows = logits.chunks_exact(classes);
    for (delta, y) in delta.chunks_exact_mut(classes).zip(rows) {
        let largest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        delta.iter_mut().zip(y).for_each(|(d, y)| *d = y - largest);
    }
    exponentiate(delta);
    let batch = labels.len() as f64;
    for (delta, label) in delta.chunks_exact_mut(classes).zip(labels) {
        let scale = 1.0 / (batch * delta.iter().sum::<f64>());
        delta.iter_mut().for_each(|d| *d *= scale);
        delta[usize::from(*label)] -= 1.0 / batch;
    }
}

fn slice<D: ndarray::Dimension>(array: &ndarray::Array<f64, D>) -> &[f64] {
    array.as_slice().expect("a trainer's arrays lie row by row")
}

fn slice_mut<D: ndarray::Dimension>(array: &mut ndarray::Array<f64, D>) -> &mut [f64] {
    array
        .as_slice_mut()
        .expect("a trainer's arrays lie row by row")
}
