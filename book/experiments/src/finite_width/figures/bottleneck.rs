//! One narrow layer among fifty.

use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "bottleneck",
    runs: &["bands-80x50", "bands-with-a-bottleneck"],
    draw,
};

/// The narrow layer.
const NARROW: f64 = 25.0;

fn draw(tables: &[&Table]) -> Picture {
    let tables: [&Table; 2] = shown(tables);
    let [equal, narrow] =
        tables.map(|table| ["low", "median", "high"].map(|column| table.numbers(column)[DEPTH]));
    let description = format!(
        "The bands that hold 95 percent of networks, and their medians, by layer, on a logarithmic axis, for fifty layers of 80 units \
         and for the same with 8 units in layer 25. The two are one until there; in layer 25 the second widens at once, and it stays wider. Behind the last layer the first band \
         reaches from {:.4} to {:.2} with a median of {:.3}, the second from {:.4} to {:.2} with a median of {:.3}.",
        equal[0], equal[2], equal[1], narrow[0], narrow[2], narrow[1],
    );
    Picture::of(
        FIGURE.name,
        "The band of fifty layers, with and without a bottleneck",
        &description,
        Sheet::COLUMN.of_height(360.0),
        tables.iter().map(|table| (*table).clone()).collect(),
        |sheet| plot(sheet, tables),
    )
}

fn plot(sheet: Sheet, [equal, narrow]: [&Table; 2]) -> Plot {
    let y = Scale::Log {
        low: 1e-3,
        high: 20.0,
    };
    let mut plot = Plot::new(
        sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "mean square over that of the input".into(),
        },
        sheet.pick("with a bottleneck", "bottleneck"),
    );
    plot.line("zero", [(NARROW, 1e-3), (NARROW, 20.0)]);
    for (table, class, name) in [
        (narrow, "s2", sheet.pick("with a bottleneck", "bottleneck")),
        (equal, "s1", "80 units"),
    ] {
        let [layer, low, high] = ["layer", "low", "high"].map(|column| table.numbers(column));
        plot.band(class, &layer, &low, &high);
        for column in ["low", "high"] {
            plot.line(&format!("{class} thin"), by_layer(table, column));
        }
        let median = by_layer(table, "median");
        plot.label(class, median[median.len() - 1], name);
        plot.line(&format!("{class} strong"), median);
    }
    plot.note(
        "quiet",
        (NARROW, 20.0),
        (6.0, 14.0),
        Anchor::Start,
        "8 units",
    );
    plot
}
