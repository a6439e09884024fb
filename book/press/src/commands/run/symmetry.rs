//! `run symmetry`.

use clap::Args;
use experiments::{Experiment, Symmetry};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = Symmetry::default().seed)]
    seed: u64,
    /// The steps of gradient descent
    #[arg(long, allow_hyphen_values = true, value_parser = value::small_count, default_value_t = Symmetry::default().steps)]
    steps: u32,
    /// The learning rate
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, default_value_t = Symmetry::default().rate)]
    rate: f64,
    /// The weight that all share
    #[arg(long, allow_hyphen_values = true, value_parser = value::finite, default_value_t = Symmetry::default().constant)]
    constant: f64,
    /// By how much one of them is larger
    #[arg(long, allow_hyphen_values = true, value_parser = value::finite, default_value_t = Symmetry::default().nudge)]
    nudge: f64,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(Symmetry {
            seed: self.seed,
            steps: self.steps,
            rate: self.rate,
            constant: self.constant,
            nudge: self.nudge,
        }))
    }
}
