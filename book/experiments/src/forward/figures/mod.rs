//! The figures of the forward pass.

mod relu_half;
mod udl_depth;
mod udl_small;
mod variance_sweep;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    udl_small::FIGURE,
    relu_half::FIGURE,
    variance_sweep::FIGURE,
    udl_depth::FIGURE,
];
