//! The first token's stream, block by block: straight lines for four sizes, and dots of real matrices for one.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "transformer-stream",
    runs: &["transformer-sizes", "transformer-stream"],
    draw,
};

/// The panels: a heading, and the columns of the end of the stream and of the draws.
const PANELS: [(&str, &str, &str); 2] = [
    ("with the factor 1/√(2N)", "stream", "drawn"),
    ("without it", "unscaled", "drawn_unscaled"),
];

const CLASSES: [&str; 4] = ["s1", "s2", "s4", "s5"];

fn draw(tables: &[&Table]) -> Picture {
    let [sizes, drawn] = shown(tables);
    let of = |column: &str| {
        let ends = sizes.numbers(column).into_iter();
        let layers = sizes.numbers("layers").into_iter();
        let words = layers
            .zip(ends)
            .map(|(layers, end)| format!("{end:.2} after {layers} blocks"));
        words.collect::<Vec<_>>().join(", ")
    };
    let description = format!(
        "Two plots of the mean square of the first token's stream against the number of blocks, for four sizes of GPT-2: straight lines from the \
         embedding upwards. With the factor: {}. Without it: {}. Dots of drawn networks lie on the lines of the smallest size.",
        of("stream"),
        of("unscaled")
    );
    Picture::of(
        FIGURE.name,
        "Mean square of a transformer's stream by blocks",
        &description,
        Sheet::WIDE.of_height(360.0),
        vec![sizes.clone(), drawn.clone()],
        |sheet| panels(sheet, sizes, drawn),
    )
}

fn panels(sheet: Sheet, sizes: &Table, drawn: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 600.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (heading, end, dots)) in places.zip(PANELS) {
        panels.plot(place, heading, plot(place, (sizes, end), (drawn, dots)));
    }
    panels
}

fn plot(place: Place, (sizes, end): (&Table, &str), (drawn, dots): (&Table, &str)) -> Plot {
    let [layers, widths, starts, ends] =
        ["layers", "width", "embedding", end].map(|column| sizes.numbers(column));
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let x = Scale::Linear {
        low: 0.0,
        high: most(&layers) + 1.0,
    };
    let y = Scale::Linear {
        low: 0.0,
        high: 1.1 * most(&ends),
    };
    let marked = layers
        .iter()
        .map(|layers| Tick::new(*layers, &layers.to_string()));
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: std::iter::once(Tick::new(0.0, "0")).chain(marked).collect(),
            title: "blocks".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: String::new(),
        },
        "",
    )
    .with_left(38.0);
    for (i, class) in CLASSES.into_iter().enumerate().take(layers.len()) {
        let last = (layers[i], ends[i]);
        plot.line(class, [(0.0, starts[i]), last]);
        let words = format!("{} × {}", layers[i], widths[i]);
        // Below the end of a line no other passes; the longest ends at the edge.
        let (offset, anchor) = if layers[i] < most(&layers) {
            ((2.0, 15.0), Anchor::Start)
        } else {
            ((-8.0, -4.0), Anchor::End)
        };
        plot.note(class, last, offset, anchor, &words);
    }
    let blocks = drawn.numbers("blocks").into_iter();
    let dots = blocks.zip(drawn.numbers(dots));
    plot.points(CLASSES[0], 2.5, dots);
    plot
}
