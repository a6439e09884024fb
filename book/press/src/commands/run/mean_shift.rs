//! `run mean-shift`.

use clap::Args;
use experiments::{Experiment, MeanShift};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = MeanShift::default().seed)]
    seed: u64,
    /// The number of inputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MeanShift::default().fan_in)]
    fan_in: usize,
    /// The number of outputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MeanShift::default().fan_out)]
    fan_out: usize,
    /// How many layers are drawn for every mean
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MeanShift::default().draws)]
    draws: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        value::demand_memory(self.fan_in as f64 * self.fan_out as f64 + self.draws as f64)?;
        Ok(Box::new(MeanShift {
            seed: self.seed,
            fan_in: self.fan_in,
            fan_out: self.fan_out,
            draws: self.draws,
        }))
    }
}
