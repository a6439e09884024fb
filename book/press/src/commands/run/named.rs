//! The experiments and the runs of the book, by their names.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::Result;
use clap::builder::EnumValueParser;
use clap::{Arg, Command};
use experiments::shared::data::Mnist;
use experiments::{Experiment, Run};
use press::{digits, names};

use super::Refusal;
use super::print::Format;
use crate::root;

/// The experiment that a name and options say, and how its table is printed, if they say that.
///
/// # Errors
///
/// If there is no such name, the options are not its own or do not go together, or the digits cannot be read.
pub(super) fn parse(words: &[String]) -> Result<(Box<dyn Experiment>, Option<Format>), Refusal> {
    let Some(name) = words.first() else {
        let experiments = experiments().join(", ");
        return Err(Refusal::Options(format!(
            "`run` needs an experiment: {experiments}"
        )));
    };
    let run = run_or_experiment(name).ok_or_else(|| Refusal::Options(unknown(name)))?;
    let experiment = run.experiment(read_digits).map_err(Refusal::Data)?;
    let command = command(name, &*experiment);
    let matches = match command.clone().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(Refusal::Usage(Box::new((error, command)))),
    };
    let format = matches.get_one("format").copied();
    let experiment = experiment.with(&matches).map_err(Refusal::Options)?;
    Ok((experiment, format))
}

/// The run of this name, or else the experiment.
fn run_or_experiment(name: &str) -> Option<&'static Run> {
    let run = experiments::run(name).map(|(_, run)| run);
    run.or_else(|| experiments::experiments().find(|experiment| experiment.name == name))
}

fn read_digits() -> Result<Arc<Mnist>> {
    Ok(Arc::new(digits::read(&root::find()?)?))
}

/// What the terminal takes for a run.
fn command(name: &str, experiment: &dyn Experiment) -> Command {
    let full = format!("cargo run -- run {name}");
    let command = experiment.command().name(name.to_owned()).bin_name(full);
    command.arg(
        Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .display_order(100)
            .value_parser(EnumValueParser::<Format>::new())
            .help("How to print the table [default: table]"),
    )
}

/// The names of all experiments.
fn experiments() -> Vec<&'static str> {
    experiments::experiments().map(|run| run.name).collect()
}

fn unknown(name: &str) -> String {
    let runs = experiments::runs().map(|(_, run)| run.name);
    let known = experiments().into_iter().chain(runs);
    format!(
        "`run` has no experiment `{name}`{}; there is {} (and the runs that `run --list` lists)",
        names::did_you_mean(names::nearest(name, known)),
        experiments().join(", ")
    )
}

/// What stands behind the name of a figure or a claim, which is no run itself; `None` if it names neither.
///
/// # Errors
///
/// If the book's claims cannot be read.
pub(super) fn behind(name: &str) -> Result<Option<String>> {
    if run_or_experiment(name).is_some() {
        return Ok(None);
    }
    if let Some(figure) = experiments::figure(name) {
        let shown = format!("The figure `{name}` shows:");
        return Ok(Some(commands(shown, figure.runs.iter().copied())));
    }
    let root = root::find()?;
    let claims = ledger::claims_in_book(&root.join("book/src"))?;
    let Some(claim) = claims.into_iter().find(|claim| claim.id == name) else {
        return Ok(None);
    };
    let chapter = claim.chapter.file_stem().unwrap_or_default();
    let chapter = chapter.to_string_lossy();
    let said = format!(
        "`{name}` is a claim (book/src/{}:{}). No run is behind it: its test computes its own numbers.\n  cargo test --test claims {}::",
        claim.chapter.display(),
        claim.line,
        chapter.replace('-', "_")
    );
    let runs = experiments::runs().filter(|(of, _)| of.name == chapter);
    let mut runs = runs.map(|(_, run)| run.name).peekable();
    if runs.peek().is_none() {
        return Ok(Some(said + "\n"));
    }
    Ok(Some(commands(said + "\nRuns of its chapter:", runs)))
}

/// The commands of these runs, a line each.
fn commands<'a>(before: String, runs: impl Iterator<Item = &'a str>) -> String {
    runs.fold(before + "\n", |text, run| {
        text + "  cargo run -- run " + run + "\n"
    })
}

/// What stands below the help of `run`: the experiments, with a line each.
pub(super) fn overview() -> String {
    let lines: Vec<[String; 2]> = experiments::experiments().map(described).collect();
    let width = lines.iter().map(|[name, _]| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = lines
        .iter()
        .map(|[name, about]| format!("  {name:width$}  {about}"))
        .collect();
    let run = experiments::runs().next().map_or("", |(_, run)| run.name);
    format!(
        "Experiments:\n{}\n\nAnd every run of the book under its own name, such as `{run}`: `--list` lists them.",
        lines.join("\n")
    )
}

/// An experiment's name, and what it is about.
fn described(run: &Run) -> [String; 2] {
    let Ok(experiment) = run.experiment(|| Ok::<_, Infallible>(Arc::default()));
    let command = experiment.command();
    let about = command.get_about().map(ToString::to_string);
    [run.name.to_owned(), about.unwrap_or_default()]
}

/// All runs, a line each: name, chapter, experiment and values.
///
/// # Errors
///
/// If the digits cannot be read.
pub(super) fn list() -> Result<String> {
    let digits = read_digits()?;
    let mut lines = Vec::new();
    for (chapter, run) in experiments::runs() {
        let experiment = run.experiment(|| anyhow::Ok(Arc::clone(&digits)))?;
        let values = experiment.parameters().into_iter();
        let values: Vec<String> = values
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        lines.push([
            run.name.to_owned(),
            chapter.name.to_owned(),
            format!("{}: {}", experiment.name(), values.join(", ")),
        ]);
    }
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].len())
            .max()
            .unwrap_or(0)
    };
    let (names, chapters) = (width(0), width(1));
    let line = |[name, chapter, values]: &[String; 3]| {
        let line = format!("{name:names$}  {chapter:chapters$}  {values}");
        line.trim_end_matches([' ', ':']).to_owned() + "\n"
    };
    Ok(lines.iter().map(line).collect())
}
