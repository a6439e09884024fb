//! `run spread`.

use clap::{Args, ValueEnum};
use experiments::{Experiment, Pass, Spread};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Which way the signal goes
    #[arg(long, value_enum, default_value = "forward")]
    pass: PassName,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PassName {
    /// The activations, with weights of variance `2 / fan_in`
    Forward,
    /// The gradient of the loss by the pre-activations, with weights of variance `2 / fan_out`
    Backward,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        // The notebook's network is drawn in full; of the others, every number that they print is kept.
        let printed = self.networks as f64 * self.depth as f64;
        value::demand_memory(
            value::weights(self.depth, self.width) + printed + self.points as f64,
        )?;
        Ok(Box::new(Spread {
            pass: match self.pass {
                PassName::Forward => Pass::Forward,
                PassName::Backward => Pass::Backward,
            },
            seed: self.seed,
            networks: self.networks,
            depth: self.depth,
            width: self.width,
            points: self.points,
        }))
    }
}
