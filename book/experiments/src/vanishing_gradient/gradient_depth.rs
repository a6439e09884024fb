//! How a gradient shrinks on its way back through many layers, by activation.

use clap::Args;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Fan, VarianceScaling};
use unit_variance::network::Network;
use unit_variance::probability::{Law, Moments, Streams};
use unit_variance::theory::MeanField;

/// The gradient on its way back through many layers, by activation.
///
/// The root mean square of the gradient of the pre-activations, layer by layer, over that of the last.
///
/// Columns: `layer` (from 1), and for networks of sigmoid, tanh and ReLU layers the measured ratio, from mean
/// squares over all networks, and the one `expected` for wide layers: the square root of the product of
/// `χ = n σ² E φ'(z)²` over the later layers. Weights have variance `1/n`, under ReLU `2/n`; inputs and
/// output gradients are standard normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct GradientDepth {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks of each kind are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub networks: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub width: usize,
}

/// How many inputs each network sees.
const POINTS: usize = 4;

const NETS: [(Activation, f64); 3] = [
    (Activation::Sigmoid, 1.0),
    (Activation::Tanh, 1.0),
    (Activation::Relu, 2.0),
];

impl Default for GradientDepth {
    fn default() -> Self {
        without_options()
    }
}

impl GradientDepth {
    /// The mean squares of the gradient in one network, from the first layer to the last.
    fn one(&self, (activation, scale): (Activation, f64), streams: Streams) -> Vec<f64> {
        let scheme = VarianceScaling::new(scale, Fan::In, Law::Normal);
        let widths = vec![self.width; self.depth + 1];
        let network = Network::init(&widths, activation, &scheme, &mut streams.stream("weights"));
        let mut rng = streams.stream("inputs and output gradients");
        let mut normal = || {
            Array2::from_shape_simple_fn((POINTS, self.width), || StandardNormal.sample(&mut rng))
        };
        let (x, dy): (Array2<f64>, Array2<f64>) = (normal(), normal());
        let gradients = network.backward(&network.forward(&x), &dy);
        let mean_square = |delta: &Array2<f64>| delta.iter().collect::<Moments>().second_moment();
        let layers = gradients.layers.iter();
        layers.map(|layer| mean_square(&layer.delta)).collect()
    }

    fn measured(&self, net: (Activation, f64)) -> Vec<f64> {
        let streams = Streams::new(self.seed).family(&net.0.name());
        let networks: Vec<Vec<f64>> = parallel::map(0..self.networks, |i| {
            self.one(net, streams.family(&format!("network.{i}")))
        });
        let mean = |l: usize| networks.iter().map(|by_layer| by_layer[l]).sum::<f64>();
        let last = mean(self.depth - 1);
        (0..self.depth).map(|l| (mean(l) / last).sqrt()).collect()
    }

    fn expected(&self, (activation, scale): (Activation, f64)) -> Vec<f64> {
        let layers = MeanField {
            activation,
            weight: scale,
            bias: 0.0,
        };
        // Standard normal inputs have second moment 1, so the first pre-activations have `scale`.
        let variances = layers.iterate(scale).take(self.depth - 1);
        let factors: Vec<f64> = variances.map(|q| layers.chi(q)).collect();
        (0..self.depth)
            .map(|l| factors[l..].iter().product::<f64>().sqrt())
            .collect()
    }
}

impl Configuration for GradientDepth {
    const NAME: &'static str = "gradient-depth";

    fn numbers_in_memory(&self) -> f64 {
        // All layers of a network, on every thread, and every measured number.
        16.0 * option::weights(self.depth, self.width) + self.networks as f64 * self.depth as f64
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.networks > 0 && self.depth > 0 && self.width > 0,
            "networks, depth and width must be positive, but are {}, {} and {}",
            self.networks,
            self.depth,
            self.width
        );
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for (done, net) in NETS.into_iter().enumerate() {
            columns.extend([self.measured(net), self.expected(net)]);
            progress(Progress {
                done: done as u64 + 1,
                total: NETS.len() as u64,
            });
        }
        let rows = (0..self.depth).map(|l| {
            let mut row: Vec<Cell> = vec![(l + 1).into()];
            row.extend(columns.iter().map(|column| Cell::from(column[l])));
            row
        });
        let names = [
            "layer",
            "sigmoid",
            "sigmoid_expected",
            "tanh",
            "tanh_expected",
            "relu",
            "relu_expected",
        ];
        Table::of(self, &names, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn wide_networks_pass_back_what_is_expected() {
        let table = GradientDepth {
            networks: 12,
            depth: 6,
            width: 150,
            ..GradientDepth::default()
        }
        .run(&mut |_| {});
        for net in ["sigmoid", "tanh", "relu"] {
            let measured = table.numbers(net);
            let expected = table.numbers(&format!("{net}_expected"));
            assert_eq!((measured[5], expected[5]), (1.0, 1.0));
            for (measured, expected) in measured.iter().zip(&expected) {
                assert_relative_eq!(measured, expected, max_relative = 0.1);
            }
        }
        // A sigmoid layer whose input has mean square 1 and whose weights have variance 1/n.
        let factor = Activation::Sigmoid.slope_moment_at(1.0).sqrt();
        let sigmoid = table.numbers("sigmoid_expected");
        assert_relative_eq!(sigmoid[0] / sigmoid[1], factor, max_relative = 1e-12);
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 20, 0 and 100")]
    fn a_network_without_layers_is_refused() {
        let _ = GradientDepth {
            depth: 0,
            ..GradientDepth::default()
        }
        .run(&mut |_| {});
    }
}
