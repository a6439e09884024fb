//! 

mod figures;

use crate::{Chapter};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "width",
    experiments: &[],
    runs: &[],
    figures: figures::FIGURES,
};
