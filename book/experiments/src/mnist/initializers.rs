//! Digits: the initializations of the *Deep Learning Wizard* tutorial, over several seeds.
//!
//! A net with one hidden layer of 100 units learns MNIST by Nesterov's gradient descent: batches of
//! 100, learning rate `0.1 · 0.96^epoch`, momentum 0.9, pixels from 0 to 1. The tutorial compares five
//! initializations by one seed each. Here every one has several, and all configurations of a seed
//! see the same batches.
//!
//! What the tutorial calls LeCun is PyTorch's default, `U(±1/√fan_in)`, of variance `1 / (3 fan_in)`;
//! LeCun's `1 / fan_in` stands beside it. The biases are PyTorch's default in all of them.

use std::fmt;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::shared::classifier::{
    Classifier, Schedule, mean_of_differences, mean_with_interval, percent, train_together,
};
use crate::shared::data::{Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Initializer, Named, VarianceScaling};
use unit_variance::network::{Dense, Network};
use unit_variance::probability::{Law, Streams};

/// Handwritten digits under six initializations: test accuracy in percent over several seeds.
///
/// Columns: `configuration`, `iteration`, `accuracy`, `low`, `high`, `loss` (of the batch of that
/// iteration, the mean over seeds), `difference`, `difference_low`, `difference_high`, and for each seed
/// `s` its accuracy, `seed_s`. The interval covers the mean over seeds with probability 0.95, by
/// Student's law; of a single seed it is Wilson's, over the test images. The difference is that to the
/// last configuration at the same iteration, taken seed by seed, so that what two nets of one seed have
/// in common drops out of its interval; of a single seed it has none.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct MnistInitializers {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// An initialization and the activation of the hidden layer; several with commas.
    #[arg(long = "configuration", value_delimiter = ',', value_enum, default_values_t = MnistConfiguration::ALL)]
    #[serde(serialize_with = "option::joined")]
    pub configurations: Vec<MnistConfiguration>,
    /// The first seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "0")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "4")]
    pub seeds: usize,
    /// How many batches of 100 images each net learns from; 600 are an epoch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "3000")]
    pub iterations: usize,
    /// How many iterations lie between two rows; the last iteration always has one.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "500")]
    pub every: usize,
}

/// An initialization and the activation of the hidden layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum MnistConfiguration {
    /// `N(0, 1)` weights and tanh.
    NormalTanh,
    /// PyTorch's default, `U(±1/√fan_in)`, and tanh: the tutorial's "LeCun".
    PytorchTanh,
    /// LeCun's normal weights, of variance `1 / fan_in`, and tanh.
    LecunTanh,
    /// Xavier's normal weights and tanh.
    XavierTanh,
    /// Xavier's normal weights and ReLU.
    XavierRelu,
    /// He's normal weights and ReLU.
    HeRelu,
}

/// The number of hidden units.
const HIDDEN: usize = 100;

impl MnistConfiguration {
    /// All of them, the tutorial's order.
    pub const ALL: [Self; 6] = [
        Self::NormalTanh,
        Self::PytorchTanh,
        Self::LecunTanh,
        Self::XavierTanh,
        Self::XavierRelu,
        Self::HeRelu,
    ];

    /// The name in tables and on the command line.
    ///
    /// ```
    /// use experiments::mnist::MnistConfiguration;
    ///
    /// assert_eq!(MnistConfiguration::HeRelu.name(), "he-relu");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::NormalTanh => "normal-tanh",
            Self::PytorchTanh => "pytorch-tanh",
            Self::LecunTanh => "lecun-tanh",
            Self::XavierTanh => "xavier-tanh",
            Self::XavierRelu => "xavier-relu",
            Self::HeRelu => "he-relu",
        }
    }

    const fn activation(self) -> Activation {
        match self {
            Self::XavierRelu | Self::HeRelu => Activation::Relu,
            _ => Activation::Tanh,
        }
    }

    // ANCHOR: weights
    fn initializer(self) -> Named {
        match self {
            Self::NormalTanh => Named::Normal { std_dev: 1.0 },
            Self::PytorchTanh => VarianceScaling::pytorch_linear().into(),
            Self::LecunTanh => VarianceScaling::lecun(Law::Normal).into(),
            Self::XavierTanh | Self::XavierRelu => VarianceScaling::xavier(Law::Normal).into(),
            Self::HeRelu => VarianceScaling::he(Law::Normal).into(),
        }
    }
    // ANCHOR_END: weights

    fn network(self, inputs: usize, streams: Streams) -> Network {
        let layer = |l: usize, shape: (usize, usize), activation| {
            let mut rng = streams.stream(&format!("layer.{l}.weight"));
            let weight = self.initializer().sample(shape, &mut rng);
            let mut rng = streams.stream(&format!("layer.{l}.bias"));
            let bias = VarianceScaling::pytorch_linear()
                .sample(shape, &mut rng)
                .row(0)
                .to_owned();
            Dense {
                weight,
                bias,
                activation,
            }
        };
        Network {
            layers: vec![
                layer(0, (inputs, HIDDEN), self.activation()),
                layer(1, (HIDDEN, 10), Activation::Identity),
            ],
        }
    }
}

impl fmt::Display for MnistConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl MnistInitializers {
    /// All six configurations from seed 0 on.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }
}

impl Configuration for MnistInitializers {
    const NAME: &'static str = "mnist";

    fn numbers_in_memory(&self) -> f64 {
        let nets = self.seeds as f64 * self.configurations.len() as f64;
        let records = 40.0 * self.iterations as f64 / self.every as f64;
        // Weights, gradients and velocities, and the order of the images.
        nets * (4e5 + records)
    }

    /// # Panics
    ///
    /// If there is no configuration, seed or iteration, the interval is zero, or there are fewer
    /// training images than a batch.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.seeds > 0 && !self.configurations.is_empty(),
            "there are {} configurations and {} seeds, but nothing to compare",
            self.configurations.len(),
            self.seeds
        );
        let schedule = Schedule {
            iterations: self.iterations,
            every: self.every,
            rate: 0.1,
        };
        let seeds: Vec<u64> = (0..self.seeds as u64)
            .map(|i| self.seed.wrapping_add(i))
            .collect();
        let inputs = self.data.train().pixels();
        let mut classifiers: Vec<Classifier> = self
            .configurations
            .iter()
            .flat_map(|configuration| {
                seeds.iter().map(|seed| {
                    let streams = Streams::new(*seed);
                    let network =
                        configuration.network(inputs, streams.family(configuration.name()));
                    Classifier::new(network, streams)
                })
            })
            .collect();
        train_together(&mut classifiers, &self.data, &schedule, progress);

        let accuracies = |seeded: &[Classifier], at: usize| -> Vec<f64> {
            seeded.iter().map(|c| c.records()[at].accuracy).collect()
        };
        let last = &classifiers[classifiers.len() - self.seeds..];
        let mut rows = Vec::new();
        for (configuration, seeded) in self
            .configurations
            .iter()
            .zip(classifiers.chunks_exact(self.seeds))
        {
            for (at, iteration) in schedule.recorded().enumerate() {
                let (ours, theirs) = (accuracies(seeded, at), accuracies(last, at));
                let differences: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| a - b).collect();
                let loss = seeded.iter().map(|c| c.records()[at].loss).sum::<f64>();
                let mut row: Vec<Cell> = vec![configuration.name().into(), iteration.into()];
                row.extend(mean_with_interval(&ours, self.data.test().count()).map(percent));
                row.push((loss / self.seeds as f64).into());
                row.extend(mean_of_differences(&differences).map(percent));
                row.extend(ours.into_iter().map(percent));
                rows.push(row);
            }
        }
        let mut columns: Vec<String> = [
            "configuration",
            "iteration",
            "accuracy",
            "low",
            "high",
            "loss",
            "difference",
            "difference_low",
            "difference_high",
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
    use approx::assert_relative_eq;
    use unit_variance::probability::Moments;

    fn small() -> MnistInitializers {
        MnistInitializers {
            seeds: 2,
            iterations: 12,
            every: 5,
            ..MnistInitializers::new(Arc::new(small_data()))
        }
    }

    #[test]
    fn there_is_a_row_for_every_configuration_and_measurement() {
        let table = small().run(&mut |_| {});
        assert_eq!(table.columns[9..], ["seed_0", "seed_1"]);
        assert_eq!(table.numbers("iteration"), [5.0, 10.0, 12.0].repeat(6));
        assert_eq!(
            *table.column("configuration").nth(3).expect("a row"),
            "pytorch-tanh".into()
        );
    }

    #[test]
    fn differences_are_those_to_the_last_configuration() {
        let table = small().run(&mut |_| {});
        let [mean, difference] = ["accuracy", "difference"].map(|column| table.numbers(column));
        for (i, difference) in difference.iter().enumerate() {
            let expected = mean[i] - mean[15 + i % 3];
            assert_relative_eq!(*difference, expected, epsilon = 1e-10);
        }
        assert_eq!(table.numbers("difference_high")[15..], [0.0; 3]);
    }

    #[test]
    fn a_seed_gives_the_same_numbers_alone_and_in_company() {
        let alone = MnistInitializers {
            configurations: vec![MnistConfiguration::HeRelu],
            seed: 1,
            seeds: 1,
            ..small()
        };
        let (alone, all) = (alone.run(&mut |_| {}), small().run(&mut |_| {}));
        assert_eq!(alone.numbers("seed_1"), all.numbers("seed_1")[15..]);
    }

    #[test]
    fn the_weights_have_the_variances_of_their_names() {
        let variance = |configuration: MnistConfiguration| {
            let network = configuration.network(784, Streams::new(1));
            let weights: Moments = network.layers[0].weight.iter().collect();
            weights.variance()
        };
        // 78,400 weights: a relative standard error of √(2 / 78400) = 0.5 %.
        for (configuration, expected) in [
            (MnistConfiguration::NormalTanh, 1.0),
            (MnistConfiguration::PytorchTanh, 1.0 / (3.0 * 784.0)),
            (MnistConfiguration::LecunTanh, 1.0 / 784.0),
            (MnistConfiguration::XavierTanh, 2.0 / 884.0),
            (MnistConfiguration::XavierRelu, 2.0 / 884.0),
            (MnistConfiguration::HeRelu, 2.0 / 784.0),
        ] {
            assert_relative_eq!(variance(configuration), expected, max_relative = 0.03);
        }
    }

    #[test]
    fn the_terminal_has_the_names_of_the_tables() {
        for configuration in MnistConfiguration::ALL {
            let value = configuration.to_possible_value().expect("none is hidden");
            assert_eq!(value.get_name(), configuration.name());
        }
    }

    #[test]
    #[should_panic(expected = "there are 0 configurations and 2 seeds")]
    fn comparing_nothing_is_refused() {
        let nothing = MnistInitializers {
            configurations: Vec::new(),
            ..small()
        };
        let _ = nothing.run(&mut |_| {});
    }
}
