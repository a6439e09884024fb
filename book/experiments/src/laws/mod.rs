//! Three shapes of one variance.

mod densities;
mod figures;

pub use densities::Laws;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "laws",
    experiments: &[Run::plain::<Laws>()],
    runs: &[Run::of("laws", || Box::new(Laws::default()))],
    figures: &[figures::FIGURE],
};
