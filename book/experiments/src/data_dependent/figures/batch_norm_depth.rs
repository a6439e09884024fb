//! The squared gradient on its way back, with and without batch normalization.

use crate::Figure;
use crate::Table;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "batch-norm-depth",
    runs: &["batch-norm-depth"],
    draw,
};

const KINDS: [(&str, &str, &str); 4] = [
    ("normalized", "s1", "normalized"),
    ("residual", "s3", "in branches"),
    ("he", "s2", "2/*n*"),
    ("small", "s4", "1/*n*"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let last = |column: &str| *table.numbers(column).last().expect("there are layers");
    let description = format!(
        "The squared length of the gradient against the number of layers that it has passed on its way back, on a logarithmic axis. Weights of \
         variance 1/n leave {:.0e} of it, weights of variance 2/n {:.1}. With a batch normalization in each layer it grows along a straight \
         line to {:.0e}, with the normalization in residual branches only to {:.0}. Dots of networks lie near the lines for wide layers.",
        last("small"),
        last("he"),
        last("normalized"),
        last("residual"),
    );
    Picture::of(
        FIGURE.name,
        "The squared gradient with and without batch normalization",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let passed = table.numbers("passed");
    let last = passed[passed.len() - 1];
    let x = Scale::Linear {
        low: 0.0,
        high: last + 0.4,
    };
    let y = Scale::Log {
        low: 1e-16,
        high: 1e10,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "layers passed on the way back".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "squared gradient, over that at the output".into(),
        },
        "in branches",
    );
    plot.rule("limit", 1.0);
    let of = |column: &str| -> Vec<(f64, f64)> {
        let numbers = table.numbers(column);
        passed.iter().copied().zip(numbers).collect()
    };
    for (kind, class, label) in KINDS {
        let predicted = of(&format!("{kind}_predicted"));
        plot.label(class, predicted[predicted.len() - 1], label);
        plot.line(&format!("{class} thin"), predicted);
        let dots = of(kind).into_iter().step_by(2);
        plot.points(class, sheet.pick(3.2, 2.6), dots);
    }
    plot
}
