//! `{{#figure name}}` and its caption: a drawing of a run's rows, with the rows.

use std::fmt::Write;

use experiments::{Cell, Table};

use crate::Lab;
use crate::csv;
use crate::fault::known_are;
use crate::figures;
use crate::html::{escaped, one_block};
use crate::numbers::{Format, Script, count, typeset};

/// The figure; `caption` is Markdown. `has_files` says whether the [files] will stand beside the page.
pub(crate) fn print(
    name: &str,
    number: &str,
    caption: &str,
    lab: &Lab,
    has_files: bool,
) -> Result<String, String> {
    let unknown = || format!("unknown figure `{name}`; {}", known_are(figures::names()));
    if !figures::names().contains(&name) {
        return Err(unknown());
    }
    if caption.is_empty() {
        return Err(format!(
            "the figure `{name}` has no caption: write it on the line below the mark"
        ));
    }
    let figure = figures::draw(name, lab)
        .map_err(|error| format!("the figure `{name}` cannot be drawn: {error:#}"))?
        .ok_or_else(unknown)?;
    let id = anchor(name);
    let class = if figure.wide { "figure wide" } else { "figure" };
    let data: Vec<String> = figure
        .data
        .iter()
        .zip(file_names(name, figure.data.len()))
        .map(|(data, file)| table(data, has_files.then_some(file.as_str())))
        .collect();
    Ok(format!(
        "<figure class=\"{class}\" id=\"{id}\">\n{svg}\n<figcaption>\n\n<a class=\"figure-number\" href=\"#{id}\">Figure&nbsp;{number}.</a> {caption}\n\n</figcaption>\n{command}<details class=\"figure-data\"><summary>The numbers of figure {number}</summary>\n<p class=\"figure-description\">{description}</p>\n{data}\n</details>\n</figure>",
        svg = one_block(&figure.svg),
        description = escaped(&figure.description),
        data = data.join("\n"),
        command = command(figure.data.iter(), lab),
    ))
}

/// The commands that print these tables in the terminal, to be copied.
pub(super) fn command<'a>(tables: impl IntoIterator<Item = &'a Table>, lab: &Lab) -> String {
    let mut names: Vec<&str> = tables
        .into_iter()
        .filter_map(|table| lab.name_of(table))
        .collect();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    let commands: Vec<String> = names
        .iter()
        .map(|name| format!("<code>cargo run -- run {name}</code>"))
        .collect();
    format!("<p class=\"command\">{}</p>\n", commands.join(" "))
}

/// The tables of a figure as CSV, by the names of their files in the site.
pub(crate) fn files(name: &str, lab: &Lab) -> anyhow::Result<Vec<(String, String)>> {
    let data = figures::draw(name, lab)?.map_or_else(Vec::new, |figure| figure.data);
    let names = file_names(name, data.len());
    Ok(names.into_iter().zip(data.iter().map(csv)).collect())
}

/// `data/he-forward.csv`, or a number for each of several.
fn file_names(name: &str, tables: usize) -> Vec<String> {
    match tables {
        1 => vec![format!("data/{name}.csv")],
        _ => (1..=tables)
            .map(|i| format!("data/{name}-{i}.csv"))
            .collect(),
    }
}

/// The anchor of a figure.
pub(crate) fn anchor(name: &str) -> String {
    format!("fig-{name}")
}

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
    for column in &table.columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(column));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in table.rows.iter().step_by(step.max(1)) {
        out.push_str("<tr>");
        for cell in row {
            let text = match cell {
                Cell::Count(n) => count(*n),
                Cell::Number(x) => typeset(*x, Format::Significant(4), Script::Html),
                Cell::Text(text) => escaped(text),
            };
            let _ = write!(out, "<td>{text}</td>");
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
            "\n<p class=\"figure-file\">{some}<a href=\"{file}\" download>{all}, as CSV</a></p>"
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
        let short = table(&long, Some("data/long.csv"));
        assert_eq!(rows(&short), 44);
        assert!(
            short.contains("<td>0</td>") && short.contains("<td>129</td>"),
            "{short}"
        );
        assert!(short.contains("44 of 130 rows"), "{short}");
    }
}
