//! Losses against the rate, a line for each width.

use super::rows;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "width-rates",
    runs: &["width-rates", "width-rates-cross-entropy"],
    draw,
};

const PANELS: [(usize, &str, &str); 4] = [
    (0, "standard", "squared error, standard"),
    (0, "maximal-update", "squared error, maximal-update"),
    (1, "standard", "cross-entropy, standard"),
    (1, "maximal-update", "cross-entropy, maximal-update"),
];

/// How the lines look, from the narrowest network to the widest.
const CLASSES: [&str; 5] = ["s1", "s3", "s4", "s2", "s5"];

/// The widths of a table, and of each the losses over the rates; what has diverged is left out.
fn lines(table: &Table, parametrization: &str) -> Vec<(f64, Vec<(f64, f64)>)> {
    let mut lines: Vec<(f64, Vec<(f64, f64)>)> = Vec::new();
    for row in rows(table, parametrization) {
        let [width, rate, loss] = [1, 2, 3].map(|i| row[i].number().unwrap_or(f64::NAN));
        if lines.last().is_none_or(|(last, _)| *last != width) {
            lines.push((width, Vec::new()));
        }
        let has_diverged = row[6].number() != Some(0.0);
        if let Some((_, line)) = lines.last_mut().filter(|_| !has_diverged) {
            line.push((rate, loss));
        }
    }
    lines
}

/// The rate with the smallest loss.
fn best(line: &[(f64, f64)]) -> Option<(f64, f64)> {
    line.iter()
        .copied()
        .min_by(|one, other| one.1.total_cmp(&other.1))
}

fn draw(tables: &[&Table]) -> Picture {
    let [squared, entropy] = shown(tables);
    let of = |(which, parametrization, heading): &(usize, &str, &str)| {
        let lines = lines([squared, entropy][*which], parametrization);
        let best = lines.iter().filter_map(|(width, line)| {
            best(line).map(|(rate, loss)| format!("{width} units {rate} with {loss:.3}"))
        });
        format!("{heading}: {}", best.collect::<Vec<_>>().join(", "))
    };
    let all: Vec<String> = PANELS.iter().map(of).collect();
    let description = format!(
        "Four plots of the loss against the learning rate, with a line for each width. The best rates, each with its loss: {}.",
        all.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "Losses against rates by width, for two errors and two parametrizations",
        &description,
        Sheet::WIDE.of_height(560.0),
        vec![squared.clone(), entropy.clone()],
        |sheet| panels(sheet, &[squared, entropy]),
    )
}

fn panels(sheet: Sheet, tables: &[&Table; 2]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 1040.0));
    let (columns, rows) = sheet.pick((2, 2), (1, 4));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (which, parametrization, heading)) in places.zip(PANELS) {
        panels.plot(place, heading, plot(place, tables[which], parametrization));
    }
    panels
}

fn plot(place: Place, table: &Table, parametrization: &str) -> Plot {
    let mut rates = table.numbers("rate");
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    let (low, high) = extent(rates.iter().copied());
    let x = Axis {
        scale: Scale::Log {
            low: 0.9 * low,
            high: 1.1 * high,
        },
        ticks: rates
            .iter()
            .map(|rate| {
                let power = libm::log2(*rate);
                let label = if power.fract() == 0.0 {
                    format!("2^{{{power}}}").replace('-', "−")
                } else {
                    rate.to_string()
                };
                Tick::new(*rate, &label)
            })
            .collect(),
        title: if place.is_last { "learning rate" } else { "" }.into(),
    };
    // Of both parametrizations, so that their panels can be compared.
    let all = ["standard", "maximal-update"].map(|of| lines(table, of));
    let losses = || {
        all.iter()
            .flatten()
            .flat_map(|(_, line)| line.iter().map(|(_, loss)| *loss))
    };
    let (least, most) = extent(losses());
    let y = Scale::Linear {
        low: 0.9 * least,
        high: most + 0.05 * (most - least),
    };
    let axis = Axis {
        scale: y,
        ticks: y.ticks(5),
        title: String::new(),
    };
    let mut plot = Plot::new(place.sheet, x, axis, "512").with_left(42.0);
    for ((width, line), class) in lines(table, parametrization).into_iter().zip(CLASSES) {
        if let Some(last) = line.last() {
            plot.label(class, *last, &width.to_string());
        }
        plot.points(class, 2.5, line.iter().copied());
        plot.points(class, 5.0, best(&line));
        plot.line(class, line);
    }
    plot
}
