//! `cargo run -- mutants`: break the library in every way of a list, and see which claim notices.
//!
//! The real sources are never touched. A copy in `target/mutants` is edited, its claims run, or its unit
//! tests where no claim notices or none is asked, and the copy is restored. A mistake that nothing notices fails the
//! command.

mod list;
mod trial;
mod project_copy;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use press::names::{did_you_mean, nearest};

use crate::say::say;
use crate::{root, usage};
use list::Mutant;
use project_copy::ProjectCopy;
use trial::{Suite, Trial};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the mutants with these names
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out the tests of the unchanged sources, where a run of all tests has just shown that they pass
    #[arg(long)]
    without_control: bool,
}

/// Tries every mutant, prints who caught it, and fails if one survives.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    let root = root::find()?;
    let mutants = list::read(&root)?;
    let known = |name: &String| mutants.iter().any(|mutant| mutant.name == *name);
    if let Some(name) = options.only.iter().find(|name| !known(name)) {
        let names: Vec<&str> = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
        let meant = did_you_mean(nearest(name, names.iter().copied()));
        return Ok(usage::refuse(&format!(
            "there is no mutant `{name}`{meant}; there is {}",
            names.join(", ")
        )));
    }

    let copy = ProjectCopy::open(&root)?;
    let mut pass = if options.without_control {
        vec![Suite::Claims, Suite::LibraryTests, Suite::ExperimentTests]
    } else {
        Vec::new()
    };
    let mut trials = Vec::new();
    let chosen = |mutant: &&Mutant| options.only.is_empty() || options.only.contains(&mutant.name);
    for mutant in mutants.iter().filter(chosen) {
        let start = Instant::now();
        let mut trial = Trial::default();
        for &suite in mutant.suites() {
            if !pass.contains(&suite) {
                control(&copy, suite)?;
                pass.push(suite);
            }
            let (name, mistake, suite_name) = (&mutant.name, &mutant.mistake, suite.name());
            print_heading(&format!("{name}: {mistake}; {suite_name}"))?;
            trial = copy.with(mutant, |copy| copy.try_out(suite))?;
            if trial.caught() {
                break;
            }
            say(format_args!("do not notice\n"))?;
        }
        let outcome = if trial.caught() { "caught" } else { "SURVIVES" };
        let seconds = start.elapsed().as_secs_f64();
        say(format_args!("{outcome} ({seconds:.0} s)\n{trial}"))?;
        trials.push((mutant, trial));
    }
    print_summary(&trials)?;
    let survivors = trials.iter().filter(|(_, trial)| !trial.caught()).count();
    if survivors > 0 {
        bail!("{survivors} of {} mistakes slip through", trials.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a suite of the unchanged sources: what fails there already would prove nothing in a mutant.
fn control(copy: &ProjectCopy, suite: Suite) -> Result<()> {
    print_heading(&format!(
        "the {} of the unchanged sources, as a control",
        suite.name()
    ))?;
    let start = Instant::now();
    let control = copy.try_out(suite)?;
    if control.caught() {
        say(format_args!("\n{control}"))?;
        bail!("the unchanged sources fail: what they catch in a mutant would prove nothing");
    }
    let seconds = start.elapsed().as_secs_f64();
    say(format_args!("pass ({seconds:.0} s)\n"))
}

/// Says what is tried; the outcome will stand on the same line.
fn print_heading(what: &str) -> Result<()> {
    say(format_args!("{what} ... "))
}

fn print_summary(trials: &[(&Mutant, Trial)]) -> Result<()> {
    let width = trials
        .iter()
        .map(|(mutant, _)| mutant.name.len())
        .max()
        .unwrap_or(0);
    say(format_args!("\n{:width$}  noticed by\n", "mutant"))?;
    for (mutant, trial) in trials {
        say(format_args!(
            "{:width$}  {}\n",
            mutant.name,
            trial.headline()
        ))?;
    }
    Ok(())
}
