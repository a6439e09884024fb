//! Three variances, and what becomes of a signal.

mod figures;

use crate::shared::{Data, DeepSignal, Ensemble, weights};
use crate::{Chapter, Experiment, Run};

/// One variance over each matrix's own fan-in: 1/n, 2/n and 4/n, for one network and for twelve.
pub(crate) const CHAPTER: Chapter = Chapter {
    name: "introduction",
    experiments: &[],
    runs: &[
        Run::of("one-over-n", || over_fan_in(1.0)),
        Run::of("two-over-n", || over_fan_in(2.0)),
        Run::of("four-over-n", || over_fan_in(4.0)),
        Run::of("twelve-one-over-n", || twelve(1.0)),
        Run::of("twelve-two-over-n", || twelve(2.0)),
        Run::of("twelve-four-over-n", || twelve(4.0)),
    ],
    figures: &[figures::FIGURE],
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
