//! Usage errors in one line: what was given, and what is accepted.

use std::error::Error as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use press::names::{did_you_mean, nearest};

use crate::say::{complain, written};

/// The exit status of a command line that cannot be understood.
const USAGE: u8 = 2;

/// Prints what the program can do.
pub(crate) fn overview<C: CommandFactory>() -> Result<ExitCode> {
    written(C::command().print_help())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints help where it was asked for, else the error in one line.
pub(crate) fn report<C: CommandFactory>(error: &clap::Error) -> ExitCode {
    let mut root = C::command();
    root.build();
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    report_of(error, called(&root, &arguments))
}

/// The same of one command.
pub(crate) fn report_of(error: &clap::Error, command: &Command) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match written(error.print()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(format_args!("error: {error:#}"));
                ExitCode::FAILURE
            }
        };
    }
    let message = one_line(error, command);
    complain(format_args!("error: {message}"));
    ExitCode::from(USAGE)
}

/// Refuses a combination of options that clap cannot judge.
pub(crate) fn refuse(message: &str) -> ExitCode {
    complain(format_args!("error: {message}"));
    ExitCode::from(USAGE)
}

/// The innermost command that the arguments name.
fn called<'a>(root: &'a Command, arguments: &[String]) -> &'a Command {
    arguments.iter().fold(root, |command, argument| {
        command.find_subcommand(argument).unwrap_or(command)
    })
}

fn one_line(error: &clap::Error, command: &Command) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    // `--depth <DEPTH>` names the option `--depth`.
    let option = first_word(&text(ContextKind::InvalidArg));
    let given = text(ContextKind::InvalidValue);
    let name = spoken_name(command);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let given = text(ContextKind::InvalidSubcommand);
            let known = subcommands(command);
            format!(
                "{name} has no {} `{given}`{}; there is {}",
                kind_of_subcommand(command),
                did_you_mean(nearest(&given, known.iter().copied())),
                known.join(", ")
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let kind = kind_of_subcommand(command);
            format!("{name} needs a {kind}: {}", subcommands(command).join(", "))
        }
        ErrorKind::UnknownArgument => {
            let given = text(ContextKind::InvalidArg);
            let known = options(command);
            format!(
                "{name} takes no `{given}`{}; it takes {}",
                did_you_mean(nearest(&given, known.iter().map(String::as_str))),
                known.join(", ")
            )
        }
        ErrorKind::InvalidValue if given.is_empty() => {
            format!(
                "{option} needs a value{}",
                valid_values(&text(ContextKind::ValidValue))
            )
        }
        ErrorKind::InvalidValue => {
            let known = text(ContextKind::ValidValue);
            format!(
                "{option} is `{given}`{}, but takes one of: {known}",
                did_you_mean(nearest(&given, known.split(", ")))
            )
        }
        ErrorKind::ValueValidation => {
            let accepted = error.source().map(ToString::to_string).unwrap_or_default();
            let known = accepted.strip_prefix("one of: ");
            let meant = known.and_then(|known| nearest(&given, known.split(", ")));
            format!(
                "{option} is `{given}`{}, but takes {accepted}",
                did_you_mean(meant)
            )
        }
        ErrorKind::MissingRequiredArgument => {
            let needed: Vec<String> = text(ContextKind::InvalidArg)
                .split(", ")
                .map(first_word)
                .collect();
            format!("{name} needs {}", needed.join(", "))
        }
        ErrorKind::ArgumentConflict => {
            let prior = first_word(&text(ContextKind::PriorArg));
            if prior == option {
                format!("{option} is given twice")
            } else {
                format!("{option} and {prior} exclude each other: give one of them")
            }
        }
        _ => first_line(&error.to_string()),
    }
}

/// What the commands below this one are: `question` for `preprocess`, else `command`.
fn kind_of_subcommand(command: &Command) -> String {
    command
        .get_subcommand_value_name()
        .unwrap_or("command")
        .to_lowercase()
}

fn valid_values(values: &str) -> String {
    if values.is_empty() {
        String::new()
    } else {
        format!(": one of {values}")
    }
}

/// `run deep-signal` in quotes; the program itself as "the press".
fn spoken_name(command: &Command) -> String {
    let full = command.get_bin_name().unwrap_or_default();
    match full.strip_prefix("cargo run -- ") {
        Some(words) => format!("`{words}`"),
        None => "the press".to_owned(),
    }
}

fn subcommands(command: &Command) -> Vec<&str> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(Command::get_name)
        .collect()
}

fn options(command: &Command) -> Vec<String> {
    command
        .get_arguments()
        .filter(|option| !option.is_hide_set())
        .filter_map(|option| Some(format!("--{}", option.get_long()?)))
        .collect()
}

fn first_word(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
