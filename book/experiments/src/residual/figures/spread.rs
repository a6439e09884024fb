//! The spread of networks against depth: three lines, one of which has a limit.

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;
use crate::{Figure, Table};

pub(in crate::residual) const FIGURE: Figure = Figure {
    name: "spread-by-depth",
    runs: &["spread-by-depth"],
    draw,
};

const LINES: [(&str, &str, &str); 3] = [
    ("feed_forward", "no skip", "s4"),
    ("plain", "plain", "s1"),
    ("scaled", "over √L", "s2"),
];

/// What the axis shows of the spread: its excess over one.
fn excess(table: &Table, column: &str) -> Vec<f64> {
    let spreads = table.numbers(column).into_iter();
    spreads.map(|spread| spread - 1.0).collect()
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = table.rows.len() - 1;
    let ends: Vec<String> = LINES
        .iter()
        .map(|(column, name, _)| format!("{name} {:.2e}", table.numbers(column)[last]))
        .collect();
    let description = format!(
        "A plot of the spread minus one against the depth, on two logarithmic axes. Two lines rise in proportion to the depth at first and bend upwards; \
         the third, of branches over the root of the depth, soon is level. At {:.0} blocks the spreads are: {}.",
        table.numbers("depth")[last],
        ends.join(", ")
    );
    Picture::of(
        FIGURE.name,
        "The spread of networks with and without skips by depth",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let depth = table.numbers("depth");
    let x = Scale::Log {
        low: depth[0],
        high: depth[depth.len() - 1],
    };
    // What is above leaves the frame: it says no more than that it does.
    let y = Scale::Log {
        low: 1e-2,
        high: 1e4,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "blocks, or layers".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(7),
            title: "spread minus one".into(),
        },
        "no skip",
    );
    plot.rule("limit", table.total("bound") - 1.0);
    for (column, name, class) in LINES {
        let points: Vec<(f64, f64)> = depth.iter().copied().zip(excess(table, column)).collect();
        let inside = points.into_iter().take_while(|(_, y)| *y <= 1e4);
        let inside: Vec<(f64, f64)> = inside.collect();
        if let Some(end) = inside.last() {
            // The plain line comes by where the name of this one would stand.
            if column == "feed_forward" {
                plot.note(class, *end, (-8.0, 4.0), Anchor::End, name);
            } else {
                plot.label(class, *end, name);
            }
        }
        plot.line(class, inside);
    }
    plot
}
