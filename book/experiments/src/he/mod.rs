//! What one layer does to the second moment, in three dozens of networks, and narrow layers to the gradient.

mod figures;
mod narrow_layers;

pub use narrow_layers::NarrowLayers;

use crate::shared::Ensemble;
use crate::shared::weights::over_fan_in;
use crate::{Chapter, Experiment, Run};

/// Each variance has seeds of its own, 1/n those of the introduction: under one seed the three clouds would be one cloud three
/// times, since a ReLU network is homogeneous.
pub(crate) const CHAPTER: Chapter = Chapter {
    name: "he",
    experiments: &[Run::plain::<NarrowLayers>().in_small("--units 3 --networks 20")],
    runs: &[
        Run::of("layers-two-over-n", || from_seed(12, 2.0)),
        Run::of("layers-four-over-n", || from_seed(24, 4.0)),
        Run::of("narrow-layers", || Box::new(NarrowLayers::default())),
    ],
    figures: &[figures::FIGURE],
};

/// Twelve networks whose weights have variance `scale / fan_in`.
fn from_seed(seed: u32, scale: f64) -> Box<dyn Experiment> {
    Box::new(Ensemble {
        seed,
        weights: over_fan_in(scale),
        ..Ensemble::default()
    })
}
