//! `{{#figure name}}` and its caption: a drawing of a run's rows, with the rows.

use std::fmt::Write;

use experiments::{Cell, Table};

use crate::TableCache;
use crate::book_index::BookIndex;
use crate::csv;
use crate::fault::known_are;
use crate::html::{escaped, one_block};
use crate::labs;
use experiments::number::{Format, Script, count, typeset};

/// The figure; `caption` is Markdown. In the strict build the [files] will stand beside the page.
pub(crate) fn print(
    name: &str,
    number: &str,
    caption: &str,
    index: &BookIndex<'_>,
) -> Result<String, String> {
    let figure = experiments::figure(name).ok_or_else(|| {
        let names = experiments::figures().map(|(_, figure)| figure.name);
        format!("unknown figure `{name}`; {}", known_are(names))
    })?;
    if caption.is_empty() {
        return Err(format!(
            "the figure `{name}` has no caption: write it on the line below the mark"
        ));
    }
    let picture = index
        .cache
        .picture(figure)
        .map_err(|error| format!("the figure `{name}` cannot be drawn: {error:#}"))?;
    let id = anchor(name);
    let class = if picture.wide {
        "figure wide"
    } else {
        "figure"
    };
    let data: Vec<String> = picture
        .data
        .iter()
        .zip(file_names(name, picture.data.len()))
        .map(|(data, file)| table(data, index.strict.then_some(file.as_str())))
        .collect();
    Ok(format!(
        "<figure class=\"{class}\" id=\"{id}\">\n{svg}\n<figcaption>\n\n<a class=\"figure-number\" href=\"#{id}\">Figure&nbsp;{number}.</a> {caption}\n\n</figcaption>\n{controls}{command}<details class=\"figure-data\"><summary>The numbers of figure {number}</summary>\n<p class=\"figure-description\">{description}</p>\n{data}\n<p class=\"figure-license\">The drawing and the numbers may be used under the {LICENSE} license, as you choose.</p>\n</details>\n</figure>",
        svg = one_block(&picture.svg),
        description = escaped(&picture.description),
        data = data.join("\n"),
        command = command(figure.runs),
        controls = labs::controls(name, number, &picture.data, index.has_labs)?,
    ))
}

/// The commands that print the tables of these runs in the terminal, to be copied.
pub(super) fn command(runs: &[&str]) -> String {
    let commands: Vec<String> = runs
        .iter()
        .map(|run| format!("<code>cargo run -- run {run}</code>"))
        .collect();
    format!("<p class=\"command\">{}</p>\n", commands.join(" "))
}

/// The tables of a figure as CSV and as JSON, by the names of their files in the site.
pub(crate) fn files(name: &str, cache: &TableCache) -> anyhow::Result<Vec<(String, String)>> {
    let Some(figure) = experiments::figure(name) else {
        return Ok(Vec::new());
    };
    let data = cache.picture(figure)?.data;
    let names = file_names(name, data.len());
    let mut files = Vec::new();
    for (name, table) in names.iter().zip(&data) {
        files.push((format!("{name}.csv"), csv(table)));
        files.push((format!("{name}.json"), serde_json::to_string(table)? + "\n"));
    }
    Ok(files)
}

/// `data/he-forward`, or a number for each of several; to it comes the kind of the file.
fn file_names(name: &str, tables: usize) -> Vec<String> {
    match tables {
        1 => vec![format!("data/{name}")],
        _ => (1..=tables).map(|i| format!("data/{name}-{i}")).collect(),
    }
}

/// The anchor of a figure.
pub(crate) fn anchor(name: &str) -> String {
    format!("fig-{name}")
}

/// The license of the book.
pub(crate) const LICENSE: &str = "MIT or the Apache-2.0";

/// How many rows of a table stand on the page, if all of them stand in a file beside it.
const ROWS: usize = 60;

/// Rows as HTML, each on a line, numbers with four digits; every digit is in the file, and every row:
/// of a long one, the page has some, equally far apart.
fn table(table: &Table, file: Option<&str>) -> String {
    let step = file.map_or(1, |_| table.rows.len().div_ceil(ROWS));
    let mut out = String::from("<div class=\"table-wrapper\"><table>\n<caption>");
    let parameters: Vec<String> = table
        .parameters
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let _ = write!(
        out,
        "{}: {}</caption>\n<thead><tr>",
        escaped(&table.experiment),
        escaped(&parameters.join(", "))
    );
    for (i, column) in table.columns.iter().enumerate() {
        let is_text = |row: &Vec<Cell>| matches!(row[i], Cell::Text(_));
        let class = if table.rows.iter().any(is_text) {
            " class=\"text\""
        } else {
            ""
        };
        let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escaped(column));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in table.rows.iter().step_by(step.max(1)) {
        out.push_str("<tr>");
        for cell in row {
            let (class, text) = match cell {
                Cell::Count(n) => ("", count(*n)),
                Cell::Number(x) => ("", typeset(*x, Format::Significant(4), Script::Html)),
                Cell::Text(text) => (" class=\"text\"", escaped(text)),
                Cell::Flag(flag) => ("", flag.to_string()),
            };
            let _ = write!(out, "<td{class}>{text}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>");
    if let Some(file) = file {
        let rows = table.rows.len();
        let (some, all) = match step {
            0 | 1 => (String::new(), "All digits"),
            _ => (
                format!("{} of {rows} rows. ", rows.div_ceil(step)),
                "All rows, with all digits",
            ),
        };
        let _ = write!(
            out,
            "\n<p class=\"figure-file\">{some}<a href=\"{file}.csv\" download>{all}, as CSV</a>, or <a href=\"{file}.json\" download>as JSON</a></p>"
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_is_whole_only_where_there_is_no_file_beside_it() {
        let long = Table {
            experiment: "long".into(),
            parameters: Vec::new(),
            columns: vec!["n".into()],
            rows: (0..130).map(|n| vec![Cell::Count(n)]).collect(),
            summary: Vec::new(),
        };
        let rows = |html: &str| html.matches("<td>").count();
        assert_eq!(rows(&table(&long, None)), 130);
        let short = table(&long, Some("data/long"));
        assert_eq!(rows(&short), 44);
        assert!(
            short.contains("<td>0</td>") && short.contains("<td>129</td>"),
            "{short}"
        );
        assert!(short.contains("44 of 130 rows"), "{short}");
    }
}
