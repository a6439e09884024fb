//! Four sizes of the notebook's network by the variance of its first matrix, and where the rules are one.

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::{part, shown};
use crate::number::{Format, Script, typeset};
use crate::{Figure, Table};

pub(in crate::deep_signal) const FIGURE: Figure = Figure {
    name: "udl-ends",
    runs: &["udl-ends"],
    draw,
};

/// A size: its class, the style of its line, its column, its name on the page and on a phone.
const SIZES: [(&str, &str, &str, [&str; 2]); 4] = [
    ("s1", "s1 strong", "signal", ["signal"; 2]),
    ("s2", "s2", "output", ["output"; 2]),
    ("s3", "s3 dashed", "gradient", ["gradient"; 2]),
    (
        "s4",
        "s4 strong",
        "weight_gradient",
        ["weight gradient", "weight\ngradient"],
    ),
];

/// What the axis holds, whatever is moved.
const AXIS: (f64, f64) = (1e-2, 1e2);

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let written = |x| typeset(x, Format::Significant(3), Script::Plain);
    let [swept, network] = ["sweep", "network"]
        .map(|name| SIZES.map(|(_, _, column, _)| part(table, name, "first", column)));
    let sizes = SIZES.iter().zip(swept.iter().zip(&network));
    let sizes = sizes.map(|((_, _, column, _), (line, network))| {
        format!(
            "the {name} rises from {low} to {high} and has its dot at {at}",
            name = column.replace('_', " "),
            low = written(line[0].1),
            high = written(line[line.len() - 1].1),
            at = written(network[0].1),
        )
    });
    let sizes: Vec<String> = sizes.collect();
    // Signal, output and gradient are s, st and st².
    let together = if (table.total("t") - 1.0).abs() < 1e-9 {
        " The lines of signal, output and gradient are one."
    } else {
        ""
    };
    let description = format!(
        "Four rising straight lines and a dot on each, on two logarithmic axes: sizes of the notebook's network over what they are under \
         2 / fan-in, against the variance of its first matrix from {low} to {high}, with a readout of variance {readout}. At the dots the \
         first matrix has variance {first}. From left to right {sizes}. An upright line at {balanced} marks where st is one: there the lines \
         of output and weight gradient pass one.{together}",
        low = written(swept[0][0].0),
        high = written(swept[0][swept[0].len() - 1].0),
        readout = table.parameter("readout"),
        first = table.parameter("first"),
        sizes = sizes.join("; "),
        balanced = written(table.total("balanced")),
    );
    Picture::of(
        FIGURE.name,
        "Four sizes of the notebook’s network by the variances of its two ends",
        &description,
        Sheet::COLUMN.of_height(400.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let swept = part(table, "sweep", "first", "first");
    let x = Scale::Log {
        low: swept[0].0,
        high: swept[swept.len() - 1].0,
    };
    let (low, high) = AXIS;
    let y = Scale::Log { low, high };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(7),
            title: "variance of the first matrix".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "size over that under 2/*n*_{in}".into(),
        },
        sheet.pick("weight gradient", "gradient"),
    );
    plot.rule("limit", 1.0);
    let balanced = table.total("balanced");
    plot.line("guide", [(balanced, low), (balanced, high)]);
    let (anchor, aside) = if x.fraction(balanced) < 0.5 {
        (Anchor::Start, 6.0)
    } else {
        (Anchor::End, -6.0)
    };
    plot.note("quiet", (balanced, low), (aside, -8.0), anchor, "*st* = 1");
    for (class, style, column, [page, phone]) in SIZES {
        let line = part(table, "sweep", "first", column);
        plot.label(class, line[line.len() - 1], sheet.pick(page, phone));
        plot.line(style, line);
    }
    for (class, _, column, _) in SIZES {
        plot.points(class, 4.5, part(table, "network", "first", column));
    }
    plot
}
