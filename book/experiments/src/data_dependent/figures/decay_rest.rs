//! Where weight decay takes a matrix in front of a normalization, and how far a step turns it there.

use super::super::decay_rest::STARTS;
use crate::Figure;
use crate::Table;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "decay-rest",
    runs: &["decay-rest"],
    draw,
};

const PANELS: [(&str, &str); 2] = [
    ("length", "length of the matrix"),
    ("angle", "degrees turned by a step"),
];

const CLASSES: [&str; 3] = ["s1", "s2", "s3"];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let ends = |quantity: &str| {
        let of = |(name, scale): (&str, f64)| {
            let numbers = table.numbers(&format!("{name}_{quantity}"));
            format!(
                "scale {scale}: {:.2} to {:.2}",
                numbers[0],
                numbers[numbers.len() - 1]
            )
        };
        STARTS.map(of).join(", ")
    };
    let description = format!(
        "Two plots against the steps of gradient descent with weight decay, for three scales of the start. The lengths of the matrix come \
         together: {}. So do the angles of a step: {}; at rest the theory says {:.2} degrees.",
        ends("length"),
        ends("angle"),
        table.total("angle")
    );
    Picture::of(
        FIGURE.name,
        "Length and turning of a matrix under weight decay from three scales",
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
    for (place, (quantity, heading)) in places.zip(PANELS) {
        panels.plot(place, heading, plot(place, table, quantity));
    }
    panels
}

fn plot(place: Place, table: &Table, quantity: &str) -> Plot {
    let steps = table.numbers("step");
    let numbers = |name: &str| table.numbers(&format!("{name}_{quantity}"));
    let (low, high) = extent(STARTS.iter().flat_map(|(name, _)| numbers(name)));
    let x = Scale::Linear {
        low: 0.0,
        high: steps[steps.len() - 1],
    };
    let y = Scale::decades([low, high]);
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: x.ticks(4),
            title: "steps".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(4),
            title: String::new(),
        },
        "",
    )
    .with_left(38.0);
    if quantity == "angle" {
        plot.rule("limit", table.total("angle"));
    }
    for ((name, scale), class) in STARTS.into_iter().zip(CLASSES) {
        let numbers = numbers(name);
        let start = (steps[0], numbers[0]);
        let points = steps.iter().copied().zip(numbers);
        plot.line(class, points);
        let words = format!("× {scale}");
        let anchor = crate::drawing::text::Anchor::Start;
        // Beside its first point, above the line where that falls and below where it rises.
        let above = quantity == "length";
        let offset = (8.0, if above { -4.0 } else { 14.0 });
        plot.note(class, start, offset, anchor, &words);
    }
    plot
}
