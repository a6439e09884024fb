//! Two inputs on their way through a network: how alike they become.

use clap::Args;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use super::limits::{not_followed, resting};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::probability::{StreamRng, Streams};
use unit_variance::theory::MeanField;

/// The correlation of two inputs, layer by layer: for infinite width from several starts, and in drawn networks
///
/// that begin at a right angle. The pre-activations of the first layer are given: of the variance at which the layers rest, of variance one
/// if each is kept. Columns: `layer`, `from_c` for each start `c`, and `network_i`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Forgetting {
    /// The activation.
    #[arg(long, value_parser = option::activation, default_value_t = Activation::Relu)]
    #[serde(serialize_with = "option::shown")]
    pub activation: Activation,
    /// The variance of the weights, over the fan-in.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "2.0")]
    pub weight_variance: f64,
    /// The variance of the biases.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "0.0")]
    pub bias_variance: f64,
    /// The correlations in the first layer, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::correlation, default_value = "-0.9,-0.5,0.0,0.5,0.9")]
    #[serde(serialize_with = "option::joined")]
    pub starts: Vec<f64>,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "6")]
    pub networks: usize,
    /// The number of units in each of their layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for Forgetting {
    fn default() -> Self {
        without_options()
    }
}

impl Forgetting {
    fn layers(&self) -> MeanField {
        MeanField {
            activation: self.activation,
            weight: self.weight_variance,
            bias: self.bias_variance,
        }
    }

    /// Where the layers rest.
    fn variance(&self) -> Result<f64, String> {
        resting(self.layers())
    }
}

impl Configuration for Forgetting {
    const NAME: &'static str = "forgetting";

    fn numbers_in_memory(&self) -> f64 {
        self.depth as f64 * (self.networks + self.starts.len()) as f64 + 4.0 * self.width as f64
    }

    fn refusal(&self) -> Option<String> {
        not_followed([self.weight_variance, self.bias_variance].iter())
            .or_else(|| self.variance().err())
    }

    /// # Panics
    ///
    /// If a size is zero, or the layers rest nowhere.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let layers = self.layers();
        let variance = self.variance().unwrap_or_else(|why| panic!("{why}"));
        let mut columns = vec!["layer".to_owned()];
        columns.extend(self.starts.iter().map(|start| format!("from_{start}")));
        columns.extend((1..=self.networks).map(|i| format!("network_{i}")));
        let infinite = self.starts.iter().map(|start| -> Vec<f64> {
            let pairs = layers.iterate_pair((variance, *start));
            pairs.map(|(_, c)| c).take(self.depth).collect()
        });
        let mut by_layer: Vec<Vec<f64>> = infinite.collect();
        let streams = Streams::new(self.seed);
        let networks: Vec<Vec<f64>> = parallel::map(0..self.networks, |i| {
            let mut rng = streams.stream(&format!("network.{i}"));
            let mut pair = DrawnPair::new(self.width, [variance, 0.0], &mut rng);
            let mut correlations = vec![pair.correlation()];
            for _ in 1..self.depth {
                pair.step(layers, &mut rng);
                correlations.push(pair.correlation());
            }
            correlations
        });
        by_layer.extend(networks);
        progress(Progress { done: 1, total: 1 });
        let rows = (0..self.depth).map(|layer| {
            let numbers = by_layer.iter().map(|column| Cell::from(column[layer]));
            std::iter::once((layer + 1).into()).chain(numbers).collect()
        });
        let rows = rows.collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows)
    }
}

/// The pre-activations of two inputs in one layer of a drawn network.
///
/// Given the layer before, those of the next one are independent pairs of Gaussians, of which only the covariance is needed: no matrix is
/// drawn.
pub(super) struct DrawnPair {
    pub(super) z: [Vec<f64>; 2],
}

impl DrawnPair {
    /// Independent pairs of this variance and covariance.
    pub(super) fn new(width: usize, [variance, covariance]: [f64; 2], rng: &mut StreamRng) -> Self {
        let mut pair = Self {
            z: [vec![0.0; width], vec![0.0; width]],
        };
        pair.refill([variance, covariance, variance], rng);
        pair
    }

    /// One layer.
    pub(super) fn step(&mut self, layers: MeanField, rng: &mut StreamRng) {
        let [x, y] = &mut self.z;
        for z in x.iter_mut().chain(y.iter_mut()) {
            *z = layers.activation.value(*z);
        }
        let [xx, xy, yy] = [[&*x, x], [x, y], [y, y]].map(|[a, b]| {
            let dot: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            layers.weight * dot / x.len() as f64 + layers.bias
        });
        self.refill([xx, xy, yy], rng);
    }

    fn refill(&mut self, [xx, xy, yy]: [f64; 3], rng: &mut StreamRng) {
        let first = xx.sqrt();
        let along = if first > 0.0 { xy / first } else { 0.0 };
        let across = (yy - along * along).max(0.0).sqrt();
        let [x, y] = &mut self.z;
        for (x, y) in x.iter_mut().zip(y) {
            let (one, other): (f64, f64) = (StandardNormal.sample(rng), StandardNormal.sample(rng));
            (*x, *y) = (first * one, along * one + across * other);
        }
    }

    /// The cosine of the angle between the two.
    pub(super) fn correlation(&self) -> f64 {
        let [x, y] = &self.z;
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
    }

    /// `1 − c`, which keeps its digits: `|x/|x| − y/|y||² / 2`.
    pub(super) fn difference(&self) -> f64 {
        let [x, y] = &self.z;
        let length = |z: &[f64]| z.iter().map(|z| z * z).sum::<f64>().sqrt();
        let (x_length, y_length) = (length(x), length(y));
        let apart = x
            .iter()
            .zip(y)
            .map(|(x, y)| (x / x_length - y / y_length).powi(2));
        0.5 * apart.sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn wide_networks_follow_the_map() {
        for (activation, weight_variance, bias_variance) in [
            (Activation::Relu, 2.0, 0.0),
            (Activation::Tanh, 1.0, 0.05),
            (Activation::Tanh, 3.0, 0.05),
        ] {
            let config = Forgetting {
                activation,
                weight_variance,
                bias_variance,
                starts: vec![0.0],
                depth: 6,
                networks: 2,
                width: 20_000,
                seed: 3,
            };
            let table = config.run(&mut |_| {});
            let infinite = table.numbers("from_0");
            for network in ["network_1", "network_2"] {
                for (drawn, c) in table.numbers(network).iter().zip(&infinite) {
                    assert_relative_eq!(drawn, c, epsilon = 0.06);
                }
            }
        }
    }

    #[test]
    fn a_pair_is_as_alike_as_its_distance_says() {
        let mut rng = Streams::new(5).stream("pair");
        let pair = DrawnPair::new(50, [2.0, 1.0], &mut rng);
        assert_relative_eq!(pair.difference(), 1.0 - pair.correlation(), epsilon = 1e-14);
    }
}
