//! A table as CSV (RFC 4180): a header, one line a row, every digit.

use experiments::Table;

/// The table as CSV.
pub fn csv(table: &Table) -> String {
    let line = |texts: Vec<String>| {
        let texts: Vec<String> = texts.into_iter().map(quote).collect();
        texts.join(",") + "\n"
    };
    let rows = table
        .rows
        .iter()
        .map(|row| line(row.iter().map(ToString::to_string).collect()));
    std::iter::once(line(table.columns.clone()))
        .chain(rows)
        .collect()
}

/// Quotes a text that would break a line.
fn quote(text: String) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
