//! `{{#table run column column:.3 "Header"=column rows=0..25 column=value}}`: the numbers of a named
//! run; all its rows, or those that begin with a number in a range, or have a value in a column. Text is code in
//! `column:code`, and in `column@other` a link to the address in the other column.

use std::fmt::Write;

use experiments::Cell;

use super::figure::command;
use super::value::{cell_text, column_of, table_of};
use crate::TableCache;
use crate::html::{escaped, literal};
use experiments::number::{Format, Script};

/// One column as the mark asks for it.
struct Column {
    index: usize,
    header: String,
    format: Format,
    dress: Dress,
}

/// What text is set as.
#[derive(Clone, Copy)]
enum Dress {
    Plain,
    Code,
    /// A link to the address in the column with this index.
    Link(usize),
}

impl Dress {
    /// The text of a cell of this row.
    fn on(self, text: String, row: &[Cell]) -> String {
        match self {
            Self::Plain => text,
            Self::Code => format!("<code>{text}</code>"),
            Self::Link(column) => {
                let address = escaped(&row[column].to_string());
                format!("<a href=\"{address}\">{text}</a>")
            }
        }
    }
}

/// The table; `caption` is Markdown with its marks replaced, `text` replaces those of a header.
pub(crate) fn print(
    arguments: &str,
    caption: &str,
    cache: &TableCache,
    mut text: impl FnMut(&str) -> String,
) -> Result<String, String> {
    let words = words(arguments)?;
    let [run, words @ ..] = words.as_slice() else {
        return Err(malformed(arguments));
    };
    let table = table_of(run, cache)?;
    let mut rows = 0..=u64::MAX;
    let mut only = Vec::new();
    let mut columns = Vec::new();
    for word in words {
        if let Some(range) = word.strip_prefix("rows=") {
            rows = row_range(range)?;
            continue;
        }
        if let (false, Some((column, value))) = (word.starts_with('"'), word.split_once('=')) {
            only.push((column_of(&table, run, column)?, value));
            continue;
        }
        let (header, rest) = match word.strip_prefix('"') {
            Some(quoted) => quoted
                .split_once("\"=")
                .ok_or_else(|| malformed(arguments))?,
            None => ("", word.as_str()),
        };
        let (rest, link) = match rest.split_once('@') {
            Some((rest, address)) => (rest, Some(column_of(&table, run, address)?)),
            None => (rest, None),
        };
        let (name, format) = rest.split_once(':').unwrap_or((rest, ""));
        let (format, dress) = match (format, link) {
            ("code", None) => ("", Dress::Code),
            (format, Some(column)) => (format, Dress::Link(column)),
            (format, None) => (format, Dress::Plain),
        };
        columns.push(Column {
            dress,
            index: column_of(&table, run, name)?,
            header: if header.is_empty() {
                literal(name)
            } else {
                text(header)
            },
            format: if format.is_empty() {
                Format::Shortest
            } else {
                format.parse()?
            },
        });
    }
    if columns.is_empty() {
        return Err(malformed(arguments));
    }

    let mut out = String::new();
    for column in &columns {
        let _ = write!(out, "| {} ", column.header);
    }
    out.push_str("|\n");
    for column in &columns {
        let is_text = table
            .rows
            .iter()
            .any(|row| matches!(row[column.index], Cell::Text(_)));
        out.push_str(if is_text { "|:--" } else { "|--:" });
    }
    out.push_str("|\n");
    for row in &table.rows {
        if matches!(row[0], Cell::Count(key) if !rows.contains(&key)) {
            continue;
        }
        if only
            .iter()
            .any(|(column, value)| row[*column].to_string() != *value)
        {
            continue;
        }
        for column in &columns {
            let text = cell_text(&row[column.index], column.format, Script::Html);
            let _ = write!(out, "| {} ", column.dress.on(text, row));
        }
        out.push_str("|\n");
    }
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("\n<figcaption>\n\n{caption}\n\n</figcaption>\n")
    };
    let command = command(&[run]);
    Ok(format!(
        "<figure class=\"numbers\">\n\n{out}{caption}\n{command}</figure>"
    ))
}

/// `0..25`, both ends included.
fn row_range(text: &str) -> Result<std::ops::RangeInclusive<u64>, String> {
    let parse = || {
        let (first, last) = text.split_once("..")?;
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    parse().ok_or_else(|| {
        format!("`rows={text}` is no range of rows; it is written `rows=0..25`, both ends included")
    })
}

/// The arguments; white space between double quotes does not part them.
fn words(arguments: &str) -> Result<Vec<String>, String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in arguments.chars() {
        quoted ^= c == '"';
        match words.last_mut() {
            Some(word) if !c.is_whitespace() || quoted => word.push(c),
            _ => words.push(String::new()),
        }
    }
    if quoted {
        return Err(malformed(arguments));
    }
    words.retain(|word| !word.is_empty());
    Ok(words)
}

fn malformed(arguments: &str) -> String {
    format!(
        "a table is `{{{{#table run column column:.3 \"Header\"=column}}}}` with at least one column, but this one is `{arguments}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            words("run a:.3 \"Mean square\"=b").unwrap(),
            ["run", "a:.3", "\"Mean square\"=b"]
        );
        assert!(words("run \"a").is_err());
    }

    #[test]
    fn text_is_plain_code_or_a_link() {
        let row = ["a_b".into(), Cell::from("https://example.org/a?b=1&c=2#L3")];
        let text = || literal("a_b");
        assert_eq!(Dress::Plain.on(text(), &row), "a&#95;b");
        assert_eq!(Dress::Code.on(text(), &row), "<code>a&#95;b</code>");
        assert_eq!(
            Dress::Link(1).on(text(), &row),
            "<a href=\"https://example.org/a?b=1&amp;c=2#L3\">a&#95;b</a>"
        );
    }

    #[test]
    fn rows_are_a_range_with_both_ends() {
        assert_eq!(row_range("0..25"), Ok(0..=25));
        assert!(row_range("0-25").unwrap_err().contains("`rows=0..25`"));
    }
}
