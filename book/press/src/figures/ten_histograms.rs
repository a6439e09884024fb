//! What leaves three affine layers before training, by initializer: as the notebook draws the weights, and
//! as their names promise.

use std::collections::BTreeMap;

use anyhow::Result;
use unit_variance::experiments::{Faults, TEN_INITIALIZERS, Table, TenHistograms, TenInitializers};

use super::Figure;
use super::apart::{Wish, apart};
use super::panels::{Panels, Place};
use super::plot::{Axis, Plot};
use super::scale::{Scale, Tick};
use super::sheet::Sheet;
use super::text::Anchor;
use crate::Lab;

pub(super) const NAME: &str = "ten-histograms";

/// How the ten are called in the figures, in their order.
const LABELS: [&str; 10] = [
    "zero",
    "normal, 1",
    "normal, 0.01",
    "truncated, 0.01",
    "LeCun normal",
    "LeCun uniform",
    "Xavier normal",
    "Xavier uniform",
    "He normal",
    "He uniform",
];

/// The affine layers, by their places among the six, and their colors.
const LAYERS: [(usize, &str); 3] = [(0, "s1"), (2, "s2"), (4, "s3")];

/// The magnitudes that are shown.
const SHOWN: (f64, f64) = (1e-6, 1e4);

/// How high a histogram is, where rows are 1 apart.
const HIGHEST: f64 = 0.82;

/// Histograms by initializer and layer: the middles of bins, and the share of values in them.
type Histograms = BTreeMap<(String, usize), Vec<(f64, f64)>>;

pub(super) fn draw(lab: &Lab) -> Result<Figure> {
    let tables = [Faults::AS_WRITTEN, Faults::NONE].map(|faults| {
        lab.table(&TenHistograms {
            run: TenInitializers {
                faults,
                epochs: 1,
                ..TenInitializers::default()
            },
            ..TenHistograms::default()
        })
    });
    let [written, named] = tables;
    let (written, named) = (written?, named?);
    let description = "Two plots with a row for each of the ten initializers. In each row three histograms show how large the \
         pre-activations of the first, second and third layer are, on a logarithmic axis. As the notebook draws the weights, \
         the rows of truncated, LeCun normal, Xavier normal and He normal are the same, and in nearly all rows the third \
         histogram lies far to the left of the first. As the names promise, the three histograms of He lie on top of each other \
         near one, those of LeCun and Xavier drift slowly to the left, those of the two small ones fast, and those of the standard \
         normal fast to the right. Zero weights give zeros.";
    Ok(Figure::of(
        NAME,
        "Signals of ten initializers by layer, as written and as named",
        description,
        Sheet::WIDE.of_height(520.0),
        vec![numbers(&written), numbers(&named)],
        |sheet| panels(sheet, [&histograms(&written), &histograms(&named)]),
    ))
}

/// Rows of the forward pass through affine layers.
fn is_shown(row: &[unit_variance::experiments::Cell]) -> bool {
    let layer = row[1].number().unwrap_or(f64::NAN);
    row[2].to_string() == "forward" && LAYERS.iter().any(|(shown, _)| *shown as f64 == layer)
}

fn numbers(table: &Table) -> Table {
    let rows = table.rows.iter().filter(|row| is_shown(row));
    Table {
        rows: rows.cloned().collect(),
        ..table.clone()
    }
}

fn histograms(table: &Table) -> Histograms {
    let mut histograms = Histograms::new();
    for row in table.rows.iter().filter(|row| is_shown(row)) {
        let number = |i: usize| row[i].number().expect("a number");
        let key = (row[0].to_string(), number(1) as usize);
        let middle = (number(3) * number(4)).sqrt();
        histograms.entry(key).or_default().push((middle, number(5)));
    }
    for bins in histograms.values_mut() {
        let most = bins.iter().map(|bin| bin.1).fold(0.0, f64::max);
        for bin in bins {
            bin.1 /= most;
        }
    }
    histograms
}

/// What the names of the rows take of the width.
const NAMES: f64 = 118.0;

fn panels(sheet: Sheet, versions: [&Histograms; 2]) -> Panels {
    let sheet = sheet.of_height(sheet.choose(sheet.height, 900.0));
    let mut panels = Panels::new(sheet);
    let headings = ["as the notebook draws them", "as their names promise"];
    let places = if sheet.is_phone {
        Panels::grid(sheet, 1, 2)
    } else {
        // Frames of one width: the first place has the names besides.
        let [mut first, mut second] = [0, 1].map(|i| Panels::grid(sheet, 2, 1)[i]);
        let more = (NAMES - 10.0) / 2.0;
        first.sheet.width += more;
        second.sheet.width -= more;
        second.at.0 += more;
        vec![first, second]
    };
    for ((place, heading), histograms) in places.into_iter().zip(headings).zip(versions) {
        panels.plot(place, heading, plot(place, histograms));
    }
    panels
}

fn plot(place: Place, histograms: &Histograms) -> Plot {
    // The first initializer stands on top.
    let row = |i: usize| (TEN_INITIALIZERS.len() - 1 - i) as f64;
    let ticks = LABELS
        .iter()
        .enumerate()
        .map(|(i, label)| Tick::new(row(i), if place.is_first { label } else { "" }));
    let x = Scale::Log {
        low: SHOWN.0,
        high: SHOWN.1,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: x.ticks(6),
            title: "size of a pre-activation".into(),
        },
        Axis {
            scale: Scale::Linear {
                low: -0.05,
                high: TEN_INITIALIZERS.len() as f64 - 0.4,
            },
            ticks: ticks.collect(),
            title: String::new(),
        },
        "",
    )
    .with_left(if place.is_first { NAMES } else { 10.0 });
    for (i, name) in TEN_INITIALIZERS.into_iter().enumerate() {
        let mut peaks = Vec::new();
        for (n, (layer, class)) in LAYERS.into_iter().enumerate() {
            let bins = &histograms[&(name.to_owned(), layer)];
            let shown = bins.iter().filter(|(x, _)| (SHOWN.0..SHOWN.1).contains(x));
            let (x, share): (Vec<f64>, Vec<f64>) = shown.copied().unzip();
            if x.is_empty() {
                continue;
            }
            let outline: Vec<f64> = share.iter().map(|s| row(i) + HIGHEST * s).collect();
            plot.band(
                &format!("{class} inner"),
                &x,
                &vec![row(i); x.len()],
                &outline,
            );
            plot.line(&format!("{class} thin"), x.iter().copied().zip(outline));
            let peak = share.iter().position(|s| *s == 1.0);
            peaks.push((class, x[peak.unwrap_or(0)], n + 1));
        }
        if peaks.is_empty() {
            let words = "all signals are 0";
            plot.note(
                "quiet",
                (SHOWN.0, row(i)),
                (6.0, -7.0),
                Anchor::Start,
                words,
            );
        }
        // Numbers of peaks that coincide stand side by side.
        peaks.sort_by(|a, b| a.1.total_cmp(&b.1));
        let places: Vec<f64> = peaks
            .iter()
            .map(|(_, x, _)| plot.place((*x, 0.0)).0)
            .collect();
        let wishes: Vec<Wish> = places
            .iter()
            .map(|middle| Wish {
                middle: *middle,
                height: 9.0,
            })
            .collect();
        let middles = apart(&wishes, 0.0, place.sheet.width);
        for (((class, x, n), at), middle) in peaks.into_iter().zip(places).zip(middles) {
            let offset = (middle - at, -5.0);
            plot.note(class, (x, row(i)), offset, Anchor::Middle, &n.to_string());
        }
    }
    plot
}
