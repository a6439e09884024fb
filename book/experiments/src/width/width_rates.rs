//! Losses after some steps, over widths and rates: which rate is best, and whether it stays.

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
use unit_variance::evidence::{largest, smallest};
use unit_variance::theory::Parametrization;

/// Losses of networks of two hidden layers of ReLU units after some steps on digits, over widths and rates.
///
/// Columns: `parametrization`, `width`, `rate`, `loss` on 500 test images, the mean over seeds, `least` and `most` of them, and
/// `diverged`, how many of them were stopped at ten times the loss of outputs of zero, which counts as their loss. Summary: the best
/// rate of each parametrization and width.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct WidthRates {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// Parametrizations, with commas: standard, neural-tangent, maximal-update.
    #[arg(long, value_delimiter = ',', default_value = "standard,maximal-update", value_parser = super::parametrization)]
    #[serde(serialize_with = "option::joined")]
    pub parametrizations: Vec<Parametrization>,
    /// Units of both hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "32,64,128,256,512")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
    /// Learning rates at the base width, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::positive, default_value = "0.03125,0.0625,0.125,0.25,0.5,1.0,2.0")]
    #[serde(serialize_with = "option::joined")]
    pub rates: Vec<f64>,
    /// The width at which all parametrizations are the same.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub base: usize,
    /// What is learned from: squared, cross-entropy, or linear.
    #[arg(long, value_parser = Error::from_str, default_value_t = Error::Squared)]
    #[serde(serialize_with = "option::shown")]
    pub error: Error,
    /// How: sgd, or adam with an epsilon of 0.
    #[arg(long, value_parser = Descent::from_str, default_value_t = Descent::Sgd)]
    #[serde(serialize_with = "option::shown")]
    pub optimizer: Descent,
    /// How many steps.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub steps: usize,
    /// Images in a batch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub batch: usize,
    /// The first seed of weights and batches.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1")]
    pub seeds: usize,
}

impl WidthRates {
    /// The networks of the terminal without options, on these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }

    /// The rate with the smallest loss, for each parametrization and width.
    fn best(&self, rows: &[Vec<Cell>]) -> Vec<(String, Cell)> {
        let of_width = rows.chunks_exact(self.rates.len()).map(|rows| {
            let loss = |row: &Vec<Cell>| row[3].number().unwrap_or(f64::INFINITY);
            let best = rows
                .iter()
                .min_by(|one, other| loss(one).total_cmp(&loss(other)));
            let best = best.expect("there is a rate");
            (format!("best_{}_{}", best[0], best[1]), best[2].clone())
        });
        of_width.collect()
    }

    fn cases(&self) -> Vec<(Parametrization, usize, f64)> {
        let mut cases = Vec::new();
        for parametrization in &self.parametrizations {
            for width in &self.widths {
                cases.extend(
                    self.rates
                        .iter()
                        .map(|rate| (*parametrization, *width, *rate)),
                );
            }
        }
        cases
    }
}

impl Configuration for WidthRates {
    const NAME: &'static str = "width-rates";

    fn numbers_in_memory(&self) -> f64 {
        let widest = self.widths.iter().copied().max().unwrap_or(0);
        let threads = parallel::threads() as f64;
        let activations = (self.batch.max(500) * widest) as f64;
        threads * (6.0 * option::weights(1, widest) + 10.0 * activations)
    }

    fn refusal(&self) -> Option<String> {
        super::training::refusal(&self.data, &self.rates, self.batch)
    }

    /// # Panics
    ///
    /// If there is no parametrization, width, rate or seed.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let cases = self.cases();
        let inputs = pooled_size(self.data.train());
        let trainings: Vec<Training> = (0..self.seeds as u64)
            .map(|i| {
                let streams = Streams::new(self.seed.wrapping_add(i));
                Training::new(&self.data, streams, self.batch, self.steps, self.error)
            })
            .collect();
        let one = |(case, seed): (usize, usize)| {
            let (parametrization, width, rate) = cases[case];
            let shape = Shape {
                inputs,
                width,
                outputs: 10,
                base: self.base,
            };
            let rule = self.optimizer.rule();
            let streams = Streams::new(self.seed.wrapping_add(seed as u64));
            let network = ScaledNetwork::draw(parametrization, rule.of_theory(), shape, streams);
            trainings[seed].run(network, rule, rate)
        };
        let runs: Vec<(usize, usize)> = (0..cases.len())
            .flat_map(|case| (0..self.seeds).map(move |seed| (case, seed)))
            .collect();
        let total = runs.len() as u64;
        // A few at a time, to tell how far it has come.
        let mut losses = Vec::with_capacity(runs.len());
        for some in runs.chunks(8) {
            losses.extend(parallel::map(some, |run| one(*run)));
            let done = losses.len() as u64;
            progress(Progress { done, total });
        }
        let rows = cases.iter().zip(losses.chunks_exact(self.seeds));
        let rows = rows.map(|((parametrization, width, rate), found)| -> Vec<Cell> {
            let losses = || found.iter().map(|(loss, _)| *loss);
            let diverged = found.iter().filter(|(_, diverged)| *diverged).count();
            vec![
                parametrization.name().into(),
                (*width).into(),
                (*rate).into(),
                (losses().sum::<f64>() / found.len() as f64).into(),
                smallest(losses()).into(),
                largest(losses()).into(),
                diverged.into(),
            ]
        });
        let columns = [
            "parametrization",
            "width",
            "rate",
            "loss",
            "least",
            "most",
            "diverged",
        ];
        let rows: Vec<Vec<Cell>> = rows.collect();
        let summary = self.best(&rows);
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;

    fn losses(of: &WidthRates) -> Vec<f64> {
        of.run(&mut |_| {}).numbers("loss")
    }

    #[test]
    fn at_the_base_width_the_two_learn_alike_and_a_wild_rate_is_stopped() {
        let config = WidthRates {
            widths: vec![8, 16],
            base: 8,
            rates: vec![0.05, 500.0],
            steps: 12,
            batch: 10,
            ..WidthRates::new(Arc::new(small_data()))
        };
        let table = config.run(&mut |_| {});
        let losses = table.numbers("loss");
        assert_eq!(losses[..2], losses[4..6]);
        assert_ne!(losses[2], losses[6]);
        // The narrow one dies, and answers with zero; the wide one is stopped.
        assert_eq!([losses[1], losses[3]], [0.5, 5.0]);
        assert_eq!(table.numbers("diverged"), [0.0, 0.0, 0.0, 1.0].repeat(2));
    }

    #[test]
    fn both_errors_and_both_optimizers_fall() {
        for error in [Error::Squared, Error::CrossEntropy] {
            for optimizer in [Descent::Sgd, Descent::Adam] {
                let slow = WidthRates {
                    widths: vec![8],
                    base: 8,
                    parametrizations: vec![Parametrization::MaximalUpdate],
                    rates: vec![1e-9, 0.01],
                    steps: 100,
                    batch: 10,
                    error,
                    optimizer,
                    ..WidthRates::new(Arc::new(small_data()))
                };
                let losses = losses(&slow);
                assert!(losses[1] < losses[0], "{error} {optimizer}: {losses:?}");
            }
        }
    }
}
