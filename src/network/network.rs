//! Layers in a row, the trace of one forward pass through them, and the gradients of one backward.

use ndarray::{Array2, ArrayRef2};
use rand::Rng;

use super::contract::same_shape;
use super::{Dense, LayerGradient, Loss, Signal};
use crate::activation::Activation;
use crate::initializer::Initializer;

/// A feed-forward network: layers applied one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The layers, from the input to the output.
    pub layers: Vec<Dense>,
}

/// Everything that one forward pass computed: the input, and the signal of every layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// `X`, of shape `(batch, fan_in)`.
    pub input: Array2<f64>,
    /// The signals, from the first layer to the last.
    pub layers: Vec<Signal>,
}

/// Everything that one backward pass computed: the gradient of the loss with respect to the
/// signals and parameters of every layer, and to the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// The gradients of every layer, from the first to the last.
    pub layers: Vec<LayerGradient>,
    /// `∂L/∂X`, of shape `(batch, fan_in)`.
    pub input: Array2<f64>,
}

impl Network {
    // ANCHOR: init
    /// A network with `widths[l]` inputs and `widths[l + 1]` outputs in layer `l`, zero biases,
    /// and one activation after every layer.
    ///
    /// ```
    /// use unit_variance::{Activation, Law, Network, Streams, VarianceScaling};
    ///
    /// let he = VarianceScaling::he(Law::Normal);
    /// let network = Network::init(&[3, 20, 1], Activation::Relu, &he, &mut Streams::new(0).stream("w"));
    /// assert_eq!(network.layers[1].weight.dim(), (20, 1));
    /// ```
    ///
    /// # Panics
    ///
    /// If there are fewer than two widths, or one of them is zero.
    #[track_caller]
    pub fn init(
        widths: &[usize],
        activation: Activation,
        initializer: &dyn Initializer,
        rng: &mut dyn Rng,
    ) -> Self {
        assert!(
            widths.len() >= 2,
            "a network needs an input and an output width, but was given {widths:?}"
        );
        let layers = widths
            .windows(2)
            .map(|pair| Dense::new(initializer.sample((pair[0], pair[1]), rng), activation))
            .collect();
        Self { layers }
    }
    // ANCHOR_END: init

    /// The signals of every layer for a batch `X` of shape `(batch, widths[0])`.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Network, Streams};
    ///
    /// let network = Network::init(&[2, 2, 1], Activation::Relu, &Constant(1.0), &mut Streams::new(0).stream("w"));
    /// assert_eq!(network.forward(&array![[1.0, 2.0]]).output(), &array![[6.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the batch has not `widths[0]` columns, or a pre-activation is NaN, as that of a batch with
    /// a NaN is.
    #[track_caller]
    pub fn forward(&self, x: &ArrayRef2<f64>) -> Trace {
        let mut trace = Trace {
            input: x.to_owned(),
            layers: Vec::with_capacity(self.layers.len()),
        };
        for layer in &self.layers {
            let signal = layer.forward(trace.output());
            trace.layers.push(signal);
        }
        trace
    }

    // ANCHOR: backward
    /// The gradients of a loss `L`, given `∂L/∂Y` at the output `Y` of a forward pass.
    ///
    /// From the last layer to the first, each hands to the one below the gradient of what that one
    /// had handed to it.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Network, Streams};
    ///
    /// let network = Network::init(&[2, 2, 1], Activation::Relu, &Constant(1.0), &mut Streams::new(0).stream("w"));
    /// let trace = network.forward(&array![[1.0, 2.0]]);
    /// let gradients = network.backward(&trace, &array![[1.0]]);
    /// assert_eq!(gradients.layers[1].weight, array![[3.0], [3.0]]);
    /// assert_eq!(gradients.input, array![[2.0, 2.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the trace is of another network, the gradient has not the shape of the output, or a
    /// gradient becomes NaN.
    #[track_caller]
    pub fn backward(&self, trace: &Trace, d_output: &ArrayRef2<f64>) -> Gradients {
        assert!(
            trace.layers.len() == self.layers.len(),
            "the trace has {} layers, but the network has {}",
            trace.layers.len(),
            self.layers.len()
        );
        same_shape(
            "gradient",
            d_output.dim(),
            "the output",
            trace.output().dim(),
        );
        let mut layers = Vec::with_capacity(self.layers.len());
        let mut dh = d_output.to_owned();
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let z = &trace.layers[l].preactivation;
            let (gradient, dx) = layer.backward(trace.entering(l), z, dh);
            layers.push(gradient);
            dh = dx;
        }
        layers.reverse();
        Gradients { layers, input: dh }
    }
    // ANCHOR_END: backward

    /// The gradients of `loss` at the batch `x`: forward, the gradient at the output, backward.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Loss, Network, Streams};
    ///
    /// let network = Network::init(&[2, 1], Activation::Identity, &Constant(1.0), &mut Streams::new(0).stream("w"));
    /// let loss = Loss::SumOfSquares { targets: array![[5.0]] };
    /// let gradients = network.gradients(&array![[1.0, 2.0]], &loss); // y = 3, dL/dy = −4
    /// assert_eq!(gradients.layers[0].weight, array![[-4.0], [-8.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`forward`](Self::forward), [`Loss::gradient`] and [`backward`](Self::backward).
    #[track_caller]
    pub fn gradients(&self, x: &ArrayRef2<f64>, loss: &Loss) -> Gradients {
        let trace = self.forward(x);
        self.backward(&trace, &loss.gradient(trace.output()))
    }
}

impl Trace {
    /// The activation of the last layer, of shape `(batch, fan_out)`; the input if there is no layer.
    pub fn output(&self) -> &Array2<f64> {
        self.layers
            .last()
            .map_or(&self.input, |signal| &signal.activation)
    }

    /// What entered layer `l`: the input for `l = 0`, else the activation of layer `l − 1`.
    ///
    /// # Panics
    ///
    /// If there is no layer `l`.
    pub fn entering(&self, l: usize) -> &Array2<f64> {
        if l == 0 {
            &self.input
        } else {
            &self.layers[l - 1].activation
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::VarianceScaling;
    use crate::probability::{Law, Streams};
    use ndarray::array;

    #[test]
    fn every_layer_has_weights_of_its_own() {
        let lecun = VarianceScaling::lecun(Law::Normal);
        let network = Network::init(
            &[8, 8, 8],
            Activation::Tanh,
            &lecun,
            &mut Streams::new(1).stream("w"),
        );
        assert_ne!(network.layers[0].weight, network.layers[1].weight);
    }

    #[test]
    #[should_panic(expected = "was given [3]")]
    fn one_width_is_not_a_network() {
        let he = VarianceScaling::he(Law::Normal);
        let _ = Network::init(
            &[3],
            Activation::Relu,
            &he,
            &mut Streams::new(1).stream("w"),
        );
    }

    #[test]
    #[should_panic(expected = "the gradient has shape (1, 1), but the output has (2, 1)")]
    fn a_gradient_for_another_batch_is_refused() {
        let layer = Dense::new(array![[1.0]], Activation::Relu);
        let network = Network {
            layers: vec![layer],
        };
        let trace = network.forward(&array![[1.0], [2.0]]);
        let _ = network.backward(&trace, &array![[1.0]]);
    }

    #[test]
    #[should_panic(expected = "the trace has 0 layers, but the network has 1")]
    fn a_trace_of_another_network_is_refused() {
        let trace = Network { layers: vec![] }.forward(&array![[1.0]]);
        let layer = Dense::new(array![[1.0]], Activation::Relu);
        let _ = Network {
            layers: vec![layer],
        }
        .backward(&trace, &array![[1.0]]);
    }
}
