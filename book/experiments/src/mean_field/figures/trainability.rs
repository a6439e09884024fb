//! Which networks learn the digits, by depth and weights, under the depth scales of the theory.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "trainability",
    runs: &["trainability", "depth-scales"],
    draw,
};

/// How many depth scales the curves show.
const SCALES: f64 = 6.0;

/// How strongly the best accuracy is colored: weak enough that its number can be read on it.
const STRONGEST: f64 = 0.6;

/// A net by its weights and its depth, and what it reached.
type Tile = (f64, f64, f64);

fn draw(tables: &[&Table]) -> Picture {
    let [digits, scales] = shown(tables);
    let tiles = tiles(digits);
    let deepest = tiles.iter().map(|tile| tile.1).fold(0.0, f64::max);
    let along = |depth: f64| {
        let of_depth = tiles.iter().filter(|tile| tile.1 == depth);
        let words = of_depth.map(|(weight, _, accuracy)| format!("{accuracy:.0} at {weight}"));
        words.collect::<Vec<_>>().join(", ")
    };
    let description = format!(
        "Test accuracy in percent as colored cells with their numbers, the variance of the weights from left to right and the number of hidden layers \
         upwards. In the lowest row all are high. In the highest, of {deepest:.0} layers, they are {}. Two curves that are high at the edge of chaos, near \
         1.76, and fall to both sides follow the upper end of the strong colors on the left.",
        along(deepest),
    );
    Picture::of(
        FIGURE.name,
        "Accuracy on the digits by depth and weight variance",
        &description,
        Sheet::COLUMN.of_height(380.0),
        vec![digits.clone(), scales.clone()],
        |sheet| plot(sheet, &tiles, scales),
    )
}

fn tiles(digits: &Table) -> Vec<Tile> {
    let [layers, weight, accuracy] =
        ["layers", "weight_variance", "accuracy"].map(|column| digits.numbers(column));
    weight
        .into_iter()
        .zip(layers)
        .zip(accuracy)
        .map(|((weight, layers), accuracy)| (weight, layers, accuracy))
        .collect()
}

/// Values in rising order, each once, with the borders between them, on a logarithmic scale.
fn borders(values: impl Iterator<Item = f64>) -> Vec<(f64, f64, f64)> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let between = |a: f64, b: f64| (a * b).sqrt();
    let last = values.len() - 1;
    (0..=last)
        .map(|i| {
            let here = values[i];
            let above = (i < last).then(|| between(here, values[i + 1]));
            let below = (i > 0).then(|| between(values[i - 1], here));
            let low = below.unwrap_or_else(|| here * here / above.unwrap_or(here * 1.4));
            let high = above.unwrap_or_else(|| here * here / low);
            (low, here, high)
        })
        .collect()
}

fn plot(sheet: Sheet, tiles: &[Tile], scales: &Table) -> Plot {
    let columns = borders(tiles.iter().map(|tile| tile.0));
    let rows = borders(tiles.iter().map(|tile| tile.1));
    let ends = |cells: &[(f64, f64, f64)]| Scale::Log {
        low: cells[0].0,
        high: cells[cells.len() - 1].2,
    };
    let (x, y) = (ends(&columns), ends(&rows));
    let ticks = |cells: &[(f64, f64, f64)]| -> Vec<Tick> {
        let values = cells.iter().map(|(_, here, _)| *here);
        values.map(|at| Tick::new(at, &at.to_string())).collect()
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: ticks(&columns),
            title: "variance of the weights, times the fan-in".into(),
        },
        Axis {
            scale: y,
            ticks: ticks(&rows),
            title: "hidden layers".into(),
        },
        "",
    );
    let cell = |cells: &[(f64, f64, f64)], at: f64| {
        let cell = cells.iter().find(|cell| cell.1 == at);
        *cell.expect("every value has a cell")
    };
    for (weight, layers, accuracy) in tiles {
        let (left, _, right) = cell(&columns, *weight);
        let (bottom, _, top) = cell(&rows, *layers);
        let strength = STRONGEST * ((accuracy - 10.0) / 90.0).clamp(0.0, 1.0);
        plot.tile("s1", strength, (left, top), (right, bottom));
    }
    for (weight, layers, accuracy) in tiles {
        let words = format!("{accuracy:.0}");
        plot.inside("in-cell", (*weight, *layers), &words);
    }
    let (low, high) = extent(columns.iter().flat_map(|cell| [cell.0, cell.2]));
    let ceiling = rows[rows.len() - 1].2;
    // The long name ends below the end of its curve: beside it a phone has no room.
    for (class, name, column, beside, offset, anchor) in [
        ("s2 strong", "6 ξ", "xi_c", 2.35, (6.0, -6.0), Anchor::Start),
        (
            "s5 dashed",
            "6 ξ of the gradient",
            "xi_gradient",
            high,
            (-4.0, 26.0),
            Anchor::End,
        ),
    ] {
        for side in sides(scales, column, (low, high), ceiling) {
            plot.line(class, side.iter().copied());
            let end = side.iter().min_by(|a, b| {
                let away = |point: &(f64, f64)| (point.0 - beside).abs();
                away(a).total_cmp(&away(b))
            });
            if let Some(at) = end.filter(|at| at.0 > 2.0) {
                let class = &class[..2];
                plot.note(class, *at, offset, anchor, name);
            }
        }
    }
    plot
}

/// A curve of depth scales, below and above the edge: where it leaves the picture, it ends there.
fn sides(
    scales: &Table,
    column: &str,
    (low, high): (f64, f64),
    ceiling: f64,
) -> [Vec<(f64, f64)>; 2] {
    let weights = scales.numbers("weight_variance").into_iter();
    let depths = scales.numbers(column).into_iter();
    let points: Vec<(f64, f64)> = weights
        .zip(depths.map(|depth| SCALES * depth))
        .filter(|(weight, _)| (low..=high).contains(weight))
        .collect();
    let highest = points
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(f64::NAN, |point| point.0);
    // Between the last point inside and the first one outside, by the logarithm.
    let cut = |inside: (f64, f64), outside: (f64, f64)| {
        let log = libm::log;
        let share = log(ceiling / inside.1) / log(outside.1 / inside.1);
        (inside.0 + share * (outside.0 - inside.0), ceiling)
    };
    let side = |mut points: Vec<(f64, f64)>| {
        let end = points.iter().position(|point| point.1 > ceiling);
        if let Some(end) = end {
            points.truncate(end + 1);
            if end > 0 {
                points[end] = cut(points[end - 1], points[end]);
            }
        }
        points
    };
    let (below, above): (Vec<_>, Vec<_>) = points.into_iter().partition(|p| p.0 <= highest);
    let above: Vec<(f64, f64)> = above.into_iter().rev().collect();
    [side(below), side(above)]
}
