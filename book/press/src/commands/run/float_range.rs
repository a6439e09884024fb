//! `run float-range`.

use clap::Args;
use experiments::{Experiment, FloatRange};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = FloatRange::default().seed)]
    seed: u32,
    /// The deepest network that is tried
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = FloatRange::default().depth)]
    depth: usize,
    /// The number of units in each layer
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = FloatRange::default().width)]
    width: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        value::demand_memory(value::weights(self.depth, self.width))?;
        Ok(Box::new(FloatRange {
            seed: self.seed,
            width: self.width,
            depth: self.depth,
        }))
    }
}
