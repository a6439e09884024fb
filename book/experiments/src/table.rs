//! One envelope for every table of numbers: experiment, parameters, columns, rows.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::{Configuration, Experiment};
use unit_variance::probability::number;

/// What an experiment found, and everything that it depends on.
///
/// As JSON: `{"experiment": …, "parameters": {…}, "columns": […], "rows": [[…], …]}`, and
/// `"summary": {…}` where there is one; floats in their shortest exact form.
///
/// ```
/// use experiments::{Cell, Experiment, Table};
/// use experiments::shared::DeepSignal;
///
/// let table: Table = DeepSignal { depth: 2, width: 3, ..DeepSignal::default() }.run(&mut |_| {});
/// assert_eq!(table.columns, ["layer", "mean", "std", "rms"]);
/// assert_eq!(table.rows[2][0], Cell::Count(2));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The name of the experiment.
    pub experiment: String,
    /// What it was run with, in the order of the experiment's own list.
    #[serde(with = "ordered")]
    pub parameters: Vec<(String, Cell)>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// What holds for the run as a whole and has no row; left out of the JSON where it is empty.
    #[serde(with = "ordered", default, skip_serializing_if = "Vec::is_empty")]
    pub summary: Vec<(String, Cell)>,
}

/// One entry of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A whole number: a layer, a seed, a count.
    Count(u64),
    /// A measured or computed number, infinite and NaN included.
    Number(f64),
    /// A name.
    Text(String),
    /// Whether something is so.
    Flag(bool),
}

impl Table {
    /// A table of an experiment with these columns and rows.
    ///
    /// # Panics
    ///
    /// If a row is not as long as `columns`.
    #[track_caller]
    pub fn of(experiment: &dyn Experiment, columns: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        for row in &rows {
            assert!(
                row.len() == columns.len(),
                "row {row:?} has not the columns {columns:?}"
            );
        }
        Self {
            experiment: experiment.name().to_owned(),
            parameters: experiment.parameters(),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            rows,
            summary: Vec::new(),
        }
    }

    /// The table with this summary.
    #[must_use]
    pub fn with_summary(self, summary: Vec<(String, Cell)>) -> Self {
        Self { summary, ..self }
    }

    /// What it was run with under this name, if that is a number.
    ///
    /// # Panics
    ///
    /// If it is not, or there is nothing under this name.
    #[track_caller]
    pub fn parameter(&self, name: &str) -> f64 {
        let entry = self.parameters.iter().find(|(key, _)| key == name);
        entry
            .and_then(|(_, cell)| cell.number())
            .unwrap_or_else(|| panic!("no number \"{name}\" among {:?}", self.parameters))
    }

    /// The number in the summary under this name.
    ///
    /// # Panics
    ///
    /// If there is none, or it is text.
    #[track_caller]
    pub fn total(&self, name: &str) -> f64 {
        let entry = self.summary.iter().find(|(key, _)| key == name);
        entry
            .and_then(|(_, cell)| cell.number())
            .unwrap_or_else(|| panic!("no number \"{name}\" in the summary {:?}", self.summary))
    }

    /// The entries of the column with this name.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    #[track_caller]
    pub fn column<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Cell> {
        let index = self.columns.iter().position(|column| column == name);
        let index =
            index.unwrap_or_else(|| panic!("no column \"{name}\" among {:?}", self.columns));
        self.rows.iter().map(move |row| &row[index])
    }

    /// The numbers of the column with this name.
    ///
    /// # Panics
    ///
    /// If there is no such column, or an entry is text.
    #[track_caller]
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name)
            .map(|cell| {
                cell.number()
                    .unwrap_or_else(|| panic!("{cell:?} in column \"{name}\" is not a number"))
            })
            .collect()
    }
}

impl Cell {
    /// The entry as a float; `None` for a text or a flag.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Flag(_) => None,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Number(x) => match number::name(*x) {
                Some(name) => f.write_str(name),
                None => write!(f, "{x:?}"), // `Debug` is the shortest form that reads back as the same float
            },
            Self::Text(text) => text.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Number(x) => number::serialize(x, serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CellVisitor;

        impl Visitor<'_> for CellVisitor {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number, a text, true or false")
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Cell, E> {
                Ok(Cell::Flag(flag))
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Cell, E> {
                Ok(Cell::Count(count))
            }

            fn visit_i64<E: de::Error>(self, x: i64) -> Result<Cell, E> {
                Ok(Cell::Number(x as f64))
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Cell, E> {
                Ok(Cell::Number(x))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Cell, E> {
                Ok(number::parse_name(text)
                    .map_or_else(|| Cell::Text(text.to_owned()), Cell::Number))
            }
        }

        deserializer.deserialize_any(CellVisitor)
    }
}

/// Every value that the table of a configuration depends on, by name.
pub(crate) fn parameters<C: Configuration>(values: &C) -> Vec<(String, Cell)> {
    let mut parameters = entries(values);
    parameters.extend(C::constants());
    parameters
}

/// The fields of a struct, in their order.
///
/// # Panics
///
/// If a field is neither a number nor a text nor a flag.
pub(crate) fn entries(values: &impl Serialize) -> Vec<(String, Cell)> {
    #[derive(Deserialize)]
    struct Entries(#[serde(with = "ordered")] Vec<(String, Cell)>);

    // Not generic, as it would be compiled anew for every experiment.
    fn read(json: &str) -> Vec<(String, Cell)> {
        let Entries(entries) = serde_json::from_str(json).unwrap_or_else(|error| {
            panic!("a field is neither a number nor a text nor a flag: {error}: {json}")
        });
        entries
    }

    read(&serde_json::to_string(values).expect("numbers, texts and flags can be written"))
}

/// A JSON object that keeps the order of its keys.
mod ordered {
    use super::{Cell, Deserializer, MapAccess, SerializeMap, Serializer, Visitor, fmt};

    pub(super) fn serialize<S: Serializer>(
        pairs: &[(String, Cell)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(pairs.len()))?;
        for (key, cell) in pairs {
            map.serialize_entry(key, cell)?;
        }
        map.end()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, Cell)>, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Vec<(String, Cell)>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                std::iter::from_fn(|| map.next_entry().transpose()).collect()
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_survives_the_wire() {
        let table = Table {
            experiment: "test".into(),
            parameters: vec![
                ("seed".into(), 7_u64.into()),
                ("law".into(), "normal".into()),
            ],
            columns: vec!["layer".into(), "rms".into()],
            rows: vec![
                vec![0_u64.into(), 0.1.into()],
                vec![1_u64.into(), f64::INFINITY.into()],
                vec![2_u64.into(), 1.0.into()],
            ],
            summary: Vec::new(),
        };
        let text = serde_json::to_string(&table).expect("a table serializes");
        assert_eq!(
            text,
            r#"{"experiment":"test","parameters":{"seed":7,"law":"normal"},"columns":["layer","rms"],"rows":[[0,0.1],[1,"inf"],[2,1.0]]}"#
        );
        assert_eq!(table, serde_json::from_str(&text).expect("and reads back"));

        let table = table.with_summary(vec![("dead".into(), 3_u64.into())]);
        let text = serde_json::to_string(&table).expect("a table serializes");
        assert!(text.ends_with(r#""rows":[[0,0.1],[1,"inf"],[2,1.0]],"summary":{"dead":3}}"#));
        assert_eq!(table, serde_json::from_str(&text).expect("and reads back"));
        assert_eq!(table.total("dead"), 3.0);
    }

    #[test]
    fn cells_print_in_their_shortest_exact_form() {
        assert_eq!(Cell::Number(0.1).to_string(), "0.1");
        assert_eq!(Cell::Number(1e300).to_string(), "1e300");
        assert_eq!(Cell::Number(f64::NEG_INFINITY).to_string(), "-inf");
        assert_eq!(Cell::Count(3).to_string(), "3");
    }
}
