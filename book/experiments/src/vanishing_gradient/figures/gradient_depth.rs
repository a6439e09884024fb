//! The gradient on its way back through twenty layers, by activation.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "gradient-depth",
    runs: &["gradient-depth"],
    draw,
};

const NETS: [(&str, &str, &str); 3] = [
    ("relu", "s2", "ReLU, 2/*n*"),
    ("tanh", "s3", "tanh, 1/*n*"),
    ("sigmoid", "s1", "sigmoid, 1/*n*"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let first = |column: &str| table.numbers(column)[0];
    let description = format!(
        "The root mean square of the gradient against the number of layers that it has passed on its way back, on a logarithmic axis. In ReLU \
         networks it stays: {:.2} of it reaches the first of {} layers. In tanh networks {:.2} does, in sigmoid networks {:.0e}, along a \
         straight line. Measured points lie on the expected lines.",
        first("relu"),
        table.parameter("depth"),
        first("tanh"),
        first("sigmoid"),
    );
    Picture::of(
        FIGURE.name,
        "The gradient by the layers that it has passed",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let layer = table.numbers("layer");
    let last = layer[layer.len() - 1];
    let passed = |column: &str| -> Vec<(f64, f64)> {
        let passed = layer.iter().map(|layer| last - layer);
        passed.zip(table.numbers(column)).collect()
    };
    let x = Scale::Linear {
        low: -0.4,
        high: last - 0.8,
    };
    let y = Scale::Log {
        low: 1e-13,
        high: 10.0,
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
            title: "rms of the gradient".into(),
        },
        "sigmoid, 1/*n*",
    );
    for (net, class, label) in NETS {
        let expected = passed(&format!("{net}_expected"));
        plot.line(&format!("{class} thin"), expected.iter().copied());
        plot.points(class, sheet.pick(3.6, 3.0), passed(net));
        plot.label(class, expected[0], label);
    }
    plot
}
