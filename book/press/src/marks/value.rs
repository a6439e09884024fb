//! `{{#value run.column.row .3}}`: one number of a named run, in the row that begins with `row` (or,
//! where several do, with `row,and,what,follows`); `{{#value run:name}}`: one of the values that it was
//! run with, or of its summary.

use experiments::{Cell, Table};

use crate::TableCache;
use crate::fault::known_are;
use crate::html::{escaped, literal};
use experiments::number::{Format, Script, count, typeset};

/// The number, for the text of a page or for a formula.
pub(crate) fn print(arguments: &str, script: Script, cache: &TableCache) -> Result<String, String> {
    let mut words = arguments.split_whitespace();
    let (Some(path), format, None) = (words.next(), words.next(), words.next()) else {
        return Err(malformed(arguments));
    };
    let format = format.map_or(Ok(Format::Shortest), str::parse)?;
    let (cell, origin) = look_up(path, cache)?.ok_or_else(|| malformed(arguments))?;
    let text = cell_text(&cell, format, script);
    if script == Script::Tex {
        return Ok(text);
    }
    Ok(format!(
        r#"<data class="value" value="{}" title="{}">{text}</data>"#,
        escaped(&cell.to_string()),
        escaped(&origin),
    ))
}

/// The entry that a path names, and where it comes from: `run.column.row`, or `run:parameter`.
/// `None` if the path has neither form.
fn look_up(path: &str, cache: &TableCache) -> Result<Option<(Cell, String)>, String> {
    if let Some((run, name)) = path.split_once(':') {
        let table = table_of(run, cache)?;
        let known = || table.parameters.iter().chain(&table.summary);
        let (_, cell) = known().find(|(known, _)| known == name).ok_or_else(|| {
            format!(
                "the run `{run}` has no parameter `{name}`; {}",
                known_are(known().map(|(name, _)| name))
            )
        })?;
        return Ok(Some((cell.clone(), format!("run {run}, {name}"))));
    }
    let parts: Vec<&str> = path.splitn(3, '.').collect();
    let [run, column, row] = parts[..] else {
        return Ok(None);
    };
    let table = table_of(run, cache)?;
    let cell = row_of(&table, run, row)?[column_of(&table, run, column)?].clone();
    Ok(Some((
        cell,
        format!("run {run}, {column} at {} {row}", table.columns[0]),
    )))
}

/// The table of a named run.
pub(super) fn table_of(run: &str, cache: &TableCache) -> Result<std::sync::Arc<Table>, String> {
    cache.run(run).map_err(|error| format!("{error:#}"))
}

/// The index of a column.
pub(super) fn column_of(table: &Table, run: &str, column: &str) -> Result<usize, String> {
    table
        .columns
        .iter()
        .position(|name| name == column)
        .ok_or_else(|| {
            format!(
                "the run `{run}` has no column `{column}`; {}",
                known_are(&table.columns)
            )
        })
}

/// An entry, as text of a page or as TeX.
pub(super) fn cell_text(cell: &Cell, format: Format, script: Script) -> String {
    match (cell, script) {
        (Cell::Text(text), Script::Tex) => format!(r"\text{{{text}}}"),
        (Cell::Text(text), _) => literal(text),
        (Cell::Flag(flag), Script::Tex) => format!(r"\text{{{flag}}}"),
        (Cell::Flag(flag), _) => flag.to_string(),
        (Cell::Count(n), Script::Html) if format == Format::Shortest => count(*n),
        (Cell::Count(n), _) => typeset(*n as f64, format, script),
        (Cell::Number(x), _) => typeset(*x, format, script),
    }
}

/// The row that begins with these entries, parted by commas.
fn row_of<'a>(table: &'a Table, run: &str, row: &str) -> Result<&'a [Cell], String> {
    let length = row.split(',').count().min(table.columns.len());
    let key = |row: &[Cell]| {
        let entries: Vec<String> = row[..length].iter().map(Cell::to_string).collect();
        entries.join(",")
    };
    let keys = || table.rows.iter().map(|row| key(row));
    let index = keys().position(|key| key == row).ok_or_else(|| {
        let keys: Vec<String> = keys().collect();
        let known = match keys.as_slice() {
            [first, .., last] if keys.len() > 8 => format!("known are `{first}` to `{last}`"),
            few => known_are(few),
        };
        let key = table.columns[..length].join(",");
        format!("the run `{run}` has no row with {key} `{row}`; {known}")
    })?;
    Ok(&table.rows[index])
}

fn malformed(arguments: &str) -> String {
    format!(
        "a value is `{{{{#value run.column.row .3}}}}` or `{{{{#value run:parameter}}}}` (the format is optional), but this one is `{arguments}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_by_as_many_of_its_entries_as_it_takes() {
        let row = |name: &str, layers: u64| vec![name.into(), layers.into(), 0.5.into()];
        let table = Table {
            experiment: "depth".into(),
            parameters: Vec::new(),
            columns: ["initializer", "layers", "accuracy"]
                .map(str::to_owned)
                .into(),
            rows: vec![row("he", 2), row("he", 20), row("lecun", 2)],
            summary: Vec::new(),
        };
        assert_eq!(row_of(&table, "run", "he").unwrap(), table.rows[0]);
        assert_eq!(row_of(&table, "run", "he,20").unwrap(), table.rows[1]);
        assert_eq!(
            row_of(&table, "run", "lecun,20").unwrap_err(),
            "the run `run` has no row with initializer,layers `lecun,20`; known are `he,2`, `he,20` and `lecun,2`"
        );
    }
}
