//! The mean shifts, the second moment follows.

mod figures;
mod second_moment;

pub use second_moment::SecondMoment;

use crate::lab::{Control, Lab, SEEDS, table};
use crate::{Chapter, Run};

/// How many inputs a unit has, and another draw.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[
        Control {
            option: "fan-in",
            label: "inputs",
            values: &[4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0],
        },
        SEEDS,
    ],
    tables: |values| {
        vec![table(&SecondMoment {
            seed: values[1] as u64,
            fan_in: values[0] as usize,
            fan_out: 200,
            draws: 40,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "variance",
    experiments: &[Run::plain::<SecondMoment>().in_small("--fan-in 5 --fan-out 7 --draws 3")],
    runs: &[Run::of("second-moment", || {
        Box::new(SecondMoment::default())
    })],
    figures: &[figures::FIGURE],
};
