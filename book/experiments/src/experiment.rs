//! What an experiment is: named values, and the table that follows from them.

use std::fmt;

use clap::builder::OsStr;
use clap::{ArgMatches, Args, Command};
use serde::Serialize;

use crate::table::{Cell, Table, entries, parameters};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The steps that are done.
    pub done: u64,
    /// The steps that there are.
    pub total: u64,
}

/// An experiment as its author writes it: a struct of named values, and the run that follows from them.
///
/// From the struct are derived the options of the terminal with their help and their defaults (`clap`),
/// and the parameters beside a table (`serde`), so that no value can be forgotten in one of them.
/// A default that is a number, or a list of numbers, is written as a text, as the terminal takes it: for each typed one clap's derive makes
/// statics and closures, and those of three hundred options were a tenth of what this crate compiled.
///
/// ```
/// use clap::Args;
/// use experiments::{Configuration, Experiment, Progress, Table};
/// use serde::Serialize;
///
/// /// The squares of the first whole numbers
/// #[derive(Debug, Clone, Serialize, Args)]
/// struct Squares {
///     /// How many
///     #[arg(long, default_value = "3")]
///     count: u64,
/// }
///
/// impl Configuration for Squares {
///     const NAME: &'static str = "squares";
///
///     fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
///         let rows = (1..=self.count).map(|n| vec![n.into(), (n * n).into()]);
///         Table::of(self, &["n", "square"], rows.collect())
///     }
/// }
///
/// let four: &dyn Experiment = &Squares { count: 4 };
/// assert_eq!(four.run(&mut |_| {}).numbers("square"), [1.0, 4.0, 9.0, 16.0]);
/// assert_eq!(four.parameters(), [("count".to_owned(), 4_u64.into())]);
///
/// // An option lies over the experiment's own values, which are its defaults.
/// let command = four.command().no_binary_name(true);
/// assert!(command.clone().render_help().to_string().contains("[default: 4]"));
/// let matches = command.get_matches_from(["--count", "2"]);
/// assert_eq!(four.with(&matches).unwrap().run(&mut |_| {}).numbers("square"), [1.0, 4.0]);
/// ```
pub trait Configuration: fmt::Debug + Clone + Serialize + Args + Send + Sync + 'static {
    /// The name, as the terminal and the tables have it.
    const NAME: &'static str;

    /// What is the same in every run, and is no option: it stands behind the parameters.
    fn constants() -> Vec<(String, Cell)> {
        Vec::new()
    }

    /// About how many numbers are in memory at a time: too many are refused before they are asked for.
    fn numbers_in_memory(&self) -> f64 {
        0.0
    }

    /// Why these values do not go together, where no option can see it by itself.
    fn refusal(&self) -> Option<String> {
        None
    }

    /// Runs, reporting after every step how far it has come.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table;
}

/// The configuration that the terminal has without options.
///
/// # Panics
///
/// If an option has no default.
pub fn without_options<C: Configuration>() -> C {
    of_options(&[])
}

/// The configuration that the terminal has with these options.
///
/// # Panics
///
/// If they are not its own, or another one has no default.
pub(crate) fn of_options<C: Configuration>(options: &[&str]) -> C {
    let mut matches = matches(C::augment_args(Command::new(C::NAME)), options);
    C::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
}

fn matches(command: Command, options: &[&str]) -> ArgMatches {
    let name = command.get_name().to_owned();
    let matches = command.no_binary_name(true).try_get_matches_from(options);
    matches.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A configuration that determines a table.
///
/// Its `Debug` form shows every field, so that two configurations of one form are one run.
pub trait Experiment: fmt::Debug {
    /// The name, as the terminal and the book call it.
    fn name(&self) -> &'static str;

    /// Every value that the table depends on, by name.
    fn parameters(&self) -> Vec<(String, Cell)>;

    /// Runs, reporting after every step how far it has come.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table;

    /// Its options, with its own values for defaults.
    fn command(&self) -> Command;

    /// The experiment with these values of its [`command`](Self::command)'s options.
    ///
    /// # Errors
    ///
    /// If they do not go together, or ask for too much.
    fn with(&self, matches: &ArgMatches) -> Result<Box<dyn Experiment>, String>;
}

impl<C: Configuration> Experiment for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        parameters(self)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        Configuration::run(self, progress)
    }

    fn command(&self) -> Command {
        // What lies below the first line of a struct's documentation is for its readers.
        let command = C::augment_args(Command::new(C::NAME)).long_about(None::<&str>);
        with_defaults(command, &entries(self))
    }

    fn with(&self, matches: &ArgMatches) -> Result<Box<dyn Experiment>, String> {
        // What is no option, such as the digits, stays.
        let mut values = self.clone();
        let updated = values.update_from_arg_matches(matches);
        updated.map_err(|error| error.to_string())?;
        match values.refusal() {
            Some(refusal) => Err(refusal),
            None => demand_memory(values.numbers_in_memory()).map(|()| Box::new(values) as _),
        }
    }
}

/// The command whose options have these values for defaults. Not generic, or it would be compiled anew for every experiment.
fn with_defaults(command: Command, values: &[(String, Cell)]) -> Command {
    command.mut_args(|argument| {
        let value = values.iter().find(|(name, _)| argument.get_id() == name);
        // What is absent, or has to be given, has no default.
        let Some((_, value)) = value.filter(|_| !argument.is_required_set()) else {
            return argument;
        };
        let text = value.to_string();
        match argument.get_value_delimiter() {
            Some(delimiter) => {
                let items: Vec<OsStr> = text
                    .split([delimiter, ' '])
                    .map(|item| OsStr::from(item.to_owned()))
                    .collect();
                argument.default_values(items)
            }
            None => argument.default_value(text),
        }
    })
}

/// The most numbers that an experiment may hold in memory: 8 GB of them.
const MOST_NUMBERS: f64 = 1e9;

/// Refuses sizes that no memory holds.
///
/// # Errors
///
/// If there are more than a billion numbers.
fn demand_memory(numbers: f64) -> Result<(), String> {
    if numbers > MOST_NUMBERS {
        return Err(format!(
            "these sizes take {numbers:.1e} numbers in memory, but at most {MOST_NUMBERS:.0e} are accepted"
        ));
    }
    Ok(())
}
