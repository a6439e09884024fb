//! The figures of the chapter.

mod coordinates;
mod hook;
mod rates;

use crate::{Cell, Figure, Table};

pub(super) const FIGURES: &[Figure] = &[hook::FIGURE, coordinates::FIGURE, rates::FIGURE];

/// What the parametrizations are called beside their lines, and how these look.
const PARAMETRIZATIONS: [(&str, &str, &str); 3] = [
    ("standard", "standard", "s1"),
    ("neural-tangent", "tangent", "s3"),
    ("maximal-update", "maximal", "s2"),
];

/// Those of which the kernels at the start differ.
const SHOWN: [(&str, &str, &str); 2] = [PARAMETRIZATIONS[0], PARAMETRIZATIONS[2]];

/// The rows of a parametrization.
fn rows<'a>(table: &'a Table, parametrization: &'a str) -> impl Iterator<Item = &'a Vec<Cell>> {
    let is_of = move |row: &&Vec<Cell>| row[0].to_string() == parametrization;
    table.rows.iter().filter(is_of)
}

/// The numbers of two columns in the rows of a parametrization.
fn curve(table: &Table, parametrization: &str, x: &str, y: &str) -> Vec<(f64, f64)> {
    let place = |name: &str| table.columns.iter().position(|column| column == name);
    let (Some(x), Some(y)) = (place(x), place(y)) else {
        return Vec::new();
    };
    let points =
        rows(table, parametrization).filter_map(|row| row[x].number().zip(row[y].number()));
    points.collect()
}
