//! The experiment of the notebook's two boxes: what becomes of signal and gradient, by the variance.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "udl-sweep",
    runs: &["udl-sweep"],
    draw,
};

/// A pass: its columns, and its heading.
const PANELS: [(&str, &str); 2] = [
    ("signal", "signal, last layer over first"),
    ("gradient", "gradient, first layer over last"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let of = |name: &str| {
        let (_, cell) = table.summary.iter().find(|(known, _)| known == name)?;
        cell.number()
    };
    let level = |pass: &str| {
        let [level, least, most] =
            ["level", "least", "most"].map(|end| of(&format!("{pass}_{end}")).unwrap_or(f64::NAN));
        format!(
            "the {pass} of the notebook's network is level at {level:.2} / n, those of all twelve between {least:.2} and {most:.2}"
        )
    };
    let description = format!(
        "Two plots on logarithmic axes of the growth over fifty layers against the variance of the weights, from 1/n to 4/n, for twelve networks: \
         parallel lines that rise over fifteen powers of ten. Of the levels, {}; {}.",
        level("signal"),
        level("gradient"),
    );
    Picture::of(
        FIGURE.name,
        "Signal and gradient of twelve networks by the variance of their weights",
        &description,
        Sheet::WIDE.of_height(380.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 620.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let mut panels = Panels::new(sheet);
    for (place, (pass, heading)) in Panels::grid(sheet, columns, rows).into_iter().zip(PANELS) {
        panels.plot(place, heading, plot(place, table, pass));
    }
    panels
}

fn plot(place: Place, table: &Table, pass: &str) -> Plot {
    let scales = table.numbers("scale");
    let y = Scale::Log {
        low: 1e-9,
        high: 1e9,
    };
    let x = Scale::Log {
        low: scales[0],
        high: scales[scales.len() - 1],
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: [
                (1.0, "1/*n*"),
                (1.5, "1.5/*n*"),
                (2.0, "2/*n*"),
                (3.0, "3/*n*"),
                (4.0, "4/*n*"),
            ]
            .map(|(at, name)| Tick::new(at, name))
            .into(),
            title: "variance of the weights".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(7),
            title: String::new(),
        },
        "notebook",
    )
    .with_left(44.0);
    plot.rule("limit", 1.0);
    let points = |column: &str| -> Vec<(f64, f64)> {
        scales.iter().copied().zip(table.numbers(column)).collect()
    };
    let own = format!("{pass}_0");
    for column in &table.columns {
        if column.starts_with(pass) && *column != own {
            plot.line("s3 thin", points(column));
        }
    }
    let expected = points("expected");
    plot.line("s1 dashed", expected.iter().copied());
    plot.label("s1", expected[expected.len() - 1], "expected");
    let notebook = points(&own);
    plot.label("s2", notebook[notebook.len() - 1], "notebook");
    plot.line("s2 strong", notebook);
    plot.note("quiet", (1.03, 1.0), (0.0, -6.0), Anchor::Start, "level");
    plot
}
