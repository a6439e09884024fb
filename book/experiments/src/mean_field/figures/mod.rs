//! Order and chaos, drawn.

mod correlation_map;
mod forgetting;
mod phase_plane;
mod relu_forgetting;
mod trainability;

use crate::Figure;

pub(super) use correlation_map::FIGURE as CORRELATION_MAP;

pub(super) const FIGURES: &[Figure] = &[
    trainability::FIGURE,
    correlation_map::FIGURE,
    forgetting::FIGURE,
    phase_plane::FIGURE,
    relu_forgetting::FIGURE,
];
