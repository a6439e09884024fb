//! The notebook's first run: five layers of eight units whose weights have variance 1.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::by_layer;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-small",
    runs: &["udl-5x8"],
    draw,
};

/// How many layers there are.
const DEPTH: usize = 5;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let std = by_layer(table, "std");
    let printed = std[..DEPTH]
        .iter()
        .map(|(_, std)| format!("{std:.3}"))
        .collect::<Vec<_>>()
        .join(", ");
    let description = format!(
        "Standard deviation of the signal by layer. Until March 2024 the notebook printed layers 0 to {}: {printed}. Layer {} follows with {:.3}.",
        DEPTH - 1,
        DEPTH,
        std[DEPTH].1,
    );
    Picture::of(
        FIGURE.name,
        "Standard deviation by layer in a network of five layers of eight units",
        &description,
        Sheet::COLUMN.of_height(300.0),
        vec![table.clone()],
        |sheet| plot(sheet, &std),
    )
}

fn plot(sheet: Sheet, std: &[(f64, f64)]) -> Plot {
    let (_, high) = extent(std.iter().map(|(_, std)| *std));
    let y = Scale::Linear {
        low: 0.0,
        high: high * 1.1,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 280.0)),
        Axis {
            scale: Scale::Linear {
                low: -0.15,
                high: DEPTH as f64 + 0.15,
            },
            ticks: (0..=DEPTH)
                .map(|layer| Tick::new(layer as f64, &layer.to_string()))
                .collect(),
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "standard deviation of the activations".into(),
        },
        "",
    );
    let (printed, rest) = std.split_at(DEPTH);
    plot.line("s1 strong", std.iter().copied());
    plot.points("s1", 4.5, printed.iter().copied());
    plot.points("s1 hollow", 4.5, rest.iter().copied());
    for point in printed {
        let words = format!("{:.3}", point.1);
        plot.note("value", *point, (-9.0, -9.0), Anchor::Middle, &words);
    }
    for point in rest {
        plot.note("", *point, (4.0, -10.0), Anchor::End, "not printed");
    }
    plot
}
