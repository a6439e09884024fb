//! Eighteen activations and their derivatives.

mod curves;
mod figures;

pub use curves::Activations;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "activations",
    experiments: &[Run::plain::<Activations>().in_small("--steps 2")],
    runs: &[Run::of("activations", || Box::new(Activations::default()))],
    figures: &[figures::FIGURE],
};
