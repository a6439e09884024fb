//! How far networks wander: two activations, two shapes of weights.

use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "wandering",
    runs: &["wandering"],
    draw,
};

const SERIES: [(&str, &str, &str); 4] = [
    ("relu", "s2", "ReLU"),
    ("relu_orthogonal", "s4", "ReLU,\northogonal"),
    ("tanh", "s1", "tanh"),
    ("tanh_orthogonal", "s3", "tanh,\northogonal"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let ends = SERIES.map(|(column, _, name)| {
        let measured = table.numbers(&format!("{column}_measured"));
        format!("{} {:.3}", name.replace('\n', " "), measured[DEPTH - 1])
    });
    let description = format!(
        "The standard deviation of the logarithm of the mean square over networks, by layer, on a logarithmic axis: lines for the first-order prediction, dots for what was measured. \
         Three of the lines rise; that of the tanh with orthogonal weights falls. In layer {DEPTH} the dots are at: {}.",
        ends.join(", "),
    );
    Picture::of(
        FIGURE.name,
        "How far four kinds of networks wander",
        &description,
        Sheet::COLUMN.of_height(380.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let y = Scale::Log {
        low: 0.01,
        high: 2.0,
    };
    let mut plot = Plot::new(
        sheet,
        layer_axis(1),
        Axis {
            scale: y,
            ticks: y.ticks(8),
            title: "standard deviation of the logarithm".into(),
        },
        "orthogonal",
    );
    for (column, class, name) in SERIES {
        let predicted = by_layer(table, &format!("{column}_predicted"));
        plot.label(class, predicted[predicted.len() - 1], name);
        plot.line(class, predicted);
        let measured = by_layer(table, &format!("{column}_measured"));
        let shown = measured
            .into_iter()
            .filter(|(layer, _)| layer % 5.0 == 0.0 || *layer == 1.0);
        plot.points(class, 3.0, shown);
    }
    plot
}
