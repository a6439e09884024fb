//! The notebook's network, asked about 1 and about −1, in the exact band of what was to be expected.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-response",
    runs: &["udl-response"],
    draw,
};

/// An error of the variance that the band hides: its median is drawn too.
const WRONG_BY: f64 = 1.05;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| table.numbers(column)[DEPTH - 1];
    let description = format!(
        "Root mean square of the activations by layer, on a logarithmic axis. The exact band of 95 percent widens from layer to layer \
         and reaches from {:.3} to {:.2} in layer {DEPTH}, with a median of {:.2}. The answers to 1 and to −1 wander inside it and end at {:.2} and {:.2}. \
         The median of networks whose variance is five percent too large stays inside too, and ends at {:.2}.",
        last("low"),
        last("high"),
        last("median"),
        last("to_plus_one"),
        last("to_minus_one"),
        last("median") * libm::pow(WRONG_BY, DEPTH as f64 / 2.0),
    );
    Picture::of(
        FIGURE.name,
        "The notebook’s network in the exact band of its answers",
        &description,
        Sheet::WIDE.of_height(400.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [layer, low, high] = ["layer", "low", "high"].map(|column| table.numbers(column));
    let (smallest, largest) = extent(low.iter().chain(&high).copied());
    let y = Scale::Log {
        low: smallest / 1.1,
        high: largest * 1.1,
    };
    let mut plot = Plot::new(
        sheet,
        layer_axis(1),
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "rms of the activations".into(),
        },
        sheet.pick("median with 2.1/*n*", "with 2.1/*n*"),
    );
    plot.band("s1", &layer, &low, &high);
    let median = by_layer(table, "median");
    let wrong: Vec<_> = median
        .iter()
        .map(|(layer, rms)| (*layer, rms * libm::pow(WRONG_BY, layer / 2.0)))
        .collect();
    let end = |points: &[(f64, f64)]| points[points.len() - 1];
    let of = |name: &str| format!("median{}with {name}", sheet.pick(" ", "\n"));
    plot.label("s1", end(&median), &of("2/*n*"));
    plot.label("s4", end(&wrong), &of("2.1/*n*"));
    plot.line("s1 median", median);
    plot.line("s4 dashed thin", wrong);
    for (class, column, words) in [
        ("s2", "to_plus_one", "answer to 1"),
        ("s3", "to_minus_one", "answer to −1"),
    ] {
        let answer = by_layer(table, column);
        plot.label(class, end(&answer), words);
        plot.line(&format!("{class} strong"), answer);
    }
    plot
}
