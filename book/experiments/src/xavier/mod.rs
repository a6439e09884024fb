//! Xavier's compromise, layer by layer, and a gain for tanh.

mod figures;
mod tanh_depth;
mod xavier_factors;

pub use tanh_depth::TanhDepth;
pub use xavier_factors::XavierFactors;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "xavier",
    experiments: &[
        Run::plain::<TanhDepth>().in_small("--networks 3 --depth 3 --width 5"),
        Run::plain::<XavierFactors>().in_small("--width 5 --draws 3"),
    ],
    runs: &[
        Run::of("tanh-depth", || Box::new(TanhDepth::default())),
        Run::of("xavier-factors", || Box::new(XavierFactors::default())),
    ],
    figures: &[figures::FIGURE],
};
