//! The notebook on ten initializers, repaired and as it was written.

mod faults;
mod figures;
mod histograms;
mod repairs;
mod survivors;
mod ten_initializers;
mod weights;

pub use faults::{Fault, Faults};
pub use histograms::TenHistograms;
pub use repairs::TenRepairs;
pub use survivors::TenSurvivors;
pub use ten_initializers::*;
pub use weights::*;

use crate::{Chapter, Experiment, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "ten-initializers",
    experiments: &[
        Run::plain::<TenInitializers>().in_small("--epochs 2 --width 5 --points 20"),
        Run::plain::<TenWeights>().in_small("--width 5"),
        Run::plain::<TenRepairs>().in_small("--epochs 2 --width 5 --points 20"),
        Run::plain::<TenSurvivors>().in_small("--width 5 --points 20 --seeds 2"),
        Run::plain::<TenHistograms>().in_small("--epochs 2 --width 5 --points 20 --bins 1"),
    ],
    runs: &[
        Run::of("ten-initializers", || Box::new(TenInitializers::default())),
        Run::of("ten-initializers-as-written", || {
            Box::new(TenInitializers {
                faults: Faults::AS_WRITTEN,
                ..TenInitializers::default()
            })
        }),
        Run::of("ten-weights", || Box::new(TenWeights::default())),
        Run::of("ten-repairs", || Box::new(TenRepairs::default())),
        // Which networks learn on after the first step, and one of them.
        Run::of("ten-survivors", || Box::new(TenSurvivors::default())),
        Run::of("ten-seed-7", || {
            Box::new(TenInitializers {
                seed: 7,
                faults: Faults::AS_WRITTEN,
                ..TenInitializers::default()
            })
        }),
        Run::of("ten-histograms", || histograms(Faults::NONE)),
        Run::of("ten-histograms-as-written", || {
            histograms(Faults::AS_WRITTEN)
        }),
    ],
    figures: figures::FIGURES,
};

/// Signals and gradients of the ten initializers before training.
fn histograms(faults: Faults) -> Box<dyn Experiment> {
    Box::new(TenHistograms {
        run: TenInitializers {
            faults,
            epochs: 1,
            ..TenInitializers::default()
        },
        ..TenHistograms::default()
    })
}
