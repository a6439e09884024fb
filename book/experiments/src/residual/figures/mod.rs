//! The figures of the chapter.

mod spread;
mod stack;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[stack::FIGURE, spread::FIGURE];
