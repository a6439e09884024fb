//! The coordinate check: what each layer changes in a step, against the width.

use super::hook::widths;
use super::{PARAMETRIZATIONS, curve};
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "coordinate-check",
    runs: &["coordinate-check"],
    draw,
};

/// Columns of the table, and what they are called.
const LAYERS: [(&str, &str); 3] = [
    ("first", "first hidden layer"),
    ("second", "second hidden layer"),
    ("output", "outputs"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let of = |(column, heading): &(&str, &str)| {
        let ratios: Vec<String> = PARAMETRIZATIONS
            .iter()
            .map(|(name, ..)| {
                let line = curve(table, name, "width", column);
                let ends = line.first().zip(line.last());
                let ratio = ends.map_or(f64::NAN, |((_, first), (_, last))| last / first);
                format!("{name} {ratio:.2}")
            })
            .collect();
        format!("{heading}: {}", ratios.join(", "))
    };
    let all: Vec<String> = LAYERS.iter().map(of).collect();
    let description = format!(
        "Three plots of how much the units of a layer change in the first step, against the width, on logarithmic axes. From the smallest \
         to the largest width the changes are multiplied by: {}.",
        all.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "Changes of the layers in the first step against the width",
        &description,
        Sheet::WIDE.of_height(330.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 820.0));
    let (columns, rows) = sheet.pick((3, 1), (1, 3));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (column, heading)) in places.zip(LAYERS) {
        panels.plot(place, heading, plot(place, table, column));
    }
    panels
}

fn plot(place: Place, table: &Table, column: &str) -> Plot {
    let (low, high) = extent(table.numbers(column));
    let y = Scale::Log {
        low: 0.8 * low,
        high: 1.25 * high,
    };
    let axis = Axis {
        scale: y,
        ticks: y.ticks(5),
        title: String::new(),
    };
    let mut x = widths(
        table,
        if place.is_last {
            "units of a layer"
        } else {
            ""
        },
    );
    // Every other width has a label where there is little room.
    let keep = x.ticks.len().div_ceil(3).max(1);
    let mut i = 0;
    x.ticks.retain(|_| {
        i += 1;
        (i - 1) % keep == 0
    });
    let mut plot = Plot::new(place.sheet, x, axis, "standard").with_left(56.0);
    for (name, words, class) in PARAMETRIZATIONS {
        let line = curve(table, name, "width", column);
        if let Some(last) = line.last() {
            plot.label(class, *last, words);
        }
        plot.points(class, 3.0, line.iter().copied());
        plot.line(class, line);
    }
    plot
}
