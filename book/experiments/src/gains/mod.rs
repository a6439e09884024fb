//! What a normal signal feels of each activation, and where a gain leads it.

mod figures;
mod gains;
mod variance_map;

pub use gains::{Chosen, Gains};
pub use variance_map::VarianceMap;

use crate::lab::{Control, Lab, table};
use crate::{Chapter, Run};
use unit_variance::activation::Activation;

/// The gain of a tanh, tanh's own and 5/3 among them to four decimals, and the size of the signal in the first layer.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::VARIANCE_MAP,
    controls: &[
        Control {
            option: "gain",
            label: "gain",
            values: &[
                0.8, 0.9, 1.0, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 1.5925, 1.6667, 1.8, 2.0,
            ],
        },
        Control {
            option: "start",
            label: "variance in the first layer",
            values: &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0],
        },
    ],
    tables: |values| {
        vec![table(&VarianceMap {
            activation: Activation::Tanh,
            gain: values[0],
            start: values[1],
            depth: 30,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "gains",
    experiments: &[
        Run::plain::<Gains>(),
        Run::plain::<VarianceMap>().in_small("--depth 3"),
    ],
    runs: &[
        Run::of("gains", || Box::new(Gains::default())),
        Run::plain::<VarianceMap>(),
    ],
    figures: figures::FIGURES,
};
