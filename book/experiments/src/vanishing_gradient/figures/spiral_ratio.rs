//! The gradient of the second weight matrix over that of the first, as the notebook measures it and as a mean.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "spiral-ratio",
    runs: RUNS,
    draw,
};

/// What the notebook's measure does to the ratio: (2500/100) / (100/52).
const FACTOR: f64 = 13.0;

/// The runs of the spiral that several figures show: the first steps one by one, and all steps at intervals.
pub(super) const RUNS: &[&str] = &["spiral-first", "spiral"];

/// A column of both runs by step, counted from 1, as densely as a logarithmic axis shows.
pub(super) fn by_step(runs: &[&Table; 2], column: &str) -> Vec<(f64, f64)> {
    let points = runs.iter().flat_map(|table| {
        let steps = table.numbers("step").into_iter().map(|step| step + 1.0);
        steps.zip(table.numbers(column))
    });
    let mut thinned: Vec<(f64, f64)> = Vec::new();
    for point in points {
        if thinned.last().is_none_or(|last| point.0 >= 1.008 * last.0) {
            thinned.push(point);
        }
    }
    thinned
}

/// Where steps lie, and how the axis is called.
pub(super) fn steps() -> Axis {
    let scale = Scale::Log {
        low: 1.0,
        high: 5e4,
    };
    Axis {
        scale,
        ticks: scale.ticks(6),
        title: "step".into(),
    }
}

fn draw(tables: &[&Table]) -> Picture {
    let runs: [&Table; 2] = shown(tables);
    let ratios = ["sigmoid", "relu"].map(|network| {
        let [first, second] =
            ["1", "2"].map(|l| by_step(&runs, &format!("{network}_gradient_{l}")));
        let ratio = first.iter().zip(&second);
        ratio
            .map(|((step, first), (_, second))| (*step, second / first))
            .collect::<Vec<_>>()
    });
    // The caption says so of every step that is drawn.
    for ratio in &ratios {
        let turned = ratio.iter().filter(|(step, _)| *step > 10.0);
        for (step, r) in turned {
            assert!(
                *r < 1.0 && FACTOR * r > 1.0,
                "at step {} the means over the entries have the ratio {r}",
                step - 1.0
            );
        }
    }
    let [sigmoid, relu] = &ratios;
    let description = format!(
        "The gradient of the second weight matrix over that of the first, by step, on two logarithmic axes. Measured as the mean over the \
         entries, the sigmoid network begins at {:.1} and falls below one within ten steps; the ReLU network is below one from the first step, at {:.2}. \
         Measured as the notebook does it, both lines are thirteen times higher, and above one.",
        sigmoid[0].1, relu[0].1,
    );
    Picture::of(
        FIGURE.name,
        "The ratio of two gradients, by two measures",
        &description,
        Sheet::COLUMN.of_height(360.0),
        runs.map(Table::clone).into(),
        |sheet| plot(sheet, &ratios),
    )
}

fn plot(sheet: Sheet, ratios: &[Vec<(f64, f64)>; 2]) -> Plot {
    let y = Scale::Log {
        low: 0.03,
        high: 100.0,
    };
    let mut plot = Plot::new(
        sheet,
        steps(),
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "gradient of the second matrix over that of the first".into(),
        },
        "sigmoid",
    );
    plot.rule("limit", 1.0);
    for (ratio, class, name) in [(&ratios[0], "s1", "sigmoid"), (&ratios[1], "s2", "ReLU")] {
        let shown: Vec<_> = ratio.iter().map(|(step, r)| (*step, FACTOR * r)).collect();
        for (line, style) in [(&shown, "dashed"), (ratio, "")] {
            plot.line(&format!("{class} thin {style}"), line.iter().copied());
            plot.label(class, line[line.len() - 1], name);
        }
    }
    let words = ["rows plus columns", "mean over the entries"];
    for (words, y) in words.into_iter().zip([14.0, 0.04]) {
        plot.note("quiet", (30.0, y), (0.0, 0.0), Anchor::Start, words);
    }
    plot
}
