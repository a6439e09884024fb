//! How the factors of the two passes correlate, measured over networks.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;
use unit_variance::theory::{next_layer_correlation, same_layer_correlation};
use unit_variance::{Activation, Law, Network, Streams, VarianceScaling};

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// How the factors of the forward and of the backward pass of random ReLU networks correlate, layer by layer.
///
/// Networks with normal weights of variance `2/n`, one input of ones, a readout of one output, and no biases; those in
/// which a layer is dead are left out. The forward factor of a layer is the squared length of its activations over that of
/// its inputs, the backward factor the squared length of the gradient by its pre-activations over that of the gradient by the
/// next layer's (by the output, for the last one).
///
/// Columns: `forward` and `backward`, two layers; `exact`, the correlation of their factors by theory; `measured` and
/// `standard_error`. Summary: `alive`, the number of networks in which no layer is dead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct OneMask {
    /// The seed.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "20000")]
    pub networks: usize,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "9")]
    pub inputs: usize,
    /// The widths of the hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, value_delimiter = ',', default_value = "24,12,32,16")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<u32>,
}

impl Default for OneMask {
    fn default() -> Self {
        without_options()
    }
}

/// The factors of a network's hidden layers in both passes.
struct Factors {
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl OneMask {
    /// Inputs, hidden layers and output.
    fn sizes(&self) -> Vec<usize> {
        let hidden = self.widths.iter().map(|width| *width as usize);
        std::iter::once(self.inputs)
            .chain(hidden)
            .chain([1])
            .collect()
    }

    /// The factors of one network, unless a layer of it is dead.
    fn factors(&self, network: u64) -> Option<Factors> {
        let mut rng = Streams::new(self.seed).block(network);
        let he = VarianceScaling::he(Law::Normal);
        let sizes = self.sizes();
        let mut network = Network::init(&sizes, Activation::Relu, &he, &mut rng);
        let last = network.layers.len() - 1;
        network.layers[last].activation = Activation::Identity;
        let trace = network.forward(&Array2::ones((1, self.inputs)));
        let gradients = network.backward(&trace, &Array2::ones((1, 1)));

        let square = |matrix: &Array2<f64>| matrix.iter().map(|x| x * x).sum::<f64>();
        let signal: Vec<f64> = std::iter::once(self.inputs as f64)
            .chain(
                trace.layers[..last]
                    .iter()
                    .map(|layer| square(&layer.activation)),
            )
            .collect();
        let gradient: Vec<f64> = gradients
            .layers
            .iter()
            .map(|layer| square(&layer.delta))
            .collect();
        let is_alive = signal.iter().all(|square| *square > 0.0);
        is_alive.then(|| Factors {
            forward: signal.windows(2).map(|pair| pair[1] / pair[0]).collect(),
            backward: gradient.windows(2).map(|pair| pair[0] / pair[1]).collect(),
        })
    }
}

/// The correlation of two samples and its standard error, from the spread of its influences.
fn correlation(x: &[f64], y: &[f64]) -> (f64, f64) {
    let count = x.len() as f64;
    let standardized = |sample: &[f64]| -> Vec<f64> {
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
        sample
            .iter()
            .map(|x| (x - mean) / variance.sqrt())
            .collect()
    };
    let (x, y) = (standardized(x), standardized(y));
    let pairs = || x.iter().zip(&y);
    let rho = pairs().map(|(x, y)| x * y).sum::<f64>() / count;
    let influence = |(x, y): (&f64, &f64)| x * y - rho * (x * x + y * y) / 2.0;
    let square = pairs().map(|pair| influence(pair).powi(2)).sum::<f64>() / count;
    (rho, (square / count).sqrt())
}

impl Configuration for OneMask {
    const NAME: &'static str = "one-mask";

    fn numbers_in_memory(&self) -> f64 {
        let sizes = self.sizes();
        let weights: f64 = sizes
            .windows(2)
            .map(|pair| pair[0] as f64 * pair[1] as f64)
            .sum();
        let threads = parallel::threads() as f64;
        3.0 * threads * weights + 4.0 * self.networks as f64 * self.widths.len() as f64
    }

    /// # Panics
    ///
    /// If there are no layers, or a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let networks = parallel::map(0..self.networks as u64, |network| self.factors(network));
        let alive: Vec<Factors> = networks.into_iter().flatten().collect();
        progress(Progress { done: 1, total: 1 });
        let column = |of: fn(&Factors) -> &[f64], layer: usize| -> Vec<f64> {
            alive.iter().map(|factors| of(factors)[layer]).collect()
        };
        let width = |layer: usize| u64::from(self.widths[layer]);
        let row = |forward: usize, backward: usize, exact: f64| -> Vec<Cell> {
            let (measured, standard_error) = correlation(
                &column(|factors| &factors.forward, forward),
                &column(|factors| &factors.backward, backward),
            );
            vec![
                (forward + 1).into(),
                (backward + 1).into(),
                exact.into(),
                measured.into(),
                standard_error.into(),
            ]
        };
        let depth = self.widths.len();
        let same = (0..depth).map(|l| row(l, l, same_layer_correlation(width(l))));
        let next =
            (1..depth).map(|l| row(l, l - 1, next_layer_correlation(width(l - 1), width(l))));
        let apart = (1..depth).map(|l| row(l - 1, l, 0.0));
        let rows = same.chain(next).chain(apart).collect();
        let columns = ["forward", "backward", "exact", "measured", "standard_error"];
        Table::of(self, &columns, rows).with_summary(vec![("alive".into(), alive.len().into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_what_is_exact() {
        let table = OneMask {
            networks: 4000,
            ..OneMask::default()
        }
        .run(&mut |_| {});
        assert_eq!(table.rows.len(), 10);
        let [exact, measured, error] =
            ["exact", "measured", "standard_error"].map(|column| table.numbers(column));
        for i in 0..exact.len() {
            assert!((measured[i] - exact[i]).abs() < 5.0 * error[i], "row {i}");
        }
    }
}
