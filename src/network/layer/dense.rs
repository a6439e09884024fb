//! Dense layers, and networks of them, as layers among others.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::number::{Number, matrix, vector};
use super::{Cache, Layer, Pullback};
use crate::activation::{Activation, Dual};
use crate::network::{Dense, Network, Signal, Trace};

/// `X` and `Z` of a pass.
struct Kept {
    input: Array2<f64>,
    preactivation: Array2<f64>,
}

/// The number of kinks below each pre-activation.
fn pieces(activation: Activation, z: &Array2<f64>) -> impl Iterator<Item = usize> {
    let kinks = activation.kinks();
    z.iter()
        .map(|z| kinks.iter().filter(|kink| *z > **kink).count())
}

/// The number of kinks below each pre-activation of a network.
pub(in crate::network) fn pieces_of_all(network: &Network, trace: &Trace) -> Vec<usize> {
    let layers = network.layers.iter().zip(&trace.layers);
    layers
        .flat_map(|(layer, signal)| pieces(layer.activation, &signal.preactivation))
        .collect()
}

/// `Y = φ(X W + b)` with the parameters `W` and `b`. The layer's own [`forward`](Dense::forward) and
/// [`backward`](Dense::backward) also show `Z` and `∂L/∂Z`.
impl Layer for Dense {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        let Signal {
            preactivation,
            activation,
        } = Dense::forward(self, x);
        let kept = Kept {
            input: x.to_owned(),
            preactivation,
        };
        (activation, Cache::new(kept))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let kept: &Kept = cache.get();
        let (gradient, input) =
            Dense::backward(self, &kept.input, &kept.preactivation, d_output.to_owned());
        Pullback {
            input,
            parameters: vec![gradient.weight.into_dyn(), gradient.bias.into_dyn()],
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        vec![self.weight.view().into_dyn(), self.bias.view().into_dyn()]
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        vec![
            self.weight.view_mut().into_dyn(),
            self.bias.view_mut().into_dyn(),
        ]
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let z = Dual::times(x, &matrix(&parameters[0])) + vector(&parameters[1]);
        z.mapv(|z| self.activation.on(z))
    }

    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        let kept: &Kept = cache.get();
        pieces(self.activation, &kept.preactivation).collect()
    }
}

/// `Y` is the output, and the parameters are the weight and the bias of every layer, from the first to the last.
/// The network's own [`forward`](Network::forward) and [`backward`](Network::backward) also show every signal.
impl Layer for Network {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        let trace = Network::forward(self, x);
        (trace.output().clone(), Cache::new(trace))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let gradients = Network::backward(self, cache.get(), d_output);
        let layers = gradients.layers.into_iter();
        Pullback {
            input: gradients.input,
            parameters: layers
                .flat_map(|layer| [layer.weight.into_dyn(), layer.bias.into_dyn()])
                .collect(),
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        self.layers.iter().flat_map(Dense::parameters).collect()
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        let layers = self.layers.iter_mut();
        layers.flat_map(Dense::parameters_mut).collect()
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let layers = self.layers.iter().zip(parameters.chunks_exact(2));
        layers.fold(x.to_owned(), |h, (layer, parameters)| {
            layer.forward_dual(&h, parameters)
        })
    }

    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        pieces_of_all(self, cache.get())
    }
}
