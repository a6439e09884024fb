//! The terminal: `cargo run -- <command>`.

mod commands;
mod progress;
mod root;
mod say;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{calibrate, diagnose, mutants, preprocess, print, run, serve};

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
    /// Verify the claims, run the experiments, print the book, serve it, and print it again on every change
    Serve(serve::Options),
    /// The same without serving: print the book to target/book
    Build,
    /// Run the chapters' snippets, as `mdbook test` does
    Test(print::Snippets),
    /// Run one experiment in the terminal
    Run(run::Options),
    /// Say of a checkpoint how it was initialized, what is wrong with it, and what cannot be known
    Diagnose(diagnose::Options),
    /// Break the library in every way of a committed list, and show which claim notices
    Mutants(mutants::Options),
    /// Judge the claims under many seeds, and show whether their ranks are uniform
    Calibrate(calibrate::Options),
    /// The side that mdBook calls: a chapter's marks become a page (JSON from stdin to stdout)
    Preprocess(preprocess::Options),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report::<Cli>(&error),
    };
    let done = match cli.command {
        None => usage::overview::<Cli>(),
        Some(Command::Serve(options)) => serve::execute(&options),
        Some(Command::Build) => print::build(),
        Some(Command::Test(snippets)) => print::test(&snippets),
        Some(Command::Run(options)) => run::execute(&options),
        Some(Command::Diagnose(options)) => diagnose::execute(&options),
        Some(Command::Mutants(options)) => mutants::execute(&options),
        Some(Command::Calibrate(options)) => calibrate::execute(&options),
        Some(Command::Preprocess(options)) => preprocess::execute(&options),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            say::complain(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
