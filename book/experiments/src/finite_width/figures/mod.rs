//! The figures of the chapter on finite width.

mod bottleneck;
mod depth_over_width;
mod drawn_signals;
mod two_inputs;
mod wandering;

use crate::Figure;

pub(super) use drawn_signals::FIGURE as DRAWN_SIGNALS;

pub(super) const FIGURES: &[Figure] = &[
    depth_over_width::FIGURE,
    drawn_signals::FIGURE,
    bottleneck::FIGURE,
    two_inputs::FIGURE,
    wandering::FIGURE,
];
