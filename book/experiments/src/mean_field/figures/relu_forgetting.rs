//! What He networks leave of the difference of two inputs: infinite width, and networks of eighty units.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::layers::by_layer;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "relu-forgetting",
    runs: &["relu-forgetting"],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| {
        let points = by_layer(table, column);
        points[points.len() - 1]
    };
    let (depth, infinite) = last("infinite");
    let description = format!(
        "One minus the correlation of two inputs against the layer, both on logarithmic axes. The curve of infinite width becomes a straight line and ends at {:.1e} in layer {depth}. \
         The median of {} networks of {} units leaves it downwards and ends at {:.1e}, in a band from {:.1e} to {:.1e}.",
        infinite,
        table.parameter("networks"),
        table.parameter("width"),
        last("median").1,
        last("low").1,
        last("high").1,
    );
    Picture::of(
        FIGURE.name,
        "What He networks leave of the difference of two inputs",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let infinite = by_layer(table, "infinite");
    let end = infinite[infinite.len() - 1];
    let low = table.numbers("low");
    let (least, _) = extent(low.iter().copied());
    let y = Scale::decades([least, 1.0]);
    let ticks = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: Scale::Log {
                low: 1.0,
                high: end.0,
            },
            ticks: ticks.map(|at| Tick::new(at, &at.to_string())).into(),
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "one minus the correlation".into(),
        },
        "80 units",
    );
    plot.band("s2", &table.numbers("layer"), &low, &table.numbers("high"));
    let median = by_layer(table, "median");
    plot.label(
        "s2",
        median[median.len() - 1],
        &format!("{} units", table.parameter("width")),
    );
    plot.line("s2 strong", median);
    plot.label("s1", end, "infinite\nwidth");
    plot.line("s1", infinite);
    plot
}
