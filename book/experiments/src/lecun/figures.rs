//! What LeCun's variance leaves of a signal through fifty tanh layers, and what infinite width predicts.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "lecun-tanh",
    runs: &["lecun-tanh"],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let [depth, networks, width] = ["depth", "networks", "width"].map(|name| table.parameter(name));
    let infinite = by_layer(table, "infinite");
    let description = format!(
        "Standard deviation of the signal by layer, on a logarithmic axis. From one at the input the predicted curve falls to {:.3} in layer 10 \
         and {:.3} in layer {}, ever more slowly. The {} networks of {} units lie close to it.",
        infinite[10].1,
        infinite[infinite.len() - 1].1,
        depth,
        networks,
        width,
    );
    Picture::of(
        FIGURE.name,
        "The signal through fifty tanh layers with LeCun’s variance",
        &description,
        Sheet::COLUMN,
        vec![table.clone()],
        |sheet| plot(sheet, table),
    )
}

fn plot(sheet: Sheet, table: &Table) -> Plot {
    let infinite = by_layer(table, "infinite");
    let end = infinite[infinite.len() - 1];
    let columns = table.columns[1..].iter();
    let (low, _) = extent(columns.flat_map(|column| table.numbers(column)));
    let y = Scale::Log {
        low: low * 0.95,
        high: 1.0,
    };
    let mut plot = Plot::new(
        sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(5),
            title: "standard deviation of the signal".into(),
        },
        "networks",
    );
    let networks = table.columns.len() - 2;
    for network in &table.columns[2..] {
        plot.line("run s2", by_layer(table, network));
    }
    plot.line("s1 strong", infinite);
    plot.label("s1", end, "infinite\nwidth");
    let middle = by_layer(table, &table.columns[2])[end.0 as usize];
    plot.label("s2", middle, &format!("{networks}\nnetworks"));
    plot
}
