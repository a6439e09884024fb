//! Networks whose layers have a factor, parameters and a rate: `z = m x w`, and a step moves `w` by `e` times what the rule says.

use ndarray::{Array2, ArrayRef2, Zip};
use std::str::FromStr;

use unit_variance::initializer::Normal;
use unit_variance::theory::{Exponents, LayerRole, Parametrization, UpdateRule};
use unit_variance::{Activation, Dense, Gradients, Initializer, Loss, Network, Streams};

/// A layer without biases: its parameters, what they are multiplied by, and what their rate is.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledLayer {
    /// `m`.
    pub multiplier: f64,
    /// `w`, of shape `(fan_in, fan_out)`.
    pub parameters: Array2<f64>,
    /// `e`, by which the rate of the whole network is multiplied.
    pub rate: f64,
    /// `φ`.
    pub activation: Activation,
    /// Adam's two running means.
    means: [Array2<f64>; 2],
}

/// How a gradient becomes a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// The rate times the gradient.
    Descent,
    /// The rate times the running mean of the gradient over the root of that of its square.
    Adam {
        /// `ε`, which is added to the root.
        epsilon: f64,
    },
}

/// `β₁` and `β₂`.
const DECAYS: [f64; 2] = [0.9, 0.999];

impl Rule {
    /// The rule of the theory that this one follows.
    pub fn of_theory(self) -> UpdateRule {
        match self {
            Self::Descent => UpdateRule::GradientDescent,
            Self::Adam { .. } => UpdateRule::Adam,
        }
    }
}

/// Gradient descent, or Adam with ε = 0, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Descent {
    /// `sgd`.
    Sgd,
    /// `adam`.
    Adam,
}

impl Descent {
    /// The rule.
    pub fn rule(self) -> Rule {
        match self {
            Self::Sgd => Rule::Descent,
            Self::Adam => Rule::Adam { epsilon: 0.0 },
        }
    }
}

impl std::fmt::Display for Descent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Sgd => "sgd",
            Self::Adam => "adam",
        })
    }
}

impl FromStr for Descent {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "sgd" => Ok(Self::Sgd),
            "adam" => Ok(Self::Adam),
            _ => Err("sgd or adam"),
        }
    }
}

impl ScaledLayer {
    /// A layer at rest.
    pub fn new(
        multiplier: f64,
        parameters: Array2<f64>,
        rate: f64,
        activation: Activation,
    ) -> Self {
        let means = [(); 2].map(|()| Array2::zeros(parameters.dim()));
        Self {
            multiplier,
            parameters,
            rate,
            activation,
            means,
        }
    }

    // ANCHOR: shifted
    /// The same layer with its factor divided by `θ` and its parameters multiplied by it, and with the rate that makes the
    /// same steps.
    #[must_use]
    pub fn shifted(self, theta: f64, rule: UpdateRule) -> Self {
        let faster = match rule {
            UpdateRule::GradientDescent => theta * theta,
            UpdateRule::Adam => theta,
        };
        Self::new(
            self.multiplier / theta,
            self.parameters * theta,
            self.rate * faster,
            self.activation,
        )
    }
    // ANCHOR_END: shifted

    /// Moves the parameters, given the gradient by `m w`; `step` counts from 1.
    fn advance(&mut self, effective: &Array2<f64>, rule: Rule, rate: f64, step: i32) {
        let (factor, rate) = (self.multiplier, rate * self.rate);
        match rule {
            Rule::Descent => {
                Zip::from(&mut self.parameters)
                    .and(effective)
                    .for_each(|w, g| *w -= rate * (factor * g));
            }
            Rule::Adam { epsilon } => {
                let [first, second] = &mut self.means;
                let [slow, slower] = DECAYS;
                let correct = |decay: f64| 1.0 - libm::pow(decay, f64::from(step));
                let corrections = [correct(slow), correct(slower)];
                let entries = Zip::from(&mut self.parameters).and(effective);
                entries.and(first).and(second).for_each(|w, g, m, v| {
                    let g = factor * g;
                    *m = slow * *m + (1.0 - slow) * g;
                    *v = slower * *v + (1.0 - slower) * (g * g);
                    let size = (*v / corrections[1]).sqrt() + epsilon;
                    // What has never had a gradient stays.
                    if size > 0.0 {
                        *w -= rate * ((*m / corrections[0]) / size);
                    }
                });
            }
        }
    }
}

/// Layers in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledNetwork {
    /// The layers, from the input to the output.
    pub layers: Vec<ScaledLayer>,
    /// Steps so far.
    steps: i32,
}

/// The shape of the networks that are compared: two hidden layers of ReLU units, and a linear readout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Numbers of an input.
    pub inputs: usize,
    /// Units of both hidden layers.
    pub width: usize,
    /// Outputs.
    pub outputs: usize,
    /// The width at which all parametrizations are the same.
    pub base: usize,
}

impl ScaledNetwork {
    /// These layers, before the first step.
    pub fn new(layers: Vec<ScaledLayer>) -> Self {
        Self { layers, steps: 0 }
    }

    /// A network of this shape: He's variances and LeCun's for the readout at the base width, and from there on the exponents of
    /// the parametrization. The numbers behind the parameters are the same for all parametrizations.
    pub fn draw(
        parametrization: Parametrization,
        rule: UpdateRule,
        shape: Shape,
        streams: Streams,
    ) -> Self {
        let exponents = LayerRole::ALL.map(|layer| parametrization.exponents(layer, rule));
        Self::of_exponents(exponents, shape, Activation::Relu, streams)
    }

    /// A network of this shape with these exponents for its layers, and this activation.
    pub fn of_exponents(
        exponents: [Exponents; 3],
        shape: Shape,
        activation: Activation,
        streams: Streams,
    ) -> Self {
        let Shape {
            inputs,
            width,
            outputs,
            base,
        } = shape;
        let wider = width as f64 / base as f64;
        let at_base = [
            (inputs, width, 2.0 / inputs as f64, activation),
            (width, width, 2.0 / base as f64, activation),
            (width, outputs, 1.0 / base as f64, Activation::Identity),
        ];
        let layers = (0..3).map(|l| {
            let (fan_in, fan_out, variance, activation) = at_base[l];
            let scaling = exponents[l].at(wider);
            let mut rng = streams.stream(&format!("layer.{l}"));
            let drawn = Normal::new(0.0, 1.0).sample((fan_in, fan_out), &mut rng);
            let parameters = drawn * (variance.sqrt() * scaling.std_dev);
            ScaledLayer::new(scaling.multiplier, parameters, scaling.rate, activation)
        });
        Self::new(layers.collect())
    }

    /// The network as it computes: its weights are `m w`.
    pub fn effective(&self) -> Network {
        let layers = self.layers.iter().map(|layer| {
            let weight = layer.parameters.mapv(|w| layer.multiplier * w);
            Dense::new(weight, layer.activation)
        });
        Network {
            layers: layers.collect(),
        }
    }

    /// The outputs for a batch.
    pub fn output(&self, x: &ArrayRef2<f64>) -> Array2<f64> {
        self.effective().forward(x).output().clone()
    }

    /// One step at this rate.
    pub fn step(&mut self, x: &ArrayRef2<f64>, loss: &Loss, rule: Rule, rate: f64) {
        let gradients = self.effective().gradients(x, loss);
        self.advance(&gradients, rule, rate);
    }

    /// One step against gradients by the weights `m w`.
    pub fn advance(&mut self, gradients: &Gradients, rule: Rule, rate: f64) {
        self.steps += 1;
        for (layer, gradient) in self.layers.iter_mut().zip(&gradients.layers) {
            layer.advance(&gradient.weight, rule, rate, self.steps);
        }
    }
}

#[cfg(test)]
mod tests;
