//! The runs of the book, and the experiments whose options are derived from their values.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::Result;
use clap::builder::EnumValueParser;
use clap::{Arg, Command};
use experiments::shared::data::Mnist;
use experiments::{Experiment, runs};
use press::{digits, names};

use super::Refusal;
use super::print::Format;
use crate::root;

/// The experiment that a name and options say, and how its table is printed, if they say that.
///
/// # Errors
///
/// If there is no such name, the options are not its own or do not go together, or the digits cannot be read.
pub(super) fn parse(
    words: &[String],
    others: &[&str],
) -> Result<(Box<dyn Experiment>, Option<Format>), Refusal> {
    let name = words.first().map_or("", String::as_str);
    let run =
        runs::run_or_experiment(name).ok_or_else(|| Refusal::Options(unknown(name, others)))?;
    let experiment = run.experiment(read_digits).map_err(Refusal::Data)?;
    let command = command(name, &*experiment);
    let matches = match command.clone().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(Refusal::Usage(Box::new((error, command)))),
    };
    let format = matches.get_one("format").copied();
    let experiment = if experiment.command().is_some() {
        experiment.with(&matches).map_err(Refusal::Options)?
    } else {
        experiment
    };
    Ok((experiment, format))
}

fn read_digits() -> Result<Arc<Mnist>> {
    Ok(Arc::new(digits::read(&root::find()?)?))
}

/// What the terminal takes for a run.
fn command(name: &str, experiment: &dyn Experiment) -> Command {
    let derived = experiment.command().unwrap_or_else(|| {
        let note = format!(
            "A run of the experiment {}, without options",
            experiment.name()
        );
        Command::new("").about(note)
    });
    let full = format!("cargo run -- run {name}");
    derived.name(name.to_owned()).bin_name(full).arg(
        Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .display_order(100)
            .value_parser(EnumValueParser::<Format>::new())
            .help("How to print the table [default: table]"),
    )
}

/// The names of the experiments that derive their options, and of all runs.
pub(super) fn known() -> Vec<&'static str> {
    let experiments = runs::EXPERIMENTS.iter().map(|run| run.name);
    experiments.chain(runs::names()).collect()
}

fn unknown(name: &str, others: &[&str]) -> String {
    let known = [known(), others.to_vec()].concat();
    format!(
        "`run` has no experiment `{name}`{}; there is {} (and the runs that `run --list` lists)",
        names::did_you_mean(names::nearest(name, known.iter().copied())),
        experiments_of(others).join(", ")
    )
}

/// The names of all experiments, the derived ones first.
pub(super) fn experiments_of<'a>(others: &[&'a str]) -> Vec<&'a str> {
    let derived = runs::EXPERIMENTS.iter().map(|run| run.name);
    derived.chain(others.iter().copied()).collect()
}

/// What stands below the help of `run`: the experiments that derive their options, with a line each.
pub(super) fn overview() -> String {
    let lines: Vec<[String; 2]> = runs::EXPERIMENTS.iter().map(described).collect();
    let width = lines.iter().map(|[name, _]| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = lines
        .iter()
        .map(|[name, about]| format!("  {name:width$}  {about}"))
        .collect();
    format!(
        "Experiments whose values are options:\n{}\n\nAnd every run of the book under its own name, such as `udl-5x8`: `--list` lists them.",
        lines.join("\n")
    )
}

/// An experiment's name, and what it is about.
fn described(run: &runs::Run) -> [String; 2] {
    let Ok(experiment) = run.experiment(|| Ok::<_, Infallible>(Arc::default()));
    let command = experiment.command();
    let about = command.as_ref().and_then(Command::get_about);
    [
        run.name.to_owned(),
        about.map_or_else(String::new, ToString::to_string),
    ]
}

/// All runs, a line each: name, chapter, experiment and values.
///
/// # Errors
///
/// If the digits cannot be read.
pub(super) fn list() -> Result<String> {
    let digits = read_digits()?;
    let mut lines = Vec::new();
    for run in runs::RUNS {
        let experiment = run.experiment(|| anyhow::Ok(Arc::clone(&digits)))?;
        let values = experiment.parameters().into_iter();
        let values: Vec<String> = values
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        lines.push([
            run.name.to_owned(),
            run.chapter.to_owned(),
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
