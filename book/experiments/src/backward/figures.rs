//! The gradient through the notebook's two networks, with what the notebooks print.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::by_layer;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-backward",
    runs: &["udl-backward-5x8", "udl-backward-50x80"],
    draw,
};

/// How many layers of the deep network the notebook prints, from the first; of the small one all.
const PRINTED: usize = 32;

fn draw(tables: &[&Table]) -> Picture {
    let tables: [&Table; 2] = shown(tables);
    let [small, deep] = [&tables[0], &tables[1]].map(|table| by_layer(table, "std"));
    let (low, high) = extent(deep.iter().map(|(_, std)| *std));
    let description = format!(
        "Standard deviation of the gradient with respect to the pre-activations, by layer, in two plots. \
         In the network of five layers it falls from {:.3} in layer 1 to {:.3} in layer {}: going backward, it grows. \
         In the network of fifty layers it stays between {low:.2} and {high:.2}; the notebook prints its first {PRINTED} layers.",
        small[0].1,
        small[small.len() - 1].1,
        small.len(),
    );
    Picture::of(
        FIGURE.name,
        "The gradient by layer in the notebook’s two networks",
        &description,
        Sheet::WIDE.of_height(360.0),
        tables.iter().copied().cloned().collect(),
        |sheet| panels(sheet, &small, &deep),
    )
}

fn panels(sheet: Sheet, small: &[(f64, f64)], deep: &[(f64, f64)]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 600.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    for (place, heading, plot) in [
        (
            places[0],
            "five layers of eight units, variance 1",
            small_plot(places[0], small),
        ),
        (
            places[1],
            "fifty layers of eighty units, variance 2 / fan-out",
            deep_plot(places[1], deep),
        ),
    ] {
        panels.add(place, (heading, 0.0), [plot.area()]);
    }
    panels
}

fn axes(std: &[(f64, f64)], layers: Vec<Tick>) -> [Axis; 2] {
    let (_, high) = extent(std.iter().map(|(_, std)| *std));
    let y = Scale::Linear {
        low: 0.0,
        high: high * 1.12,
    };
    let last = std.len() as f64;
    [
        Axis {
            scale: Scale::Linear {
                low: 1.0 - last / 20.0,
                high: last * 1.05,
            },
            ticks: layers,
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "standard deviation of the gradient".into(),
        },
    ]
}

fn layer(layer: usize) -> Tick {
    Tick::new(layer as f64, &layer.to_string())
}

fn small_plot(place: Place, std: &[(f64, f64)]) -> Plot {
    let [x, y] = axes(std, (1..=std.len()).map(layer).collect());
    let mut plot = Plot::new(place.sheet, x, y, "");
    plot.line("s1 strong", std.iter().copied());
    plot.points("s1", 4.5, std.iter().copied());
    for (i, point) in std.iter().enumerate() {
        let words = format!("{:.3}", point.1);
        let is_last = i + 1 == std.len();
        let offset = if is_last { (4.0, 20.0) } else { (6.0, -9.0) };
        let anchor = if is_last { Anchor::End } else { Anchor::Start };
        plot.note("value", *point, offset, anchor, &words);
    }
    plot
}

fn deep_plot(place: Place, std: &[(f64, f64)]) -> Plot {
    let ticks = std::iter::once(1).chain((10..=std.len()).step_by(10));
    let [x, y] = axes(std, ticks.map(layer).collect());
    let mut plot = Plot::new(place.sheet, x, y, "");
    plot.line("s1 strong", std.iter().copied());
    plot.points("s1", 3.2, std[..PRINTED].iter().copied());
    let words = format!("dots: printed, layers 1 to {PRINTED}");
    plot.note("s1", (1.0, 0.0), (0.0, -10.0), Anchor::Start, &words);
    plot
}
