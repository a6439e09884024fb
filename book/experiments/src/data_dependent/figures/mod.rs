//! The figures of the chapter.

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[];
