//! The figures of the ten initializers.

mod ten_epochs;
mod ten_histograms;
mod ten_layers;

use crate::Figure;

pub(super) const FIGURES: &[Figure] = &[
    ten_histograms::SIGNALS,
    ten_histograms::GRADIENTS,
    ten_epochs::FIGURE,
    ten_layers::FIGURE,
];
