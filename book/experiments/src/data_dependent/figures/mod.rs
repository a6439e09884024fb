//! The figures of the chapter.

mod batch_norm_depth;
mod decay_rest;
mod digits_descent;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    batch_norm_depth::FIGURE,
    digits_descent::FIGURE,
    decay_rest::FIGURE,
];
