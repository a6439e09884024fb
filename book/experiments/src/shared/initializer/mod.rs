//! What an initializer draws, beside what it should.

mod catalogue;
mod options;
mod prediction;
mod recipe;

use clap::Args;
use clap::builder::PossibleValuesParser;
use ndarray::Array2;
use serde::Serialize;

pub use catalogue::{Entry, Initializers, catalogue};
pub use options::{InitializationError, Options};
use recipe::Recipe;

use crate::{Cell, Configuration, Progress, Table, experiment, option};
use unit_variance::evidence::{largest, smallest};
use unit_variance::probability::Streams;

/// One matrix of a named initializer: its moments, predicted and measured.
///
/// One kernel of the initializer: mean, variance, kurtosis, least and largest weight, each
/// predicted, measured, and with the interval in which a right implementation lies with
/// probability `1 − 10⁻⁹`.
///
/// Moments are taken about the predicted mean. With groups the kernel is that of a convolution of
/// one tap: `inputs / groups` weights to each output.
///
/// ```
/// use experiments::Experiment;
/// use experiments::shared::initializer::{Initialization, Options};
///
/// let options = Options { law: Some("truncated-normal".into()), ..Options::default() };
/// let run = Initialization { name: "he".into(), fan_in: 512, fan_out: 256, options, ..Initialization::default() };
/// run.check()?;
/// let table = run.run(&mut |_| {});
/// for (measured, low) in table.numbers("measured").iter().zip(table.numbers("low")) {
///     assert!(*measured >= low);
/// }
/// # Ok::<(), experiments::shared::initializer::InitializationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Initialization {
    /// The initializer's name; `run initializers` lists them with formula, source and options.
    #[arg(long, value_parser = PossibleValuesParser::new(catalogue().iter().map(|entry| entry.name)))]
    pub name: String,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "512")]
    pub fan_in: usize,
    /// The number of outputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "256")]
    pub fan_out: usize,
    /// The number of groups that share them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1")]
    pub groups: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// What some initializers take besides.
    #[command(flatten)]
    #[serde(flatten)]
    pub options: Options,
}

impl Default for Initialization {
    fn default() -> Self {
        // Some initializer has to be named.
        experiment::of_options(&["--name", "he"])
    }
}

impl Initialization {
    /// Whether it can be run.
    ///
    /// # Errors
    ///
    /// If a name is unknown, a number is out of its range, an option is not taken, or the kernel
    /// is empty, too large, or not divisible into its groups.
    pub fn check(&self) -> Result<(), InitializationError> {
        self.recipe().map(|_| ())
    }
}

impl Configuration for Initialization {
    const NAME: &'static str = "initializer";

    fn refusal(&self) -> Option<String> {
        self.check().err().map(|error| error.to_string())
    }

    /// # Panics
    ///
    /// If [`check`](Initialization::check) returns an error.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let Recipe {
            initializer,
            prediction,
        } = self.recipe().unwrap_or_else(|error| panic!("{error}"));
        let mut kernel = Array2::<f64>::zeros((self.fan_in / self.groups, self.fan_out));
        let mut rng = Streams::new(self.seed).stream("weight");
        initializer.fill((&mut kernel).into(), self.layout(), &mut rng);
        let measured = Measured::of(&kernel, prediction.mean());
        progress(Progress { done: 1, total: 1 });
        let rows = prediction
            .rows()
            .into_iter()
            .map(|row| {
                let numbers = [
                    row.predicted,
                    measured.quantity(row.quantity),
                    row.low,
                    row.high,
                ];
                std::iter::once(row.quantity.into())
                    .chain(numbers.map(Cell::from))
                    .collect()
            })
            .collect();
        Table::of(
            self,
            &["quantity", "predicted", "measured", "low", "high"],
            rows,
        )
    }
}

/// The moments about a given mean, and the extremes.
struct Measured {
    mean: f64,
    second: f64,
    fourth: f64,
    least: f64,
    largest: f64,
}

impl Measured {
    fn of(kernel: &Array2<f64>, mean: f64) -> Self {
        let n = kernel.len() as f64;
        // In units of the largest deviation, whose fourth power would leave the range of f64.
        let unit = largest(kernel.iter().map(|w| (w - mean).abs()));
        let power = |exponent| {
            let sum: f64 = kernel
                .iter()
                .map(|w| ((w - mean) / unit).powi(exponent))
                .sum();
            if unit == 0.0 { 0.0 } else { sum / n }
        };
        Self {
            mean: mean + unit * power(1),
            second: power(2) * unit * unit,
            fourth: power(4) / (power(2) * power(2)),
            least: smallest(kernel.iter().copied()),
            largest: largest(kernel.iter().copied()),
        }
    }

    fn quantity(&self, name: &str) -> f64 {
        match name {
            "mean" => self.mean,
            "variance" => self.second,
            "kurtosis" => self.fourth,
            "min" => self.least,
            _ => self.largest,
        }
    }
}

#[cfg(test)]
mod tests;
