//! The gradient through the notebook's first network.

mod figures;

use crate::shared::DeepGradient;
use crate::shared::weights::of_variance;
use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "backward",
    experiments: &[],
    runs: &[Run::of("udl-backward-5x8", || {
        Box::new(DeepGradient {
            seed: 0,
            depth: 5,
            width: 8,
            weights: of_variance(1.0),
        })
    })],
    figures: &[figures::FIGURE],
};
