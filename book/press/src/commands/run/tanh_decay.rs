//! `run tanh-decay`.

use clap::Args;
use experiments::{Experiment, TanhDecay};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = TanhDecay::default().seed)]
    seed: u64,
    /// How many networks are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TanhDecay::default().networks)]
    networks: usize,
    /// The number of layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TanhDecay::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TanhDecay::default().width)]
    width: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // A layer of each network is in memory at a time, and every measured number is kept.
        value::demand_memory(
            value::weights(1, self.width) + self.networks as f64 * self.depth as f64,
        )?;
        Ok(Box::new(TanhDecay {
            seed: self.seed,
            networks: self.networks,
            depth: self.depth,
            width: self.width,
        }))
    }
}
