//! The edges of chaos of several activations in the plane of both variances.

use crate::{Cell, Figure, Table};

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;

pub(super) const FIGURE: Figure = Figure {
    name: "phase-plane",
    runs: &[
        "edge-tanh",
        "edge-erf",
        "edge-elu",
        "edge-gelu",
        "edge-silu",
    ],
    draw,
};

/// A curve: its series, its name, and where that stands beside it.
type Curve = (&'static str, &'static str, f64, (f64, f64), Anchor);

const CURVES: [Curve; 5] = [
    ("s1", "tanh", 0.24, (8.0, 10.0), Anchor::Start),
    ("s3", "erf", 0.08, (-8.0, -2.0), Anchor::End),
    ("s4", "ELU", 0.2, (-8.0, -2.0), Anchor::End),
    ("s2", "GELU", 0.02, (8.0, 2.0), Anchor::Start),
    ("s5", "SiLU", 0.16, (8.0, 0.0), Anchor::Start),
];

/// The upper end of the picture.
const MOST_BIAS: f64 = 0.3;

/// A point of an edge: both variances, and whether it attracts.
type Point = (f64, f64, bool);

fn draw(tables: &[&Table]) -> Picture {
    let edges: Vec<Vec<Point>> = tables.iter().map(|table| points(table)).collect();
    let repelling = |edge: &[Point]| edge.iter().filter(|point| !point.2).count();
    let words: Vec<String> = CURVES
        .iter()
        .zip(&edges)
        .map(|(curve, edge)| {
            let all = edge.len();
            format!("{}, {} of {all} points", curve.1, repelling(edge))
        })
        .collect();
    let description = format!(
        "Five curves in the plane of the weights' variance, from left to right, and the biases' variance, upwards. Those of tanh, erf and ELU rise to the right. Those \
         of GELU and SiLU begin at weight variance 4 and run to the left, towards 2. They are dashed where the edge repels: {}. A dot at weight variance 2 \
         without biases is the edge of the ReLU.",
        words.join("; "),
    );
    Picture::of(
        FIGURE.name,
        "The edges of chaos of five activations",
        &description,
        Sheet::COLUMN.of_height(370.0),
        tables.iter().copied().cloned().collect(),
        |sheet| plot(sheet, &edges),
    )
}

fn points(table: &Table) -> Vec<Point> {
    let [weight, bias] = ["weight_variance", "bias_variance"].map(|column| table.numbers(column));
    let attracts = table
        .column("attracts")
        .map(|cell| *cell == Cell::Flag(true));
    weight
        .into_iter()
        .zip(bias)
        .zip(attracts)
        .map(|((weight, bias), attracts)| (weight, bias, attracts))
        .collect()
}

fn plot(sheet: Sheet, edges: &[Vec<Point>]) -> Plot {
    let x = Scale::Linear {
        low: 0.6,
        high: 4.1,
    };
    let y = Scale::Linear {
        low: 0.0,
        high: MOST_BIAS,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(6),
            title: "variance of the weights, times the fan-in".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(4),
            title: "variance of the biases".into(),
        },
        "",
    );
    for (edge, (class, name, at, beside, anchor)) in edges.iter().zip(CURVES) {
        for piece in edge.chunk_by(|a, b| a.2 == b.2) {
            // A piece begins where the one before ends.
            let first = edge
                .iter()
                .position(|point| *point == piece[0])
                .unwrap_or(0);
            let piece = &edge[first.saturating_sub(1)..first + piece.len()];
            let attracts = piece[piece.len() - 1].2;
            let style = if attracts {
                class.to_owned()
            } else {
                format!("{class} dashed")
            };
            let inside = clipped(piece);
            plot.line(&style, inside);
        }
        let label = edge
            .iter()
            .min_by(|a, b| (a.1 - at).abs().total_cmp(&(b.1 - at).abs()));
        if let Some((weight, bias, _)) = label {
            plot.note(class, (*weight, *bias), beside, anchor, name);
        }
    }
    plot.points("s3", 4.5, [(2.0, 0.0)]);
    plot.note("s3", (2.0, 0.0), (-8.0, -8.0), Anchor::End, "ReLU");
    plot
}

/// The points below the upper end, and where the curve meets it.
fn clipped(piece: &[Point]) -> Vec<(f64, f64)> {
    let mut inside: Vec<(f64, f64)> = Vec::new();
    for pair in piece.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if from.1 <= MOST_BIAS {
            inside.push((from.0, from.1));
            let share = (MOST_BIAS - from.1) / (to.1 - from.1);
            if to.1 > MOST_BIAS {
                inside.push((from.0 + share * (to.0 - from.0), MOST_BIAS));
            }
        }
    }
    let last = piece[piece.len() - 1];
    if last.1 <= MOST_BIAS {
        inside.push((last.0, last.1));
    }
    inside
}
