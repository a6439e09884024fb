//! What finite differences see of a gradient, and of wrong ones.

mod difference_error;
mod figures;
mod gradient_mutants;

pub use difference_error::DifferenceError;
pub use gradient_mutants::{GradientMutants, WrongGradient, wrong_gradients};

use crate::lab::{Lab, SEEDS, table};
use crate::{Chapter, Run};

/// Another draw.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[SEEDS],
    tables: |values| {
        vec![table(&DifferenceError {
            seed: values[0] as u64,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "gradient-check",
    experiments: &[
        Run::plain::<DifferenceError>(),
        Run::plain::<GradientMutants>().in_small("--networks 2"),
    ],
    runs: &[
        Run::of("difference-error", || Box::new(DifferenceError::default())),
        Run::of("gradient-mutants", || Box::new(GradientMutants::default())),
    ],
    figures: &[figures::FIGURE],
};
