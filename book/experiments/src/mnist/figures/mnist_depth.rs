//! Nets of two to twenty layers on handwritten digits, after two hundred steps: where the initialization
//! decides.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;

pub(super) const FIGURE: Figure = Figure {
    name: "mnist-depth",
    // Few layers, and twenty, which have more seeds.
    runs: &["mnist-depth", "mnist-depth-20"],
    draw,
};

/// An activation, as the table and as a heading call it.
const PANELS: [(&str, &str); 2] = [("tanh", "tanh"), ("relu", "ReLU")];

/// An initializer: its series, and its name in the table and on the page.
const SERIES: [(&str, &str, &str); 3] = [
    ("s4", "normal", "variance 1"),
    ("s3", "lecun", "LeCun"),
    ("s1", "he", "He"),
];

fn draw(tables: &[&Table]) -> Picture {
    let deepest = |activation: &str, initializer: &str| {
        let accuracy = series(tables, activation, initializer, "accuracy");
        accuracy[accuracy.len() - 1]
    };
    let words = PANELS.map(|(activation, heading)| {
        let each = SERIES.map(|(_, initializer, name)| {
            format!("{name} {:.0}", deepest(activation, initializer).1)
        });
        format!("{heading}: {}", each.join(", "))
    });
    let description = format!(
        "Accuracy on the test images in percent against the number of layers, one plot for tanh and one for ReLU, a line for each initialization. \
         All begin high at {:.0} layers but those of variance 1. At {:.0} layers the accuracies are, for {}.",
        series(tables, "tanh", "he", "accuracy")[0].0,
        deepest("tanh", "he").0,
        words.join("; for "),
    );
    Picture::of(
        FIGURE.name,
        "Accuracy against depth under four initializations",
        &description,
        Sheet::WIDE.of_height(380.0),
        tables.iter().copied().cloned().collect(),
        |sheet| panels(sheet, tables),
    )
}

/// A column by the number of layers, over all tables that have it.
fn series(tables: &[&Table], activation: &str, initializer: &str, column: &str) -> Vec<(f64, f64)> {
    let [activation, initializer] = [activation, initializer].map(Cell::from);
    let has_it = |table: &&Table| table.columns.iter().any(|name| name == column);
    let of = |table: &Table| -> Vec<(f64, f64)> {
        let layers = table.numbers("layers").into_iter();
        let points = layers.zip(table.numbers(column)).zip(&table.rows);
        points
            .filter(|(_, row)| row[0] == activation && row[1] == initializer)
            .map(|(point, _)| point)
            .collect()
    };
    tables.iter().copied().filter(has_it).flat_map(of).collect()
}

fn panels(sheet: Sheet, tables: &[&Table]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 600.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    for (place, (activation, heading)) in places.into_iter().zip(PANELS) {
        panels.add(
            place,
            (heading, 0.0),
            [plot(place, tables, activation).area()],
        );
    }
    panels
}

fn plot(place: Place, tables: &[&Table], activation: &str) -> Plot {
    let mut depths: Vec<f64> = tables
        .iter()
        .flat_map(|table| table.numbers("layers"))
        .collect();
    let (least, most) = extent(depths.iter().copied());
    let y = Scale::Linear {
        low: 0.0,
        high: 100.0,
    };
    depths.sort_by(f64::total_cmp);
    depths.dedup();
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: Scale::Log {
                low: least / 1.08,
                high: most * 1.02,
            },
            ticks: depths
                .iter()
                .map(|layers| Tick::new(*layers, &layers.to_string()))
                .collect(),
            title: "layers".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "accuracy in percent".into(),
        },
        "variance 1",
    );
    let most_seeds = &tables[tables.len() - 1].columns;
    let seeds: Vec<&String> = most_seeds
        .iter()
        .filter(|name| name.starts_with("seed_"))
        .collect();
    for (class, initializer, name) in SERIES {
        let mean = series(tables, activation, initializer, "accuracy");
        plot.label(class, mean[mean.len() - 1], name);
        plot.line(class, mean);
        for seed in &seeds {
            let points = series(tables, activation, initializer, seed);
            plot.points(class, 2.4, points);
        }
    }
    plot
}
