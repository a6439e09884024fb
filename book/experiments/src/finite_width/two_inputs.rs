//! The angle between the answers to two inputs, layer by layer.

use std::f64::consts::PI;

use clap::Args;
use ndarray::array;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;
use unit_variance::Activation;
use unit_variance::initializer::Fan;
use unit_variance::probability::{NumpyLegacy, StreamRng, Streams};
use unit_variance::theory::relu_log_sine_ratio;

use crate::shared::deep_signal::draw_layers;
use crate::shared::parallel;
use crate::shared::weights::he;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The angle between a He network's answers to two opposite inputs: of the notebook's network, of others, of infinite width.
///
/// The products of two activations with themselves and with each other are a Markov chain, from which networks' angles are drawn
/// without their matrices.
///
/// Columns, in degrees: `layer`; `infinite`, the angle at infinite width; `low`, `median` and `high`, the quantiles of probability
/// 0.025, 0.5 and 0.975 over networks of this width; `notebook`, the angle between the answers to 1 and −1 of the notebook's
/// network, and its `cosine`. Summary: `rate`, the mean of the logarithm of the factor of a small angle's squared sine in one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TwoInputs {
    /// The seed of NumPy's legacy stream for the notebook's network.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// How many other networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "2000")]
    pub networks: usize,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = units, default_value = "80")]
    pub width: usize,
}

/// Narrower layers have too few active units.
const LEAST_WIDTH: usize = 8;

fn units(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(width) if width >= LEAST_WIDTH => Ok(width),
        _ => Err(format!("a whole number, {LEAST_WIDTH} or more")),
    }
}

impl Default for TwoInputs {
    fn default() -> Self {
        without_options()
    }
}

/// The cosine and the sine of an angle: the sine on its own, since small ones have no digits in the cosine.
#[derive(Debug, Clone, Copy)]
struct Direction {
    cos: f64,
    sin: f64,
}

impl Direction {
    const OPPOSITE: Self = Self {
        cos: -1.0,
        sin: 0.0,
    };

    fn degrees(self) -> f64 {
        libm::atan2(self.sin, self.cos) * 180.0 / PI
    }

    /// Between two vectors, from the length of the part of the second that is orthogonal to the first.
    fn between(x: &[f64], y: &[f64]) -> Self {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (xx, xy) = (dot(x, x), dot(x, y));
        let rest: Vec<f64> = x.iter().zip(y).map(|(x, y)| y - xy / xx * x).collect();
        let length = dot(y, y).sqrt();
        Self {
            cos: xy / xx.sqrt() / length,
            sin: dot(&rest, &rest).sqrt() / length,
        }
    }

    /// Behind a layer of infinite width: `cos' = (sin θ + (π − θ) cos θ) / π`.
    fn in_the_limit(self) -> Self {
        let angle = libm::atan2(self.sin, self.cos);
        let cos = (self.sin + (PI - angle) * self.cos) / PI;
        Self {
            cos,
            sin: ((1.0 - cos) * (1.0 + cos)).sqrt(),
        }
    }

    /// Behind a layer of `width` units; NaN if it is dead.
    fn behind(self, width: usize, rng: &mut StreamRng) -> Self {
        let mut draw = || -> f64 { StandardNormal.sample(rng) };
        let (x, y): (Vec<f64>, Vec<f64>) = (0..width)
            .map(|_| {
                let (one, other) = (draw(), draw());
                (
                    Activation::Relu.value(one),
                    Activation::Relu.value(self.cos * one + self.sin * other),
                )
            })
            .unzip();
        Self::between(&x, &y)
    }
}

impl TwoInputs {
    fn notebook(&self) -> Vec<Direction> {
        let mut numpy = NumpyLegacy::new(self.seed);
        let (hidden, _) = draw_layers(self.depth, self.width, he(Fan::In), &mut numpy);
        let trace = hidden.forward(&array![[1.0], [-1.0]]);
        let between = |activation: &ndarray::Array2<f64>| {
            let [plus, minus] = [0, 1].map(|row| activation.row(row).to_vec());
            Direction::between(&plus, &minus)
        };
        trace
            .layers
            .iter()
            .map(|layer| between(&layer.activation))
            .collect()
    }

    /// The angle behind every layer of one random network.
    fn network(&self, index: u64) -> Vec<f64> {
        let mut rng = Streams::new(u64::from(self.seed)).block(index);
        let mut direction = Direction::OPPOSITE;
        (0..self.depth)
            .map(|_| {
                direction = direction.behind(self.width, &mut rng);
                direction.degrees()
            })
            .collect()
    }
}

impl Configuration for TwoInputs {
    const NAME: &'static str = "two-inputs";

    fn constants() -> Vec<(String, Cell)> {
        vec![("weights".into(), Cell::Text(he(Fan::In).to_string()))]
    }

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width) + self.networks as f64 * self.depth as f64
    }

    /// # Panics
    ///
    /// If there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let networks = 0..self.networks as u64;
        let angles: Vec<Vec<f64>> = parallel::map(networks, |index| self.network(index));
        progress(Progress { done: 1, total: 1 });
        let mut infinite = Direction::OPPOSITE;
        let rows = self
            .notebook()
            .into_iter()
            .enumerate()
            .map(|(layer, notebook)| {
                infinite = infinite.in_the_limit();
                // Of networks that are alive.
                let mut here: Vec<f64> = angles.iter().map(|network| network[layer]).collect();
                here.retain(|angle| !angle.is_nan());
                here.sort_by(f64::total_cmp);
                let quantile = |p: f64| match here.len() {
                    0 => f64::NAN,
                    count => here[((count as f64 * p) as usize).min(count - 1)],
                };
                let numbers = [
                    infinite.degrees(),
                    quantile(0.025),
                    quantile(0.5),
                    quantile(0.975),
                    notebook.degrees(),
                    notebook.cos,
                ];
                std::iter::once(Cell::from(layer + 1))
                    .chain(numbers.map(Cell::from))
                    .collect()
            });
        let rows = rows.collect();
        let columns = [
            "layer", "infinite", "low", "median", "high", "notebook", "cosine",
        ];
        let rate = relu_log_sine_ratio(self.width as u64);
        Table::of(self, &columns, rows).with_summary(vec![("rate".into(), rate.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn opposite_inputs_are_orthogonal_after_one_layer() {
        let table = TwoInputs {
            networks: 20,
            depth: 3,
            ..TwoInputs::default()
        }
        .run(&mut |_| {});
        for column in ["infinite", "low", "median", "high", "notebook"] {
            assert_relative_eq!(table.numbers(column)[0], 90.0, epsilon = 1e-5);
        }
    }

    #[test]
    fn wide_layers_follow_the_limit() {
        let mut rng = Streams::new(3).stream("wide");
        let start = Direction {
            cos: 0.5,
            sin: 0.75_f64.sqrt(),
        };
        let (wide, limit) = (start.behind(200_000, &mut rng), start.in_the_limit());
        assert_relative_eq!(wide.degrees(), limit.degrees(), epsilon = 0.5);
    }
}
