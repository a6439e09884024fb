//! `cargo run -- mutants`: break the library in every way of a list, and see which claim notices.
//!
//! The real sources are never touched. In a copy in `target/mutants` a function with mistakes chooses at run time among its right version and
//! its mistaken ones, so nearly all are compiled together; the others alone. Then the copy's claims run for each mistake, or its unit tests
//! where no claim notices or none is asked. A mistake that nothing notices fails the command.

mod change;
mod list;
mod noticed;
mod plan;
mod project_copy;
mod run;
mod session;
mod suite;
mod switch;
mod trial;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use press::names::{did_you_mean, nearest};

use crate::say::say;
use crate::{root, usage};
use list::Mutant;
use plan::Plan;
use project_copy::ProjectCopy;
use session::Session;
use trial::Trial;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the mutants with these names
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out the tests of the unchanged sources, where a run of all tests has just shown that they pass
    #[arg(long)]
    without_control: bool,
    /// Run the suite that notices to its end, and name all of its tests that do
    #[arg(long)]
    no_fail_fast: bool,
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

    let plan = Plan::of(&root, &mutants)?;
    let copy = ProjectCopy::of(&root, &plan.switched)?;
    let mut session = Session::new(copy, !options.without_control, !options.no_fail_fast);
    let is_chosen =
        |mutant: &Mutant| options.only.is_empty() || options.only.contains(&mutant.name);
    let trials = session.run(&plan, is_chosen)?;
    print_summary(&trials)?;
    let survivors = trials.iter().filter(|(_, trial)| !trial.caught()).count();
    if survivors > 0 {
        bail!("{survivors} of {} mistakes slip through", trials.len());
    }
    Ok(ExitCode::SUCCESS)
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
