//! The figures of the introduction.

pub(super) mod any_variance;
mod fifty_layers;

use crate::Figure;

pub(super) use any_variance::FIGURE as ANY_VARIANCE;

pub(super) const FIGURES: &[Figure] = &[fifty_layers::FIGURE, any_variance::FIGURE];
