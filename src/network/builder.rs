//! Networks layer by layer, each drawn from a stream of its own.

use std::fmt;

use ndarray::Array1;

use super::contract::zeros;
use super::{Dense, Network};
use crate::activation::Activation;
use crate::initializer::{
    Constant, Entrywise, Fans, FansError, FillError, Initializer, KernelMut, Layout,
};
use crate::probability::{StreamRng, Streams};

/// A network in the making: the weights of the layer `name` come from the stream `name.weight`, its biases from `name.bias`.
///
/// So a layer keeps its numbers when others are added, removed or drawn otherwise, as long as its own shape stays.
///
/// ```
/// use unit_variance::{Activation, Law, Network, Streams, VarianceScaling};
///
/// let he = VarianceScaling::he(Law::Normal);
/// let lecun = VarianceScaling::lecun(Law::Normal);
/// let torch = VarianceScaling::pytorch_linear(); // U(±1/√fan_in)
/// let streams = Streams::new(7);
/// let stem = Network::builder(784).layer("stem", 64, Activation::Relu, &he).with_biases(&torch);
/// let shallow = stem.clone().readout(10, &lecun).init(streams);
/// let deep = stem.layer("middle", 64, Activation::Silu, &he).readout(10, &lecun).init(streams);
///
/// assert_eq!(shallow.layers[0], deep.layers[0]);
/// assert_eq!(shallow.layers[1], deep.layers[2]);
/// assert!(shallow.layers[0].bias.iter().all(|b| b.abs() < 1.0 / 28.0));
/// assert_eq!(deep.layers[2].activation, Activation::Identity);
/// ```
#[derive(Clone)]
pub struct NetworkBuilder<'a> {
    inputs: usize,
    plans: Vec<Plan<'a>>,
}

/// One layer of the network.
#[derive(Clone)]
struct Plan<'a> {
    name: String,
    units: usize,
    activation: Activation,
    weights: &'a dyn Initializer,
    biases: Biases<'a>,
}

/// How the biases of a layer begin.
#[derive(Clone, Copy)]
enum Biases<'a> {
    All(f64),
    Drawn(&'a dyn Entrywise),
}

/// Why a network cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no layer.
    #[error("a network needs a layer, but was given none")]
    NoLayer,
    /// Two layers have one name, and so would have one stream.
    #[error("two layers are called `{0}`, and would be drawn from one stream")]
    SameName(String),
    /// A layer has no inputs, or no units.
    #[error("the layer `{name}` cannot have such fans: {source}")]
    Fans {
        /// The name of the layer.
        name: String,
        /// Why.
        source: FansError,
    },
    /// A layer cannot be drawn.
    #[error("the {what} of the layer `{name}`: {source}")]
    Fill {
        /// The name of the layer.
        name: String,
        /// Weights or biases.
        what: &'static str,
        /// Why.
        source: FillError,
    },
}

impl fmt::Debug for NetworkBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = |plan: &Plan| format!("{}: {} {}", plan.name, plan.units, plan.activation);
        f.debug_struct("NetworkBuilder")
            .field("inputs", &self.inputs)
            .field("layers", &self.plans.iter().map(layer).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Network {
    /// A network of layers that are named one by one, for a batch of shape `(batch, inputs)`.
    pub const fn builder<'a>(inputs: usize) -> NetworkBuilder<'a> {
        NetworkBuilder {
            inputs,
            plans: Vec::new(),
        }
    }
}

impl<'a> NetworkBuilder<'a> {
    /// One more layer, `φ(X W + b)`, with this number of units and biases of zero.
    #[must_use]
    pub fn layer(
        mut self,
        name: &str,
        units: usize,
        activation: Activation,
        weights: &'a dyn Initializer,
    ) -> Self {
        self.plans.push(Plan {
            name: name.to_owned(),
            units,
            activation,
            weights,
            biases: Biases::All(0.0),
        });
        self
    }

    /// A last layer `X W + b` called `readout`, without an activation and with biases of zero.
    #[must_use]
    pub fn readout(self, units: usize, weights: &'a dyn Initializer) -> Self {
        self.layer("readout", units, Activation::Identity, weights)
    }

    /// Draws the biases of the layer that was added last from this law, to which the fans of the layer are given: with
    /// [`pytorch_linear`](crate::VarianceScaling::pytorch_linear), uniformly from `±1/√fan_in`.
    ///
    /// # Panics
    ///
    /// If there is no layer yet.
    #[must_use]
    #[track_caller]
    pub fn with_biases(self, law: &'a dyn Entrywise) -> Self {
        self.biased(Biases::Drawn(law))
    }

    /// Makes all biases of the layer that was added last this number.
    ///
    /// # Panics
    ///
    /// If there is no layer yet.
    #[must_use]
    #[track_caller]
    pub fn with_bias(self, value: f64) -> Self {
        self.biased(Biases::All(value))
    }

    #[track_caller]
    fn biased(mut self, biases: Biases<'a>) -> Self {
        let last = self.plans.last_mut();
        last.expect("biases are those of a layer, and there is none yet")
            .biases = biases;
        self
    }

    /// The network, with the weights and biases of these streams.
    ///
    /// # Panics
    ///
    /// If [`try_init`](Self::try_init) returns an error.
    #[track_caller]
    pub fn init(&self, streams: Streams) -> Network {
        self.try_init(streams)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The network, or why there can be none.
    ///
    /// # Errors
    ///
    /// If there is no layer, two layers have one name, one has no units, or an initializer cannot draw it.
    pub fn try_init(&self, streams: Streams) -> Result<Network, BuildError> {
        if self.plans.is_empty() {
            return Err(BuildError::NoLayer);
        }
        let mut layers: Vec<Dense> = Vec::with_capacity(self.plans.len());
        for (l, plan) in self.plans.iter().enumerate() {
            if self.plans[..l].iter().any(|other| other.name == plan.name) {
                return Err(BuildError::SameName(plan.name.clone()));
            }
            let fan_in = layers
                .last()
                .map_or(self.inputs, |below| below.weight.ncols());
            layers.push(plan.draw(fan_in, streams)?);
        }
        Ok(Network { layers })
    }
}

impl Plan<'_> {
    fn draw(&self, fan_in: usize, streams: Streams) -> Result<Dense, BuildError> {
        let name = || self.name.clone();
        let fans = Fans::try_new(fan_in, self.units).map_err(|source| BuildError::Fans {
            name: name(),
            source,
        })?;
        let error = |what, source| BuildError::Fill {
            name: name(),
            what,
            source,
        };

        let weight = zeros((fan_in, self.units)).map_err(|none| error("weights", none))?;
        let mut layer = Dense::new(weight, self.activation);
        let mut rng = streams.stream(&format!("{}.weight", self.name));
        let kernel = KernelMut::from(&mut layer.weight);
        let weights = self.weights.try_fill(kernel, Layout::InOut, &mut rng);
        weights.map_err(|source| error("weights", source))?;
        let biases = self.biases.fill(&mut layer.bias, fans, || {
            streams.stream(&format!("{}.bias", self.name))
        });
        biases.map_err(|source| error("biases", source))?;
        Ok(layer)
    }
}

impl Biases<'_> {
    fn fill(
        self,
        biases: &mut Array1<f64>,
        fans: Fans,
        stream: impl FnOnce() -> StreamRng,
    ) -> Result<(), FillError> {
        match self {
            Self::All(value) => {
                let given = Constant(value);
                given.try_fill(biases.into(), Layout::InOut, &mut stream())
            }
            Self::Drawn(law) => {
                law.check()?;
                KernelMut::from(&mut *biases).require(law.size(fans))?;
                let block = biases.as_slice_mut().expect("it was made in one piece");
                law.fill_block(fans, block.into(), &mut stream());
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Normal, Orthogonal, Size, VarianceScaling};
    use crate::probability::{BlockMut, Law};

    /// A law of no numbers.
    struct Endless;

    impl Entrywise for Endless {
        fn size(&self, _: Fans) -> Size {
            Size {
                std_dev: None,
                largest: f64::NAN,
            }
        }

        fn fill_block(&self, _: Fans, block: BlockMut<'_>, _: &mut StreamRng) {
            block.fill_with(|| f64::NAN);
        }
    }

    #[test]
    fn another_seed_or_name_draws_other_weights() {
        let he = VarianceScaling::he(Law::Normal);
        let of = |name: &str, seed| {
            let built = Network::builder(4).layer(name, 3, Activation::Relu, &he);
            built.init(Streams::new(seed)).layers.remove(0).weight
        };
        assert_eq!(of("a", 1), of("a", 1));
        assert_ne!(of("a", 1), of("a", 2));
        assert_ne!(of("a", 1), of("b", 1));
    }

    #[test]
    fn biases_are_what_is_asked_for_and_touch_no_weight() {
        let he = VarianceScaling::he(Law::Normal);
        let plain = Network::builder(9).layer("a", 5, Activation::Tanh, &he);
        let uniform = VarianceScaling::pytorch_linear();
        let normal = Normal::new(0.0, 0.5);
        let streams = Streams::new(3);
        let layer = |built: NetworkBuilder| built.init(streams).layers.remove(0);
        let zero = layer(plain.clone());
        assert!(zero.bias.iter().all(|b| *b == 0.0));
        let constant = layer(plain.clone().with_bias(1.0));
        assert!(constant.bias.iter().all(|b| *b == 1.0));
        let third = 1.0 / 3.0;
        let bounded = layer(plain.clone().with_biases(&uniform));
        assert!(bounded.bias.iter().all(|b| b.abs() < third && *b != 0.0));
        let wide = layer(plain.with_biases(&normal));
        assert_ne!(wide.bias, bounded.bias);
        for other in [&constant, &bounded, &wide] {
            assert_eq!(other.weight, zero.weight);
        }
    }

    #[test]
    fn what_cannot_be_built_says_which_layer_and_why() {
        let he = VarianceScaling::he(Law::Normal);
        let streams = Streams::new(0);
        let says = |built: NetworkBuilder, text: &str| {
            let error = built.try_init(streams).expect_err(text).to_string();
            assert_eq!(error, text);
        };
        let relu = Activation::Relu;
        says(
            Network::builder(3),
            "a network needs a layer, but was given none",
        );
        let twice = Network::builder(3)
            .layer("a", 2, relu, &he)
            .layer("a", 2, relu, &he);
        says(
            twice,
            "two layers are called `a`, and would be drawn from one stream",
        );
        let large = Network::builder(3).layer("a", usize::MAX, relu, &he);
        let text = "the weights of the layer `a`: a kernel of shape [3, 18446744073709551615] does not fit into memory";
        says(large, text);
        let empty = Network::builder(3).layer("a", 0, relu, &he);
        let error = empty.try_init(streams).expect_err("no units");
        assert!(matches!(error, BuildError::Fans { ref name, .. } if name == "a"));
        let fill = |built: NetworkBuilder, part: &'static str| {
            let error = built.try_init(streams).expect_err("a NaN");
            assert!(
                matches!(error, BuildError::Fill { ref name, what, .. } if name == "b" && what == part),
                "{error}"
            );
        };
        let rotation = Orthogonal::new(1.0);
        let first = Network::builder(3).layer("a", 2, relu, &rotation);
        fill(first.clone().layer("b", 2, relu, &Endless), "weights");
        let second = first.layer("b", 2, relu, &he);
        fill(second.clone().with_biases(&Endless), "biases");
        fill(second.with_bias(f64::NAN), "biases");
    }

    #[test]
    #[should_panic(expected = "there is none yet")]
    fn biases_without_a_layer_are_refused() {
        let _ = Network::builder(3).with_bias(1.0);
    }
}
