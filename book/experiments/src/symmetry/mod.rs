//! Equal weights, and one that differs.

mod figures;
mod symmetry;

pub use symmetry::Symmetry;

use crate::lab::{Control, Lab, SEEDS, table};
use crate::{Chapter, Run};

/// How far one weight is moved, for how long the networks learn, and another draw.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[
        Control {
            option: "nudge",
            label: "one weight is raised by",
            values: &[0.0, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.1],
        },
        Control {
            option: "steps",
            label: "steps",
            values: &[1.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 2000.0, 3000.0],
        },
        SEEDS,
    ],
    tables: |values| {
        vec![table(&Symmetry {
            seed: values[2] as u64,
            steps: values[1] as u32,
            rate: 0.2,
            constant: 0.3,
            nudge: values[0],
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "symmetry",
    experiments: &[Run::plain::<Symmetry>().in_small("--steps 20")],
    runs: &[Run::of("symmetry", || Box::new(Symmetry::default()))],
    figures: &[figures::FIGURE],
};
