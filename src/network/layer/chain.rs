//! Layers one after the other: `F = F_L ∘ … ∘ F_1`.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::{Cache, Layer, Pullback};
use crate::activation::Dual;

/// A chain `Y = F_L(… F_2(F_1(X)))` of any layers; without one, the identity.
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Activation, Chain, Dense, Layer, RmsNorm};
///
/// let chain = Chain::default()
///     .then(Dense::new(array![[1.0], [1.0]], Activation::Relu))
///     .then(RmsNorm::new(1).with_epsilon(0.0));
/// assert_eq!(chain.forward(&array![[2.0, 5.0]]).0, array![[1.0]]);
/// assert_eq!(chain.signals(&array![[2.0, 5.0]]), [array![[7.0]], array![[1.0]]]);
/// assert_eq!(chain.parameters().len(), 3);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// The layers, from the input to the output.
    pub layers: Vec<Box<dyn Layer>>,
}

impl Chain {
    /// The chain with one more layer at its end.
    #[must_use]
    pub fn then(mut self, layer: impl Layer + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// The output of every layer for a batch `X`, from the first to the last.
    ///
    /// # Panics
    ///
    /// As the layers' [`forward`](Layer::forward).
    #[track_caller]
    pub fn signals(&self, x: &ArrayRef2<f64>) -> Vec<Array2<f64>> {
        let mut signals = Vec::<Array2<f64>>::with_capacity(self.layers.len());
        for layer in &self.layers {
            let entering = signals.last().map_or(x, |signal| signal);
            let (signal, _) = layer.forward(entering);
            signals.push(signal);
        }
        signals
    }

    /// The caches of a pass, one for every layer.
    #[track_caller]
    fn caches<'a>(&self, cache: &'a Cache) -> &'a [Cache] {
        let caches: &Vec<Cache> = cache.get();
        assert!(
            caches.len() == self.layers.len(),
            "the cache is of {} layers, but the chain has {}",
            caches.len(),
            self.layers.len()
        );
        caches
    }
}

impl Layer for Chain {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        let mut caches = Vec::with_capacity(self.layers.len());
        let mut signal = x.to_owned();
        for layer in &self.layers {
            let (output, cache) = layer.forward(&signal);
            caches.push(cache);
            signal = output;
        }
        (signal, Cache::new(caches))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let caches = self.caches(cache);
        let mut parameters = Vec::with_capacity(self.layers.len());
        let mut input = d_output.to_owned();
        for (layer, cache) in self.layers.iter().zip(caches).rev() {
            let pullback = layer.backward(cache, &input);
            parameters.push(pullback.parameters);
            input = pullback.input;
        }
        parameters.reverse();
        Pullback {
            input,
            parameters: parameters.concat(),
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        let layers = self.layers.iter();
        layers.flat_map(|layer| layer.parameters()).collect()
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        let layers = self.layers.iter_mut();
        layers.flat_map(|layer| layer.parameters_mut()).collect()
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, mut parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let mut signal = x.to_owned();
        for layer in &self.layers {
            let (own, others) = parameters.split_at(layer.parameters().len());
            signal = layer.forward_dual(&signal, own);
            parameters = others;
        }
        signal
    }

    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        let passes = self.layers.iter().zip(self.caches(cache));
        passes
            .flat_map(|(layer, cache)| layer.pieces(cache))
            .collect()
    }

    fn set_training(&mut self, training: bool) {
        for layer in &mut self.layers {
            layer.set_training(training);
        }
    }

    fn track(&mut self, cache: &Cache) {
        let caches = self.caches(cache);
        for (layer, cache) in self.layers.iter_mut().zip(caches) {
            layer.track(cache);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::VarianceScaling;
    use crate::network::{Dense, Network};
    use crate::probability::{Law, Streams};
    use ndarray::array;

    #[test]
    fn an_empty_chain_is_the_identity() {
        let x = array![[1.0, -2.0]];
        let (y, cache) = Chain::default().forward(&x);
        assert_eq!(y, x);
        assert_eq!(Chain::default().backward(&cache, &x).input, x);
    }

    #[test]
    fn a_chain_of_dense_layers_is_a_network() {
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(3).stream("weights");
        let network = Network::init(&[3, 5, 2], Activation::Tanh, &he, &mut rng);
        let layers = network.layers.iter().cloned();
        let chain = layers.fold(Chain::default(), Chain::then);
        let x = array![[0.2, -1.0, 0.7], [1.1, 0.3, -0.4]];
        let (y, cache) = chain.forward(&x);
        let (expected, network_cache) = Layer::forward(&network, &x);
        assert_eq!(y, expected);
        let d_output = array![[1.0, -2.0], [0.5, 3.0]];
        assert_eq!(
            chain.backward(&cache, &d_output),
            Layer::backward(&network, &network_cache, &d_output)
        );
    }

    #[test]
    #[should_panic(expected = "the cache is of 0 layers, but the chain has 1")]
    fn a_cache_of_another_chain_is_refused() {
        let x = array![[1.0]];
        let (_, cache) = Chain::default().forward(&x);
        let layer = Dense::new(array![[1.0]], Activation::Relu);
        let _ = Chain::default().then(layer).backward(&cache, &x);
    }
}
