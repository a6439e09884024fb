//! `run gain`.

use clap::Args;
use experiments::{Experiment, Gain};
use unit_variance::Activation;

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The activation [default: all of them]
    #[arg(long, value_parser = value::activation)]
    activation: Option<Activation>,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(Gain {
            activation: self.activation,
        }))
    }
}
