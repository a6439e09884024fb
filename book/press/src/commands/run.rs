//! `cargo run -- run <name>`: one experiment in the terminal, a named run of the book or one of your own.
//!
//! The options of an experiment are its own values: nothing here knows any by its name.

mod named;
pub(super) mod print;

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::progress::Reporter;
use crate::say::{say, written};
use crate::usage;

#[derive(Debug, Args)]
#[command(after_help = named::overview())]
pub(crate) struct Options {
    /// The experiment, or a run of the book, and its options
    #[arg(value_name = "EXPERIMENT", trailing_var_arg = true)]
    words: Vec<String>,
    /// List the runs of the book, each with its chapter and its experiment
    #[arg(long)]
    list: bool,
    /// How to print the table: aligned for people, or with every digit for programs
    #[arg(long, value_enum, default_value = "table")]
    format: print::Format,
}

/// Why words name no experiment.
#[derive(Debug)]
enum Refusal {
    /// There is no such experiment, or its options do not go together, or ask for too much.
    Options(String),
    /// What it needs cannot be read.
    Data(anyhow::Error),
    /// The options are not its own.
    Usage(Box<(clap::Error, clap::Command)>),
}

/// Runs the experiment and prints its table, or lists the runs.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    if options.list {
        say(format_args!("{}", named::list()?.trim_end()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let [name] = &options.words[..]
        && let Some(behind) = named::behind(name)?
    {
        say(format_args!("{}", behind.trim_end()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let made = guarded(|| named::parse(&options.words)).map_err(|said| anyhow!(said))?;
    let (experiment, format) = match made {
        Ok(made) => made,
        Err(Refusal::Options(message)) => return Ok(usage::refuse(&message)),
        Err(Refusal::Data(error)) => return Err(error),
        Err(Refusal::Usage(refused)) => return Ok(usage::report_of(&refused.0, &refused.1)),
    };
    let report = Reporter::new().steps();
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
    outcome.map_err(|panic| ledger::one_line(panic_message(&*panic)))
}

/// The message of a panic.
fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panicked without a message")
}
