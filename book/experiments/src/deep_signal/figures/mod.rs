//! The figures of both boxes.

mod udl_ends;
mod udl_response;
mod udl_solved;
mod udl_sweep;

use crate::Figure;

pub(super) use udl_ends::FIGURE as UDL_ENDS;

pub(super) const FIGURES: &[Figure] = &[
    udl_solved::FIGURE,
    udl_ends::FIGURE,
    udl_sweep::FIGURE,
    udl_response::FIGURE,
];
