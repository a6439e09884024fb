//! Order and chaos, drawn.

mod forgetting;
mod phase_plane;
mod relu_forgetting;
mod trainability;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    trainability::FIGURE,
    forgetting::FIGURE,
    phase_plane::FIGURE,
    relu_forgetting::FIGURE,
];
