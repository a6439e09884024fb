//! Connections, counted one by one.

mod connections;
mod figures;
mod kernel_fans;
mod zero_padding;

pub use connections::Connections;
pub use kernel_fans::*;
pub use zero_padding::ZeroPadding;

use crate::lab::{Control, Lab, table};
use crate::{Chapter, Run};

/// How long a window is, and how far it moves.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[
        Control {
            option: "kernel",
            label: "positions of a window",
            values: &[1.0, 2.0, 3.0],
        },
        Control {
            option: "stride",
            label: "stride, where there is one",
            values: &[2.0, 3.0, 4.0],
        },
    ],
    tables: |values| {
        vec![table(&Connections {
            kernel: values[0] as usize,
            stride: values[1] as usize,
        })]
    },
};

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
