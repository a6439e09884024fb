//! The terminal: `cargo run -- <command>`.

mod commands;
mod progress;
mod root;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{mutants, run};

/// Unit Variance: a book on weight initialization that refuses to print a false claim
#[derive(Debug, Parser)]
#[command(
    name = "cargo run --",
    bin_name = "cargo run --",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one experiment in the terminal
    Run(run::Options),
    /// Break the library in every way of a committed list, and show which claim notices
    Mutants(mutants::Options),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report::<Cli>(&error),
    };
    let done = match cli.command {
        None => usage::overview::<Cli>(),
        Some(Command::Run(options)) => run::execute(&options),
        Some(Command::Mutants(options)) => mutants::execute(&options),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
