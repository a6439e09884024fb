//! `run law-densities`.

use clap::Args;
use experiments::{Experiment, LawDensities};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the normal law is cut, in its standard deviations
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, default_value_t = LawDensities::default().cut)]
    cut: f64,
    /// The largest weight that is drawn of the normal law, which has no edge
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, default_value_t = LawDensities::default().reach)]
    reach: f64,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(LawDensities {
            cut: self.cut,
            reach: self.reach,
        }))
    }
}
