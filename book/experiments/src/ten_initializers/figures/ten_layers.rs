//! The two plots of the notebook on ten initializers: mean and standard deviation of every layer by epoch.

use crate::{Cell, Table};

use super::ten_epochs::WRITTEN;
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "ten-layers",
    runs: &["ten-initializers-as-written"],
    draw,
};

/// An affine layer and a ReLU, three times.
const LAYERS: usize = 6;

/// The two moments, with the headings of their panels.
const MOMENTS: [(&str, &str); 2] = [("forward_mean", "mean"), ("forward_std", "std")];

/// What the groups of lines are called in less room, and where that stands in the first panel.
const SHORT: [(&str, (f64, f64)); 3] = [
    ("LeCun, He", (-0.1, 2e7)),
    ("Xavier", (-0.1, 3e5)),
    ("normal", (1.5, 1e-3)),
];

const SIZES: Scale = Scale::Log {
    low: 1e-6,
    high: 1e8,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let description = "Twelve plots by epoch, from 0 to 4, on one logarithmic axis: in one row the size of the mean of the \
         signal in each of the six layers, in the other its standard deviation, for the eight initializers that the notebook \
         plots. In all layers but the last, the lines of the three uniform initializers grow without end and those of the five normal \
         ones are level from the third epoch on. In the last layer, a ReLU, all lines end after epoch 0, since all outputs are zero, but for \
         Xavier uniform, which comes back in epoch 2.";
    Picture::of(
        FIGURE.name,
        "Mean and standard deviation of every layer by epoch, as written",
        description,
        Sheet::WIDE,
        vec![numbers(table)],
        |sheet| panels(sheet, table),
    )
}

fn is_shown(row: &[Cell]) -> bool {
    let name = row[0].to_string();
    name != "zero" && name != "normal1"
}

fn numbers(table: &Table) -> Table {
    let rows = table.rows.iter().filter(|row| is_shown(row));
    Table {
        rows: rows.cloned().collect(),
        ..table.clone()
    }
}

/// The size of a moment by epoch, where it is not zero.
fn by_epoch(table: &Table, name: &str, layer: usize, column: &str) -> Vec<(f64, f64)> {
    let rows = table.rows.iter().zip(table.numbers(column));
    let rows = rows.filter(|(row, number)| {
        row[0].to_string() == name && row[2].number() == Some(layer as f64) && *number != 0.0
    });
    rows.map(|(row, number)| (row[1].number().expect("an epoch"), number.abs()))
        .collect()
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 1080.0));
    let (columns, rows) = sheet.pick((LAYERS, 2), (2, LAYERS));
    let mut panels = Panels::new(sheet);
    for (i, place) in Panels::grid(sheet, columns, rows).into_iter().enumerate() {
        let (layer, moment) = sheet.pick((i % LAYERS, i / LAYERS), (i / 2, i % 2));
        let (column, words) = MOMENTS[moment];
        panels.plot(
            place,
            &format!("{words}, layer {layer}"),
            plot(place, table, layer, column),
        );
    }
    panels
}

fn plot(place: Place, table: &Table, layer: usize, column: &str) -> Plot {
    let ticks = (0..5).map(|epoch| Tick::new(f64::from(epoch), &epoch.to_string()));
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: Scale::Linear {
                low: -0.2,
                high: 4.2,
            },
            ticks: ticks.collect(),
            title: if place.is_last { "epoch" } else { "" }.into(),
        },
        Axis {
            scale: SIZES,
            ticks: SIZES.ticks(5),
            title: String::new(),
        },
        "",
    )
    .with_left(36.0);
    for ((names, _, class), (label, at)) in WRITTEN.into_iter().zip(SHORT) {
        for name in names {
            let line = by_epoch(table, name, layer, column);
            plot.line(&format!("{class} thin"), line.iter().copied());
            plot.points(class, 2.0, line.iter().copied());
        }
        if layer == 0 && column == "forward_std" {
            plot.note(class, at, (0.0, 0.0), Anchor::Start, label);
        }
    }
    plot
}
