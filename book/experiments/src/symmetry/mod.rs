//! Equal weights, and one that differs.

mod figures;
mod symmetry;

pub use symmetry::Symmetry;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "symmetry",
    experiments: &[Run::plain::<Symmetry>().in_small("--steps 20")],
    runs: &[Run::of("symmetry", || Box::new(Symmetry::default()))],
    figures: &[figures::FIGURE],
};
