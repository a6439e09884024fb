//! What a normal signal feels of each activation.

mod figures;
mod gains;

pub use gains::{Chosen, Gains};

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "gains",
    experiments: &[Run::plain::<Gains>()],
    runs: &[Run::of("gains", || Box::new(Gains::default()))],
    figures: &[figures::FIGURE],
};
