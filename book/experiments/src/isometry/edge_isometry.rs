//! How unequal the singular values are on the edge of chaos: what the slopes say, and what networks have.

use clap::Args;
use serde::Serialize;

use super::jacobian_spectra::{Weights, edge, gaussian, on_the_edge, rotations};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{jacobian, slope_kurtosis};
use unit_variance::{Activation, Streams};

/// The relative variance of the squared singular values on the edge of chaos, predicted and measured.
///
/// Columns: `activation`, `variance` of the pre-activations, `weight_variance` and `bias_variance` of the edge, `excess`, that is `k − 1`
/// with the kurtosis `k` of the slopes; `predicted`, `L (k − 1)`, for wide networks of rotations, and `orthogonal`, the mean over networks;
/// `predicted_gaussian`, `L k`, and `gaussian`, the same for Gaussian weights.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct EdgeIsometry {
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub width: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
    /// The number of networks.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub networks: usize,
    /// The variances of the pre-activations, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, value_delimiter = ',', default_value = "0.01,0.1,0.5")]
    #[serde(serialize_with = "option::joined")]
    pub variances: Vec<f64>,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for EdgeIsometry {
    fn default() -> Self {
        without_options()
    }
}

/// Two curves that are straight at the origin, and one that is not.
const ACTIVATIONS: [Activation; 3] = [Activation::Tanh, Activation::Erf, Activation::Relu];

impl EdgeIsometry {
    /// The variance of the squared singular values over the square of their mean, on the average of several networks.
    fn measured(
        &self,
        (activation, q): (Activation, f64),
        initializer: Weights,
        streams: Streams,
    ) -> f64 {
        let of_network = |mut rng: StreamRng| {
            let size = (self.width, self.depth);
            let (network, input) = on_the_edge(size, (activation, q), initializer, &mut rng);
            let jacobian = jacobian(&network, &input);
            // Σ s and Σ s² for the eigenvalues s of J Jᵀ.
            let gram = product(&jacobian, &jacobian.t());
            let (sum, squares) = (gram.diag().sum(), gram.mapv(|x| x * x).sum());
            self.width as f64 * squares / (sum * sum) - 1.0
        };
        let found: Vec<f64> =
            parallel::map(0..self.networks as u64, |i| of_network(streams.block(i)));
        found.iter().sum::<f64>() / self.networks as f64
    }
}

impl Configuration for EdgeIsometry {
    const NAME: &'static str = "edge-isometry";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        2.0 * threads.min(self.networks) as f64 * option::weights(self.depth, self.width)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let layers = self.depth as f64;
        let pairs = ACTIVATIONS
            .iter()
            .flat_map(|phi| self.variances.iter().map(move |q| (*phi, *q)));
        let total = (ACTIVATIONS.len() * self.variances.len()) as u64;
        let rows = (1..).zip(pairs).map(|(done, (phi, q))| {
            let (weight, bias) = edge(phi, q);
            let k = slope_kurtosis(phi, q);
            let streams = Streams::new(self.seed).family(&format!("{} {q}", phi.name()));
            let of = |name: &str, initializer| {
                self.measured((phi, q), initializer, streams.family(name))
            };
            let numbers = [
                q,
                weight,
                bias.max(0.0),
                k - 1.0,
                layers * (k - 1.0),
                of("orthogonal", rotations),
                layers * k,
                of("gaussian", gaussian),
            ];
            progress(Progress { done, total });
            std::iter::once(phi.name().as_str().into())
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        let columns = [
            "activation",
            "variance",
            "weight_variance",
            "bias_variance",
            "excess",
            "predicted",
            "orthogonal",
            "predicted_gaussian",
            "gaussian",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_has_the_variance_of_its_slopes_and_of_its_weights() {
        let one = EdgeIsometry {
            depth: 1,
            networks: 4,
            variances: vec![1e-6],
            ..EdgeIsometry::default()
        };
        let table = one.run(&mut |_| {});
        let of = |column: &str| table.numbers(column);
        // A tanh of something small is the identity: rotations keep all lengths, and Gaussian weights spread
        // the squared singular values by Marchenko and Pastur's law, with a relative variance of 1.
        let [orthogonal, gaussian] = ["orthogonal", "gaussian"].map(of);
        for straight in 0..2 {
            assert!(orthogonal[straight].abs() < 1e-4, "{orthogonal:?}");
            assert!((gaussian[straight] - 1.0).abs() < 0.2, "{gaussian:?}");
        }
        // A ReLU has the slopes 0 and 1, one as often as the other.
        assert!((orthogonal[2] - 1.0).abs() < 0.5 && (gaussian[2] - 2.0).abs() < 1.0);
        assert!((of("excess")[2] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn predictions_grow_with_the_layers() {
        let of = |depth: usize| {
            let layers = EdgeIsometry {
                width: 4,
                depth,
                networks: 1,
                ..EdgeIsometry::default()
            };
            let table = layers.run(&mut |_| {});
            ["predicted", "predicted_gaussian", "excess"].map(|name| table.numbers(name))
        };
        let (one, three) = (of(1), of(3));
        for row in 0..9 {
            let excess = one[2][row];
            assert_eq!((one[0][row], one[1][row]), (excess, 1.0 + excess));
            assert_eq!(
                (three[0][row], three[1][row]),
                (3.0 * excess, 3.0 * (1.0 + excess))
            );
        }
    }
}
