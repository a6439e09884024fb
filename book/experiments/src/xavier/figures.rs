//! What Xavier's variance does in one layer, forward and backward, by the ratio of its widths.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "xavier-factors",
    runs: &["xavier-factors"],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let [ratio, forward, backward] =
        ["ratio", "forward", "backward"].map(|column| table.numbers(column));
    let last = ratio.len() - 1;
    let description = format!(
        "The factors on the mean square of signal and gradient against the number of inputs over that of outputs, on a logarithmic axis. \
         The forward factor rises from {:.2} at a ratio of {:.4} to {:.2} at {:.0}, the backward factor falls from {:.2} to {:.2}; \
         they cross at one in a square layer. Measured points lie on both lines.",
        forward[0], ratio[0], forward[last], ratio[last], backward[0], backward[last],
    );
    Picture::of(
        FIGURE.name,
        "Xavier’s two factors by the shape of a layer",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let ratio = table.numbers("ratio");
    let by_ratio = |column: &str| -> Vec<(f64, f64)> {
        ratio.iter().copied().zip(table.numbers(column)).collect()
    };
    let (low, high) = extent(ratio.iter().copied());
    let y = Scale::Linear {
        low: 0.0,
        high: 2.1,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: Scale::Log {
                low: low / 1.1,
                high: high * 1.1,
            },
            ticks: [
                (1.0 / 16.0, "1/16"),
                (0.25, "1/4"),
                (1.0, "1"),
                (4.0, "4"),
                (16.0, "16"),
            ]
            .map(|(at, label)| Tick::new(at, label))
            .into(),
            title: "inputs over outputs, *n*/*m*".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "factor on the mean square".into(),
        },
        "2*m*/(*n* + *m*)",
    );
    for (class, fill, name, label) in [
        (
            "s2 dashed",
            "s2 hollow",
            "backward",
            "gradient\n2*m*/(*n* + *m*)",
        ),
        ("s1 strong", "s1", "forward", "signal\n2*n*/(*n* + *m*)"),
    ] {
        let line = by_ratio(name);
        plot.line(class, line.iter().copied());
        plot.points(
            fill,
            sheet.pick(4.0, 3.5),
            by_ratio(&format!("{name}_measured")),
        );
        plot.label(class, line[line.len() - 1], label);
    }
    plot
}
