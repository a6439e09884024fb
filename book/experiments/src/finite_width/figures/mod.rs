//! The figures of the chapter on finite width.

mod bottleneck;
mod depth_over_width;
mod two_inputs;
mod wandering;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    depth_over_width::FIGURE,
    bottleneck::FIGURE,
    two_inputs::FIGURE,
    wandering::FIGURE,
];
