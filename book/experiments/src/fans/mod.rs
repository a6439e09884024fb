//! Connections, counted one by one.

mod connections;
mod figures;
mod kernel_fans;
mod zero_padding;

pub use connections::Connections;
pub use kernel_fans::*;
pub use zero_padding::ZeroPadding;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "fans",
    experiments: &[
        Run::plain::<Connections>(),
        Run::plain::<KernelFans>(),
        Run::plain::<ZeroPadding>().in_small("--positions 3 5 --channels 4 --depth 2 --networks 3"),
    ],
    runs: &[
        Run::of("connections", || Box::new(Connections::default())),
        Run::of("fans", || Box::new(KernelFans::default())),
        Run::of("zero-padding", || Box::new(ZeroPadding::default())),
    ],
    figures: &[figures::FIGURE],
};
