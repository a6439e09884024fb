//! Both of the notebook's boxes, solved: the signal and the gradient under two rules, among networks
//! drawn like it.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{by_layer, layer_axis};
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-solved",
    runs: &[
        "udl-50x80",
        "udl-50x80-by-fan-out",
        "udl-backward-50x80",
        "udl-backward-50x80-by-fan-in",
        "spread",
        "spread-of-gradients",
    ],
    draw,
};

/// One pass: what the notebook took, the other rule, and what was to be expected.
struct Solved {
    heading: &'static str,
    axis: &'static str,
    /// The rule that the notebook took for this pass, and the other one.
    rules: [&'static str; 2],
    std: [Vec<(f64, f64)>; 2],
    spread: Table,
    /// How many rows the notebook prints.
    printed: usize,
}

fn draw(tables: &[&Table]) -> Picture {
    let [
        forward,
        forward_other,
        backward,
        backward_other,
        spread,
        spread_back,
    ] = shown(tables);
    let std = |table: &Table| by_layer(table, "std");
    let solved = [
        Solved {
            heading: "the signal",
            axis: "standard deviation of the activations",
            rules: ["by fan-in", "by fan-out"],
            std: [std(forward), std(forward_other)],
            spread: spread.clone(),
            printed: 26,
        },
        Solved {
            heading: "the gradient",
            axis: "standard deviation of the gradient",
            rules: ["by fan-out", "by fan-in"],
            std: [std(backward), std(backward_other)],
            spread: spread_back.clone(),
            printed: 32,
        },
    ];
    let ends = |pass: &Solved| {
        let [own, other] = [0, 1].map(|rule| {
            let (low, high) = extent(pass.std[rule].iter().map(|(_, std)| *std));
            format!("between {low:.2} and {high:.2} {}", pass.rules[rule])
        });
        format!("{} stays {own} and {other}", pass.heading)
    };
    let description = format!(
        "Two plots over the layers of one network of fifty layers, on logarithmic axes: {}; {}. In both the two lines are parallel, \
         a factor of the square root of eighty apart. Bands behind them show where networks drawn alike lie: for the signal they reach \
         from {:.2} to {:.1} in the last layer, for the gradient from {:.3} to {:.0} in the first.",
        ends(&solved[0]),
        ends(&solved[1]),
        last(&solved[0].spread, "low"),
        last(&solved[0].spread, "high"),
        solved[1].spread.numbers("low")[0],
        solved[1].spread.numbers("high")[0],
    );
    Picture::of(
        FIGURE.name,
        "The notebook’s network under two rules, forward and backward",
        &description,
        Sheet::WIDE.of_height(420.0),
        tables.iter().copied().cloned().collect(),
        |sheet| panels(sheet, &solved),
    )
}

fn last(table: &Table, column: &str) -> f64 {
    table.numbers(column)[table.rows.len() - 1]
}

fn panels(sheet: Sheet, solved: &[Solved; 2]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 680.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    for (place, pass) in places.into_iter().zip(solved) {
        panels.add(place, (pass.heading, 0.0), [plot(place, pass).area()]);
    }
    panels
}

fn plot(place: Place, pass: &Solved) -> Plot {
    let [layer, low, lower, median, upper, high] = [
        "layer",
        "low",
        "lower_quartile",
        "median",
        "upper_quartile",
        "high",
    ]
    .map(|column| pass.spread.numbers(column));
    let lines = pass.std.iter().flatten().map(|(_, std)| *std);
    let (smallest, largest) = extent(lines.chain(low.iter().chain(&high).copied()));
    let y = Scale::Log {
        low: smallest / 1.2,
        high: largest * 1.2,
    };
    let mut plot = Plot::new(
        place.sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: pass.axis.into(),
        },
        "by fan-out",
    );
    plot.band("s1 outer", &layer, &low, &high);
    plot.band("s1 inner", &layer, &lower, &upper);
    plot.line("s1 median", layer.iter().copied().zip(median));
    let classes = ["s2", "s3"];
    let widths = ["strong", "thin"];
    for (((class, width), rule), std) in classes.iter().zip(widths).zip(pass.rules).zip(&pass.std) {
        plot.line(&format!("{class} {width}"), std.iter().copied());
        plot.label(class, std[std.len() - 1], rule);
    }
    plot.points("s2", 3.0, pass.std[0][..pass.printed].iter().copied());
    plot
}
