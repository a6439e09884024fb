//! What a figure of the book is: the runs that it shows, and a drawing of their tables.

use crate::drawing::Picture;
use crate::table::{Cell, Table};

/// A figure of a chapter.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// The name that chapters use.
    pub name: &'static str,
    /// The names of the runs that it shows.
    pub runs: &'static [&'static str],
    /// The drawing of their tables, in this order.
    pub(crate) draw: fn(&[&Table]) -> Picture,
}

impl Figure {
    /// The drawing of the tables of its runs, in their order.
    ///
    /// # Panics
    ///
    /// If there are more tables or fewer than runs.
    pub fn draw(&self, tables: &[&Table]) -> Picture {
        assert_eq!(
            tables.len(),
            self.runs.len(),
            "the figure {} shows {:?}",
            self.name,
            self.runs
        );
        (self.draw)(tables)
    }
}

/// The tables of a figure, one by one.
///
/// # Panics
///
/// If there are more or fewer.
pub(crate) fn shown<'a, const N: usize>(tables: &[&'a Table]) -> [&'a Table; N] {
    let found = tables.len();
    tables
        .try_into()
        .unwrap_or_else(|_| panic!("a figure of {N} tables was given {found}"))
}

/// A point for every row of a part of the rows, of two of their columns.
pub(crate) fn part(table: &Table, name: &str, x: &str, y: &str) -> Vec<(f64, f64)> {
    let [x, y] = [x, y].map(|column| table.numbers(column));
    let points = table.column("part").zip(x.into_iter().zip(y));
    points
        .filter(|(part, _)| **part == Cell::from(name))
        .map(|(_, point)| point)
        .collect()
}
