//! The eighteen activations: value and slope, side by side on one scale.

use std::collections::HashSet;

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, literal};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "activations",
    runs: &["activations"],
    draw,
};

/// What is shown of an axis of values and slopes.
const SHOWN: std::ops::RangeInclusive<f64> = -2.0..=4.0;

/// A slope that changes by more in one step has jumped.
const JUMP: f64 = 0.25;

/// One activation, by value and slope.
struct Curves {
    name: String,
    value: Vec<(f64, f64)>,
    slope: Vec<(f64, f64)>,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let curves = curves(table);
    let reach = table.parameter("reach");
    let names: Vec<&str> = curves.iter().map(|curves| curves.name.as_str()).collect();
    let description = format!(
        "{} small plots on one scale, each with the value and the slope of one activation for z from −{reach} to {reach}: {}. \
         ReLU and its kin are straight pieces with a jump in the slope at zero; tanh, sigmoid, softsign, erf and the hard tanh level off \
         on both sides, where their slopes vanish; GELU, SiLU and Mish dip below zero on the left and follow the identity on the right.",
        curves.len(),
        names.join(", "),
    );
    // The numbers are given at every half.
    let halves = Table {
        rows: table
            .rows
            .iter()
            .filter(|row| row[1].number().is_some_and(|z| (2.0 * z).fract() == 0.0))
            .cloned()
            .collect(),
        ..table.clone()
    };
    Picture::of(
        FIGURE.name,
        "Eighteen activations and their slopes",
        &description,
        Sheet::WIDE.of_height(460.0),
        vec![halves],
        |sheet| panels(sheet, &curves, reach),
    )
}

fn curves(table: &Table) -> Vec<Curves> {
    let mut seen = HashSet::new();
    let names = table.column("activation").map(Cell::to_string);
    let names = names.filter(|name| seen.insert(name.clone()));
    let rows_of = |name: &str| -> Vec<[f64; 3]> {
        let numbers = |row: &Vec<Cell>| [1, 2, 3].map(|i| row[i].number().expect("a number"));
        let rows = table.rows.iter();
        rows.filter(|row| row[0].to_string() == name)
            .map(numbers)
            .collect()
    };
    names
        .map(|name| {
            let rows = rows_of(&name);
            let mut slope: Vec<(f64, f64)> = Vec::new();
            for [z, _, s] in &rows {
                if slope
                    .last()
                    .is_some_and(|(_, before)| (s - before).abs() > JUMP)
                {
                    slope.push((f64::NAN, f64::NAN));
                }
                slope.push((*z, *s));
            }
            Curves {
                value: rows.iter().map(|[z, value, _]| (*z, *value)).collect(),
                slope,
                name,
            }
        })
        .collect()
}

fn panels(sheet: Sheet, curves: &[Curves], reach: f64) -> Panels {
    let columns = sheet.pick(6, 3);
    let rows = curves.len().div_ceil(columns);
    let sheet = sheet.of_height(sheet.pick(sheet.height, 790.0));
    let mut panels = Panels::new(sheet);
    for (i, (curves, place)) in curves
        .iter()
        .zip(Panels::grid(sheet, columns, rows))
        .enumerate()
    {
        let ticks = |values: [f64; 3], is_labeled: bool| {
            let label = |at: f64| {
                if is_labeled {
                    at.to_string().replace('-', "−")
                } else {
                    String::new()
                }
            };
            values.map(|at| Tick::new(at, &label(at))).into()
        };
        let mut plot = Plot::new(
            place.sheet,
            Axis {
                scale: Scale::Linear {
                    low: -reach,
                    high: reach,
                },
                ticks: ticks([-reach, 0.0, reach], place.is_last),
                title: String::new(),
            },
            Axis {
                scale: Scale::Linear {
                    low: *SHOWN.start(),
                    high: *SHOWN.end(),
                },
                ticks: ticks([-2.0, 0.0, 2.0], place.is_first),
                title: String::new(),
            },
            "",
        )
        .with_left(22.0);
        plot.line("zero", [(0.0, *SHOWN.start()), (0.0, *SHOWN.end())]);
        let shown = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            let hide = |(z, y): (f64, f64)| (z, if SHOWN.contains(&y) { y } else { f64::NAN });
            points.iter().copied().map(hide).collect()
        };
        plot.line("s2 thin", shown(&curves.slope));
        plot.line("s1 strong", shown(&curves.value));
        if i == 0 {
            plot.note("s1", (2.4, 2.4), (-7.0, 0.0), Anchor::End, "value");
            plot.note("s2", (reach, 1.0), (-1.0, 14.0), Anchor::End, "slope");
        }
        panels.plot(place, &literal(&curves.name), plot);
    }
    panels
}
