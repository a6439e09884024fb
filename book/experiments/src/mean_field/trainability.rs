//! Digits by tanh networks of several depths and weights: where they can be trained at all.

use std::sync::Arc;

use clap::Args;
use ndarray::Array1;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::shared::classifier::{Classifier, Schedule, percent, train_together};
use crate::shared::data::{Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Initializer, VarianceScaling};
use unit_variance::network::{Dense, Network};
use unit_variance::probability::{Law, Streams};

/// Handwritten digits by tanh nets of several depths, over the variance of their weights: test accuracy in percent.
///
/// The weights of the hidden layers are normal with this variance over the fan-in, their biases normal with theirs. Those of the first layer are
/// divided by the rms of a pixel, so that it too begins where such layers begin with inputs of unit variance; the readout has variance
/// one over the fan-in and no biases. All nets of one seed see the same batches of 100.
///
/// Columns: `layers` (hidden ones), `weight_variance`, `accuracy` (the mean over the seeds), and `seed_s` for each seed `s`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Trainability {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// Variances of the weights, over the fan-in, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::positive, default_value = "1.0,1.4,1.76,2.2,3.0,4.0")]
    #[serde(serialize_with = "option::joined")]
    pub weight_variance: Vec<f64>,
    /// The variance of the biases.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "0.05")]
    pub bias_variance: f64,
    /// Numbers of hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "5,10,20,40")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<usize>,
    /// The first seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "0")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "3")]
    pub seeds: usize,
    /// How many batches of 100 images each net learns from; 600 are an epoch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub iterations: usize,
    /// The learning rate.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.01")]
    pub rate: f64,
    /// The number of units in each hidden layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub width: usize,
}

impl Trainability {
    /// The nets of the terminal without options, on these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }

    fn network(&self, layers: usize, weight_variance: f64, rms: f64, seed: u64) -> Network {
        let streams = Streams::new(seed);
        let bias_size = self.bias_variance.sqrt();
        let scheme = VarianceScaling::lecun(Law::Normal);
        let mut widths = vec![self.width; layers + 1];
        widths[0] = self.data.train().pixels();
        let hidden = widths.windows(2).enumerate().map(|(l, pair)| {
            let mut rng = streams.stream(&format!("layer.{l}.weight"));
            let size = weight_variance.sqrt() / if l == 0 { rms } else { 1.0 };
            let weight = scheme.sample((pair[0], pair[1]), &mut rng) * size;
            let mut rng = streams.stream(&format!("layer.{l}.bias"));
            let bias = || {
                let z: f64 = StandardNormal.sample(&mut rng);
                bias_size * z
            };
            Dense {
                bias: Array1::from_shape_simple_fn(pair[1], bias),
                ..Dense::new(weight, Activation::Tanh)
            }
        });
        let mut layers: Vec<Dense> = hidden.collect();
        let mut rng = streams.stream("readout");
        let readout = scheme.sample((self.width, 10), &mut rng);
        layers.push(Dense::new(readout, Activation::Identity));
        Network { layers }
    }
}

/// The root of the mean square of the pixels.
fn rms(data: &Mnist) -> f64 {
    let pixels = &data.train().images.pixels;
    let squares: f64 = pixels
        .iter()
        .map(|pixel| (f64::from(*pixel) / 255.0).powi(2))
        .sum();
    (squares / pixels.len() as f64).sqrt()
}

impl Configuration for Trainability {
    const NAME: &'static str = "trainability";

    fn numbers_in_memory(&self) -> f64 {
        let hidden: f64 = self.layers.iter().map(|layers| *layers as f64).sum();
        let weights = option::weights(1, self.width) * hidden + 800.0 * self.width as f64;
        4.0 * (self.weight_variance.len() * self.seeds) as f64 * weights
    }

    /// # Panics
    ///
    /// If there is nothing to train, a size is zero, the rate is not a positive finite number, or there are fewer training images than
    /// a batch.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let schedule = Schedule {
            iterations: self.iterations,
            every: self.iterations,
            rate: self.rate,
        };
        let seeds: Vec<u64> = (0..self.seeds as u64)
            .map(|i| self.seed.wrapping_add(i))
            .collect();
        let rms = rms(&self.data);
        let mut cases = Vec::new();
        for layers in &self.layers {
            cases.extend(self.weight_variance.iter().map(|weight| (*layers, *weight)));
        }
        let mut classifiers: Vec<Classifier> = Vec::new();
        for (layers, weight) in &cases {
            classifiers.extend(seeds.iter().map(|seed| {
                let network = self.network(*layers, *weight, rms, *seed);
                Classifier::new(network, Streams::new(*seed))
            }));
        }
        train_together(&mut classifiers, &self.data, &schedule, progress);
        let rows = cases.iter().zip(classifiers.chunks_exact(self.seeds)).map(
            |((layers, weight), seeded)| {
                let accuracies: Vec<f64> = seeded.iter().map(|c| c.records()[0].accuracy).collect();
                let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
                let mut row: Vec<Cell> = vec![(*layers).into(), (*weight).into(), percent(mean)];
                row.extend(accuracies.into_iter().map(percent));
                row
            },
        );
        let rows = rows.collect();
        let mut columns = ["layers", "weight_variance", "accuracy"]
            .map(str::to_owned)
            .to_vec();
        columns.extend(seeds.iter().map(|seed| format!("seed_{seed}")));
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;
    use approx::assert_relative_eq;
    use ndarray::Array2;
    use unit_variance::probability::Moments;

    fn small() -> Trainability {
        Trainability {
            layers: vec![1, 3],
            weight_variance: vec![1.0, 2.0],
            seeds: 2,
            iterations: 4,
            width: 6,
            ..Trainability::new(Arc::new(small_data()))
        }
    }

    #[test]
    fn there_is_a_row_for_every_combination() {
        let table = small().run(&mut |_| {});
        assert_eq!(table.rows.len(), 4);
        assert_eq!(table.columns[3..], ["seed_0", "seed_1"]);
        let alone = Trainability {
            layers: vec![3],
            weight_variance: vec![2.0],
            ..small()
        };
        assert_eq!(alone.run(&mut |_| {}).rows[0], table.rows[3]);
    }

    #[test]
    fn pixels_of_their_own_rms_meet_a_first_layer_of_the_stated_variance() {
        let config = Trainability {
            width: 4000,
            ..small()
        };
        let rms = rms(&config.data);
        let network = config.network(1, 2.0, rms, 7);
        let pixels = config.data.train().pixels();
        let signal = network.layers[0].forward(&Array2::from_elem((1, pixels), rms));
        let moments: Moments = signal.preactivation.iter().collect();
        assert_relative_eq!(moments.second_moment(), 2.05, max_relative = 0.15);
    }
}
