//! What twenty layers make of a wrong variance: of the signal, and of the gradient.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, power_of_ten};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, literal};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "choosing-costs",
    runs: &["choosing-costs"],
    draw,
};

/// The cases that are drawn, from above; the others are in the table.
const SHOWN: [&str; 17] = [
    "relu-he",
    "relu-lecun",
    "relu-twice",
    "relu-pytorch",
    "relu-bound",
    "relu-cut",
    "prelu-he",
    "gelu-he",
    "silu-he",
    "elu-he",
    "tanh-xavier",
    "tanh-five-thirds",
    "tanh-pytorch",
    "selu-lecun",
    "selu-pytorch",
    "selu-he",
    "sigmoid-own",
];

/// One case.
struct Cost {
    name: String,
    signal: f64,
    gradient: f64,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let cases: Vec<String> = table.column("case").map(Cell::to_string).collect();
    let [layers, rules] = ["layers", "rule"].map(|column| {
        let words = table.column(column).map(Cell::to_string);
        words.collect::<Vec<String>>()
    });
    let [signal, gradient] = ["signal", "gradient"].map(|column| table.numbers(column));
    let rows = SHOWN.map(|name| {
        let row = cases.iter().position(|case| case == name);
        row.unwrap_or_else(|| panic!("no case `{name}` among {cases:?}"))
    });
    let costs = rows.map(|row| Cost {
        name: format!("{} {}", layers[row], rules[row]),
        signal: signal[row],
        gradient: gradient[row],
    });
    let worst = |value: fn(&Cost) -> f64| {
        let distance = |cost: &Cost| libm::log(value(cost)).abs();
        let worst = costs
            .iter()
            .max_by(|a, b| distance(a).total_cmp(&distance(b)));
        worst.expect("there are cases")
    };
    let (lost, starved) = (worst(|cost| cost.signal), worst(|cost| cost.gradient));
    let depth = table.parameter("depth");
    let description = format!(
        "Two dots for each of {} pairs of an activation and a variance, on a logarithmic axis: what {depth} layers make of the \
         mean square of the signal and of the gradient. The signal is furthest from one for {}, at {:.0e}, the gradient for {}, at {:.0e}.",
        costs.len(),
        lost.name,
        lost.signal,
        starved.name,
        starved.gradient,
    );
    let kept = Table {
        rows: rows.iter().map(|row| table.rows[*row].clone()).collect(),
        ..table.clone()
    };
    Picture::of(
        FIGURE.name,
        "What twenty layers make of a wrong variance",
        &description,
        Sheet::COLUMN.of_height(470.0),
        vec![kept],
        |sheet| plot(sheet, &costs, depth),
    )
}

fn plot(sheet: Sheet, costs: &[Cost], depth: f64) -> Plot {
    let last = costs.len() as f64 - 1.0;
    let rows = || (0..).map(|i| last - f64::from(i)).zip(costs);
    let powers: &[i32] = sheet.pick(&[-16, -12, -8, -4, 0, 4], &[-16, -8, 0]);
    let ticks = powers.iter().map(|power| {
        let label = if *power == 0 {
            "1".to_owned()
        } else {
            power_of_ten(*power)
        };
        Tick::new(libm::pow(10.0, f64::from(*power)), &label)
    });
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 460.0)),
        Axis {
            scale: Scale::decades(
                costs
                    .iter()
                    .flat_map(|cost| [cost.signal, cost.gradient, 1e6]),
            ),
            ticks: ticks.collect(),
            title: sheet
                .pick(
                    format!("mean square after {depth} layers, over that before"),
                    format!("mean square, {depth} layers"),
                )
                .clone(),
        },
        Axis {
            scale: Scale::Linear {
                low: -0.7,
                high: last + 0.7,
            },
            ticks: rows()
                .map(|(row, cost)| Tick::new(row, &literal(&cost.name)))
                .collect(),
            title: String::new(),
        },
        "",
    );
    plot.line("zero", [(1.0, -0.7), (1.0, last + 0.7)]);
    for (row, cost) in rows() {
        plot.line("thin", [(cost.signal, row), (cost.gradient, row)]);
    }
    plot.points(
        "s2 hollow",
        5.5,
        rows().map(|(row, cost)| (cost.gradient, row)),
    );
    plot.points("s1", 3.5, rows().map(|(row, cost)| (cost.signal, row)));

    // The names stand where the two are furthest apart: a signal that is kept, a gradient that is lost.
    let apart = |cost: &Cost| libm::log(cost.signal / cost.gradient).abs();
    let (row, widest) = rows()
        .max_by(|a, b| apart(a.1).total_cmp(&apart(b.1)))
        .expect("there are cases");
    let above = (0.0, -9.0);
    plot.note("s1", (widest.signal, row), above, Anchor::End, "signal");
    plot.note(
        "s2",
        (widest.gradient, row),
        above,
        Anchor::Start,
        "gradient",
    );
    plot
}
