//! By what a linear and a recurrent layer multiply a mean square, framework by framework.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, literal};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "framework-defaults",
    runs: &["framework-defaults"],
    draw,
};

/// A framework with a linear layer.
struct Row {
    name: String,
    linear: Vec<f64>,
    recurrent: Vec<f64>,
}

/// The frameworks in the order of the file, each with its numbers of two kinds.
fn rows(table: &Table) -> Vec<Row> {
    let kinds = table.column("kind").map(Cell::to_string);
    let names = table.column("framework").map(Cell::to_string);
    let squares = table.column("square").map(Cell::number);
    let mut rows: Vec<Row> = Vec::new();
    for ((kind, name), square) in kinds.zip(names).zip(squares) {
        let Some(square) = square else { continue };
        if !["linear", "recurrent"].contains(&kind.as_str()) {
            continue;
        }
        let known = rows.iter().position(|row| row.name == name);
        let at = known.unwrap_or_else(|| {
            rows.push(Row {
                name,
                linear: Vec::new(),
                recurrent: Vec::new(),
            });
            rows.len() - 1
        });
        let found = if kind == "linear" {
            &mut rows[at].linear
        } else {
            &mut rows[at].recurrent
        };
        if !found.contains(&square) {
            found.push(square);
        }
    }
    rows.retain(|row| !row.linear.is_empty());
    rows
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let rows = rows(table);
    let thirds = rows.iter().filter(|row| {
        let mut linear = row.linear.iter();
        linear.any(|x| (x * 3.0 - 1.0).abs() < 1e-9)
    });
    let description = format!(
        "A row for each of {} frameworks and models, on a logarithmic axis: by what a linear layer and a recurrent layer of its \
         default weights multiply the mean square of their input, without biases. {} of them have a third among the linear layers. \
         Lines mark one, which a linear layer needs, and two, which a layer before a ReLU needs.",
        rows.len(),
        thirds.count(),
    );
    Picture::of(
        FIGURE.name,
        "What a layer of default weights does to a mean square",
        &description,
        Sheet::COLUMN.of_height(560.0),
        vec![table.clone()],
        |sheet| plot(sheet, &rows),
    )
}

fn plot(sheet: Sheet, rows: &[Row]) -> Plot {
    let last = rows.len() as f64 - 1.0;
    let places = || (0..).map(|i| last - f64::from(i)).zip(rows);
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 540.0)),
        Axis {
            scale: Scale::Log {
                low: 0.04,
                high: 90.0,
            },
            ticks: [
                (0.1, "0.1"),
                (1.0 / 3.0, "1/3"),
                (1.0, "1"),
                (2.0, "2"),
                (5.0, "5"),
                (64.0, "64"),
            ]
            .map(|(at, name)| Tick::new(at, name))
            .into(),
            title: "n E[w²], at width 768".into(),
        },
        Axis {
            scale: Scale::Linear {
                low: -0.7,
                high: last + 1.4,
            },
            ticks: places()
                .map(|(row, it)| Tick::new(row, &literal(&it.name)))
                .collect(),
            title: String::new(),
        },
        "",
    );
    for at in [1.0, 2.0] {
        plot.line("zero", [(at, -0.7), (at, last + 0.7)]);
    }
    let points = |of: fn(&Row) -> &Vec<f64>| -> Vec<(f64, f64)> {
        let each = |(row, it): (f64, &Row)| -> Vec<(f64, f64)> {
            of(it).iter().map(|x| (*x, row)).collect()
        };
        places().flat_map(each).collect()
    };
    plot.points("s2 hollow", 5.5, points(|row| &row.recurrent));
    plot.points("s1", 3.5, points(|row| &row.linear));
    let above = last + 0.8;
    plot.note("quiet", (1.0, above), (-4.0, 0.0), Anchor::End, "linear");
    plot.note("quiet", (2.0, above), (4.0, 0.0), Anchor::Start, "ReLU");
    plot
}
