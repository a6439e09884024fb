//!

mod figures;

use crate::Chapter;

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "residual",
    experiments: &[],
    runs: &[],
    figures: figures::FIGURES,
};
