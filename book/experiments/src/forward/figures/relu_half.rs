//! What a ReLU keeps of a symmetric signal: exactly half of its second moment.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "relu-half",
    runs: &["relu-half"],
    draw,
};

/// How far the axis reaches to both sides.
const REACH: i32 = 4;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    // Every fourth of a unit is enough to read.
    let step = table.parameter("steps") as usize / 4;
    let some = table.rows.iter().step_by(step.max(1)).cloned();
    let numbers = Table {
        rows: some.collect(),
        ..table.clone()
    };
    Picture::of(
        FIGURE.name,
        "The second moment of a standard normal signal before and after a ReLU",
        "The curve z squared times the normal density has two equal humps, left and right of zero. \
         The area under each is one half. The ReLU erases the left hump and keeps the right one.",
        Sheet::COLUMN.of_height(310.0),
        vec![numbers],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [z, density, curve] = ["z", "density", "z² density"].map(|column| table.numbers(column));
    let middle = z.len() / 2;
    let (hump, peak) = z[middle..]
        .iter()
        .copied()
        .zip(curve[middle..].iter().copied())
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .expect("there are places");
    let scale = Scale::Linear {
        low: 0.0,
        high: density[middle] * 1.12,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 270.0)),
        Axis {
            scale: Scale::Linear {
                low: f64::from(-REACH),
                high: f64::from(REACH),
            },
            ticks: (-REACH..=REACH)
                .step_by(2)
                .map(|z| Tick::new(f64::from(z), &z.to_string().replace('-', "−")))
                .collect(),
            title: "pre-activation *z*".into(),
        },
        Axis {
            scale,
            ticks: scale.ticks(4),
            title: String::new(),
        },
        "",
    );
    let zero = vec![0.0; z.len()];
    plot.band(
        "s3 erased",
        &z[..=middle],
        &zero[..=middle],
        &curve[..=middle],
    );
    plot.band("s1 kept", &z[middle..], &zero[middle..], &curve[middle..]);
    let points: Vec<(f64, f64)> = z.iter().copied().zip(curve).collect();
    plot.line("s3 dashed", points[..=middle].iter().copied());
    plot.line("s1 strong", points[middle..].iter().copied());
    plot.line("quiet", z.iter().copied().zip(density.iter().copied()));

    let aside = (f64::from(REACH) - 0.95, peak / 2.6);
    plot.note(
        "s3 big",
        (-aside.0, aside.1),
        (0.0, 0.0),
        Anchor::Middle,
        "½",
    );
    plot.note(
        "s3",
        (-aside.0, aside.1),
        (0.0, 19.0),
        Anchor::Middle,
        "erased",
    );
    plot.note("s1 big", aside, (0.0, 0.0), Anchor::Middle, "½");
    plot.note("s1", aside, (0.0, 19.0), Anchor::Middle, "kept");
    plot.note(
        "s1",
        (hump, peak),
        (sheet.pick(26.0, 14.0), -10.0),
        Anchor::Start,
        "*z*^{2} × density",
    );
    plot.note(
        "quiet",
        (0.0, density[middle]),
        (0.0, -8.0),
        Anchor::Middle,
        "density",
    );
    plot
}
