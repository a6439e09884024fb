//! Two gains for every activation: where they coincide, one variance serves both passes.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, literal};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "gains",
    runs: &["gains"],
    draw,
};

/// One activation.
struct Pair {
    name: String,
    gain: f64,
    backward: f64,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let gains = table.numbers("gain").into_iter();
    let names = table.column("activation").map(Cell::to_string);
    let pairs: Vec<Pair> = names
        .zip(gains.zip(table.numbers("backward_gain")))
        .map(|(name, (gain, backward))| Pair {
            name,
            gain,
            backward,
        })
        .collect();
    let equal: Vec<&str> = pairs
        .iter()
        .filter(|pair| (pair.gain / pair.backward - 1.0).abs() < 1e-9)
        .map(|pair| pair.name.as_str())
        .collect();
    let widest = pairs
        .iter()
        .max_by(|a, b| (a.backward / a.gain).total_cmp(&(b.backward / b.gain)))
        .expect("there are activations");
    let description = format!(
        "Two dots for each of {} activations on a logarithmic axis: the gain that keeps the signal and the gain that keeps the gradient. \
         They coincide for {}. They are furthest apart for {}: {:.2} and {:.2}.",
        pairs.len(),
        equal.join(", "),
        widest.name,
        widest.gain,
        widest.backward,
    );
    Picture::of(
        FIGURE.name,
        "The gains of eighteen activations, forward and backward",
        &description,
        Sheet::COLUMN.of_height(500.0),
        vec![table.clone()],
        |sheet| plot(sheet, &pairs),
    )
}

fn plot(sheet: Sheet, pairs: &[Pair]) -> Plot {
    let (low, high) = extent(pairs.iter().flat_map(|pair| [pair.gain, pair.backward]));
    let last = pairs.len() as f64 - 1.0;
    let rows = || (0..).map(|i| last - f64::from(i)).zip(pairs);
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 460.0)),
        Axis {
            scale: Scale::Log {
                low: low / 1.1,
                high: high * 1.1,
            },
            ticks: [0.7, 1.0, 1.5, 2.0, 3.0, 5.0]
                .map(|at| Tick::new(at, &at.to_string()))
                .into(),
            title: "gain".into(),
        },
        Axis {
            scale: Scale::Linear {
                low: -0.7,
                high: last + 0.7,
            },
            ticks: rows()
                .map(|(row, pair)| Tick::new(row, &literal(&pair.name)))
                .collect(),
            title: String::new(),
        },
        "",
    );
    plot.line("zero", [(1.0, -0.7), (1.0, last + 0.7)]);
    for (row, pair) in rows() {
        plot.line("thin", [(pair.gain, row), (pair.backward, row)]);
    }
    let backward = rows().map(|(row, pair)| (pair.backward, row));
    plot.points("s2 hollow", 5.5, backward.clone());
    let forward = rows().map(|(row, pair)| (pair.gain, row));
    plot.points("s1", 3.5, forward.clone());

    // The names stand where the two are furthest apart.
    let apart = |pair: &Pair| libm::log(pair.backward / pair.gain);
    let (row, widest) = rows()
        .max_by(|a, b| apart(a.1).total_cmp(&apart(b.1)))
        .expect("there are activations");
    let (at, beside) = ((widest.gain, row), (-10.0, 4.5));
    plot.note("s1", at, beside, Anchor::End, "keeps the signal");
    let (at, beside) = ((widest.backward, row), (2.0, 21.0));
    plot.note("s2", at, beside, Anchor::End, "keeps the gradient");
    plot
}
