//! `run xavier-factors`.

use clap::Args;
use experiments::{Experiment, XavierFactors};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = XavierFactors::default().seed)]
    seed: u64,
    /// The smaller of the two widths of a layer
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = XavierFactors::default().width)]
    width: usize,
    /// How many layers of each shape are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = XavierFactors::default().draws)]
    draws: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // The widest layer has 16 times as many units on its other side.
        value::demand_memory(value::weights(16, self.width) + self.draws as f64)?;
        Ok(Box::new(XavierFactors {
            seed: self.seed,
            width: self.width,
            draws: self.draws,
        }))
    }
}
