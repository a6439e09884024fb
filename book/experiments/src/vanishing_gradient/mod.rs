//! The notebook on the vanishing gradient, and the same nets from other weights.

mod boundaries;
mod figures;
mod gradient_depth;
mod learned;
mod points;
mod sigmoid_scales;
mod training;
mod vanishing_gradient;

pub use boundaries::SpiralBoundaries;
pub use gradient_depth::GradientDepth;
pub use points::SpiralPoints;
pub use sigmoid_scales::SigmoidScales;
pub use vanishing_gradient::{GradientOver, SpiralNets, VanishingGradient};

use crate::lab::{Control, Lab, table};
use crate::shared::weights::over_fan_in;
use crate::{Chapter, Experiment, Run};
use unit_variance::initializer::Named;

/// The variance of the weights, and how many layers the gradient passes.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::SIGMOID_SCALES,
    controls: &[
        Control {
            option: "scale",
            label: "weight variance × n",
            values: &[
                0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 16.0, 20.0, 50.0, 70.0, 100.0, 150.0, 200.0,
                500.0, 1000.0,
            ],
        },
        Control {
            option: "depth",
            label: "layers",
            values: &[5.0, 10.0, 20.0, 30.0],
        },
    ],
    tables: |values| {
        vec![table(&SigmoidScales {
            scale: values[0],
            depth: values[1] as usize,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "vanishing-gradient",
    experiments: &[
        Run::plain::<SpiralPoints>().in_small("--points 6"),
        Run::plain::<VanishingGradient>()
            .in_small("--iterations 20 --width 5 --points 6 --every 10"),
        Run::plain::<SpiralBoundaries>()
            .in_small("--iterations 20 --width 5 --points 6 --resolution 5"),
        Run::plain::<SigmoidScales>().in_small("--depth 3"),
        Run::plain::<GradientDepth>().in_small("--networks 3 --depth 3 --width 5"),
    ],
    runs: &[
        Run::of("spiral", || spiral(50_000, 100, NOTEBOOK)),
        Run::of("spiral-lecun", || spiral(10_001, 100, over_fan_in(1.0))),
        Run::of("spiral-he", || spiral(10_001, 100, over_fan_in(2.0))),
        // The first steps one by one.
        Run::of("spiral-first", || spiral(101, 1, NOTEBOOK)),
        Run::of("spiral-points", || Box::new(SpiralPoints::default())),
        Run::of(
            "spiral-boundaries",
            || Box::new(SpiralBoundaries::default()),
        ),
        Run::plain::<SigmoidScales>(),
        Run::of("gradient-depth", || Box::new(GradientDepth::default())),
    ],
    figures: figures::FIGURES,
};

/// The notebook's weights.
const NOTEBOOK: Named = Named::Normal { std_dev: 0.1 };

/// The nets of the spiral, recorded at intervals of this many steps.
fn spiral(steps: usize, every: usize, weights: Named) -> Box<dyn Experiment> {
    Box::new(VanishingGradient {
        nets: SpiralNets {
            steps,
            weights,
            ..SpiralNets::default()
        },
        every,
        ..VanishingGradient::default()
    })
}
