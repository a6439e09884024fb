//! The largest stable rate against the width, and what one rate makes of it.

use super::{SHOWN, curve};
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "largest-rate",
    runs: &["largest-rate", "width-rates"],
    draw,
};

/// The rate of the second panel: the best at the base width.
const RATE: f64 = 0.5;

/// Losses at one rate against the width, for a parametrization, as far as it has not diverged; and whether it has.
fn losses(table: &Table, parametrization: &str) -> (Vec<(f64, f64)>, bool) {
    let of = |column: &str| curve(table, parametrization, "width", column);
    let (rates, losses, diverged) = (of("rate"), of("loss"), of("diverged"));
    let at_rate = |i: &usize| rates[*i].1 == RATE;
    let stays = |i: &usize| diverged[*i].1 == 0.0;
    let found: Vec<usize> = (0..losses.len()).filter(at_rate).collect();
    let learned: Vec<(f64, f64)> = found
        .iter()
        .filter(|i| stays(i))
        .map(|i| losses[*i])
        .collect();
    let has_diverged = learned.len() < found.len();
    (learned, has_diverged)
}

fn draw(tables: &[&Table]) -> Picture {
    let [rates, trained] = shown(tables);
    let ends = |curve: &[(f64, f64)]| match (curve.first(), curve.last()) {
        (Some((_, first)), Some((_, last))) => format!("from {first:.3} to {last:.4}"),
        _ => "nowhere".to_owned(),
    };
    let of = |(name, ..): &(&str, &str, &str)| {
        format!("{name} {}", ends(&curve(rates, name, "width", "rate")))
    };
    let all: Vec<String> = SHOWN.iter().map(of).collect();
    let description = format!(
        "Two plots against the width. Left, for networks of one output, the largest stable learning rate on logarithmic axes: {}. \
         Right, for networks of ten, the loss behind some steps at the rate {RATE}, as far as it has not diverged: standard {}, maximal-update {}.",
        all.join("; "),
        ends(&losses(trained, "standard").0),
        ends(&losses(trained, "maximal-update").0),
    );
    Picture::of(
        FIGURE.name,
        "The largest stable rate and the loss at one rate against the width",
        &description,
        Sheet::WIDE.of_height(340.0),
        vec![rates.clone(), trained.clone()],
        |sheet| panels(sheet, rates, trained),
    )
}

fn panels(sheet: Sheet, rates: &Table, trained: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 580.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    panels.plot(places[0], "largest stable rate", stable(places[0], rates));
    panels.plot(places[1], "loss at one rate", loss(places[1], trained));
    panels
}

/// Widths along a logarithmic axis.
pub(super) fn widths(table: &Table, title: &str) -> Axis {
    let mut widths = table.numbers("width");
    widths.sort_by(f64::total_cmp);
    widths.dedup();
    let (low, high) = extent(widths.iter().copied());
    Axis {
        // A single width has room on both sides.
        scale: Scale::Log {
            low: 0.9 * low,
            high: 1.1 * high,
        },
        ticks: widths
            .iter()
            .map(|n| Tick::new(*n, &n.to_string()))
            .collect(),
        title: title.into(),
    }
}

fn stable(place: Place, table: &Table) -> Plot {
    let (low, high) = extent(
        table
            .numbers("least")
            .into_iter()
            .chain(table.numbers("most")),
    );
    let y = Scale::Log {
        low: 0.8 * low,
        high: 1.25 * high,
    };
    let axis = Axis {
        scale: y,
        ticks: y.ticks(6),
        title: String::new(),
    };
    let mut plot = Plot::new(
        place.sheet,
        widths(table, "units of a layer"),
        axis,
        "standard",
    );
    for (name, words, class) in SHOWN {
        let mean = curve(table, name, "width", "rate");
        let [least, most] = ["least", "most"].map(|column| curve(table, name, "width", column));
        let ranges = least
            .iter()
            .zip(&most)
            .map(|((x, low), (_, high))| (*x, (*low, *high)));
        plot.whiskers(class, ranges);
        if let Some(last) = mean.last() {
            plot.label(class, *last, words);
        }
        plot.points(class, 3.0, mean.iter().copied());
        plot.line(class, mean);
    }
    plot
}

fn loss(place: Place, table: &Table) -> Plot {
    let curves = SHOWN.map(|(name, ..)| losses(table, name));
    let all = curves
        .iter()
        .flat_map(|(line, _)| line)
        .map(|(_, loss)| *loss);
    let (_, high) = extent(all);
    let y = Scale::Linear {
        low: 0.0,
        high: 1.1 * high,
    };
    let axis = Axis {
        scale: y,
        ticks: y.ticks(5),
        title: String::new(),
    };
    let mut plot = Plot::new(
        place.sheet,
        widths(table, "units of a layer"),
        axis,
        "standard",
    );
    for ((_, words, class), (line, has_diverged)) in SHOWN.into_iter().zip(curves) {
        match line.last() {
            Some(last) if has_diverged => {
                plot.note(
                    class,
                    *last,
                    (8.0, -12.0),
                    Anchor::Start,
                    &format!("{words}, diverges then"),
                );
            }
            Some(last) => plot.label(class, *last, words),
            None => {}
        }
        plot.points(class, 3.0, line.iter().copied());
        plot.line(class, line);
    }
    plot
}
