//! The three gradient plots of the notebook, in its own measure and on its own axes.

use crate::Table;

use super::spiral_ratio::RUNS;
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "spiral-shown",
    runs: RUNS,
    draw,
};

/// What a mean over the entries is multiplied by in the notebook's measure, `rows · columns / (rows +
/// columns)`, for the first and the second matrix.
const FACTORS: [f64; 2] = [100.0 / 52.0, 2500.0 / 100.0];

/// How many recorded steps lie between two that are drawn.
const EACH: usize = 3;

/// A matrix of a network: its column, its class, its factor and its name.
type Line = (&'static str, &'static str, f64, &'static str);

const SIGMOID: [Line; 2] = [
    ("sigmoid_gradient_1", "s1", FACTORS[0], "sigmoid 1"),
    ("sigmoid_gradient_2", "s1 dashed", FACTORS[1], "sigmoid 2"),
];
const RELU: [Line; 2] = [
    ("relu_gradient_1", "s2", FACTORS[0], "ReLU 1"),
    ("relu_gradient_2", "s2 dashed", FACTORS[1], "ReLU 2"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [_, table] = shown(tables);
    let largest = |(column, _, factor, name): Line| {
        let most = table.numbers(column).into_iter().fold(0.0, f64::max);
        format!("{name} {:.1e}", factor * most)
    };
    let description = format!(
        "Three plots of gradients by step on linear axes: the sigmoid network, the ReLU network, and both. In each the dashed line of the second \
         matrix lies above that of the first. The largest values at the recorded steps are {}.",
        SIGMOID
            .into_iter()
            .chain(RELU)
            .map(largest)
            .collect::<Vec<_>>()
            .join(", "),
    );
    Picture::of(
        FIGURE.name,
        "The gradients as the notebook plots them",
        &description,
        Sheet::WIDE.of_height(300.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 780.0));
    let (columns, rows) = sheet.pick((3, 1), (1, 3));
    let places = Panels::grid(sheet, columns, rows);
    let both = [SIGMOID, RELU].concat();
    let mut panels = Panels::new(sheet);
    for (place, (heading, lines)) in places.into_iter().zip([
        ("sigmoid", &SIGMOID[..]),
        ("ReLU", &RELU[..]),
        ("both", &both),
    ]) {
        panels.plot(place, heading, plot(place.sheet, table, lines));
    }
    panels
}

fn plot(sheet: Sheet, table: &Table, lines: &[Line]) -> Plot {
    let x = Scale::Linear {
        low: 0.0,
        high: 5e4,
    };
    let most = lines.iter().flat_map(|(column, _, factor, _)| {
        table.numbers(column).into_iter().map(move |g| factor * g)
    });
    let y = Scale::Linear {
        low: 0.0,
        high: 1.05 * most.fold(0.0, f64::max),
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: [(0.0, "0"), (2e4, "20,000"), (4e4, "40,000")]
                .map(|(at, name)| Tick::new(at, name))
                .into(),
            title: "step".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: String::new(),
        },
        "sigmoid 1",
    )
    .with_left(36.0);
    let steps = table.numbers("step");
    for (column, class, factor, name) in lines {
        let points: Vec<(f64, f64)> = steps
            .iter()
            .copied()
            .zip(table.numbers(column))
            .step_by(EACH)
            .map(|(step, gradient)| (step, factor * gradient))
            .collect();
        plot.label(class, points[points.len() - 1], name);
        plot.line(&format!("{class} thin"), points);
    }
    plot
}
