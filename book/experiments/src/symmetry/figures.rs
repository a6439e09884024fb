//! The first matrix of a network after training, from three starts: what becomes of equal units.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::scale::extent;
use crate::drawing::sheet::Sheet;
use crate::drawing::svg::Element;
use crate::drawing::text::{Anchor, text};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "symmetry",
    runs: &["symmetry"],
    draw,
};

/// The starts in the order of the panels, and how they are headed.
const STARTS: [(&str, &str); 3] = [
    ("constant", "one constant"),
    ("nudged", "one weight raised"),
    ("random", "random"),
];

/// How strongly the largest weight is colored: weak enough that its number can be read on it.
const STRONGEST: f64 = 0.55;

/// Room for the numbers of the inputs and of the units.
const LEFT: f64 = 22.0;
const BELOW: f64 = 42.0;

/// One matrix, entry by entry: input and unit, both counted from 1, and the weight.
type Matrix = Vec<(usize, usize, f64)>;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let matrices = STARTS.map(|(start, _)| matrix(table, start));
    let description = format!(
        "Three matrices of weights as colored cells with their numbers, one column a hidden unit, after {} steps of training. \
         From a constant start all columns are the same: every row has one color. With one weight raised by {} before training \
         the first column differs from the seven others, which are the same. From a random start all columns differ.",
        table.parameter("steps"),
        table.parameter("nudge"),
    );
    Picture::of(
        FIGURE.name,
        "The first weights of a network after training, from three starts",
        &description,
        Sheet::WIDE.of_height(250.0),
        vec![table.clone()],
        |sheet| panels(sheet, &matrices),
    )
}

fn matrix(table: &Table, start: &str) -> Matrix {
    let starts = table.column("start").map(Cell::to_string);
    let [input, unit, weight] = ["input", "unit", "weight"].map(|column| table.numbers(column));
    starts
        .enumerate()
        .filter(|(_, name)| name == start)
        .map(|(i, _)| (input[i] as usize, unit[i] as usize, weight[i]))
        .collect()
}

fn panels(sheet: Sheet, matrices: &[Matrix]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 700.0));
    let (columns, rows) = sheet.pick((3, 1), (1, 3));
    let sizes = matrices.iter().flatten().map(|(.., weight)| weight.abs());
    let (_, largest) = extent(sizes);
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows);
    for ((matrix, (_, heading)), place) in matrices.iter().zip(STARTS).zip(places) {
        panels.add(place, (heading, LEFT), cells(place, matrix, largest));
    }
    panels
}

fn cells(place: Place, matrix: &Matrix, largest: f64) -> Vec<Element> {
    let count = |of: fn(&(usize, usize, f64)) -> usize| matrix.iter().map(of).max().unwrap_or(1);
    let (inputs, units) = (count(|entry| entry.0), count(|entry| entry.1));
    let top = 24.0;
    let width = (place.sheet.width - LEFT) / units as f64;
    let height = (place.sheet.height - BELOW - top) / inputs as f64;
    let corner = |input: usize, unit: usize| {
        (
            LEFT + (unit - 1) as f64 * width,
            top + (input - 1) as f64 * height,
        )
    };
    let words = |class: &str, at: (f64, f64), words: &str| {
        text(class, (at.0, at.1 + 4.5), Anchor::Middle, 0.0, words)
    };
    let mut elements = Vec::new();
    for (input, unit, weight) in matrix {
        let (x, y) = corner(*input, *unit);
        let class = if *weight < 0.0 { "cell s1" } else { "cell s2" };
        let strength = STRONGEST * weight.abs() / largest;
        let cell = Element::rectangle(class, (x, y), (width - 1.0, height - 1.0));
        elements.push(cell.with("fill-opacity", format!("{strength:.3}")));
        let middle = (x + (width - 1.0) / 2.0, y + (height - 1.0) / 2.0);
        elements.push(words("in-cell", middle, &one_decimal(*weight)));
    }
    for input in 1..=inputs {
        let (_, y) = corner(input, 1);
        elements.push(words(
            "tick",
            (LEFT - 11.0, y + height / 2.0),
            &input.to_string(),
        ));
    }
    for unit in 1..=units {
        let (x, y) = corner(inputs + 1, unit);
        elements.push(words(
            "tick",
            (x + width / 2.0, y + 11.0),
            &unit.to_string(),
        ));
    }
    let middle = f64::midpoint(LEFT, place.sheet.width);
    elements.push(words(
        "title",
        (middle, place.sheet.height - 9.0),
        "hidden unit",
    ));
    elements.push(text("title", (0.0, 15.0), Anchor::Start, 0.0, "input"));
    elements
}

fn one_decimal(weight: f64) -> String {
    match format!("{weight:.1}").as_str() {
        "-0.0" => "0.0".to_owned(),
        digits => digits.replace('-', "−"),
    }
}
