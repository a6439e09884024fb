//! `run zero-padding`.

use clap::Args;
use experiments::{Experiment, ZeroPadding};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The lengths of the maps
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, num_args = 1.., default_values_t = ZeroPadding::default().positions)]
    positions: Vec<usize>,
    /// The length of the window, an odd number
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = ZeroPadding::default().kernel)]
    kernel: usize,
    /// The channels of each layer
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = ZeroPadding::default().channels)]
    channels: usize,
    /// The number of layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = ZeroPadding::default().depth)]
    depth: usize,
    /// The number of networks for each length
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = ZeroPadding::default().networks)]
    networks: usize,
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = ZeroPadding::default().seed)]
    seed: u64,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let (kernel, channels) = (self.kernel, self.channels as f64);
        if kernel.is_multiple_of(2) {
            let message = format!("--kernel must be odd, but is {kernel}");
            return Err(Refusal::Options(message));
        }
        for &positions in &self.positions {
            if positions < kernel / 2 {
                return Err(Refusal::Options(format!(
                    "--kernel may be at most twice --positions and one, but is {kernel} on {positions}"
                )));
            }
            let window = (kernel as f64).powi(2) * channels;
            value::demand_memory(window * ((positions as f64).powi(2) + channels))?;
        }
        value::demand_memory(self.networks as f64)?;
        Ok(Box::new(ZeroPadding {
            positions: self.positions.clone(),
            kernel,
            channels: self.channels,
            depth: self.depth,
            networks: self.networks,
            seed: self.seed,
        }))
    }
}
