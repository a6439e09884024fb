//! The figures of the spiral, and of what depth does to a gradient.

mod gradient_depth;
pub(super) mod sigmoid_scales;
mod spiral_boundaries;
mod spiral_ratio;
mod spiral_shown;
mod spiral_training;

use crate::Figure;

pub(super) use sigmoid_scales::FIGURE as SIGMOID_SCALES;

pub(super) const FIGURES: &[Figure] = &[
    spiral_ratio::FIGURE,
    spiral_training::FIGURE,
    spiral_boundaries::FIGURE,
    spiral_shown::FIGURE,
    sigmoid_scales::FIGURE,
    gradient_depth::FIGURE,
];
