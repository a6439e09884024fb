//! The gains of all activations, and where one of them leads a signal.

mod gains;
mod variance_map;

use crate::Figure;

pub(super) use variance_map::FIGURE as VARIANCE_MAP;

pub(super) const FIGURES: &[Figure] = &[gains::FIGURE, variance_map::FIGURE];
