//! The layers of a network along an axis.

use crate::Table;
use crate::drawing::plot::Axis;
use crate::drawing::scale::{Scale, Tick};

/// Layers of the deep network that several figures show.
pub(crate) const DEPTH: usize = 50;

/// A column by layer, as points.
pub(crate) fn by_layer(table: &Table, column: &str) -> Vec<(f64, f64)> {
    table
        .numbers("layer")
        .into_iter()
        .zip(table.numbers(column))
        .collect()
}

/// A column for each network by layer, as points.
pub(crate) fn networks(table: &Table) -> Vec<Vec<(f64, f64)>> {
    let columns = table.columns.iter().skip(1);
    columns.map(|column| by_layer(table, column)).collect()
}

/// The axis of the layers of that network, from `first` on.
pub(crate) fn layer_axis(first: usize) -> Axis {
    layers_to(first, DEPTH)
}

/// The axis of the layers from `first` to the last, with every tenth marked.
pub(crate) fn layers_to(first: usize, last: usize) -> Axis {
    let marked = std::iter::once(first).chain((10..=last).step_by(10));
    Axis {
        scale: Scale::Linear {
            low: first as f64,
            high: last.max(first + 1) as f64,
        },
        ticks: marked
            .map(|layer| Tick::new(layer as f64, &layer.to_string()))
            .collect(),
        title: "layer".into(),
    }
}
