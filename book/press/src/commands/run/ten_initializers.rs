//! `run ten-initializers`, its histograms, the laws of the names, and the repairs one by one.

use clap::Args;
use experiments::{
    Experiment, Faults, TEN_INITIALIZERS, TenHistograms, TenInitializers, TenRepairs, TenSurvivors,
    TenWeights,
};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The seed: of the streams, or of NumPy's legacy stream with --as-written
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = TenInitializers::default().seed)]
    seed: u32,
    /// Keep the notebook's faults, and its numbers: stale inputs, a stale output gradient, masks in place, one spread for four laws, summed gradients
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
    /// The number of bins to a decade
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenHistograms::default().bins)]
    bins: usize,
}

#[derive(Debug, Args)]
pub(super) struct WeightOptions {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = TenWeights::default().seed)]
    seed: u32,
    /// The number of inputs, and of outputs
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = TenWeights::default().width)]
    width: usize,
}

#[derive(Debug, Args)]
pub(super) struct RepairOptions {
    /// The seed: of NumPy's legacy stream as written, of the streams once the laws are repaired
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = TenInitializers::default().seed)]
    seed: u32,
    /// The initializer
    #[arg(long, value_parser = one_of_ten, default_value_t = TenRepairs::default().initializer)]
    initializer: &'static str,
}

#[derive(Debug, Args)]
pub(super) struct SurvivorOptions {
    /// How many runs are looked at, from NumPy's seed 0 on
    #[arg(long, allow_hyphen_values = true, value_parser = value::small_count, default_value_t = TenSurvivors::default().seeds)]
    seeds: u32,
}

fn one_of_ten(text: &str) -> Result<&'static str, String> {
    let named = TEN_INITIALIZERS.into_iter().find(|name| *name == text);
    named.ok_or_else(|| format!("one of: {}", TEN_INITIALIZERS.join(", ")))
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
            faults: if self.as_written {
                Faults::AS_WRITTEN
            } else {
                Faults::NONE
            },
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
        // Six signals and six gradients of ten nets, over at most some forty decades.
        value::demand_memory(6.0 * 120.0 * 40.0 * self.bins as f64)?;
        Ok(Box::new(TenHistograms {
            run,
            epoch: self.epoch,
            bins: self.bins,
        }))
    }
}

impl Configure for WeightOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        value::demand_memory(value::weights(1, self.width))?;
        Ok(Box::new(TenWeights {
            seed: self.seed,
            width: self.width,
        }))
    }
}

impl Configure for RepairOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(TenRepairs {
            run: TenInitializers {
                seed: self.seed,
                ..TenInitializers::default()
            },
            initializer: self.initializer,
        }))
    }
}

impl Configure for SurvivorOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(TenSurvivors {
            seeds: self.seeds,
            ..TenSurvivors::default()
        }))
    }
}
