//! Networks that are the same in another form.

use experiments::width::{Rule, ScaledLayer, ScaledNetwork};
use ndarray::Array2;
use proptest::prelude::*;
use unit_variance::evidence::Exactness;
use unit_variance::initializer::Normal;
use unit_variance::theory::UpdateRule;
use unit_variance::{Activation, Initializer, Loss, Streams};

use crate::harness::{Report, draw_cases};

/// A network by its widths, from the inputs on, with a power of two for each layer.
#[derive(Debug, Clone)]
struct Case {
    layers: Vec<(usize, i32)>,
    activation: usize,
    steps: usize,
    seed: u64,
}

const ACTIVATIONS: [Activation; 4] = [
    Activation::Tanh,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Identity,
];

const INPUTS: usize = 3;
const ROWS: usize = 4;

fn cases(streams: Streams) -> Vec<Case> {
    let layer = (2_usize..=5, prop_oneof![-8_i32..=-1, 1_i32..=8]);
    let strategy = (
        prop::collection::vec(layer, 1..=4),
        0..ACTIVATIONS.len(),
        1_usize..=10,
        any::<u64>(),
    )
        .prop_map(|(layers, activation, steps, seed)| Case {
            layers,
            activation,
            steps,
            seed,
        });
    draw_cases(&strategy, 300, streams)
}

impl Case {
    fn network(&self) -> ScaledNetwork {
        let streams = Streams::new(self.seed);
        let mut fan_in = INPUTS;
        let layers = self.layers.iter().enumerate().map(|(l, (width, _))| {
            let mut rng = streams.stream(&format!("layer.{l}"));
            let drawn = Normal::new(0.0, 0.5).sample((fan_in, *width), &mut rng);
            fan_in = *width;
            let is_last = l + 1 == self.layers.len();
            let activation = if is_last {
                Activation::Identity
            } else {
                ACTIVATIONS[self.activation]
            };
            // No powers of two, and others in each layer.
            let (factor, rate) = (0.6 + 0.1 * l as f64, 0.7 + 0.3 * l as f64);
            ScaledLayer::new(factor, drawn, rate, activation)
        });
        ScaledNetwork::new(layers.collect())
    }

    /// The outputs at the start and behind every step.
    fn outputs(&self, mut network: ScaledNetwork, rule: Rule) -> Vec<Array2<f64>> {
        let streams = Streams::new(self.seed);
        let x = Normal::new(0.0, 1.0).sample((ROWS, INPUTS), &mut streams.stream("inputs"));
        let classes = self.layers[self.layers.len() - 1].0;
        let labels = (0..ROWS).map(|i| i % classes).collect();
        let loss = Loss::CrossEntropy { labels };
        let mut outputs = vec![network.output(&x)];
        for _ in 0..self.steps {
            network.step(&x, &loss, rule, 0.02);
            outputs.push(network.output(&x));
        }
        outputs
    }

    /// Whether a network of layers that were changed has another bit in its outputs.
    fn differs(&self, rule: Rule, change: &dyn Fn(ScaledLayer, f64) -> ScaledLayer) -> bool {
        let plain = self.network();
        let powers = self
            .layers
            .iter()
            .map(|(_, power)| libm::exp2(f64::from(*power)));
        let layers = plain.layers.iter().cloned().zip(powers);
        let changed = layers.map(|(layer, theta)| change(layer, theta));
        let other = ScaledNetwork::new(changed.collect());
        self.outputs(plain, rule) != self.outputs(other, rule)
    }
}

/// The layer with its factor over `θ`, its parameters times `θ`, and its rate times this.
fn moved(layer: &ScaledLayer, theta: f64, faster: f64) -> ScaledLayer {
    ScaledLayer::new(
        layer.multiplier / theta,
        &layer.parameters * theta,
        layer.rate * faster,
        layer.activation,
    )
}

#[test]
fn a_factor_may_move_from_the_parameters_to_the_layer() -> Report {
    claim!(
        "width.equivalent-forms",
        r"Take a network of layers without biases. Divide the factor of *each layer* by a power $\theta$ of *two*, another
        one in each layer if you like, multiply its parameters by $\theta$, and its rate by *$\theta^2$* for gradient
        descent or by *$\theta$* for Adam with *$\varepsilon = 0$*. On the same batches its outputs are *the same to the
        bit* as before, at the start and after *every step*, as long as no number on the way overflows or underflows.",
        |streams| {
            let cases = cases(streams);
            let descent = Rule::Descent;
            let adam = Rule::Adam { epsilon: 0.0 };
            let faulty = |rule: Rule, change: &dyn Fn(ScaledLayer, f64) -> ScaledLayer| {
                let faulty = cases.iter().filter(|case| case.differs(rule, change));
                faulty.count() as f64
            };
            let right =
                |rule: Rule| faulty(rule, &|layer, theta| layer.shifted(theta, rule.of_theory()));
            Exactness::of(
                "networks whose outputs differ in a bit",
                2 * cases.len() as u64,
            )
            .proved()
            .within(0.0)
            .proved_beyond("each layer", "networks of one to four layers")
            .proved_beyond("every step", "one to ten steps")
            .holds_for("both rules", right(descent) + right(adam))
            .foil(
                "powers of three",
                faulty(descent, &|layer, theta| {
                    let three = libm::pow(3.0, libm::log2(theta));
                    layer.shifted(three, UpdateRule::GradientDescent)
                }),
            )
            .attacks(&["two", "the same to the bit"])
            .foil(
                "gradient descent with the rate of Adam",
                faulty(descent, &|layer, theta| moved(&layer, theta, theta)),
            )
            .attacks(&[r"$\theta^2$"])
            .foil(
                "Adam with the rate of gradient descent",
                faulty(adam, &|layer, theta| moved(&layer, theta, theta * theta)),
            )
            .attacks(&[r"$\theta$"])
            .foil(
                "Adam with ε = 10⁻⁸",
                faulty(Rule::Adam { epsilon: 1e-8 }, &|layer, theta| {
                    layer.shifted(theta, UpdateRule::Adam)
                }),
            )
            .attacks(&[r"$\varepsilon = 0$"])
            .judge()
        },
    )
}
