//! The learning curves of deep linear networks: lines of the theory, dots of gradient descent.

use crate::Table;

use super::super::deep_linear::{STARTS, TARGET};
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "deep-linear",
    runs: &["deep-linear"],
    draw,
};

const HEADINGS: [&str; 2] = ["from 0.001", "from 1, as rotations"];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let learned = |from: f64, depths: &[u32]| {
        let of = |depth: &u32| {
            let time = table.total(&format!("learned_{depth}_from_{from}"));
            format!("{depth} layers {time:.2}")
        };
        depths.iter().map(of).collect::<Vec<_>>().join(", ")
    };
    let [small, one] = STARTS;
    let description = format!(
        "Two plots of the strength of a mode against the learning rate times the number of steps, with dots of gradient descent on the lines. \
         From 0.001 a plateau grows with depth; nine tenths are learned after: {}. From 1 the curves of all depths lie close together: {}.",
        learned(small.0, small.1),
        learned(one.0, one.1)
    );
    Picture::of(
        FIGURE.name,
        "Learning curves of deep linear networks from two starts",
        &description,
        Sheet::WIDE.of_height(370.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 620.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (start, heading)) in places.zip(STARTS.iter().zip(HEADINGS)) {
        panels.plot(place, heading, plot(place, table, *start));
    }
    panels
}

/// The scaled times of a curve, with a column of numbers.
fn curve(table: &Table, from: f64, depth: u32, column: &str) -> Vec<(f64, f64)> {
    let [starts, depths, times, numbers] =
        ["from", "depth", "scaled_time", column].map(|column| table.numbers(column));
    let rows = (0..times.len()).filter(|&i| starts[i] == from && depths[i] == f64::from(depth));
    rows.map(|i| (times[i], numbers[i])).collect()
}

fn plot(place: Place, table: &Table, (from, depths): (f64, &[u32])) -> Plot {
    let curves = || {
        depths
            .iter()
            .map(|depth| curve(table, from, *depth, "strength"))
    };
    let end = curves()
        .filter_map(|curve| curve.last().map(|(time, _)| *time))
        .fold(0.0, f64::max);
    let x = Scale::Linear {
        low: 0.0,
        high: end,
    };
    let y = Scale::Linear {
        low: 0.0,
        high: 1.1 * TARGET[0],
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "learning rate × steps".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(4),
            title: String::new(),
        },
        "64 layers",
    )
    .with_left(30.0);
    plot.rule("limit", TARGET[0]);
    let classes = ["s1", "s2", "s4", "s5", "s3"];
    for ((depth, line), class) in depths.iter().zip(curves()).zip(classes) {
        let words = match depth {
            1 => "1 layer".to_owned(),
            depth => format!("{depth} layers"),
        };
        // At the right edge, where no curve is in the way.
        if let Some((_, last)) = line.last() {
            plot.label(class, (end, *last), &words);
        }
        plot.line(class, line);
        plot.points(class, 2.5, curve(table, from, *depth, "descent"));
    }
    plot
}
