//! Nets of two to twenty layers on handwritten digits, after two hundred steps: where the initialization
//! decides.

use anyhow::Result;
use unit_variance::experiments::{Cell, Table};

use super::Figure;
use super::panels::{Panels, Place};
use super::plot::{Axis, Plot};
use super::scale::{Scale, Tick, extent};
use super::sheet::Sheet;
use crate::Lab;
use crate::runs;

pub(super) const NAME: &str = "mnist-depth";

/// An activation, as the table and as a heading call it.
const PANELS: [(&str, &str); 2] = [("tanh", "tanh"), ("relu", "ReLU")];

/// An initializer: its series, and its name in the table and on the page.
const SERIES: [(&str, &str, &str); 4] = [
    ("s4", "normal", "variance 1"),
    ("s3", "lecun", "LeCun"),
    ("s2", "xavier", "Xavier"),
    ("s1", "he", "He"),
];

pub(super) fn draw(lab: &Lab) -> Result<Figure> {
    let run = runs::named("mnist-depth", lab)?.expect("a listed run exists");
    let table = lab.table(&*run)?;
    let deepest = |activation: &str, initializer: &str| {
        let accuracy = series(&table, activation, initializer, "accuracy");
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
        series(&table, "tanh", "he", "accuracy")[0].0,
        deepest("tanh", "he").0,
        words.join("; for "),
    );
    Ok(Figure::of(
        NAME,
        "Accuracy against depth under four initializations",
        &description,
        Sheet::WIDE.of_height(380.0),
        vec![Table::clone(&table)],
        |sheet| panels(sheet, &table),
    ))
}

/// A column in percent, by the number of layers.
fn series(table: &Table, activation: &str, initializer: &str, column: &str) -> Vec<(f64, f64)> {
    let [activation, initializer] = [activation, initializer].map(Cell::from);
    let layers = table.numbers("layers").into_iter();
    let points = layers.zip(table.numbers(column)).zip(&table.rows);
    points
        .filter(|(_, row)| row[0] == activation && row[1] == initializer)
        .map(|((layers, accuracy), _)| (layers, 100.0 * accuracy))
        .collect()
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.choose(sheet.height, 600.0));
    let (columns, rows) = sheet.choose((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    for (place, (activation, heading)) in places.into_iter().zip(PANELS) {
        panels.add(
            place,
            (heading, 0.0),
            [plot(place, table, activation).area()],
        );
    }
    panels
}

fn plot(place: Place, table: &Table, activation: &str) -> Plot {
    let (least, most) = extent(table.numbers("layers"));
    let y = Scale::Linear {
        low: 0.0,
        high: 100.0,
    };
    let mut depths = table.numbers("layers");
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
    let seeds: Vec<&String> = table
        .columns
        .iter()
        .filter(|name| name.starts_with("seed_"))
        .collect();
    for (class, initializer, name) in SERIES {
        let mean = series(table, activation, initializer, "accuracy");
        plot.label(class, mean[mean.len() - 1], name);
        plot.line(class, mean);
        for seed in &seeds {
            let points = series(table, activation, initializer, seed);
            plot.points(class, 2.8, points);
        }
    }
    plot
}
