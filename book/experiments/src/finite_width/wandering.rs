//! How the mean squares of networks spread with depth: a ReLU and a tanh, Gaussian and orthogonal weights.

use clap::Args;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;
use unit_variance::Activation;
use unit_variance::probability::{StreamRng, Streams};
use unit_variance::theory::{MeanField, WeightShape};

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// How far networks' mean squares scatter, layer by layer: predicted to first order in one over the width, and measured.
///
/// ReLU layers of gain `√2` and tanh layers of gain 1, with independent normal and with square orthogonal weights, without biases,
/// from pre-activations of mean square 1. Given the mean square before a layer, the pre-activations are normal numbers of this
/// variance, or the coordinates of a random point on a sphere: so networks are drawn without their matrices.
///
/// Columns: `layer`, and for each of the four the standard deviation of the logarithm of the expected square of a pre-activation,
/// `predicted` (`√(V/n) / q`) and `measured`. Summary: `nearer`, the share of pairs of tanh networks in which the orthogonal one ends
/// nearer to the square at infinite width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct Wandering {
    /// The seed.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks of each kind are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "1000")]
    pub networks: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "200")]
    pub width: usize,
}

impl Default for Wandering {
    fn default() -> Self {
        without_options()
    }
}

/// The four kinds of networks, by the beginning of their columns.
const KINDS: [(&str, Activation, WeightShape); 4] = [
    ("relu", Activation::Relu, WeightShape::Gaussian),
    ("relu_orthogonal", Activation::Relu, WeightShape::Orthogonal),
    ("tanh", Activation::Tanh, WeightShape::Gaussian),
    ("tanh_orthogonal", Activation::Tanh, WeightShape::Orthogonal),
];

fn layers(activation: Activation) -> MeanField {
    let scale = match activation {
        Activation::Relu => 2.0,
        _ => 1.0,
    };
    MeanField {
        activation,
        weight: scale,
        bias: 0.0,
    }
}

impl Wandering {
    /// `σ_w² ⟨φ(z)²⟩` behind a layer whose pre-activations have the expected square `q`.
    fn step(&self, layers: MeanField, shape: WeightShape, q: f64, rng: &mut StreamRng) -> f64 {
        let n = self.width as f64;
        let draws = (0..self.width).map(|_| StandardNormal.sample(rng));
        let normals: Vec<f64> = draws.collect();
        let length: f64 = match shape {
            WeightShape::Gaussian => n,
            WeightShape::Orthogonal => normals.iter().map(|g: &f64| g * g).sum(),
        };
        let unit = (q * n / length).sqrt();
        let squares = normals
            .iter()
            .map(|g| layers.activation.value(unit * g).powi(2));
        layers.weight * squares.sum::<f64>() / n
    }

    /// `ln q` of every network, layer by layer.
    fn logs(&self, name: &str, layers: MeanField, shape: WeightShape) -> Vec<Vec<f64>> {
        let streams = Streams::new(self.seed).family(name);
        parallel::map(0..self.networks as u64, |network| {
            let mut rng = streams.block(network);
            let mut q = 1.0;
            let mut behind = || {
                q = self.step(layers, shape, q, &mut rng);
                libm::log(q)
            };
            (0..self.depth).map(|_| behind()).collect()
        })
    }
}

/// The standard deviation over networks in this layer; of those that are alive.
fn spread(logs: &[Vec<f64>], layer: usize) -> f64 {
    let alive = || {
        let here = logs.iter().map(|network| network[layer]);
        here.filter(|log| log.is_finite())
    };
    let count = alive().count() as f64;
    let mean = alive().sum::<f64>() / count;
    (alive().map(|log| (log - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// In which share of pairs the second network ends nearer to `q` than the first.
fn nearer(one: &[Vec<f64>], other: &[Vec<f64>], q: f64) -> f64 {
    let off = |network: &Vec<f64>| (libm::exp(network[network.len() - 1]) - q).abs();
    let pairs = one.iter().zip(other);
    pairs.filter(|(one, other)| off(other) < off(one)).count() as f64 / one.len() as f64
}

impl Configuration for Wandering {
    const NAME: &'static str = "wandering";

    fn numbers_in_memory(&self) -> f64 {
        self.networks as f64 * self.depth as f64 + 8.0 * self.width as f64
    }

    /// # Panics
    ///
    /// If there are no layers, or no units in one.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut columns = vec!["layer".to_owned()];
        let mut rows: Vec<Vec<Cell>> = (1..=self.depth).map(|layer| vec![layer.into()]).collect();
        let mut tanh: Vec<Vec<Vec<f64>>> = Vec::new();
        for (done, (name, activation, shape)) in (1..).zip(KINDS) {
            let layers = layers(activation);
            let fluctuations = layers.fluctuations(1.0, shape).skip(1);
            let predicted = fluctuations.map(|at| (at.spread / self.width as f64).sqrt() / at.q);
            let logs = self.logs(name, layers, shape);
            for (layer, (row, predicted)) in rows.iter_mut().zip(predicted).enumerate() {
                row.extend([predicted, spread(&logs, layer)].map(Cell::from));
            }
            if activation == Activation::Tanh {
                tanh.push(logs);
            }
            columns.extend(["predicted", "measured"].map(|what| format!("{name}_{what}")));
            progress(Progress {
                done,
                total: KINDS.len() as u64,
            });
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let limit = layers(Activation::Tanh).iterate(1.0).nth(self.depth);
        let nearer = nearer(&tanh[0], &tanh[1], limit.expect("no end"));
        Table::of(self, &columns, rows).with_summary(vec![("nearer".into(), nearer.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_networks_wander_as_predicted() {
        let run = Wandering {
            networks: 600,
            depth: 6,
            width: 400,
            ..Wandering::default()
        };
        let table = run.run(&mut |_| {});
        for (name, ..) in KINDS {
            let [predicted, measured] =
                ["predicted", "measured"].map(|what| table.numbers(&format!("{name}_{what}")));
            for (predicted, measured) in predicted.iter().zip(measured) {
                assert!(
                    (measured / predicted - 1.0).abs() < 0.15,
                    "{name}: {predicted} {measured}"
                );
            }
        }
    }
}
