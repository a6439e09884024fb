//! Tokens behind layers of attention: the cosines between them, and what is left of their differences.

use crate::{Cell, Figure, Table};

use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, power_of_ten};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const COSINES: Figure = Figure {
    name: "attention-cosines",
    runs: &["attention-cosines"],
    draw: draw_cosines,
};

pub(super) const FIGURE: Figure = Figure {
    name: "attention-collapse",
    runs: &["attention-collapse"],
    draw,
};

/// The rows of panels: the value of the column, and what it is called.
const KINDS: [(&str, &str); 2] = [("bare", "no skip"), ("skip", "skip")];

/// How many strengths of color there are.
const STRENGTHS: i32 = 10;

/// The cosines of a kind behind a layer: row, column, cosine.
fn cosines(table: &Table, kind: &str, layer: u64) -> Vec<(f64, f64, f64)> {
    let [rows, columns, cosines] = ["row", "column", "cosine"].map(|name| table.numbers(name));
    (0..rows.len())
        .filter(|&i| {
            let cells = &table.rows[i];
            cells[0].to_string() == kind && cells[1] == Cell::Count(layer)
        })
        .map(|i| (rows[i], columns[i], cosines[i]))
        .collect()
}

/// The mean over pairs of different tokens.
fn mean_of_pairs(cosines: &[(f64, f64, f64)]) -> f64 {
    let pairs: Vec<f64> = cosines
        .iter()
        .filter(|(row, column, _)| row != column)
        .map(|(.., cosine)| *cosine)
        .collect();
    pairs.iter().sum::<f64>() / pairs.len() as f64
}

fn layers(table: &Table) -> Vec<u64> {
    let mut layers: Vec<u64> = table
        .numbers("layer")
        .into_iter()
        .map(|layer| layer as u64)
        .collect();
    layers.sort_unstable();
    layers.dedup();
    layers
}

fn draw_cosines(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let of = |kind: &str| {
        let means = layers(table).into_iter().map(|layer| {
            let mean = mean_of_pairs(&cosines(table, kind, layer));
            format!("{mean:.2} behind layer {layer}")
        });
        means.collect::<Vec<_>>().join(", ")
    };
    let description = format!(
        "Eight squares of cells, each the cosine between two tokens, behind increasing numbers of layers. Without a skip all cells soon have the full color; the \
         mean over pairs of different tokens is {}. With a skip the diagonal stands out; the mean is {}.",
        of("bare"),
        of("skip")
    );
    Picture::of(
        COSINES.name,
        "Cosines between tokens behind layers of attention",
        &description,
        Sheet::WIDE.of_height(440.0),
        vec![table.clone()],
        |sheet| cosine_panels(sheet, table),
    )
}

fn cosine_panels(sheet: Sheet, table: &Table) -> Panels {
    let layers = layers(table);
    let sheet = sheet.of_height(sheet.pick(sheet.height, 760.0));
    let in_row = sheet.pick(layers.len(), 2);
    let panels_in_all = 2 * layers.len();
    let mut panels = Panels::new(sheet);
    let grid = Panels::grid(sheet, in_row, panels_in_all.div_ceil(in_row));
    let all = KINDS
        .iter()
        .flat_map(|kind| layers.iter().map(move |layer| (kind, *layer)));
    for (place, ((kind, words), layer)) in grid.into_iter().zip(all) {
        let cosines = cosines(table, kind, layer);
        let heading = format!("{words}, {layer}: {:.2}", mean_of_pairs(&cosines));
        panels.plot(place, &heading, cosine_plot(place, &cosines));
    }
    panels
}

fn cosine_plot(place: Place, cosines: &[(f64, f64, f64)]) -> Plot {
    let tokens = cosines.iter().map(|(row, ..)| *row).fold(1.0, f64::max);
    let axis = |low: f64, high: f64| Axis {
        scale: Scale::Linear { low, high },
        ticks: vec![Tick::new(1.0, "1"), Tick::new(tokens, &tokens.to_string())],
        title: String::new(),
    };
    let (least, most) = (0.5, tokens + 0.5);
    let mut plot = Plot::new(place.sheet, axis(least, most), axis(most, least), "").with_left(22.0);
    for (class, sign) in [("s1", 1.0), ("s2", -1.0)] {
        for strength in 1..=STRENGTHS {
            let level = |cosine: f64| (sign * cosine * f64::from(STRENGTHS)).round() as i32;
            let cells = cosines
                .iter()
                .filter(|(.., cosine)| level(*cosine) == strength)
                .map(|(row, column, _)| ((column - 0.5, row - 0.5), (column + 0.5, row + 0.5)));
            let cells: Vec<_> = cells.collect();
            if !cells.is_empty() {
                let share = f64::from(strength) / f64::from(STRENGTHS);
                plot.cells(class, 0.9 * share, cells);
            }
        }
    }
    plot
}

/// The columns, their colors and words.
const CURVES: [(&str, &str, &str); 4] = [
    ("bare", "s2", "attention alone"),
    ("norm", "s4", "with an RMSNorm"),
    ("skip", "s1", "skip"),
    ("shared_skip", "s5", "skip, over √L"),
];

/// The bottom of the plot, below the rounding of numbers, which is all that some layers leave.
const LEAST: f64 = 2e-17;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| *table.numbers(column).last().expect("there is a row");
    let deepest = last("layer");
    let description = format!(
        "The length of the tokens' differences from their mean, over that of the tokens, against the number of layers, both logarithmic. Attention alone falls below the \
         rounding of numbers within few layers, and with an RMSNorm a little later. With a skip {:.2} is left after {deepest} layers, and {:.2} where the branches \
         are divided by the root of the number of layers.",
        last("skip"),
        last("shared_skip"),
    );
    Picture::of(
        FIGURE.name,
        "What layers of attention leave of the differences of tokens",
        &description,
        Sheet::COLUMN.of_height(360.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let layers = table.numbers("layer");
    let deepest = layers.iter().copied().fold(1.0, f64::max);
    let y = Scale::Log {
        low: LEAST,
        high: 10.0,
    };
    let depths = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    let powers = [-16, -12, -8, -4, 0];
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 340.0)),
        Axis {
            scale: Scale::Log {
                low: 0.95,
                high: 1.02 * deepest,
            },
            ticks: depths
                .into_iter()
                .filter(|depth| *depth <= deepest)
                .map(|depth| Tick::new(depth, &depth.to_string()))
                .collect(),
            title: "layers".into(),
        },
        Axis {
            scale: y,
            ticks: powers
                .into_iter()
                .map(|power| Tick::new(10_f64.powi(power), &power_of_ten(power)))
                .collect(),
            title: "differences over tokens".into(),
        },
        "",
    );
    for (column, class, words) in CURVES {
        let points: Vec<(f64, f64)> = layers
            .iter()
            .copied()
            .zip(table.numbers(column))
            .skip(1)
            .filter(|(_, left)| *left > LEAST)
            .collect();
        let place = match column {
            "bare" => points.get(2),
            "norm" => points.get(3),
            _ => points.get(points.len().saturating_sub(1)),
        };
        let (offset, anchor) = match column {
            "bare" => ((-8.0, 4.0), Anchor::End),
            "norm" => ((10.0, 4.0), Anchor::Start),
            "skip" => ((-4.0, 22.0), Anchor::End),
            _ => ((-4.0, -10.0), Anchor::End),
        };
        if let Some(place) = place {
            plot.note(class, *place, offset, anchor, words);
        }
        // Beyond some layers the marks would touch.
        plot.points(class, 2.5, points.iter().copied().take(8));
        plot.line(class, points);
    }
    plot
}
