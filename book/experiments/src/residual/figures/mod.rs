//! The figures of the chapter.

mod attention;
mod collapse;
mod gradients;
mod transformer;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    transformer::FIGURE,
    gradients::FIGURE,
    attention::FIGURE,
    collapse::COSINES,
    collapse::FIGURE,
];
