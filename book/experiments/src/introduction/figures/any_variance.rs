//! The introduction's networks with weights of any variance: lines that tilt.

use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis, networks};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::number::{Format, Script, brief, typeset};
use crate::{Figure, Table};

pub(in crate::introduction) const FIGURE: Figure = Figure {
    name: "any-variance",
    runs: &["any-variance"],
    draw,
};

/// The axis holds these sizes whatever the variance is, so that one sees the networks move, and not the axis.
pub(in crate::introduction) const SIZES: [f64; 2] = [1e-9, 1e9];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let total = |name: &str| typeset(table.total(name), Format::Brief, Script::Plain);
    let expected = by_layer(table, "expected");
    let description = format!(
        "Root mean square of the signal by layer, on a logarithmic axis, in {count} networks whose weights have variance {scale}/n. It starts near \
         one. Behind layer {DEPTH} it lies between {least} and {most}, in the network drawn strongly at {first}. A dashed straight line, \
         expected from the variance alone, ends at {expected}; {below} of the networks end below it.",
        count = table.parameter("networks"),
        scale = table.parameter("scale"),
        least = total("least"),
        most = total("most"),
        first = total("first"),
        expected = typeset(expected[DEPTH].1, Format::Brief, Script::Plain),
        below = table.total("below"),
    );
    Picture::of(
        FIGURE.name,
        "The signal through fifty ReLU layers, for a weight variance that can be moved",
        &description,
        Sheet::COLUMN.of_height(380.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    // The first column behind the layer is no network's.
    let lines = networks(table);
    let (expected, networks) = (&lines[0], &lines[1..]);
    let y = Scale::decades(lines.iter().flatten().map(|(_, rms)| *rms).chain(SIZES));
    let mut plot = Plot::new(
        sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(sheet.pick(7, 6)),
            title: "rms of the signal".into(),
        },
        "one network",
    );
    for network in &networks[1..] {
        plot.line("ghost s1", network.iter().copied());
    }
    plot.line("s2 dashed", expected.iter().copied());
    plot.label("s2", expected[expected.len() - 1], "expected");
    plot.line("s1 strong", networks[0].iter().copied());
    let end = networks[0][networks[0].len() - 1];
    plot.label("s1", end, &format!("one network\n{}", brief(end.1)));
    plot
}
