//! A table on stdout: aligned with four digits for people, or exact as CSV or JSON.

use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use experiments::number::{self, Script, typeset};
use experiments::{Cell, Table};
use press::csv;

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, four significant digits
    Table,
    /// A header and one line a row, every digit
    Csv,
    /// One JSON object, every digit
    Json,
}

/// Prints the table in this format.
///
/// # Errors
///
/// If the output cannot be written.
pub(crate) fn print(table: &Table, format: Format, output: impl Write) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    match format {
        Format::Table => print_aligned(table, &mut output)?,
        Format::Csv => output.write_all(csv(table).as_bytes())?,
        Format::Json => {
            serde_json::to_writer(&mut output, table)?;
            writeln!(output)?;
        }
    }
    output.flush()
}

fn print_aligned(table: &Table, output: &mut impl Write) -> io::Result<()> {
    let parameters: Vec<String> = table
        .parameters
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let heading = format!("{}: {}", table.experiment, parameters.join(", "));
    writeln!(output, "{}\n", heading.trim_end_matches(": "))?;

    let columns: Vec<Vec<String>> = table
        .columns
        .iter()
        .map(|name| align(name, table.column(name)))
        .collect();
    for row in 0..=table.rows.len() {
        let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
        writeln!(output, "{}", cells.join("  ").trim_end())?;
    }
    if !table.summary.is_empty() {
        let totals: Vec<String> = table
            .summary
            .iter()
            .map(|(name, cell)| match cell {
                Cell::Number(x) => format!("{name} {}", significant(*x)),
                Cell::Count(_) | Cell::Text(_) | Cell::Flag(_) => format!("{name} {cell}"),
            })
            .collect();
        writeln!(output, "\n{}", totals.join(", "))?;
    }
    Ok(())
}

/// A column under its name, every line of one width, decimal points below each other.
fn align<'a>(name: &str, cells: impl Iterator<Item = &'a Cell>) -> Vec<String> {
    let texts: Vec<(String, bool)> = cells
        .map(|cell| match cell {
            Cell::Number(x) => (significant(*x), true),
            Cell::Count(_) => (cell.to_string(), true),
            Cell::Text(_) | Cell::Flag(_) => (cell.to_string(), false),
        })
        .collect();
    let point = |text: &str| text.find('.').unwrap_or(text.len());
    let numbers = || texts.iter().filter(|(_, is_number)| *is_number);
    let before = numbers().map(|(text, _)| point(text)).max().unwrap_or(0);
    let after = numbers()
        .map(|(text, _)| text.len() - point(text))
        .max()
        .unwrap_or(0);
    let is_text = numbers().next().is_none();
    let mut lines = vec![name.to_owned()];
    lines.extend(texts.iter().map(|(text, is_number)| {
        if *is_number {
            let indent = before - point(text);
            format!(
                "{:indent$}{text:<width$}",
                "",
                width = before + after - indent
            )
        } else {
            text.clone()
        }
    }));
    let width = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    lines
        .into_iter()
        .map(|line| {
            if is_text {
                format!("{line:<width$}")
            } else {
                format!("{line:>width$}")
            }
        })
        .collect()
}

/// Four significant digits: `0.9810`, `72.68`, `1.472e45`, `inf`; zero has none.
fn significant(x: f64) -> String {
    let format = if x == 0.0 {
        number::Format::Fixed(1)
    } else {
        number::Format::Significant(4)
    };
    typeset(x, format, Script::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(format: Format) -> String {
        let table = Table {
            experiment: "test".into(),
            parameters: vec![("seed".into(), 7_u64.into())],
            columns: vec!["layer".into(), "rms".into(), "law, cut".into()],
            rows: vec![
                vec![0_u64.into(), 0.1.into(), "normal".into()],
                vec![10_u64.into(), 72.681_234.into(), "cut, at \"2\"".into()],
                vec![11_u64.into(), 1.5e300.into(), "uniform".into()],
                vec![12_u64.into(), f64::INFINITY.into(), "x".into()],
            ],
            summary: vec![("accuracy".into(), 0.97.into())],
        };
        let mut output = Vec::new();
        print(&table, format, &mut output).expect("a vector takes every byte");
        String::from_utf8(output).expect("tables are UTF-8")
    }

    #[test]
    fn people_get_four_digits_under_each_other() {
        assert_eq!(
            printed(Format::Table),
            [
                "test: seed 7",
                "",
                "layer          rms  law, cut",
                "    0    0.1000     normal",
                "   10   72.68       cut, at \"2\"",
                "   11    1.500e300  uniform",
                "   12  inf          x",
                "",
                "accuracy 0.9700"
            ]
            .join("\n")
                + "\n"
        );
    }

    #[test]
    fn programs_get_every_digit() {
        assert_eq!(
            printed(Format::Csv),
            "layer,rms,\"law, cut\"\n0,0.1,normal\n10,72.681234,\"cut, at \"\"2\"\"\"\n11,1.5e300,uniform\n12,inf,x\n"
        );
        let json = printed(Format::Json);
        assert!(
            json.ends_with("[12,\"inf\",\"x\"]],\"summary\":{\"accuracy\":0.97}}\n"),
            "{json}"
        );
    }
}
