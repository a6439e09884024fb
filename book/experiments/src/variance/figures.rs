//! What a layer transmits of an input with a mean: points on the second moment, not on the variance.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;
use crate::number::brief;

pub(super) const FIGURE: Figure = Figure {
    name: "second-moment",
    runs: &["second-moment"],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let [mean, measured] = ["mean", "measured"].map(|column| table.numbers(column));
    let last = mean.len() - 1;
    let description = format!(
        "Mean square of the outputs of a linear layer against the mean of its inputs, whose variance is one. \
         The measured points climb along the parabola of the second moment, from {} at mean {} to {} at mean {}; \
         the line predicted from the variance stays at one.",
        brief(measured[0]),
        brief(mean[0]),
        brief(measured[last]),
        brief(mean[last]),
    );
    Picture::of(
        FIGURE.name,
        "What a linear layer transmits of inputs with a mean",
        &description,
        Sheet::COLUMN.of_height(330.0),
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let [mean, measured, low, high, second_moment, variance] = [
        "mean",
        "measured",
        "low",
        "high",
        "second_moment",
        "variance",
    ]
    .map(|column| table.numbers(column));
    let by_mean = |column: &[f64]| -> Vec<(f64, f64)> {
        mean.iter().copied().zip(column.iter().copied()).collect()
    };
    let (_, largest) = extent(high.iter().copied());
    let (_, end) = extent(mean.iter().copied());
    let x = Scale::Linear {
        low: -0.1,
        high: end + 0.1,
    };
    let y = Scale::Linear {
        low: 0.0,
        high: largest * 1.03,
    };
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(4),
            title: "mean of the inputs".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: "mean square of the outputs".into(),
        },
        "moment",
    );
    plot.line("s1 strong", by_mean(&second_moment));
    plot.line("s2 dashed", by_mean(&variance));
    let ranges = low.iter().copied().zip(high.iter().copied());
    plot.whiskers("s1", mean.iter().copied().zip(ranges));
    plot.points("s1", sheet.pick(4.0, 3.5), by_mean(&measured));

    let last = mean.len() - 1;
    plot.label("s1", (mean[last], second_moment[last]), "second\nmoment");
    plot.label("s2", (mean[last], variance[last]), "variance");
    plot.note(
        "s1",
        (mean[last / 2], high[last / 2]),
        (-8.0, -6.0),
        Anchor::End,
        sheet.pick("measured, with the spread of one layer", "measured"),
    );
    plot
}
