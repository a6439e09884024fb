//! The gradient through deep networks with and without batch normalization.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Normal;
use unit_variance::network::Pointwise;
use unit_variance::probability::StreamRng;
use unit_variance::theory::BatchNormOfBatch;
use unit_variance::{
    Activation, BatchNorm, Chain, Dense, Fan, Initializer, Law, Layer, Residual, Streams,
    VarianceScaling,
};

/// The squared gradient on its way back through ReLU layers, with and without batch normalization, over what it was at the output.
///
/// Columns: `passed`, the number of layers behind it; for each kind of network the mean of its logarithm over networks, as `e` to this power,
/// and what wide layers predict: `small`, weights of variance 1/n; `he`, 2/n; `normalized`, a batch normalization before each activation;
/// `residual`, the same in the branches of a residual network, each followed by a linear layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct BatchNormDepth {
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "128")]
    pub width: usize,
    /// The number of inputs in the batch, 4 or more.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub batch: usize,
    /// The number of networks of each kind.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "6")]
    pub networks: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for BatchNormDepth {
    fn default() -> Self {
        without_options()
    }
}

/// What a layer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    He,
    Normalized,
    Residual,
}

const KINDS: [(&str, Kind); 4] = [
    ("small", Kind::Small),
    ("he", Kind::He),
    ("normalized", Kind::Normalized),
    ("residual", Kind::Residual),
];

impl Kind {
    fn layer(self, width: usize, rng: &mut StreamRng) -> Box<dyn Layer> {
        let mut dense = |scale: f64, activation| {
            let scheme = VarianceScaling::new(scale, Fan::In, Law::Normal);
            Dense::new(scheme.sample((width, width), rng), activation)
        };
        match self {
            Self::Small => Box::new(dense(1.0, Activation::Relu)),
            Self::He => Box::new(dense(2.0, Activation::Relu)),
            Self::Normalized => Box::new(
                Chain::default()
                    .then(dense(1.0, Activation::Identity))
                    .then(BatchNorm::new(width))
                    .then(Pointwise(Activation::Relu)),
            ),
            Self::Residual => Box::new(Residual::new(
                Chain::default()
                    .then(BatchNorm::new(width))
                    .then(Pointwise(Activation::Relu))
                    .then(dense(2.0, Activation::Identity)),
            )),
        }
    }
}

impl BatchNormDepth {
    /// The squared length of the gradient behind the last layer, the one before it, …, before the first.
    fn lengths(&self, kind: Kind, mut rng: StreamRng) -> Vec<f64> {
        let normal = Normal::new(0.0, 1.0);
        let mut signal = normal.sample((self.batch, self.width), &mut rng);
        let mut passes = Vec::with_capacity(self.depth);
        for _ in 0..self.depth {
            let layer = kind.layer(self.width, &mut rng);
            let (next, cache) = layer.forward(&signal);
            passes.push((layer, cache));
            signal = next;
        }
        let mut gradient: Array2<f64> = normal.sample((self.batch, self.width), &mut rng);
        let square = |gradient: &Array2<f64>| gradient.iter().map(|g| g * g).sum::<f64>();
        let mut lengths = vec![square(&gradient)];
        for (layer, cache) in passes.iter().rev() {
            gradient = layer.backward(cache, &gradient).input;
            lengths.push(square(&gradient));
        }
        lengths
    }

    /// The same for wide layers, where it begins with 1.
    fn predicted(&self, kind: Kind) -> Vec<f64> {
        let relu = BatchNormOfBatch::new(Activation::Relu, self.batch as u64);
        let factor = relu.map_or(f64::NAN, BatchNormOfBatch::factor);
        // The first layer reads inputs of variance 1, and not what a ReLU makes of such.
        let first = relu.map_or(f64::NAN, |relu| {
            let batch = self.batch as f64;
            relu.direction() * batch / (batch - 3.0)
        });
        let mut length = 1.0;
        let mut lengths = vec![length];
        for below in (0..self.depth).rev() {
            length *= match kind {
                Kind::Small => 0.5,
                Kind::He => 1.0,
                Kind::Normalized if below == 0 => first,
                Kind::Normalized => factor,
                // Each branch adds 1 to the mean square of the stream, and 1 − 1/π to its variance over the batch.
                Kind::Residual => {
                    let added = 1.0 - std::f64::consts::FRAC_1_PI;
                    1.0 + 1.0 / (1.0 + added * below as f64)
                }
            };
            lengths.push(length);
        }
        lengths
    }
}

impl Configuration for BatchNormDepth {
    const NAME: &'static str = "batch-norm-depth";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let of_layer = (self.width + 6 * self.batch) as f64 * self.width as f64;
        threads as f64 * self.depth as f64 * of_layer
    }

    fn refusal(&self) -> Option<String> {
        (self.batch < 4).then(|| {
            let batch = self.batch;
            format!(
                "with less than 4 inputs in the batch the factor is infinite, and here are {batch}"
            )
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut columns = vec!["passed".to_owned()];
        let mut numbers: Vec<Vec<f64>> = Vec::new();
        for (done, (name, kind)) in (1..).zip(KINDS) {
            let streams = Streams::new(self.seed).family(name);
            let networks: Vec<Vec<f64>> = parallel::map(0..self.networks as u64, |i| {
                self.lengths(kind, streams.block(i))
            });
            let mean = |l: usize| {
                let logs = networks.iter().map(|of| libm::log(of[l] / of[0]));
                libm::exp(logs.sum::<f64>() / networks.len() as f64)
            };
            columns.push(name.to_owned());
            numbers.push((0..=self.depth).map(mean).collect());
            columns.push(format!("{name}_predicted"));
            numbers.push(self.predicted(kind));
            let total = KINDS.len() as u64;
            progress(Progress { done, total });
        }
        let row = |l: usize| -> Vec<Cell> {
            let cells = numbers.iter().map(|of| of[l].into());
            std::iter::once(l.into()).chain(cells).collect()
        };
        let rows = (0..=self.depth).map(row).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let a_layer = |kind: usize| {
            let of = &numbers[2 * kind];
            // The last layer takes out of a gradient what no other one lets through, and the first reads other numbers.
            let growth = libm::log(of[self.depth - 1] / of[1]) / (self.depth - 2) as f64;
            Cell::from(libm::exp(growth))
        };
        let growths = ["small", "he", "normalized"];
        let growths = growths.iter().filter(|_| self.depth > 2);
        let growths = (0..)
            .zip(growths)
            .map(|(kind, name)| (format!("{name}_a_layer"), a_layer(kind)));
        let factor = self.predicted(Kind::Normalized)[1];
        let summary = growths.chain([("factor".to_owned(), factor.into())]);
        Table::of(self, &columns, rows).with_summary(summary.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn wide_layers_do_what_is_predicted() {
        let networks = BatchNormDepth {
            depth: 6,
            width: 200,
            batch: 16,
            networks: 2,
            seed: 4,
        };
        let table = networks.run(&mut |_| {});
        for (name, _) in KINDS {
            let [found, predicted] =
                [name.to_owned(), format!("{name}_predicted")].map(|column| table.numbers(&column));
            // From layer to layer, but for the first, which sees a gradient that it has not made.
            for l in 2..=6 {
                let [found, predicted] = [&found, &predicted].map(|of| of[l] / of[l - 1]);
                assert_relative_eq!(found, predicted, max_relative = 0.15);
            }
        }
    }

    #[test]
    fn a_small_batch_is_refused() {
        let small = BatchNormDepth {
            batch: 3,
            ..BatchNormDepth::default()
        };
        assert!(
            small
                .refusal()
                .is_some_and(|why| why.contains("less than 4"))
        );
    }
}
