//! `run fans`.

use clap::Args;
use unit_variance::experiments::{Experiment, KernelFans};

use super::{Configure, Refusal};

#[derive(Debug, Args)]
pub(super) struct Options {}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(KernelFans))
    }
}
