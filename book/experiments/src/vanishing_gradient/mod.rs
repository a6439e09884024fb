//! The notebook on the vanishing gradient, and the same nets from other weights.

mod boundaries;
mod figures;
mod gradient_depth;
mod points;
mod training;
mod vanishing_gradient;

pub use boundaries::SpiralBoundaries;
pub use gradient_depth::GradientDepth;
pub use points::SpiralPoints;
pub use vanishing_gradient::{SpiralWeights, VanishingGradient};

use crate::{Chapter, Experiment, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "vanishing-gradient",
    experiments: &[Run::plain::<SpiralPoints>(), Run::plain::<GradientDepth>()],
    runs: &[
        Run::of("spiral", || spiral(50_000, SpiralWeights::StdDev(0.1))),
        Run::of("spiral-lecun", || {
            spiral(10_001, SpiralWeights::GainOverFanIn(1.0))
        }),
        Run::of("spiral-he", || {
            spiral(10_001, SpiralWeights::GainOverFanIn(2_f64.sqrt()))
        }),
        // The first steps one by one.
        Run::of("spiral-first", || {
            Box::new(VanishingGradient {
                steps: 101,
                every: 1,
                ..VanishingGradient::default()
            })
        }),
        Run::of("spiral-points", || Box::new(SpiralPoints::default())),
        Run::of(
            "spiral-boundaries",
            || Box::new(SpiralBoundaries::default()),
        ),
        Run::of("gradient-depth", || Box::new(GradientDepth::default())),
    ],
    figures: figures::FIGURES,
};

/// The nets of the spiral, recorded every hundred steps.
fn spiral(steps: usize, weights: SpiralWeights) -> Box<dyn Experiment> {
    Box::new(VanishingGradient {
        steps,
        every: 100,
        weights,
        ..VanishingGradient::default()
    })
}
