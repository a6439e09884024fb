//! `cargo run -- mutants`: break the library in every way of a list, and see which claim notices.
//!
//! The real sources are never touched. A copy in `target/mutants` is edited, its claims and unit
//! tests run, and the copy is restored. A mistake that nothing notices fails the command.

mod list;
mod trial;
mod workshop;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::{root, usage};
use list::{MUTANTS, Mutant};
use trial::Trial;
use workshop::Workshop;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the mutant with this name
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// Tries every mutant, prints who caught it, and fails if one survives.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    let chosen: Vec<&Mutant> = match &options.only {
        None => MUTANTS.iter().collect(),
        Some(name) => MUTANTS
            .iter()
            .filter(|mutant| mutant.name == name)
            .collect(),
    };
    if let (Some(name), true) = (&options.only, chosen.is_empty()) {
        let names: Vec<&str> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        let names = names.join(", ");
        return Ok(usage::refuse(&format!(
            "there is no mutant `{name}`; there is {names}"
        )));
    }

    let workshop = Workshop::open(&root::find()?)?;
    announce("the unchanged sources, as a control")?;
    let start = Instant::now();
    let control = workshop.try_out()?;
    if control.caught() {
        println!();
        print!("{control}");
        bail!("the unchanged sources fail: what they catch in a mutant would prove nothing");
    }
    println!("pass ({:.0} s)", start.elapsed().as_secs_f64());

    let mut trials = Vec::new();
    for mutant in chosen {
        announce(&format!("{}: {}", mutant.name, mutant.mistake))?;
        let start = Instant::now();
        let trial = workshop.with(mutant, Workshop::try_out)?;
        let outcome = if trial.caught() { "caught" } else { "SURVIVES" };
        println!("{outcome} ({:.0} s)", start.elapsed().as_secs_f64());
        print!("{trial}");
        trials.push((mutant, trial));
    }
    print_summary(&trials);
    let survivors = trials.iter().filter(|(_, trial)| !trial.caught()).count();
    if survivors > 0 {
        bail!("{survivors} of {} mistakes slip through", trials.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what is tried; the outcome will stand on the same line.
fn announce(what: &str) -> io::Result<()> {
    print!("{what} ... ");
    io::stdout().flush()
}

fn print_summary(trials: &[(&Mutant, Trial)]) {
    let width = trials
        .iter()
        .map(|(mutant, _)| mutant.name.len())
        .max()
        .unwrap_or(0);
    println!("\n{:width$}  claims  tests  by how much", "mutant");
    for (mutant, trial) in trials {
        println!(
            "{:width$}  {:6}  {:5}  {}",
            mutant.name,
            trial.claims.len(),
            trial.tests.len(),
            trial.headline()
        );
    }
}
