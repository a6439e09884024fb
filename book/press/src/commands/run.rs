//! `cargo run -- run <name>`: one experiment in the terminal, a named run of the book or one of your own.
//!
//! The options of an experiment that derives them are its own; those of the others are a file below, and a line
//! in [`Choice`].

mod fans;
mod initializer;
mod named;
mod print;
mod value;
mod vanishing_gradient;

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use experiments::Experiment;

use crate::say::{say, written};
use crate::{progress, usage};

#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "EXPERIMENT",
    subcommand_help_heading = "Experiments",
    after_help = named::overview()
)]
pub(crate) struct Options {
    #[command(subcommand)]
    choice: Option<Choice>,
    /// List the runs of the book, each with its chapter and its experiment
    #[arg(long)]
    list: bool,
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

/// The options of an experiment.
trait Configure {
    /// The experiment, or why these options make none.
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal>;
}

/// Why options make no experiment.
#[derive(Debug)]
enum Refusal {
    /// They do not go together, or ask for too much.
    Options(String),
    /// What they need cannot be read.
    Data(anyhow::Error),
    /// They are not the command's.
    Usage(Box<(clap::Error, clap::Command)>),
}

#[derive(Debug, Subcommand)]
enum Choice {
    /// One matrix of a named initializer: its moments, predicted and measured
    Initializer(initializer::Options),
    /// The fans of twelve kernels, counted and as five libraries compute them; or of one of your own
    Fans(fans::Options),
    /// Sigmoid against ReLU on a spiral: losses and gradients, step by step
    VanishingGradient(vanishing_gradient::Options),
    /// The regions of the plane that the two nets of the spiral end with
    SpiralBoundaries(vanishing_gradient::BoundaryOptions),
    #[command(external_subcommand)]
    Named(Vec<String>),
}

impl Choice {
    fn options(&self) -> &dyn Configure {
        match self {
            Self::Named(_) => unreachable!("named runs have options of their own"),
            Self::Initializer(options) => options,
            Self::Fans(options) => options,
            Self::VanishingGradient(options) => options,
            Self::SpiralBoundaries(options) => options,
        }
    }
}

/// Runs the experiment and prints its table, or lists the runs.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    if options.list {
        say(format_args!("{}", named::list()?.trim_end()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let command = Choice::augment_subcommands(clap::Command::new("run"));
    let others: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let Some(choice) = &options.choice else {
        let experiments = named::experiments_of(&others).join(", ");
        return Ok(usage::refuse(&format!(
            "`run` needs an experiment: {experiments}"
        )));
    };
    let made = guarded(|| match choice {
        Choice::Named(words) => named::parse(words, &others),
        choice => choice
            .options()
            .experiment()
            .map(|experiment| (experiment, None)),
    });
    let (experiment, format) = match made.map_err(|said| anyhow!(said))? {
        Ok(made) => made,
        Err(Refusal::Options(message)) => return Ok(usage::refuse(&message)),
        Err(Refusal::Data(error)) => return Err(error),
        Err(Refusal::Usage(refused)) => return Ok(usage::report_of(&refused.0, &refused.1)),
    };
    let report = progress::bars();
    let run = || experiment.run(&mut |progress| report(&*experiment, progress));
    let table = guarded(run).map_err(|said| anyhow!("{}: {said}", experiment.name()))?;
    let format = format.unwrap_or(options.format);
    written(print::print(&table, format, io::stdout().lock()))?;
    Ok(ExitCode::SUCCESS)
}

/// What `work` gives, or what the library says where it refuses to compute, as where a training that blows up
/// meets a NaN.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let _ = panic::take_hook();
    outcome.map_err(|panic| ledger::one_line(said(&*panic)))
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it stopped without a word")
}
