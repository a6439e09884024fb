//! The rms of the stream against depth, as bands of drawn networks.

use super::super::stream_depth::KINDS;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "stream-depth",
    runs: &["stream-depth"],
    draw,
};

/// What the lines are called, in the order of the kinds.
const NAMES: [&str; 4] = ["plain", "over √L", "normalized", "no skip"];
const CLASSES: [&str; 4] = ["s1", "s2", "s3", "s4"];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let end = |column: String| table.numbers(&column)[table.rows.len() - 1];
    let ends: Vec<String> = KINDS
        .iter()
        .zip(NAMES)
        .map(|(kind, name)| {
            let [low, high] = ["low", "high"].map(|what| end(format!("{kind}_{what}")));
            format!("{name} from {low:.2e} to {high:.2e}")
        })
        .collect();
    let description = format!(
        "A plot of the rms of the stream over that of the input against the number of blocks, on a logarithmic axis, with a band for each of four kinds of \
         networks. Plain residual networks rise on a straight line; those without a skip fall and widen. After {} blocks the middle nine tenths reach: {}. \
         A level line at one is ReZero.",
        table.rows.len(),
        ends.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "The rms of the stream of four kinds of networks by depth",
        &description,
        Sheet::COLUMN.of_height(400.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let depth = table.numbers("depth");
    let last = depth[depth.len() - 1];
    let column = |kind: &str, what: &str| table.numbers(&format!("{kind}_{what}"));
    let ends = KINDS.iter().flat_map(|kind| {
        let [low, high] = ["low", "high"].map(|what| column(kind, what));
        low.into_iter().chain(high)
    });
    let y = Scale::decades(ends);
    let x = Scale::Linear {
        low: 0.0,
        high: last,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 380.0)),
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "blocks".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(8),
            title: "rms of the stream over that of the input".into(),
        },
        "normalized",
    );
    plot.rule("limit", 1.0);
    plot.label("quiet", (last, 1.0), "ReZero");
    for ((kind, name), class) in KINDS.iter().zip(NAMES).zip(CLASSES) {
        // All networks begin at the input.
        let from_one =
            |what: &str| -> Vec<f64> { std::iter::once(1.0).chain(column(kind, what)).collect() };
        let places: Vec<f64> = std::iter::once(0.0).chain(depth.iter().copied()).collect();
        let [low, median, high] = ["low", "median", "high"].map(from_one);
        plot.band(class, &places, &low, &high);
        plot.line(
            &format!("{class} median"),
            places.iter().copied().zip(median.iter().copied()),
        );
        plot.label(class, (last, median[median.len() - 1]), name);
    }
    plot
}
