//! The figures of the chapter.

mod attention;
mod collapse;
mod gradients;
mod spread;
mod stack;
mod transformer;

use crate::Figure;

pub(super) use spread::FIGURE as SPREAD_BY_DEPTH;

pub(super) const FIGURES: &[Figure] = &[
    stack::FIGURE,
    spread::FIGURE,
    transformer::FIGURE,
    gradients::FIGURE,
    attention::FIGURE,
    collapse::COSINES,
    collapse::FIGURE,
];
