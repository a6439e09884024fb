//! The laws of weights: one variance, three shapes, and a fourth that lost its variance.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "laws",
    runs: &["laws"],
    draw,
};

/// An outline and where its name stands: beside its right edge, or above its peak.
struct Curve {
    class: &'static str,
    law: &'static str,
    name: &'static str,
    is_named_at_peak: bool,
    points: Vec<(f64, f64)>,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let curves = [
        ("s3", "normal", "normal", false),
        ("s2", "uniform", "uniform", false),
        ("s1 strong", "truncated", "truncated", false),
        ("s4 dashed", "uncorrected", "cut, not scaled back", true),
    ]
    .map(|(class, law, name, is_named_at_peak)| Curve {
        class,
        law,
        name,
        is_named_at_peak,
        points: outline(table, law),
    });
    let edge = |i: usize| extent(curves[i].points.iter().map(|(x, _)| *x)).1;
    let description = format!(
        "Four densities around zero. The normal one has no edge; the uniform one is a box between ±{:.3}; \
         the truncated one is a normal curve with edges at ±{:.3}; the one that was cut at {} and not scaled back is narrower and higher in the middle.",
        edge(1),
        edge(2),
        edge(3),
    );
    Picture::of(
        FIGURE.name,
        "The three laws of weights, standardized, and a cut one that is not",
        &description,
        Sheet::COLUMN,
        vec![thin(table)],
        |sheet| plot(sheet, &curves, table.parameter("reach")),
    )
}

fn outline(table: &Table, law: &str) -> Vec<(f64, f64)> {
    let number = |cell: &Cell| cell.number().expect("a number");
    let rows = table.rows.iter();
    rows.filter(|row| row[0].to_string() == law)
        .map(|row| (number(&row[1]), number(&row[2])))
        .collect()
}

/// Every fifth row.
fn thin(table: &Table) -> Table {
    Table {
        rows: table.rows.iter().step_by(5).cloned().collect(),
        ..table.clone()
    }
}

fn plot(sheet: Sheet, curves: &[Curve], reach: f64) -> Plot {
    let (_, peak) = extent(curves.iter().flat_map(|c| c.points.iter().map(|(_, y)| *y)));
    let y = Scale::Linear {
        low: 0.0,
        high: peak * 1.1,
    };
    let x = Scale::Linear {
        low: -reach,
        high: reach,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(8),
            title: "weight, in standard deviations".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "density".into(),
        },
        "",
    );
    for curve in curves {
        plot.line(curve.class, curve.points.iter().copied());
    }
    for curve in curves {
        let (edge, _) = extent(curve.points.iter().map(|(x, _)| -x));
        let edge = -edge;
        let heights = curve.points.iter().filter(|(x, _)| *x >= edge);
        let (_, height) = extent(heights.map(|(_, y)| *y));
        let (_, top) = extent(curve.points.iter().map(|(_, y)| *y));
        let (at, offset, anchor) = match curve.law {
            _ if curve.is_named_at_peak => ((0.0, top), (0.0, -7.0), Anchor::Middle),
            "normal" => ((edge, height), (0.0, -9.0), Anchor::End),
            _ => ((edge, height), (6.0, 2.0), Anchor::Start),
        };
        plot.note(curve.class, at, offset, anchor, curve.name);
    }
    plot
}
