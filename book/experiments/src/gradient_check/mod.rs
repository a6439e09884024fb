//! What finite differences see of a gradient, and of wrong ones.

mod difference_error;
mod figures;
mod gradient_mutants;

pub use difference_error::DifferenceError;
pub use gradient_mutants::{GradientMutants, WrongGradient, wrong_gradients};

use crate::{Chapter, Run};

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
