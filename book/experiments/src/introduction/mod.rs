//! Three variances, and what becomes of a signal.

mod any_variance;
mod figures;

pub use any_variance::AnyVariance;

use crate::lab::{Control, Lab, table};
use crate::shared::{Data, DeepSignal, Ensemble, weights};
use crate::{Chapter, Experiment, Run};

/// The one number that decides.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::ANY_VARIANCE,
    controls: &[Control {
        option: "scale",
        label: "weight variance × n",
        values: &[
            1.0, 1.25, 1.5, 1.75, 1.8, 1.9, 2.0, 2.1, 2.2, 2.5, 3.0, 3.5, 4.0,
        ],
    }],
    tables: |values| {
        vec![table(&AnyVariance {
            networks: 12,
            depth: 50,
            width: 80,
            scale: values[0],
        })]
    },
};

/// One variance over each matrix's own fan-in: 1/n, 2/n and 4/n, for one network and for twelve.
pub(crate) const CHAPTER: Chapter = Chapter {
    name: "introduction",
    experiments: &[Run::plain::<AnyVariance>().in_small("--networks 3 --depth 3 --width 5")],
    runs: &[
        Run::of("one-over-n", || over_fan_in(1.0)),
        Run::of("two-over-n", || over_fan_in(2.0)),
        Run::of("four-over-n", || over_fan_in(4.0)),
        Run::of("twelve-one-over-n", || twelve(1.0)),
        Run::of("twelve-two-over-n", || twelve(2.0)),
        Run::of("twelve-four-over-n", || twelve(4.0)),
        Run::plain::<AnyVariance>(),
    ],
    figures: figures::FIGURES,
};

/// 50 layers of 80 units, whose weights have variance `scale / fan_in`.
fn over_fan_in(scale: f64) -> Box<dyn Experiment> {
    Box::new(DeepSignal {
        seed: 0,
        depth: 50,
        width: 80,
        weights: weights::over_fan_in(scale),
        data: Data::Fresh,
    })
}

/// The same with the seeds 0 to 11.
fn twelve(scale: f64) -> Box<dyn Experiment> {
    Box::new(Ensemble {
        weights: weights::over_fan_in(scale),
        ..Ensemble::default()
    })
}
