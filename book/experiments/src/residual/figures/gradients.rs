//! The squared gradient along networks with `LayerNorm`: lines of infinite width, dots of drawn networks.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "norm-gradients",
    runs: &["norm-gradients"],
    draw,
};

/// The columns drawn and expected, the color, and the words of a kind.
const KINDS: [(&str, &str, &str, &str); 5] = [
    ("post_tanh", "expected_tanh", "s2", "behind the sum, tanh"),
    ("deep_tanh", "expected_deep", "s5", "DeepNorm, tanh"),
    ("post_relu", "expected_relu", "s1", "behind the sum, ReLU"),
    ("pre_relu", "expected_pre", "s4", "before the branch"),
    (
        "post_softplus",
        "expected_softplus",
        "s3",
        "behind the sum, softplus",
    ),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let first = |column: &str| table.numbers(column)[0];
    let last = |column: &str| *table.numbers(column).last().expect("there is a row");
    let description = format!(
        "The squared gradient, over that behind the last normalization, against the number of blocks below, on a logarithmic axis, for five networks. Where \
         LayerNorm stands behind the sum it is one at the upper end and goes to {:.1} at the input with tanh, to {:.1} with ReLU and to {:.0e} with \
         softplus. In DeepNorm with tanh it stays near one. Where LayerNorm stands before the branch it is {:.2} at the upper end and {:.1} at the input.",
        first("post_tanh"),
        first("post_relu"),
        first("post_softplus"),
        last("pre_relu"),
        first("pre_relu"),
    );
    Picture::of(
        FIGURE.name,
        "Squared gradient along networks with LayerNorm",
        &description,
        Sheet::COLUMN.of_height(380.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let blocks = table.numbers("blocks");
    let (low, high) = extent(blocks.iter().copied());
    let all = KINDS
        .iter()
        .flat_map(|(drawn, expected, ..)| [table.numbers(drawn), table.numbers(expected)]);
    let x = Scale::Linear { low, high };
    let y = Scale::decades(all.flatten());
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 380.0)),
        Axis {
            scale: x,
            ticks: x.ticks(6),
            title: "blocks below".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "squared gradient".into(),
        },
        "",
    );
    for (drawn, expected, class, words) in KINDS {
        let [drawn, expected] = [drawn, expected].map(|column| table.numbers(column));
        let points = |values: &[f64]| -> Vec<(f64, f64)> {
            blocks.iter().copied().zip(values.iter().copied()).collect()
        };
        plot.line(class, points(&expected));
        plot.points(class, 2.2, points(&drawn).into_iter().step_by(2));
        // Each where its curve is alone.
        let (place, offset, anchor) = match class {
            "s2" => (0.12, (8.0, -16.0), Anchor::Start),
            "s5" => (0.55, (0.0, 17.0), Anchor::Start),
            "s1" => (0.07, (0.0, -6.0), Anchor::Start),
            "s4" => (0.98, (0.0, 20.0), Anchor::End),
            _ => (0.4, (12.0, 12.0), Anchor::Start),
        };
        let i = (place * (blocks.len() - 1) as f64) as usize;
        plot.note(class, (blocks[i], expected[i]), offset, anchor, words);
    }
    plot
}
