//! Layers in a row, and the trace of one forward pass through them.

use ndarray::{Array2, ArrayRef2};
use rand::Rng;

use super::{Dense, Signal};
use crate::activation::Activation;
use crate::initializer::{Fans, Initializer};

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
            .map(|pair| {
                Dense::new(
                    initializer.sample(Fans::new(pair[0], pair[1]), rng),
                    activation,
                )
            })
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
    /// If the batch has not `widths[0]` columns.
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
}
