//! How far a correct network wanders: the law of what the notebook prints, over many networks.

use super::parallel;
use super::unseen_weights::LazyGaussianWeights;
use super::weights::he;
use super::{Data, DeepGradient, DeepSignal};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use clap::{Args, ValueEnum};
use ndarray::{Array2, array};
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;
use unit_variance::Activation;
use unit_variance::initializer::Fan;
use unit_variance::probability::{Moments, StreamRng, Streams};

/// How far a correct He network wanders: quantiles over many networks.
///
/// Quantiles, layer by layer, of the standard deviation that `deep-signal` or `deep-gradient`
/// prints under He initialization, over fresh networks and fresh inputs, and where the notebook's
/// own run lies among them.
///
/// Two inputs suffice. A net without biases is positively homogeneous, so the activation at `x` is
/// `|x|` times that at 1 or at −1, and so is the gradient of the squared output; mean and mean
/// square over all inputs follow from the two. And two signals see so little of the weights that
/// these need not be drawn: what is drawn instead has exactly the same law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct Spread {
    /// Which way the signal goes.
    #[arg(long, value_enum, default_value_t = Pass::Forward)]
    pub pass: Pass,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "2000")]
    pub networks: usize,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// How many standard normal inputs each network sees.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1000")]
    pub points: usize,
}

/// One of the solved notebook's two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// Activations, with weights of variance `2 / fan_in`.
    Forward,
    /// Gradients with respect to the pre-activations, with weights of variance `2 / fan_out`.
    Backward,
}

impl Default for Spread {
    fn default() -> Self {
        without_options()
    }
}

/// The probabilities whose quantiles are printed.
const QUANTILES: [f64; 5] = [0.025, 0.25, 0.5, 0.75, 0.975];

impl Spread {
    /// The number of the first layer that is printed.
    fn first_layer(&self) -> usize {
        match self.pass {
            Pass::Forward => 0,
            Pass::Backward => 1,
        }
    }

    /// The printed standard deviation of one network, layer by layer.
    fn one(&self, streams: Streams) -> Vec<f64> {
        let inputs = Inputs::draw(self.points, &mut streams.stream("inputs"));
        let mut rng = streams.stream("weights");
        match self.pass {
            Pass::Forward => {
                // The first matrix has a fan-in of 1, and a fan-out of `width`.
                let (signals, _) = self.signals(2.0, &mut rng);
                let printed = signals.iter().map(|(h, _)| inputs.std_dev_of(h));
                std::iter::once(inputs.std_dev).chain(printed).collect()
            }
            Pass::Backward => {
                let (signals, output) = self.signals(2.0 / self.width as f64, &mut rng);
                let gradients = self.gradients(&signals, &output, &mut rng);
                gradients.iter().map(|g| inputs.std_dev_of(g)).collect()
            }
        }
    }

    /// The activations of the hidden layers in answer to 1 and −1, each with what they have seen
    /// of the next layer's weights, and the outputs. `first` is the variance of the first matrix, and the
    /// readout has that of its fan-out, 1.
    fn signals(
        &self,
        first: f64,
        rng: &mut StreamRng,
    ) -> (Vec<(Array2<f64>, LazyGaussianWeights)>, Array2<f64>) {
        let directions = array![[1.0], [-1.0]];
        let (mut z, _) = LazyGaussianWeights::forward(&directions, self.width, first.sqrt(), rng);
        let mut signals = Vec::with_capacity(self.depth);
        for layer in 1..=self.depth {
            let h = z.mapv(|z| Activation::Relu.value(z));
            let fan_out = if layer < self.depth { self.width } else { 1 };
            let std_dev = (2.0 / fan_out as f64).sqrt();
            let (next, seen) = LazyGaussianWeights::forward(&h, fan_out, std_dev, rng);
            z = next;
            signals.push((h, seen));
        }
        (signals, z)
    }

    /// `∂L/∂Z` of layers 1 to `depth − 1`, counted from 0, for `L = Σ f²`.
    fn gradients(
        &self,
        signals: &[(Array2<f64>, LazyGaussianWeights)],
        output: &Array2<f64>,
        rng: &mut StreamRng,
    ) -> Vec<Array2<f64>> {
        let mut delta = 2.0 * output;
        let mut gradients = Vec::with_capacity(self.depth);
        for (h, seen) in signals[1..].iter().rev() {
            let mask = h.mapv(|h| if h > 0.0 { 1.0 } else { 0.0 });
            delta = mask * seen.backward(&delta, rng);
            gradients.push(delta.clone());
        }
        gradients.reverse();
        gradients
    }

    /// What the notebook's own network prints.
    fn notebook(&self) -> Vec<f64> {
        let table = match self.pass {
            Pass::Forward => DeepSignal {
                seed: 0,
                depth: self.depth,
                width: self.width,
                weights: he(Fan::In),
                data: Data::Notebook,
            }
            .run(&mut |_| {}),
            Pass::Backward => DeepGradient {
                seed: 0,
                depth: self.depth,
                width: self.width,
                weights: he(Fan::Out),
            }
            .run(&mut |_| {}),
        };
        table.numbers("std")
    }
}

/// What of the inputs is seen in the answers of a homogeneous network.
struct Inputs {
    std_dev: f64,
    /// The mean of `|x|` over all inputs, each direction's part of it: first above 0, then below.
    sizes: [f64; 2],
    /// The mean of `x²`, likewise.
    squares: [f64; 2],
}

impl Inputs {
    fn draw(points: usize, rng: &mut StreamRng) -> Self {
        let inputs: Vec<f64> = (0..points).map(|_| StandardNormal.sample(rng)).collect();
        Self::of(&inputs)
    }

    fn of(inputs: &[f64]) -> Self {
        let (mut sizes, mut squares) = ([0.0; 2], [0.0; 2]);
        for x in inputs {
            let direction = usize::from(*x < 0.0);
            sizes[direction] += x.abs() / inputs.len() as f64;
            squares[direction] += x * x / inputs.len() as f64;
        }
        Self {
            std_dev: inputs.iter().collect::<Moments>().std_dev(),
            sizes,
            squares,
        }
    }

    /// The standard deviation over units and inputs, from the answers to 1 and to −1.
    fn std_dev_of(&self, answers: &Array2<f64>) -> f64 {
        let (mut mean, mut second) = (0.0, 0.0);
        for (direction, answer) in answers.rows().into_iter().enumerate() {
            let moments: Moments = answer.iter().collect();
            mean += self.sizes[direction] * moments.mean();
            second += self.squares[direction] * moments.second_moment();
        }
        (second - mean * mean).max(0.0).sqrt()
    }
}

impl Configuration for Spread {
    const NAME: &'static str = "spread";

    fn numbers_in_memory(&self) -> f64 {
        // The notebook's network is drawn in full; of the others, every number that they print is kept.
        let printed = self.networks as f64 * self.depth as f64;
        option::weights(self.depth, self.width) + printed + self.points as f64
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.networks > 0 && self.depth > 0 && self.width > 0 && self.points > 0,
            "networks, depth, width and points must be positive, but are {}, {}, {} and {}",
            self.networks,
            self.depth,
            self.width,
            self.points
        );
        let streams = Streams::new(self.seed);
        let mut runs = Vec::with_capacity(self.networks);
        for first in (0..self.networks).step_by(100) {
            let last = (first + 100).min(self.networks);
            let one = |i: usize| self.one(streams.family(&format!("network.{i}")));
            runs.extend(parallel::map(first..last, one));
            progress(Progress {
                done: last as u64,
                total: self.networks as u64,
            });
        }
        let networks = self.networks as f64;
        let rows = self
            .notebook()
            .into_iter()
            .enumerate()
            .map(|(i, notebook)| {
                let mut at_layer: Vec<f64> = runs.iter().map(|run| run[i]).collect();
                at_layer.sort_by(f64::total_cmp);
                let quantile = |p: f64| at_layer[((p * networks) as usize).min(self.networks - 1)];
                let below = at_layer.partition_point(|std| *std < notebook) as f64 / networks;
                std::iter::once(Cell::from(self.first_layer() + i))
                    .chain(QUANTILES.map(|p| quantile(p).into()))
                    .chain([notebook.into(), below.into()])
                    .collect()
            })
            .collect();
        Table::of(
            self,
            &[
                "layer",
                "low",
                "lower_quartile",
                "median",
                "upper_quartile",
                "high",
                "notebook",
                "below",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use unit_variance::activation::Activation;
    use unit_variance::initializer::{Fan, VarianceScaling};
    use unit_variance::network::{Gradients, Loss, Network};
    use unit_variance::probability::Law;

    fn small(pass: Pass) -> Spread {
        Spread {
            pass,
            networks: 20,
            depth: 3,
            width: 7,
            points: 50,
            seed: 4,
        }
    }

    const INPUTS: [f64; 5] = [0.3, -1.2, 0.7, 2.1, -0.4];

    /// A network of the notebook's, drawn in full, with its weights by fan-out.
    fn in_full(seed: u64) -> Network {
        let mut rng = Streams::new(seed).stream("weights");
        let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
        let mut network = Network::init(&[1, 7, 7, 7, 1], Activation::Relu, &he, &mut rng);
        network.layers[3].activation = Activation::Identity;
        network
    }

    fn pulled_back(network: &Network, inputs: &[f64]) -> Gradients {
        let x = Array2::from_shape_vec((inputs.len(), 1), inputs.to_vec()).expect("a column");
        let targets = Array2::zeros((inputs.len(), 1));
        network.gradients(&x, &Loss::SumOfSquares { targets })
    }

    #[test]
    fn two_directions_give_the_standard_deviations_of_all_inputs() {
        let (network, inputs) = (in_full(4), Inputs::of(&INPUTS));
        let both = network.forward(&array![[1.0], [-1.0]]);
        let x = Array2::from_shape_vec((INPUTS.len(), 1), INPUTS.to_vec()).expect("a column");
        for (both, all) in both.layers.iter().zip(&network.forward(&x).layers) {
            let all: Moments = all.activation.iter().collect();
            let ours = inputs.std_dev_of(&both.activation);
            assert_relative_eq!(ours, all.std_dev(), max_relative = 1e-9);
        }
        let both = pulled_back(&network, &[1.0, -1.0]);
        for (both, all) in both
            .layers
            .iter()
            .zip(&pulled_back(&network, &INPUTS).layers)
        {
            let all: Moments = all.delta.iter().collect();
            let ours = inputs.std_dev_of(&both.delta);
            assert_relative_eq!(ours, all.std_dev(), max_relative = 1e-9);
        }
    }

    #[test]
    fn what_is_drawn_has_the_law_of_networks_drawn_in_full() {
        const NETWORKS: u64 = 4000;
        let inputs = Inputs::of(&INPUTS);
        let spread = small(Pass::Backward);
        let mut logs = [const { (Moments::new(), Moments::new()) }; 4];
        for seed in 0..NETWORKS {
            let network = in_full(seed);
            let h = network.forward(&array![[1.0], [-1.0]]);
            let g = pulled_back(&network, &[1.0, -1.0]);
            let full = [
                &h.layers[0].activation,
                &h.layers[2].activation,
                &g.layers[2].delta,
                &g.layers[1].delta,
            ];
            let mut rng = Streams::new(seed).stream("law");
            let (signals, output) = spread.signals(2.0 / 7.0, &mut rng);
            let gradients = spread.gradients(&signals, &output, &mut rng);
            let ours = [&signals[0].0, &signals[2].0, &gradients[1], &gradients[0]];
            for ((ours, full), (a, b)) in ours.iter().zip(full).zip(&mut logs) {
                // A layer in a few hundred is dead, and its logarithm would be −∞.
                let log = |answers| libm::log(inputs.std_dev_of(answers) + 0.01);
                a.push(log(ours));
                b.push(log(full));
            }
        }
        for (ours, full) in &logs {
            // Six standard errors of a difference of means, and of the logarithm of a ratio of variances.
            let n = NETWORKS as f64;
            let error = ((ours.variance() + full.variance()) / n).sqrt();
            assert!((ours.mean() - full.mean()).abs() < 6.0 * error, "{logs:?}");
            let ratio = libm::log(ours.variance() / full.variance());
            assert!(ratio.abs() < 6.0 * (2.0 * 4.0 / n).sqrt(), "{logs:?}");
        }
    }

    #[test]
    fn the_notebook_has_a_place_among_the_networks() {
        for pass in [Pass::Forward, Pass::Backward] {
            let table = small(pass).run(&mut |_| {});
            assert_eq!(
                table.numbers("layer"),
                [0.0, 1.0, 2.0, 3.0][small(pass).first_layer()..][..table.rows.len()]
            );
            let quantiles = ["low", "lower_quartile", "median", "upper_quartile", "high"]
                .map(|c| table.numbers(c));
            for pair in quantiles.windows(2) {
                assert!(
                    pair[0]
                        .iter()
                        .zip(&pair[1])
                        .all(|(below, above)| below <= above)
                );
            }
            let ends = table.numbers("low").into_iter().zip(table.numbers("high"));
            let places = table
                .numbers("notebook")
                .into_iter()
                .zip(table.numbers("below"));
            for ((low, high), (notebook, below)) in ends.zip(places) {
                assert_eq!(notebook <= low, below == 0.0);
                assert_eq!(notebook > high, below == 1.0);
            }
        }
    }
}
