//! `run ten-initializers`, and the histograms behind its numbers.

use clap::Args;
use unit_variance::experiments::{Experiment, TenHistograms, TenInitializers};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed: of the streams, or of NumPy's legacy stream with --as-written
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = TenInitializers::default().seed)]
    seed: u32,
    /// Keep the notebook's faults, and its numbers: stale inputs, masks in place, one spread for four laws, summed gradients
    #[arg(long)]
    as_written: bool,
    /// How many steps are taken, each after the signals were measured
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenInitializers::default().epochs)]
    epochs: usize,
    /// The number of units in each layer
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenInitializers::default().width)]
    width: usize,
    /// The number of inputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenInitializers::default().points)]
    points: usize,
}

#[derive(Debug, Args)]
pub(super) struct HistogramOptions {
    #[command(flatten)]
    run: Options,
    /// The epoch that is shown, from 0
    #[arg(long, allow_hyphen_values = true, value_parser = value::index, default_value_t = TenHistograms::default().epoch)]
    epoch: usize,
    /// The number of bins
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenHistograms::default().bins)]
    bins: usize,
}

impl Options {
    fn run(&self) -> Result<TenInitializers, Refusal> {
        // Six signals and six gradients of one epoch, and a row of the table for each.
        let signals = 12.0 * self.points as f64 * self.width as f64;
        value::demand_memory(signals + value::weights(6, self.width) + 600.0 * self.epochs as f64)?;
        Ok(TenInitializers {
            seed: self.seed,
            epochs: self.epochs,
            width: self.width,
            points: self.points,
            as_written: self.as_written,
        })
    }
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(self.run()?))
    }
}

impl Configure for HistogramOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let run = self.run.run()?;
        if self.epoch >= run.epochs {
            return Err(Refusal::Options(format!(
                "--epoch is `{}`, but --epochs {} takes a whole number from 0 to {}",
                self.epoch,
                run.epochs,
                run.epochs - 1
            )));
        }
        value::demand_memory(6.0 * 120.0 * self.bins as f64)?;
        Ok(Box::new(TenHistograms {
            run,
            epoch: self.epoch,
            bins: self.bins,
        }))
    }
}
