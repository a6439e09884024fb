//! Gradient descent on the digits just below and just above the largest rate, with and without their mean.

use crate::Figure;
use crate::Table;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "digits-descent",
    runs: &["digits-descent"],
    draw,
};

const PANELS: [(&str, &str); 2] = [
    ("raw", "pixels from 0 to 1"),
    ("centered", "minus the mean of each"),
];

/// Where the axis ends: what diverges leaves it.
const MOST: f64 = 100.0;

const LEAST: f64 = 0.01;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let of = |name: &str| {
        let last = |side: &str| {
            let numbers = table.numbers(&format!("{name}_{side}"));
            numbers[numbers.len() - 1]
        };
        format!(
            "{:.3} below the rate {:.3} and {:.0e} above it",
            last("below"),
            table.total(&format!("{name}_largest_rate")),
            last("above")
        )
    };
    let description = format!(
        "Two plots of half the mean squared error of a linear unit against the steps of gradient descent, on a logarithmic axis, each with a \
         line just below and a line just above the largest rate. The lower ones fall, the upper ones leave the plot. At the end, with the \
         pixels as they are: {}; with their means subtracted: {}.",
        of("raw"),
        of("centered")
    );
    Picture::of(
        FIGURE.name,
        "Gradient descent on the digits below and above the largest rate",
        &description,
        Sheet::WIDE.of_height(330.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 560.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (name, heading)) in places.zip(PANELS) {
        panels.plot(place, heading, plot(place, table, name));
    }
    panels
}

fn plot(place: Place, table: &Table, name: &str) -> Plot {
    let steps = table.numbers("step");
    let x = Scale::Linear {
        low: 0.0,
        high: steps[steps.len() - 1],
    };
    let y = Scale::Log {
        low: LEAST,
        high: MOST,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: x.ticks(4),
            title: "steps".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: String::new(),
        },
        "× 1.03",
    )
    .with_left(38.0);
    let limit = table.total(&format!("{name}_largest_rate"));
    let margin = table.parameter("margin");
    for (side, class, factor) in [("below", "s2", 1.0 - margin), ("above", "s1", 1.0 + margin)] {
        let losses = table.numbers(&format!("{name}_{side}"));
        let points = steps.iter().copied().zip(losses);
        let points: Vec<(f64, f64)> = points.take_while(|(_, loss)| *loss < MOST).collect();
        if let Some(end) = points.last() {
            plot.label(class, *end, &format!("× {factor:.2}"));
        }
        plot.line(class, points);
    }
    let at = (steps[steps.len() - 1] * 0.02, LEAST);
    let words = format!("largest rate {limit:.4}");
    let start = crate::drawing::text::Anchor::Start;
    plot.note("quiet", at, (0.0, -8.0), start, &words);
    plot
}
