//! `run activation-curves`.

use clap::Args;
use experiments::{ActivationCurves, Experiment};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The largest argument
    #[arg(long, allow_hyphen_values = true, value_parser = value::small_count, default_value_t = ActivationCurves::default().reach)]
    reach: u32,
    /// How many steps there are from one whole number to the next
    #[arg(long, allow_hyphen_values = true, value_parser = value::small_count, default_value_t = ActivationCurves::default().steps)]
    steps: u32,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // A row for each of eighteen activations, and a row is larger than its four numbers.
        value::demand_memory(18.0 * 2.0 * 20.0 * f64::from(self.reach) * f64::from(self.steps))?;
        Ok(Box::new(ActivationCurves {
            reach: self.reach,
            steps: self.steps,
        }))
    }
}
