//! The figures of both boxes.

mod udl_response;
mod udl_solved;
mod udl_sweep;

use crate::Figure;

pub(super) const FIGURES: &[Figure] =
    &[udl_solved::FIGURE, udl_sweep::FIGURE, udl_response::FIGURE];
