//! The coordinate check: how much the units of each layer change in some steps, against the width.

use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::network::{Descent, ScaledNetwork, Shape};
use super::pooled::pooled_size;
use super::training::{Error, Training};
use crate::shared::data::{Mnist, write_digest};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Streams;
use unit_variance::theory::Parametrization;

/// How much units change in the first steps on digits, by layer and width: a coordinate check.
///
/// Columns: `parametrization`, `width`, and `first`, `second` and `output`: by how much the pre-activations of the two hidden layers of
/// ReLU units and the outputs have changed behind the steps, as a root of a mean square over units, images and seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct CoordinateCheck {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// Parametrizations, with commas: standard, neural-tangent, maximal-update.
    #[arg(long, value_delimiter = ',', default_values_t = Parametrization::ALL, value_parser = super::parametrization)]
    #[serde(serialize_with = "option::joined")]
    pub parametrizations: Vec<Parametrization>,
    /// Units of both hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "32,64,128,256,512,1024")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
    /// The width at which all parametrizations are the same.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub base: usize,
    /// What is learned from: linear, squared, or cross-entropy.
    #[arg(long, value_parser = Error::from_str, default_value_t = Error::Linear)]
    #[serde(serialize_with = "option::shown")]
    pub error: Error,
    /// How the networks learn: sgd, or adam with an epsilon of 0.
    #[arg(long, value_parser = Descent::from_str, default_value_t = Descent::Sgd)]
    #[serde(serialize_with = "option::shown")]
    pub optimizer: Descent,
    /// The learning rate at the base width.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.0625")]
    pub rate: f64,
    /// How many steps.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1")]
    pub steps: usize,
    /// Images in a batch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub batch: usize,
    /// The first seed of weights and batches.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "4")]
    pub seeds: usize,
}

impl CoordinateCheck {
    /// The check of the terminal without options, on these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }
}

impl Configuration for CoordinateCheck {
    const NAME: &'static str = "coordinate-check";

    fn numbers_in_memory(&self) -> f64 {
        let widest = self.widths.iter().copied().max().unwrap_or(0);
        let threads = parallel::threads() as f64;
        threads * (8.0 * option::weights(1, widest) + 12.0 * (self.batch * widest) as f64)
    }

    fn refusal(&self) -> Option<String> {
        super::training::refusal(&self.data, &[self.rate], self.batch)
    }

    /// # Panics
    ///
    /// If there is no parametrization, width or seed.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let inputs = pooled_size(self.data.train());
        let total = (self.parametrizations.len() * self.widths.len()) as u64;
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for parametrization in &self.parametrizations {
            for width in &self.widths {
                let shape = Shape {
                    inputs,
                    width: *width,
                    outputs: 10,
                    base: self.base,
                };
                let one = |i: u64| {
                    let streams = Streams::new(self.seed.wrapping_add(i));
                    let training =
                        Training::new(&self.data, streams, self.batch, self.steps, self.error);
                    let rule = self.optimizer.rule();
                    let network =
                        ScaledNetwork::draw(*parametrization, rule.of_theory(), shape, streams);
                    training.changes(network, rule, self.rate)
                };
                let all: Vec<Vec<f64>> = parallel::map(0..self.seeds as u64, one);
                let mut row: Vec<Cell> = vec![parametrization.name().into(), (*width).into()];
                row.extend((0..3).map(|layer| {
                    let squares: f64 = all.iter().map(|changes| changes[layer]).sum();
                    Cell::from((squares / all.len() as f64).sqrt())
                }));
                rows.push(row);
                let done = rows.len() as u64;
                progress(Progress { done, total });
            }
        }
        let columns = ["parametrization", "width", "first", "second", "output"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;

    #[test]
    fn the_first_layer_of_the_standard_one_learns_less_the_wider_it_is() {
        let config = CoordinateCheck {
            widths: vec![8, 512],
            base: 8,
            batch: 10,
            seeds: 20,
            rate: 1e-3,
            ..CoordinateCheck::new(Arc::new(small_data()))
        };
        let first = config.run(&mut |_| {}).numbers("first");
        let ratio = |of: usize| first[2 * of + 1] / first[2 * of];
        // The root of 1/64 for the standard and the neural-tangent one, and one for the maximal-update one, but for chance.
        assert!((0.07..0.2).contains(&ratio(0)), "{first:?}");
        assert!((0.07..0.2).contains(&ratio(1)), "{first:?}");
        assert!((0.6..1.6).contains(&ratio(2)), "{first:?}");
    }
}
