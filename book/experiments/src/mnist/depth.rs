//! Digits again, by nets of 2 to 20 layers: where the initialization decides whether they learn.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::shared::classifier::{
    Classifier, Schedule, mean_with_interval, percent, train_together,
};
use crate::shared::data::{Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::evidence::{largest, smallest};
use unit_variance::initializer::{Initializer, Named};
use unit_variance::network::{Dense, Network};
use unit_variance::probability::Streams;

/// Handwritten digits by nets of 2 to 20 layers, under several initializers: test accuracy in percent.
///
/// Columns: `activation`, `initializer`, `layers` (with the readout), `accuracy`, `low`, `high`, `loss`,
/// and for each seed `s` its accuracy, `seed_s`, as in
/// [`MnistInitializers`](super::MnistInitializers); `least` and `most` are those of the seeds. All biases start at 0. The
/// loss is NaN where a net has left the range of `f64`, as ReLU nets with weights of variance 1 do.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct MnistDepth {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// The activations of the hidden layers, with commas.
    #[arg(long, value_delimiter = ',', value_parser = option::activation, default_values_t = [Activation::Tanh, Activation::Relu])]
    #[serde(serialize_with = "option::joined")]
    pub activations: Vec<Activation>,
    /// Initializers of the weights, such as normal, lecun, xavier/uniform or orthogonal, with commas.
    #[arg(long, value_delimiter = ',', default_value = "normal,lecun,xavier,he")]
    #[serde(serialize_with = "option::joined")]
    pub initializers: Vec<Named>,
    /// Numbers of layers, the readout among them, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "2,5,10,20")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<usize>,
    /// The first seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "0")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "3")]
    pub seeds: usize,
    /// How many batches of 100 images each net learns from; 600 are an epoch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "600")]
    pub iterations: usize,
    /// The learning rate of the first epoch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.01")]
    pub rate: f64,
    /// The number of units in each hidden layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub width: usize,
}

impl MnistDepth {
    /// The nets of the terminal without options, on these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }

    fn network(
        &self,
        layers: usize,
        initializer: Named,
        activation: Activation,
        seed: u64,
    ) -> Network {
        let streams = Streams::new(seed).family(&initializer.to_string());
        let mut widths = vec![self.width; layers + 1];
        widths[0] = self.data.train().pixels();
        widths[layers] = 10;
        let layer = |(l, pair): (usize, &[usize])| {
            let mut rng = streams.stream(&format!("layer.{l}.weight"));
            let weight = initializer.sample((pair[0], pair[1]), &mut rng);
            let last = l + 1 == layers;
            Dense::new(
                weight,
                if last {
                    Activation::Identity
                } else {
                    activation
                },
            )
        };
        Network {
            layers: widths.windows(2).enumerate().map(layer).collect(),
        }
    }
}

impl Configuration for MnistDepth {
    const NAME: &'static str = "mnist-depth";

    fn numbers_in_memory(&self) -> f64 {
        let hidden: f64 = self.layers.iter().map(|layers| *layers as f64).sum();
        let weights = option::weights(1, self.width) * hidden + 1000.0 * self.width as f64;
        let nets = self.activations.len() * self.initializers.len() * self.seeds;
        // Weights, gradients and velocities.
        4.0 * nets as f64 * weights
    }

    /// # Panics
    ///
    /// If there is no number of layers or one of them is zero, there is no activation, initializer,
    /// seed or iteration, the width is zero, the rate is not a positive finite number, or there are fewer training images
    /// than a batch.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.seeds > 0 && !self.layers.is_empty() && !self.layers.contains(&0),
            "nets of {:?} layers over {} seeds are nothing to compare",
            self.layers,
            self.seeds
        );
        assert!(
            !self.activations.is_empty() && !self.initializers.is_empty(),
            "nets of {} activations and {} initializers are nothing to compare",
            self.activations.len(),
            self.initializers.len()
        );
        assert!(
            self.rate > 0.0 && self.rate.is_finite(),
            "a learning rate must be positive and finite, but is {}",
            self.rate
        );
        let schedule = Schedule {
            iterations: self.iterations,
            every: self.iterations.max(1),
            rate: self.rate,
        };
        let seeds: Vec<u64> = (0..self.seeds as u64)
            .map(|i| self.seed.wrapping_add(i))
            .collect();
        let mut cases = Vec::new();
        for activation in &self.activations {
            for initializer in &self.initializers {
                let layers = self.layers.iter();
                cases.extend(layers.map(|layers| (*activation, *initializer, *layers)));
            }
        }
        let mut classifiers: Vec<Classifier> = cases
            .iter()
            .flat_map(|(activation, initializer, layers)| {
                seeds.iter().map(|seed| {
                    let network = self.network(*layers, *initializer, *activation, *seed);
                    Classifier::new(network, Streams::new(*seed))
                })
            })
            .collect();
        train_together(&mut classifiers, &self.data, &schedule, progress);

        let rows = cases
            .iter()
            .zip(classifiers.chunks_exact(self.seeds))
            .map(|((activation, initializer, layers), seeded)| {
                let accuracies: Vec<f64> = seeded.iter().map(|c| c.records()[0].accuracy).collect();
                let least = smallest(accuracies.iter().copied());
                let most = largest(accuracies.iter().copied());
                let loss = seeded.iter().map(|c| c.records()[0].loss).sum::<f64>();
                let mut row = vec![
                    Cell::Text(activation.name()),
                    Cell::Text(initializer.to_string()),
                    (*layers).into(),
                ];
                let [mean, low, high] = mean_with_interval(&accuracies, self.data.test().count());
                row.extend([mean, low, high, least, most].map(percent));
                row.push((loss / self.seeds as f64).into());
                row.extend(accuracies.into_iter().map(percent));
                row
            })
            .collect();
        let mut columns: Vec<String> = [
            "activation",
            "initializer",
            "layers",
            "accuracy",
            "low",
            "high",
            "least",
            "most",
            "loss",
        ]
        .map(str::to_owned)
        .into();
        columns.extend(seeds.iter().map(|seed| format!("seed_{seed}")));
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;
    use crate::shared::weights::he;
    use unit_variance::initializer::Fan;

    #[test]
    fn there_is_a_row_for_every_combination() {
        let config = MnistDepth {
            layers: vec![1, 3],
            seeds: 2,
            iterations: 4,
            width: 6,
            ..MnistDepth::new(Arc::new(small_data()))
        };
        let table = config.run(&mut |_| {});
        assert_eq!(table.rows.len(), 2 * 4 * 2);
        assert_eq!(table.columns[9..], ["seed_0", "seed_1"]);
        for row in &table.rows {
            let [mean, low, high, least, most] =
                [3, 4, 5, 6, 7].map(|i| row[i].number().expect("a number"));
            assert!(low <= mean && mean <= high);
            assert!(0.0 <= least && least <= mean && mean <= most && most <= 100.0);
        }
    }

    #[test]
    fn a_net_gives_the_same_numbers_alone_and_in_company() {
        let all = MnistDepth {
            layers: vec![1, 3],
            seeds: 1,
            iterations: 4,
            width: 6,
            ..MnistDepth::new(Arc::new(small_data()))
        };
        let alone = MnistDepth {
            activations: vec![Activation::Relu],
            initializers: vec![he(Fan::In)],
            layers: vec![3],
            ..all.clone()
        };
        let (alone, all) = (alone.run(&mut |_| {}), all.run(&mut |_| {}));
        assert_eq!(alone.rows[0], all.rows[15]);
    }

    #[test]
    #[should_panic(expected = "nets of 2 activations and 0 initializers")]
    fn a_net_without_weights_is_refused() {
        let config = MnistDepth {
            initializers: Vec::new(),
            ..MnistDepth::new(Arc::new(small_data()))
        };
        let _ = config.run(&mut |_| {});
    }

    #[test]
    #[should_panic(expected = "nets of [3, 0] layers over 3 seeds")]
    fn a_net_without_layers_is_refused() {
        let config = MnistDepth {
            layers: vec![3, 0],
            ..MnistDepth::new(Arc::new(small_data()))
        };
        let _ = config.run(&mut |_| {});
    }
}
