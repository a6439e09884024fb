//! Three shapes of one variance.

mod densities;
mod figures;

pub use densities::Laws;

use crate::lab::{Control, Lab, table};
use crate::{Chapter, Run};

/// Where the normal law is cut.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[Control {
        option: "cut",
        label: "cut at, in standard deviations",
        values: &[
            0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.25,
        ],
    }],
    tables: |values| {
        vec![table(&Laws {
            cut: values[0],
            reach: 3.5,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "laws",
    experiments: &[Run::plain::<Laws>()],
    runs: &[Run::of("laws", || Box::new(Laws::default()))],
    figures: &[figures::FIGURE],
};
