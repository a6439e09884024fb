//! `cargo run -- run <experiment>`: one experiment in the terminal.
//!
//! A new experiment is a variant of [`Choice`], its options, and the line that makes it.

mod print;

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use unit_variance::Activation;
use unit_variance::experiments::{
    Data, DeepGradient, DeepSignal, Experiment, FloatRange, Gain, Spread, Weights,
};

use crate::{progress, usage};

#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "EXPERIMENT",
    subcommand_help_heading = "Experiments"
)]
pub(crate) struct Options {
    #[command(subcommand)]
    choice: Choice,
    /// How to print the table: aligned for people, or with every digit for programs
    #[arg(
        long,
        global = true,
        display_order = 100,
        value_enum,
        default_value = "table"
    )]
    format: print::Format,
}

#[derive(Debug, Subcommand)]
enum Choice {
    /// The signal or the gradient through a deep ReLU net, layer by layer, as in the UDL notebook
    DeepSignal(DeepSignalOptions),
    /// The layer at which the signal leaves the range of f32, and of f64
    FloatRange(FloatRangeOptions),
    /// How far a correct He network wanders: quantiles over many networks
    Spread(SpreadOptions),
    /// What a normal signal feels of an activation, and the gains that make up for it
    Gain(GainOptions),
}

impl Choice {
    fn experiment(&self) -> Box<dyn Experiment> {
        match self {
            Self::DeepSignal(options) => options.experiment(),
            Self::FloatRange(options) => Box::new(options.experiment()),
            Self::Spread(options) => Box::new(options.experiment()),
            Self::Gain(options) => Box::new(Gain {
                activation: options.activation,
            }),
        }
    }

    /// How many weights are in memory at once.
    fn weights(&self) -> f64 {
        let network = |depth: usize, width: usize| depth as f64 * (width as f64).powi(2);
        match self {
            Self::DeepSignal(options) => network(options.depth, options.width),
            Self::FloatRange(options) => network(options.depth, options.width),
            // A few networks are drawn side by side, and every printed number is kept.
            Self::Spread(options) => {
                network(options.depth, options.width)
                    + options.networks as f64 * options.depth as f64
                    + options.points as f64
            }
            Self::Gain(_) => 0.0,
        }
    }
}

#[derive(Debug, Args)]
struct DeepSignalOptions {
    /// Which way the signal goes
    #[arg(long, value_enum, default_value = "forward")]
    pass: Pass,
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = numpy_seed, default_value_t = DeepSignal::default().seed)]
    seed: u32,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = DeepSignal::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = DeepSignal::default().width)]
    width: usize,
    /// The variance of every weight, instead of an initializer
    #[arg(long, allow_hyphen_values = true, value_parser = variance, conflicts_with = "initializer")]
    weight_variance: Option<f64>,
    /// What scales the weights [default: he-fan-in]
    #[arg(long, value_enum)]
    initializer: Option<InitializerName>,
    /// Draw the inputs right after the weights, or as the solved notebook does
    #[arg(long, value_enum, default_value = "fresh")]
    data: DataName,
}

#[derive(Debug, Args)]
struct GainOptions {
    /// One activation by its name, instead of all eighteen
    #[arg(long, value_parser = activation)]
    activation: Option<Activation>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Pass {
    /// The activations, from the input to the last hidden layer
    Forward,
    /// The gradient of the loss by the pre-activations
    Backward,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum InitializerName {
    /// Variance `2 / fan_in` of each matrix
    HeFanIn,
    /// Variance `2 / fan_out` of each matrix
    HeFanOut,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DataName {
    /// Drawn right after the weights
    Fresh,
    /// Drawn after a 5 x 8 network under the same seed, before the weights are drawn again
    Notebook,
}

impl DeepSignalOptions {
    fn experiment(&self) -> Box<dyn Experiment> {
        let &Self {
            seed, depth, width, ..
        } = self;
        let weights = match (self.weight_variance, self.initializer) {
            (Some(variance), _) => Weights::Variance(variance),
            (None, Some(InitializerName::HeFanOut)) => Weights::HeFanOut,
            (None, Some(InitializerName::HeFanIn) | None) => Weights::HeFanIn,
        };
        let data = match self.data {
            DataName::Fresh => Data::Fresh,
            DataName::Notebook => Data::Notebook,
        };
        match self.pass {
            Pass::Forward => Box::new(DeepSignal {
                seed,
                depth,
                width,
                weights,
                data,
            }),
            Pass::Backward => Box::new(DeepGradient {
                seed,
                depth,
                width,
                weights,
            }),
        }
    }

    /// Why these options do not go together, if they do not.
    fn contradiction(&self) -> Option<&'static str> {
        match (self.pass, self.data) {
            (Pass::Backward, DataName::Notebook) => Some(
                "--data is `notebook`, but --pass backward takes one of: fresh (the notebook draws new inputs for it)",
            ),
            _ => None,
        }
    }
}

#[derive(Debug, Args)]
struct FloatRangeOptions {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = numpy_seed, default_value_t = FloatRange::default().seed)]
    seed: u32,
    /// The deepest network that is tried
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = FloatRange::default().depth)]
    depth: usize,
    /// The number of units in each layer
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = FloatRange::default().width)]
    width: usize,
}

impl FloatRangeOptions {
    fn experiment(&self) -> FloatRange {
        FloatRange {
            seed: self.seed,
            width: self.width,
            depth: self.depth,
        }
    }
}

#[derive(Debug, Args)]
struct SpreadOptions {
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = seed, default_value_t = Spread::default().seed)]
    seed: u64,
    /// How many networks are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = Spread::default().networks)]
    networks: usize,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = Spread::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = Spread::default().width)]
    width: usize,
    /// How many inputs each network sees
    #[arg(long, allow_hyphen_values = true, value_parser = count, default_value_t = Spread::default().points)]
    points: usize,
}

impl SpreadOptions {
    fn experiment(&self) -> Spread {
        Spread {
            seed: self.seed,
            networks: self.networks,
            depth: self.depth,
            width: self.width,
            points: self.points,
        }
    }
}

fn numpy_seed(text: &str) -> Result<u32, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 4294967295, as NumPy's legacy seed")
}

fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 18446744073709551615")
}

fn activation(name: &str) -> Result<Activation, String> {
    let names = || Activation::ALL.map(Activation::name).join(", ");
    name.parse().map_err(|_| format!("one of: {}", names()))
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a whole number, 1 or more"),
    }
}

fn variance(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(variance) if variance > 0.0 && f64::is_finite(variance) => Ok(variance),
        _ => Err("a positive finite number"),
    }
}

/// The largest network that is drawn: its weights take 8 GB.
const MOST_WEIGHTS: f64 = 1e9;

/// Runs the experiment and prints its table.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    if let Choice::DeepSignal(options) = &options.choice
        && let Some(contradiction) = options.contradiction()
    {
        return Ok(usage::refuse(contradiction));
    }
    let weights = options.choice.weights();
    if weights > MOST_WEIGHTS {
        return Ok(usage::refuse(&format!(
            "these sizes take {weights:.1e} numbers in memory, but at most {MOST_WEIGHTS:.0e} are accepted"
        )));
    }
    let experiment = options.choice.experiment();
    let report = progress::bar();
    let table = experiment.run(&mut |progress| report(&*experiment, progress));
    match print::print(&table, options.format, io::stdout().lock()) {
        // Whoever reads has read enough: `| head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        printed => {
            printed?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
