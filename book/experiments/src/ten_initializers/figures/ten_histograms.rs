//! Signals and gradients of three affine layers before training, by initializer: as the notebook has them, and
//! as the names promise.

use std::collections::BTreeMap;

use crate::ten_initializers::TEN_INITIALIZERS;
use crate::ten_initializers::ten_in_words;
use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::labels::{LabelRequest, spread_labels};
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

const RUNS: &[&str] = &["ten-histograms-as-written", "ten-histograms"];

pub(super) const SIGNALS: Figure = Figure {
    name: "ten-histograms",
    runs: RUNS,
    draw,
};

pub(super) const GRADIENTS: Figure = Figure {
    name: "ten-gradients",
    runs: RUNS,
    draw: draw_gradients,
};

/// What is counted: the outputs of the affine layers, or the gradients of their inputs.
#[derive(Debug, Clone, Copy)]
struct Pass {
    name: &'static str,
    axis: &'static str,
    all_zero: &'static str,
}

const FORWARD: Pass = Pass {
    name: "forward",
    axis: "size of a pre-activation",
    all_zero: "all signals are 0",
};

const BACKWARD: Pass = Pass {
    name: "backward",
    axis: "size of an entry of the gradient, where it is not 0",
    all_zero: "all gradients are 0",
};

/// The affine layers, by their places among the six, and their colors.
const LAYERS: [(usize, &str); 3] = [(0, "s1"), (2, "s2"), (4, "s3")];

/// The magnitudes that are shown.
const SHOWN: (f64, f64) = (1e-6, 1e4);

/// What is lower, as a share of the peak, is a tenth of a pixel high, and left out.
const SEEN: f64 = 0.003;

/// How high a histogram is, where rows are 1 apart.
const HIGHEST: f64 = 0.82;

/// Histograms by initializer and layer: the middles of bins, and the share of values in them.
type Histograms = BTreeMap<(String, usize), Vec<(f64, f64)>>;

fn draw(tables: &[&Table]) -> Picture {
    let description = "Two plots with a row for each of the ten initializers. In each row three histograms show how large the \
         pre-activations of the first, second and third layer are, on a logarithmic axis. As the notebook draws the weights, \
         the rows of truncated, LeCun normal, Xavier normal and He normal are the same, and in nearly all rows the third \
         histogram lies far to the left of the first. As the names promise, the three histograms of He lie on top of each other \
         near one, those of LeCun and Xavier drift slowly to the left, those of the two small ones fast, and those of the standard \
         normal fast to the right. Zero weights give zeros.";
    let title = "Signals of ten initializers by layer, as written and as named";
    figure(tables, FORWARD, (SIGNALS.name, title, description))
}

fn draw_gradients(tables: &[&Table]) -> Picture {
    let description = "Two plots with a row for each of the ten initializers. In each row three histograms show how large the \
         gradients of the inputs of the first, second and third affine layer are, on a logarithmic axis. The gradient comes from the \
         third layer. As written, the rows of truncated, LeCun normal, Xavier normal and He normal are the same, and the gradients shrink \
         on the way to the first layer in all rows but that of the standard normal. Repaired, the three histograms of He lie close \
         together, those of LeCun and Xavier drift slowly to the left from the third layer to the first, those of the two small ones fast, and \
         those of the standard normal fast to the right. Zero weights give zeros.";
    let title = "Gradients of ten initializers by layer, as written and repaired";
    figure(tables, BACKWARD, (GRADIENTS.name, title, description))
}

fn figure(
    tables: &[&Table],
    pass: Pass,
    (name, title, description): (&str, &str, &str),
) -> Picture {
    let [written, named] = shown(tables);
    let (written, named) = (numbers(written, pass), numbers(named, pass));
    let versions = [histograms(&written), histograms(&named)];
    Picture::of(
        name,
        title,
        description,
        Sheet::WIDE.of_height(520.0),
        vec![written, named],
        |sheet| panels(sheet, pass, [&versions[0], &versions[1]]),
    )
}

/// The rows of the affine layers in one pass.
fn numbers(table: &Table, pass: Pass) -> Table {
    let is_shown = |row: &&Vec<Cell>| {
        let layer = row[1].number().unwrap_or(f64::NAN);
        row[2].to_string() == pass.name && LAYERS.iter().any(|(shown, _)| *shown as f64 == layer)
    };
    Table {
        rows: table.rows.iter().filter(is_shown).cloned().collect(),
        ..table.clone()
    }
}

fn histograms(table: &Table) -> Histograms {
    let mut histograms = Histograms::new();
    for row in &table.rows {
        let number = |i: usize| row[i].number().expect("a number");
        let key = (row[0].to_string(), number(1) as usize);
        let bins = histograms.entry(key).or_default();
        // Zeros have no place on the axis.
        if number(4) > 0.0 {
            bins.push(((number(3) * number(4)).sqrt(), number(5)));
        }
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

fn panels(sheet: Sheet, pass: Pass, versions: [&Histograms; 2]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 900.0));
    let mut panels = Panels::new(sheet);
    let headings = ["as the notebook has them", "as the names promise"];
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
        panels.plot(place, heading, plot(place, pass, histograms));
    }
    panels
}

fn plot(place: Place, pass: Pass, histograms: &Histograms) -> Plot {
    // The first initializer stands on top.
    let row = |i: usize| (TEN_INITIALIZERS.len() - 1 - i) as f64;
    let ticks = (0..TEN_INITIALIZERS.len()).map(|i| Tick::new(row(i), ""));
    let x = Scale::Log {
        low: SHOWN.0,
        high: SHOWN.1,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: x.ticks(6),
            title: pass.axis.into(),
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
        if place.is_first {
            // Beside the middle of the histograms, not at their foot, where it would name those below.
            let words = ten_in_words(name);
            plot.note(
                "quiet",
                (SHOWN.0, row(i)),
                (-8.0, -10.0),
                Anchor::End,
                words,
            );
        }
        let mut peaks = Vec::new();
        for (n, (layer, class)) in LAYERS.into_iter().enumerate() {
            let bins = &histograms[&(name.to_owned(), layer)];
            let shown = bins
                .iter()
                .filter(|(x, share)| (SHOWN.0..SHOWN.1).contains(x) && *share > SEEN);
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
            // The word stands once, in the first row that has histograms.
            let words = if i == 1 && n == 0 { "layer " } else { "" };
            peaks.push((class, x[peak.unwrap_or(0)], format!("{words}{}", n + 1)));
        }
        if peaks.is_empty() {
            let words = pass.all_zero;
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
        let wishes: Vec<LabelRequest> = places
            .iter()
            .zip(&peaks)
            .map(|(middle, (.., words))| LabelRequest {
                middle: *middle,
                height: if words.len() > 1 { 44.0 } else { 9.0 },
            })
            .collect();
        let middles = spread_labels(&wishes, 0.0, place.sheet.width);
        for (((class, x, n), at), middle) in peaks.into_iter().zip(places).zip(middles) {
            let offset = (middle - at, -5.0);
            plot.note(class, (x, row(i)), offset, Anchor::Middle, &n);
        }
    }
    plot
}
