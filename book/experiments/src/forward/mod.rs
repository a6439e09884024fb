//! The signal forward, as the notebook prints it.

mod figures;
mod float_range;
mod relu_half;
mod variance_sweep;

pub use float_range::FloatRange;
pub use relu_half::ReluHalf;
pub use variance_sweep::VarianceSweep;

use crate::shared::weights::{he, of_variance};
use crate::shared::{Data, DeepSignal, Spread};
use crate::{Chapter, Experiment, Run};
use unit_variance::initializer::{Fan, Named};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "forward",
    experiments: &[
        Run::plain::<ReluHalf>().in_small("--steps 4"),
        Run::plain::<VarianceSweep>().in_small("--depth 3 --width 5"),
        Run::plain::<FloatRange>().in_small("--depth 40 --width 5"),
    ],
    runs: &[
        // The two networks of the UDL notebook, as it prints them.
        Run::of("udl-5x8", || {
            deep_signal(5, 8, of_variance(1.0), Data::Fresh)
        }),
        Run::of("udl-50x80", || {
            deep_signal(50, 80, he(Fan::In), Data::Notebook)
        }),
        // The same network under five weight variances: 1, 4/n, 2/n, 1/n and 1/(2n).
        Run::of("sweep-1", || sweep(80.0)),
        Run::of("sweep-4n", || sweep(4.0)),
        Run::of("sweep-2n", || sweep(2.0)),
        Run::of("sweep-n", || sweep(1.0)),
        Run::of("sweep-half", || sweep(0.5)),
        Run::of("relu-half", || Box::new(ReluHalf::default())),
        Run::of("variance-sweep", || Box::new(VarianceSweep::default())),
        Run::of("float-range", || Box::new(FloatRange::default())),
        Run::of("spread", || Box::new(Spread::default())),
    ],
    figures: figures::FIGURES,
};

fn deep_signal(depth: usize, width: usize, weights: Named, data: Data) -> Box<dyn Experiment> {
    Box::new(DeepSignal {
        seed: 0,
        depth,
        width,
        weights,
        data,
    })
}

/// 50 layers of 80 units, whose weights have variance `scale / 80`.
fn sweep(scale: f64) -> Box<dyn Experiment> {
    let width = 80;
    let variance = scale / width as f64;
    deep_signal(50, width, of_variance(variance), Data::Fresh)
}
