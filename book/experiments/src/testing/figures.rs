//! Six tests of a normal initializer: how often each passes, by how wrong the variance is.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "pass-curves",
    runs: &["pass-curves"],
    draw,
};

/// A column of the table and the heading of its panel.
const TESTS: [(&str, &str); 6] = [
    ("keras", "Keras, 500"),
    ("pytorch", "PyTorch, 440"),
    ("burn_1000", "Burn, 1,000"),
    ("burn_10000", "Burn, 10,000"),
    ("lux", "Lux, 50,000"),
    ("book", "this book, 130,000"),
];

/// The point that is marked: half of the right variance.
const HALF: f64 = 0.5;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let at_half = TESTS.map(|(column, heading)| {
        let passes = value_at(&curve(table, column), HALF);
        format!("{heading}: {passes:.2}")
    });
    let description = format!(
        "Six curves, each the probability that a test passes against the factor by which the variance is wrong, on a logarithmic axis. \
         All are near one where the factor is one. With half of the variance they pass with these probabilities. {}.",
        at_half.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "How often six tests pass a wrong variance",
        &description,
        Sheet::COLUMN.of_height(400.0),
        vec![thin(table)],
        |sheet| panels(sheet, table),
    )
}

/// Every fourth row.
fn thin(table: &Table) -> Table {
    Table {
        rows: table.rows.iter().step_by(4).cloned().collect(),
        ..table.clone()
    }
}

fn curve(table: &Table, column: &str) -> Vec<(f64, f64)> {
    let factors = table.numbers("factor").into_iter();
    factors.zip(table.numbers(column)).collect()
}

/// The value at the factor that is nearest.
fn value_at(curve: &[(f64, f64)], factor: f64) -> f64 {
    let distance = |x: f64| libm::log(x / factor).abs();
    let nearest = curve
        .iter()
        .min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
    nearest.expect("a curve has points").1
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 560.0));
    let (columns, rows) = sheet.pick((3, 2), (2, 3));
    let mut panels = Panels::new(sheet);
    for ((column, heading), place) in TESTS.into_iter().zip(Panels::grid(sheet, columns, rows)) {
        let points = curve(table, column);
        let (low, high) = (points[0].0, points[points.len() - 1].0);
        let label = |words: &str, is_shown: bool| {
            if is_shown {
                words.to_owned()
            } else {
                String::new()
            }
        };
        let mut plot = Plot::new(
            place.sheet,
            Axis {
                scale: Scale::Log { low, high },
                ticks: [(0.5, "½"), (1.0, "1"), (2.0, "2")]
                    .map(|(at, words)| Tick::new(at, &label(words, place.is_last)))
                    .into(),
                title: label("variance / right one", place.is_last),
            },
            Axis {
                scale: Scale::Linear {
                    low: 0.0,
                    high: 1.05,
                },
                ticks: [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
                    .map(|(at, words)| Tick::new(at, &label(words, place.is_first)))
                    .into(),
                title: String::new(),
            },
            "",
        )
        .with_left(26.0);
        plot.line("zero", [(1.0, 0.0), (1.0, 1.05)]);
        let class = if column == "book" { "s1" } else { "s2" };
        let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        plot.band(class, &x, &vec![0.0; x.len()], &y);
        plot.line(&format!("{class} strong"), points.iter().copied());
        let half = (HALF, value_at(&points, HALF));
        plot.points(class, 4.0, [half]);
        let (offset, anchor) = if half.1 > 0.1 {
            ((-9.0, 4.5), Anchor::End)
        } else {
            ((0.0, -9.0), Anchor::Middle)
        };
        plot.note(class, half, offset, anchor, &format!("{:.2}", half.1));
        panels.plot(place, heading, plot);
    }
    panels
}
