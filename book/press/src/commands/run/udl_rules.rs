//! `run udl-rules`.

use clap::Args;
use experiments::{Experiment, UdlRules};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = UdlRules::default().seed)]
    seed: u32,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::at_least_two, default_value_t = UdlRules::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = UdlRules::default().width)]
    width: usize,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let &Self { seed, depth, width } = self;
        value::demand_memory(2.0 * value::weights(depth, width))?;
        Ok(Box::new(UdlRules { seed, depth, width }))
    }
}
