//! Tanh layers under LeCun's weights.

mod figures;
mod lecun_tanh;

pub use lecun_tanh::LecunTanh;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "lecun",
    experiments: &[Run::plain::<LecunTanh>().in_small("--networks 3 --depth 3 --width 5")],
    runs: &[Run::of("lecun-tanh", || Box::new(LecunTanh::default()))],
    figures: &[figures::FIGURE],
};
