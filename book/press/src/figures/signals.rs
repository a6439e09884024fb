//! What several figures ask of [`DeepSignal`].

use std::sync::Arc;

use anyhow::Result;
use experiments::{Data, DeepSignal, Table, Weights};

use super::scale::Tick;
use crate::Lab;

/// Layers of the deep network, and units in each of them.
pub(crate) const DEPTH: usize = 50;
/// Units in each layer.
pub(crate) const WIDTH: usize = 80;

/// The signal through the deep network whose weights have these variances.
pub(crate) fn deep(lab: &Lab, seed: u32, weights: Weights) -> Result<Arc<Table>> {
    lab.table(&DeepSignal {
        seed,
        depth: DEPTH,
        width: WIDTH,
        weights,
        data: Data::Fresh,
    })
}

/// `c / n`, where `n` is the width of the deep network.
pub(crate) fn over_width(c: f64) -> f64 {
    c / WIDTH as f64
}

/// A column by layer, as points.
pub(crate) fn by_layer(table: &Table, column: &str) -> Vec<(f64, f64)> {
    table
        .numbers("layer")
        .into_iter()
        .zip(table.numbers(column))
        .collect()
}

/// Every tenth layer from the first to the last.
pub(crate) fn layer_ticks(first: usize) -> Vec<Tick> {
    std::iter::once(first)
        .chain((10..=DEPTH).step_by(10))
        .map(|layer| Tick::new(layer as f64, &layer.to_string()))
        .collect()
}
