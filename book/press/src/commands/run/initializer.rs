//! `run initializer`, and `--list` of them.

use clap::Args;
use experiments::shared::initializer::{Initialization, InitializationError, catalogue};
use experiments::{self, Cell, Experiment, Progress, Table};
use press::names::{did_you_mean, nearest};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The initializer's name
    #[arg(long, required_unless_present = "list")]
    name: Option<String>,
    /// List the initializers, with formula, source and options
    #[arg(long, conflicts_with_all = ["name", "fan_in", "fan_out", "groups", "seed", "law", "cut", "fan", "gain", "std_dev", "bound", "value", "omega", "sparsity"])]
    list: bool,
    /// The number of inputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Initialization::default().fan_in)]
    fan_in: usize,
    /// The number of outputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Initialization::default().fan_out)]
    fan_out: usize,
    /// The number of groups that share them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Initialization::default().groups)]
    groups: usize,
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = Initialization::default().seed)]
    seed: u64,
    /// The law: normal, uniform or truncated-normal
    #[arg(long)]
    law: Option<String>,
    /// Where a truncated normal law is cut, in its standard deviations
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    cut: Option<f64>,
    /// The fan: in, out, average or geometric-average
    #[arg(long)]
    fan: Option<String>,
    /// A factor of the standard deviation
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    gain: Option<f64>,
    /// A standard deviation
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    std_dev: Option<f64>,
    /// The largest weight of a uniform law
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    bound: Option<f64>,
    /// A weight
    #[arg(long, allow_hyphen_values = true, value_parser = value::finite)]
    value: Option<f64>,
    /// The frequency of a network of sines
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    omega: Option<f64>,
    /// The share of zeros
    #[arg(long, allow_hyphen_values = true, value_parser = value::finite)]
    sparsity: Option<f64>,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let Some(name) = &self.name else {
            return Ok(Box::new(List));
        };
        let initialization = Initialization {
            name: name.clone(),
            fan_in: self.fan_in,
            fan_out: self.fan_out,
            groups: self.groups,
            seed: self.seed,
            options: experiments::shared::initializer::Options {
                law: self.law.clone(),
                cut: self.cut,
                fan: self.fan.clone(),
                gain: self.gain,
                std_dev: self.std_dev,
                bound: self.bound,
                value: self.value,
                omega: self.omega,
                sparsity: self.sparsity,
            },
        };
        initialization.check().map_err(|error| {
            let names = catalogue().iter().map(|entry| entry.name);
            let meant = match &error {
                InitializationError::Name(name) => did_you_mean(nearest(name, names)),
                _ => String::new(),
            };
            Refusal::Options(format!("{error}{meant}"))
        })?;
        Ok(Box::new(initialization))
    }
}

/// The catalogue, in the envelope of all tables.
#[derive(Debug)]
struct List;

impl Experiment for List {
    fn name(&self) -> &'static str {
        "initializer"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        vec![("list".into(), "all".into())]
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = |entry: &experiments::shared::initializer::Entry| {
            let options = entry.options.join(" ");
            [entry.name, entry.formula, &options, entry.source]
                .map(Cell::from)
                .to_vec()
        };
        let columns = ["name", "formula", "options", "source"];
        Table::of(self, &columns, catalogue().iter().map(row).collect())
    }
}
