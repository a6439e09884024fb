//! `run library-tests` and `run pass-curves`.

use clap::Args;
use experiments::{Experiment, LibraryTests, PassCurves};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(LibraryTests))
    }
}

#[derive(Debug, Args)]
pub(super) struct CurveOptions {
    /// The largest factor by which the variance is wrong
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, default_value_t = PassCurves::default().reach)]
    reach: f64,
}

impl Configure for CurveOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        if self.reach <= 1.0 {
            let fault = format!("--reach is {}, but it is more than 1", self.reach);
            return Err(Refusal::Options(fault));
        }
        Ok(Box::new(PassCurves {
            reach: self.reach,
            ..PassCurves::default()
        }))
    }
}
