//! The singular values of four networks' Jacobians, from the first layer to the last.

use clap::Args;
use ndarray::Array1;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::matrix::GradedProduct;
use unit_variance::probability::StreamRng;
use unit_variance::theory::jacobian_factors;
use unit_variance::{Activation, Initializer, Law, Network, Orthogonal, Streams, VarianceScaling};

/// The singular values of the Jacobians of four networks, at several depths.
///
/// Gaussian weights of variance 1/n and rotations, without activations; rotations times the root of two, with ReLU units; and rotations with
/// tanh on its edge of chaos: each keeps the mean of the squared singular values at one.
/// Columns: `network`, `depth`, `index` from the largest, `singular_value`; for each network and depth `width` of them.
/// Summary: of each network after the last layer the `largest`, the `smallest` that is not zero, the `median`, the `rank` and the `mean_square`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct JacobianSpectra {
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The numbers of layers, upwards, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "1,2,5,10,20,50")]
    #[serde(serialize_with = "option::joined")]
    pub depths: Vec<usize>,
    /// The variance at which the tanh network rests.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.025")]
    pub variance: f64,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

/// The weights of a layer, from `σ_w²`.
pub(super) type Weights = fn(f64) -> Box<dyn Initializer>;

/// The four networks.
pub const NETWORKS: [&str; 4] = [
    "gaussian",
    "orthogonal",
    "orthogonal-relu",
    "orthogonal-tanh",
];

impl Default for JacobianSpectra {
    fn default() -> Self {
        without_options()
    }
}

/// The edge of chaos of an activation at the variance `q`: `σ_w²` and `σ_b²`.
pub(super) fn edge(activation: Activation, q: f64) -> (f64, f64) {
    let weight = activation.slope_moment_at(q).recip();
    (weight, q - weight * activation.second_moment_at(q))
}

/// A square network on its edge of chaos at the variance `q`, with an input of the size at which it rests; without biases where the edge
/// is at any variance.
pub(super) fn on_the_edge(
    (width, depth): (usize, usize),
    (activation, q): (Activation, f64),
    initializer: Weights,
    rng: &mut StreamRng,
) -> (Network, Array1<f64>) {
    let (weight, bias) = edge(activation, q);
    let initializer = initializer(weight);
    let mut network = Network::init(&vec![width; depth + 1], activation, &*initializer, rng);
    // Rounding may leave a little less than nothing.
    let bias = bias.max(0.0).sqrt();
    for layer in &mut network.layers {
        layer.bias.mapv_inplace(|_| {
            let z: f64 = StandardNormal.sample(rng);
            bias * z
        });
    }
    let rms = activation.second_moment_at(q).sqrt();
    let input = Array1::from_shape_simple_fn(width, || {
        let z: f64 = StandardNormal.sample(rng);
        z
    });
    let own = (input.mapv(|x| x * x).sum() / width as f64).sqrt();
    (network, input * (rms / own))
}

/// Rotations of gain `σ_w`.
pub(super) fn rotations(weight: f64) -> Box<dyn Initializer> {
    Box::new(Orthogonal::new(weight.sqrt()))
}

/// Gaussian weights of variance `σ_w²/n`.
pub(super) fn gaussian(weight: f64) -> Box<dyn Initializer> {
    Box::new(VarianceScaling::new(
        weight,
        unit_variance::Fan::In,
        Law::Normal,
    ))
}

impl JacobianSpectra {
    fn network(&self, name: &str) -> (Network, Array1<f64>) {
        let mut rng = Streams::new(self.seed).stream(name);
        let size = (self.width, self.depths.iter().copied().max().unwrap_or(1));
        let (activation, initializer): (_, Weights) = match name {
            "gaussian" => (Activation::Identity, gaussian),
            "orthogonal" => (Activation::Identity, rotations),
            "orthogonal-relu" => (Activation::Relu, rotations),
            _ => (Activation::Tanh, rotations),
        };
        on_the_edge(size, (activation, self.variance), initializer, &mut rng)
    }

    /// The singular values at each of the depths, zeros included.
    fn spectra(&self, name: &str) -> Vec<Vec<f64>> {
        let (network, input) = self.network(name);
        let mut product = GradedProduct::new(self.width);
        let mut spectra = Vec::new();
        for (depth, factor) in (1..).zip(jacobian_factors(&network, &input)) {
            product.push(&factor);
            if self.depths.contains(&depth) {
                let mut values = product.singular_values();
                values.resize(self.width, 0.0);
                spectra.push(values);
            }
        }
        spectra
    }
}

impl Configuration for JacobianSpectra {
    const NAME: &'static str = "jacobian-spectra";

    fn numbers_in_memory(&self) -> f64 {
        let deepest = self.depths.iter().copied().max().unwrap_or(1);
        // The weights of four networks, and their factors.
        8.0 * option::weights(deepest, self.width)
    }

    fn refusal(&self) -> Option<String> {
        let upwards = self.depths.windows(2).all(|pair| pair[0] < pair[1]);
        (!upwards).then(|| "the numbers of layers go upwards".to_owned())
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let found: Vec<Vec<Vec<f64>>> = parallel::map(&NETWORKS, |name| self.spectra(name));
        let mut rows = Vec::new();
        let mut summary: Vec<(String, Cell)> = Vec::new();
        for (name, spectra) in NETWORKS.iter().zip(&found) {
            for (depth, values) in self.depths.iter().zip(spectra) {
                for (index, value) in (1_u64..).zip(values) {
                    rows.push(vec![
                        (*name).into(),
                        (*depth).into(),
                        index.into(),
                        (*value).into(),
                    ]);
                }
            }
            let last = spectra.last().expect("there is a depth");
            let rank = last.iter().filter(|value| **value > 0.0).count();
            let squares: f64 = last.iter().map(|value| value * value).sum();
            let smallest = rank.checked_sub(1).map_or(0.0, |i| last[i]);
            let of_last: [(&str, Cell); 5] = [
                ("largest", last[0].into()),
                ("smallest", smallest.into()),
                (
                    "median",
                    f64::midpoint(last[(self.width - 1) / 2], last[self.width / 2]).into(),
                ),
                ("rank", rank.into()),
                ("mean_square", (squares / self.width as f64).into()),
            ];
            let of_last = of_last.into_iter();
            summary.extend(of_last.map(|(what, cell)| (format!("{name}_{what}"), cell)));
        }
        let columns = ["network", "depth", "index", "singular_value"];
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_keep_all_values_and_relus_half_of_the_first_layer() {
        let small = JacobianSpectra {
            width: 12,
            depths: vec![1, 6],
            ..JacobianSpectra::default()
        };
        let table = small.run(&mut |_| {});
        assert_eq!(table.rows.len(), 4 * 2 * 12);
        for row in &table.rows {
            let value = row[3].number().expect("a singular value");
            match row[0].to_string().as_str() {
                "orthogonal" => assert!((value - 1.0).abs() < 1e-13),
                "orthogonal-relu" if row[1] == Cell::Count(1) => {
                    assert!(value == 0.0 || (value - 2_f64.sqrt()).abs() < 1e-13);
                }
                _ => assert!(value >= 0.0),
            }
        }
    }
}
