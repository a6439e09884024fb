//! 

mod figures;

use crate::{Chapter};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "data-dependent",
    experiments: &[],
    runs: &[],
    figures: figures::FIGURES,
};
