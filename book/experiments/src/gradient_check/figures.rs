//! The error of numerical derivatives against their step: two slopes and a valley between them.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, plain};
use crate::figure::shown;
use crate::number::{Format, Script, typeset};

pub(super) const FIGURE: Figure = Figure {
    name: "difference-error",
    runs: &["difference-error"],
    draw,
};

/// A straight piece beside a curve that shows its order.
struct Guide {
    column: &'static str,
    slope: f64,
    /// Its two ends, as steps.
    steps: (f64, f64),
    /// By which factor it lies beside the curve.
    beside: f64,
    /// Where its name stands beside its middle.
    name: (Anchor, (f64, f64)),
}

const GUIDES: [Guide; 3] = [
    Guide {
        column: "central",
        slope: 2.0,
        steps: (1e-4, 1e-2),
        beside: 0.1,
        name: (Anchor::Start, (8.0, 12.0)),
    },
    Guide {
        column: "forward",
        slope: 1.0,
        steps: (1e-5, 1e-2),
        beside: 8.0,
        name: (Anchor::End, (-8.0, -2.0)),
    },
    Guide {
        column: "central",
        slope: -1.0,
        steps: (1e-11, 1e-8),
        beside: 0.08,
        name: (Anchor::End, (-8.0, 12.0)),
    },
];

fn draw(tables: &[&Table]) -> Picture {
    let scientific = |x| plain(&typeset(x, Format::Scientific(1), Script::Svg));
    let [table] = shown(tables);
    let best = |column: &str| {
        curve(table, column)
            .into_iter()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .expect("there are steps")
    };
    let (central, forward) = (best("central"), best("forward"));
    let description = format!(
        "Relative error against step, both on logarithmic axes. With shrinking steps the error of the central difference falls with slope 2, \
         to {} at a step of {}, and then rises with slope −1. The one-sided difference falls with slope 1, to {} at a step of {}, and rises likewise.",
        scientific(central.1),
        scientific(central.0),
        scientific(forward.1),
        scientific(forward.0),
    );
    Picture::of(
        FIGURE.name,
        "The error of a numerical derivative by its step",
        &description,
        Sheet::COLUMN.of_height(400.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn curve(table: &Table, column: &str) -> Vec<(f64, f64)> {
    let steps = table.numbers("step").into_iter();
    steps.zip(table.numbers(column)).collect()
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [step, central, forward] =
        ["step", "central", "forward"].map(|column| table.numbers(column));
    let x = Scale::decades(step);
    let y = Scale::decades(central.into_iter().chain(forward));
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 360.0)),
        Axis {
            scale: x,
            ticks: x.ticks(sheet.pick(8, 4)),
            title: "step *h*".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(7),
            title: "relative error of the derivative".into(),
        },
        "one-sided",
    );
    for guide in &GUIDES {
        let points = curve(table, guide.column);
        let middle = (guide.steps.0 * guide.steps.1).sqrt();
        let near = |point: &&(f64, f64)| libm::log(point.0 / middle).abs();
        let near = points
            .iter()
            .min_by(|a, b| near(a).total_cmp(&near(b)))
            .expect("there are steps");
        let at = |step: f64| {
            (
                step,
                near.1 * guide.beside * libm::pow(step / near.0, guide.slope),
            )
        };
        plot.line("guide", [guide.steps.0, guide.steps.1].map(at));
        let words = format!("slope {}", guide.slope).replace('-', "−");
        let (anchor, aside) = guide.name;
        plot.note("quiet", at(middle), aside, anchor, &words);
    }
    for (class, column, words) in [
        ("s2 dashed", "forward", "one-sided"),
        ("s1 strong", "central", "central"),
    ] {
        let points = curve(table, column);
        plot.line(class, points.iter().copied());
        plot.label(class, points[0], words);
    }
    plot
}
