//! The terminal, from outside: what goes in, what comes out on which stream, and the exit status.

mod diagnose;
mod experiments;
mod formats;
mod help;
mod notebook;
mod project;
mod refusals;
mod streams;

use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The run of the notebook.
const NOTEBOOK: &str = "run deep-signal --seed 0 --depth 5 --width 8 --weights 1 --data fresh";

fn press(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_press"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the press starts")
}

/// What a successful call prints. It says nothing else: no bar, no warning.
fn printed(arguments: &str) -> String {
    let output = press(&arguments.split(' ').collect::<Vec<_>>());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {stderr}");
    assert_eq!(stderr, "", "{arguments}");
    String::from_utf8(output.stdout).expect("tables are UTF-8")
}

/// The one line with which a call is refused.
fn refused(arguments: &[&str]) -> String {
    let output = press(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr}");
    stderr.trim_end().to_owned()
}

fn json(arguments: &str) -> Value {
    let text = printed(arguments);
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).expect("the output is JSON")
}

/// A column of a table, as the notebook prints it.
fn three_decimals(table: &Value, column: &str) -> Vec<String> {
    let columns = table["columns"].as_array().expect("columns");
    let index = columns
        .iter()
        .position(|name| name == column)
        .expect(column);
    let rows = table["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| format!("{:.3}", row[index].as_f64().expect("a number")))
        .collect()
}

/// A column of a table.
fn numbers(table: &Value, column: &str) -> Vec<f64> {
    let columns = table["columns"].as_array().expect("columns");
    let index = columns.iter().position(|name| name == column);
    let index = index.unwrap_or_else(|| panic!("no column {column} in {columns:?}"));
    let rows = table["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row[index].as_f64().expect("a number"))
        .collect()
}
