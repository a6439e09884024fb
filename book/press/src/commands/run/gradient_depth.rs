//! `run gradient-depth`.

use clap::Args;
use experiments::{Experiment, GradientDepth};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = GradientDepth::default().seed)]
    seed: u64,
    /// How many networks of each kind are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = GradientDepth::default().networks)]
    networks: usize,
    /// The number of layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = GradientDepth::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = GradientDepth::default().width)]
    width: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // All layers of a network, on every thread, and every measured number.
        value::demand_memory(
            16.0 * value::weights(self.depth, self.width)
                + self.networks as f64 * self.depth as f64,
        )?;
        Ok(Box::new(GradientDepth {
            seed: self.seed,
            networks: self.networks,
            depth: self.depth,
            width: self.width,
        }))
    }
}
