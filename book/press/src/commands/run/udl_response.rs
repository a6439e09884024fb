//! `run udl-response`.

use clap::Args;
use experiments::{Experiment, UdlResponse};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = UdlResponse::default().seed)]
    seed: u32,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = UdlResponse::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = at_least_eight, default_value_t = UdlResponse::default().width)]
    width: usize,
}

/// In narrower layers the law of those that are not dead says little.
fn at_least_eight(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(width) if width >= 8 => Ok(width),
        _ => Err("a whole number, 8 or more"),
    }
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let &Self { seed, depth, width } = self;
        value::demand_memory(value::weights(depth, width))?;
        Ok(Box::new(UdlResponse { seed, depth, width }))
    }
}
