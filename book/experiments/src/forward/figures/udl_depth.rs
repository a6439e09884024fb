//! The notebook's He run, fifty layers of eighty units, against what is to be expected at this width.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-depth",
    runs: &["udl-50x80", "spread"],
    draw,
};

/// The notebook prints layers 0 to 25.
const PRINTED: usize = 26;

fn draw(tables: &[&Table]) -> Picture {
    let [run, spread] = shown(tables);
    let std = by_layer(run, "std");
    let low = spread.numbers("low");
    let high = spread.numbers("high");
    let last = std[DEPTH].1;
    let description = format!(
        "Standard deviation of the signal by layer, on a logarithmic axis: {:.3} at the input, {:.3} in layer {}, {last:.3} in layer {DEPTH}. \
         Behind it, the band that holds 95 percent of {} networks drawn like it: in layer {DEPTH} it reaches from {:.3} to {:.3}.",
        std[0].1,
        std[PRINTED - 1].1,
        PRINTED - 1,
        spread.parameter("networks"),
        low[DEPTH],
        high[DEPTH],
    );
    Picture::of(
        FIGURE.name,
        "The notebook’s He run beside many networks like it",
        &description,
        Sheet::WIDE.of_height(400.0),
        vec![Table::clone(run), Table::clone(spread)],
        |sheet| plot(sheet, &std, spread),
    )
}

fn plot(sheet: Sheet, std: &[(f64, f64)], spread: &Table) -> Plot {
    let [layer, low, lower, median, upper, high] = [
        "layer",
        "low",
        "lower_quartile",
        "median",
        "upper_quartile",
        "high",
    ]
    .map(|column| spread.numbers(column));
    let (smallest, largest) = extent(
        low.iter()
            .chain(&high)
            .copied()
            .chain(std.iter().map(|(_, std)| *std)),
    );
    let y = Scale::Log {
        low: smallest * 0.95,
        high: largest * 1.05,
    };
    let mut plot = Plot::new(
        sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "standard deviation of the activations".into(),
        },
        sheet.pick("95 % of networks", "of networks"),
    );
    plot.band("s1 outer", &layer, &low, &high);
    plot.band("s1 inner", &layer, &lower, &upper);
    plot.line(
        "s1 median",
        layer.iter().copied().zip(median.iter().copied()),
    );
    plot.line("s2 strong", std.iter().copied());
    plot.points("s2", 3.2, std[..PRINTED].iter().copied());

    let end = DEPTH as f64;
    let of_networks = |share: &str| format!("{share}{}of networks", sheet.pick(" ", "\n"));
    let between = |a: f64, b: f64| (a * b).sqrt();
    plot.label(
        "s1",
        (end, between(upper[DEPTH], high[DEPTH])),
        &of_networks("95 %"),
    );
    plot.label(
        "s1",
        (end, between(lower[DEPTH], median[DEPTH])),
        &of_networks("50 %"),
    );
    plot.label("s1 quiet", (end, median[DEPTH]), "median");
    plot.label(
        "s2",
        (end, std[DEPTH].1),
        &format!("notebook’s{}network", sheet.pick(" ", "\n")),
    );
    let words = format!(
        "dots: {}layers 0 to {}",
        sheet.pick("printed by the notebook, ", "printed, "),
        PRINTED - 1
    );
    plot.note("s2", (1.0, smallest), (0.0, 0.0), Anchor::Start, &words);
    plot
}
