//! Loss and gradients of the two networks of the spiral, step by step.

use crate::Table;

use super::spiral_ratio::{RUNS, by_step, steps};
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "spiral-training",
    runs: RUNS,
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let runs: [&Table; 2] = shown(tables);
    let end = |column: &str| {
        let column = runs[1].numbers(column);
        column[column.len() - 1]
    };
    let description = format!(
        "Two plots by step on logarithmic axes. The loss of the ReLU network falls within the first thousand steps and ends at {:.2}; that of the \
         sigmoid network stays near 1.1 for a thousand steps, then falls in two flights, and ends at {:.2}. The mean magnitude of the gradients: \
         in both networks that of the first matrix is larger than that of the second; the gradients of the sigmoid network are the smaller ones \
         during the first hundred steps.",
        end("relu_loss"),
        end("sigmoid_loss"),
    );
    Picture::of(
        FIGURE.name,
        "Loss and gradients of the two networks by step",
        &description,
        Sheet::WIDE.of_height(350.0),
        runs.iter().copied().cloned().collect(),
        |sheet| panels(sheet, &runs),
    )
}

fn panels(sheet: Sheet, runs: &[&Table; 2]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 600.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let losses = [
        ("sigmoid_loss", "s1", "sigmoid"),
        ("relu_loss", "s2", "ReLU"),
    ];
    let gradients = [
        ("sigmoid_gradient_1", "s1", "sigmoid 1"),
        ("sigmoid_gradient_2", "s1 dashed", "sigmoid 2"),
        ("relu_gradient_1", "s2", "ReLU 1"),
        ("relu_gradient_2", "s2 dashed", "ReLU 2"),
    ];
    let [loss, gradient] = [(0.1, 2.0), (1e-5, 1e-1)].map(|(low, high)| Scale::Log { low, high });
    let mut panels = Panels::new(sheet);
    let first = plot(places[0].sheet, loss, runs, &losses);
    panels.plot(places[0], "loss", first);
    let second = plot(places[1].sheet, gradient, runs, &gradients);
    panels.plot(places[1], "mean magnitude of the gradients", second);
    panels
}

fn plot(sheet: Sheet, y: Scale, runs: &[&Table; 2], lines: &[(&str, &str, &str)]) -> Plot {
    let y = Axis {
        scale: y,
        ticks: y.ticks(6),
        title: String::new(),
    };
    let mut plot = Plot::new(sheet, steps(), y, "sigmoid 1").with_left(44.0);
    for (column, class, label) in lines {
        let line = by_step(runs, column);
        plot.line(&format!("{class} thin"), line.iter().copied());
        plot.label(class, line[line.len() - 1], label);
    }
    plot
}
