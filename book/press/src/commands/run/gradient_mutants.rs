//! `run gradient-mutants`.

use clap::Args;
use experiments::{Experiment, GradientMutants};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = GradientMutants::default().seed)]
    seed: u64,
    /// How many networks of either kind are checked
    #[arg(long, allow_hyphen_values = true, value_parser = value::small_count, default_value_t = 10)]
    networks: u32,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(GradientMutants {
            seed: self.seed,
            networks: u64::from(self.networks),
        }))
    }
}
