//! The figures of the chapter on isometry.

mod deep_linear;
mod jacobian_spectra;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[jacobian_spectra::FIGURE, deep_linear::FIGURE];
