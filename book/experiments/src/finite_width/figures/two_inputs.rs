//! The angle between the answers to two inputs.

use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "two-inputs",
    runs: &["two-inputs"],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| table.numbers(column)[DEPTH - 1];
    let description = format!(
        "The angle between the answers to two opposite inputs by layer, on a logarithmic axis. All lines begin at 90 degrees in layer 1. At infinite width the angle \
         is {:.1} degrees in layer {DEPTH}; the median of networks of 80 units lies below it, at {:.1} degrees, in a band from {:.1} to {:.1}. \
         The notebook's network ends at {:.1} degrees.",
        last("infinite"),
        last("median"),
        last("low"),
        last("high"),
        last("notebook"),
    );
    Picture::of(
        FIGURE.name,
        "The angle between two answers, layer by layer",
        &description,
        Sheet::COLUMN.of_height(360.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [layer, low, high] = ["layer", "low", "high"].map(|column| table.numbers(column));
    let bottom = low.iter().copied().fold(f64::INFINITY, f64::min) / 1.2;
    let mut plot = Plot::new(
        sheet,
        layer_axis(1),
        Axis {
            scale: Scale::Log {
                low: bottom,
                high: 100.0,
            },
            ticks: [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 90.0]
                .map(|at: f64| Tick::new(at, &format!("{at}°")))
                .into(),
            title: "angle between the two answers".into(),
        },
        "infinite width",
    );
    plot.band("s1", &layer, &low, &high);
    for (class, style, column, name) in [
        ("s1", "s1 median", "median", "median"),
        ("s2", "s2 dashed", "infinite", "infinite width"),
        ("s3", "s3 strong", "notebook", "notebook"),
    ] {
        let line = by_layer(table, column);
        plot.label(class, line[line.len() - 1], name);
        plot.line(style, line);
    }
    plot
}
