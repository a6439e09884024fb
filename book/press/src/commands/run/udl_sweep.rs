//! `run udl-sweep`.

use clap::Args;
use experiments::{Experiment, UdlSweep};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The first seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = UdlSweep::default().seed)]
    seed: u32,
    /// How many seeds from there on
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = UdlSweep::default().seeds)]
    seeds: usize,
    /// The number of hidden layers, from 2 to 500
    #[arg(long, allow_hyphen_values = true, value_parser = layers, default_value_t = UdlSweep::default().depth)]
    depth: usize,
    /// The number of units in each of them, 8 or more
    #[arg(long, allow_hyphen_values = true, value_parser = units, default_value_t = UdlSweep::default().width)]
    width: usize,
}

/// One layer has no way to grow on, and 500 fill the range of `f64`.
fn layers(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(depth) if (2..=500).contains(&depth) => Ok(depth),
        _ => Err("a whole number from 2 to 500"),
    }
}

/// In narrower layers the law of those that are not dead says little.
fn units(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(width) if width >= 8 => Ok(width),
        _ => Err("a whole number, 8 or more"),
    }
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let &Self {
            seed,
            seeds,
            depth,
            width,
        } = self;
        // The weights, and their gradients, of as many networks as there are threads.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        value::demand_memory(
            2.0 * threads.min(seeds) as f64 * value::weights(depth, width) + 300.0 * seeds as f64,
        )?;
        Ok(Box::new(UdlSweep {
            seed,
            seeds,
            depth,
            width,
        }))
    }
}
