//! `run difference-error`.

use clap::Args;
use experiments::{DifferenceError, Experiment};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = DifferenceError::default().seed)]
    seed: u64,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(DifferenceError { seed: self.seed }))
    }
}
