//! `run spread`.

use clap::Args;
use unit_variance::experiments::{Experiment, Spread};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = Spread::default().seed)]
    seed: u64,
    /// How many networks are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Spread::default().networks)]
    networks: usize,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Spread::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Spread::default().width)]
    width: usize,
    /// How many inputs each network sees
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = Spread::default().points)]
    points: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // A few networks are drawn side by side, and every number that one prints is kept.
        let printed = self.networks as f64 * self.depth as f64;
        value::demand_memory(
            value::weights(self.depth, self.width) + printed + self.points as f64,
        )?;
        Ok(Box::new(Spread {
            seed: self.seed,
            networks: self.networks,
            depth: self.depth,
            width: self.width,
            points: self.points,
        }))
    }
}
