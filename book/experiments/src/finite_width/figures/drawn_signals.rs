//! Drawn networks beside the band of the exact law.

use crate::drawing::Picture;
use crate::drawing::layers::by_layer;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;
use crate::number::{Format, Script, typeset};
use crate::{Figure, Table};

pub(in crate::finite_width) const FIGURE: Figure = Figure {
    name: "drawn-signals",
    runs: &["drawn-signals"],
    draw,
};

/// A network, layer by layer, as far as it lives.
type Signal = Vec<(f64, f64)>;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| {
        let numbers = table.numbers(column);
        typeset(numbers[numbers.len() - 1], Format::Brief, Script::Plain)
    };
    let (count, alive) = (table.parameter("networks"), table.total("alive"));
    let description = format!(
        "The mean square of the signal over that of the input by layer, on a logarithmic axis, in {count} networks of {depth} layers \
         of {width} units with weights of variance {scale}/n. A straight dashed line, of infinite width, leads from 1 to {infinite}. The band \
         that holds 95 percent of the living networks opens from one point at the input to {low} and {high} behind the last layer, with their \
         median at {median}. Of the \
         networks {alive} are alive there, and of these {inside} are inside the band, and {below} below infinite width. The line of a \
         network with a dead layer ends before it.",
        depth = table.parameter("depth"),
        width = table.parameter("width"),
        scale = table.parameter("scale"),
        infinite = last("infinite"),
        low = last("low"),
        high = last("high"),
        median = last("median"),
        inside = table.total("inside"),
        below = table.total("below"),
    );
    Picture::of(
        FIGURE.name,
        "The signal of drawn networks, layer by layer, beside the band of the exact law",
        &description,
        Sheet::COLUMN.of_height(380.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

/// The networks, each up to its first dead layer.
fn networks(table: &Table) -> Vec<Signal> {
    let columns = table.columns.iter();
    let drawn = columns.filter(|column| column.starts_with("network_"));
    let alive = |column: &String| {
        let signal = by_layer(table, column).into_iter();
        signal.take_while(|(_, square)| *square > 0.0).collect()
    };
    drawn.map(alive).collect()
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [layer, low, high] = ["layer", "low", "high"].map(|column| table.numbers(column));
    let [median, infinite] = ["median", "infinite"].map(|column| by_layer(table, column));
    let networks = networks(table);
    let depth = layer[layer.len() - 1];
    let x = Scale::Linear {
        low: 0.0,
        high: depth,
    };
    let lines = networks.iter().chain([&infinite]).flatten();
    let y = Scale::decades(
        lines
            .map(|(_, square)| *square)
            .chain(low.iter().chain(&high).copied()),
    );
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(sheet.pick(7, 6)),
            title: "mean square over that of the input".into(),
        },
        "infinite width",
    );
    plot.band("s1", &layer, &low, &high);
    for signal in &networks[1..] {
        plot.line("ghost s3", signal.iter().copied());
    }
    for (class, style, line, name) in [
        ("s1", "s1 median", median, "median"),
        ("s2", "s2 dashed", infinite, "infinite width"),
    ] {
        plot.label(class, line[line.len() - 1], name);
        plot.line(style, line);
    }
    plot.line("s3 strong", networks[0].iter().copied());

    let ends = networks.iter().map(|signal| signal[signal.len() - 1]);
    plot.points("s3 hollow", 4.0, ends.filter(|(end, _)| *end < depth));
    let end = networks[0][networks[0].len() - 1];
    if end.0 < depth {
        let (anchor, right) = if end.0 < depth / 2.0 {
            (Anchor::Start, 8.0)
        } else {
            (Anchor::End, -8.0)
        };
        plot.note("s3", end, (right, -8.0), anchor, "one network, dead");
    } else {
        plot.label("s3", end, "one network");
    }
    plot
}
