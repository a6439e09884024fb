//! The signal of the third layer by epoch: as the notebook shows it, and repaired.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "ten-epochs",
    runs: &["ten-initializers-as-written", "ten-initializers"],
    draw,
};

/// The third affine layer among the six.
const LAYER: f64 = 4.0;

/// Initializers whose lines end together, with their label and their style.
pub(super) type Group = (&'static [&'static str], &'static str, &'static str);

pub(super) const WRITTEN: [Group; 3] = [
    (&["lecun_uniform", "he_uniform"], "LeCun, He\nuniform", "s1"),
    (&["xavier_uniform"], "Xavier\nuniform", "s3 dashed"),
    (
        &[
            "normal2",
            "trunc_normal",
            "lecun_normal",
            "xavier_normal",
            "he_normal",
        ],
        "the five\nnormal ones",
        "s4",
    ),
];

const NAMED: [Group; 3] = [
    (&["he_normal", "he_uniform"], "He", "s1"),
    (
        &[
            "lecun_normal",
            "lecun_uniform",
            "xavier_normal",
            "xavier_uniform",
        ],
        "LeCun,\nXavier",
        "s2 dashed",
    ),
    (&["normal2", "trunc_normal"], "0.01", "s4"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [written, named] = shown(tables);
    let end = |table: &Table, name: &str, column: &str| {
        let line = by_epoch(table, name, column);
        line[line.len() - 1].1
    };
    let description = format!(
        "Three plots by epoch, from 0 to 4, of the pre-activations of the third layer. As written, on a logarithmic axis, the standard \
         deviation under the LeCun and He uniform weights grows to {:.0e}, and that under the five normal ones jumps to about {:.1} and \
         stays there. Repaired, on the same axis, all lines are nearly level: He near {:.1}, LeCun and Xavier near {:.1}, those of \
         standard deviation 0.01 below a thousandth. The mean, repaired, falls slowly from zero, most for He, to {:.1}.",
        end(written, "he_uniform", "forward_std"),
        end(written, "he_normal", "forward_std"),
        end(named, "he_normal", "forward_std"),
        end(named, "lecun_normal", "forward_std"),
        end(named, "he_normal", "forward_mean"),
    );
    Picture::of(
        FIGURE.name,
        "Standard deviation and mean of the third layer by epoch",
        &description,
        Sheet::WIDE.of_height(330.0),
        [&written, &named].map(|table| numbers(table)).into(),
        |sheet| panels(sheet, written, named),
    )
}

fn is_shown(row: &[Cell]) -> bool {
    let name = row[0].to_string();
    row[2].number() == Some(LAYER) && name != "zero" && name != "normal1"
}

fn numbers(table: &Table) -> Table {
    let rows = table.rows.iter().filter(|row| is_shown(row));
    Table {
        rows: rows.cloned().collect(),
        ..table.clone()
    }
}

fn by_epoch(table: &Table, name: &str, column: &str) -> Vec<(f64, f64)> {
    let column = table.numbers(column);
    let rows = table.rows.iter().zip(column);
    let rows = rows.filter(|(row, _)| is_shown(row) && row[0].to_string() == name);
    rows.map(|(row, number)| (row[1].number().expect("an epoch"), number))
        .collect()
}

fn panels(sheet: Sheet, written: &Table, named: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 840.0));
    let (columns, rows) = sheet.pick((3, 1), (1, 3));
    let places = Panels::grid(sheet, columns, rows);
    let log = Scale::Log {
        low: 1e-5,
        high: 1e7,
    };
    let initializers = NAMED.iter().flat_map(|(names, ..)| *names);
    let means = initializers.flat_map(|name| by_epoch(named, name, "forward_mean"));
    let (low, high) = extent(means.map(|(_, mean)| mean));
    let linear = Scale::Linear {
        low: 1.1 * low,
        high: high.max(0.05),
    };
    let mut panels = Panels::new(sheet);
    for (place, heading, plot) in [
        (
            places[0],
            "standard deviation, as written",
            plot(places[0], log, written, "forward_std", &WRITTEN),
        ),
        (
            places[1],
            "standard deviation, repaired",
            plot(places[1], log, named, "forward_std", &NAMED),
        ),
        (
            places[2],
            "mean, repaired",
            plot(places[2], linear, named, "forward_mean", &NAMED),
        ),
    ] {
        panels.plot(place, heading, plot);
    }
    panels
}

fn plot(place: Place, y: Scale, table: &Table, column: &str, groups: &[Group]) -> Plot {
    let ticks = (0..5).map(|epoch| Tick::new(f64::from(epoch), &epoch.to_string()));
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: Scale::Linear {
                low: -0.15,
                high: 4.05,
            },
            ticks: ticks.collect(),
            title: "epoch".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(7),
            title: String::new(),
        },
        "normal ones",
    )
    .with_left(46.0);
    for (names, label, class) in groups {
        let lines: Vec<_> = names
            .iter()
            .map(|name| by_epoch(table, name, column))
            .collect();
        for line in &lines {
            plot.line(&format!("{class} thin"), line.iter().copied());
            plot.points(class, 2.6, line.iter().copied());
        }
        let ends = lines.iter().map(|line| line[line.len() - 1].1);
        let end = ends.clone().sum::<f64>() / lines.len() as f64;
        plot.label(class, (4.0, end), label);
    }
    plot
}
