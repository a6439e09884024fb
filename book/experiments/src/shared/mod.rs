//! What several chapters compute with: the notebooks' networks, their data, and a classifier of digits.

pub(crate) mod batches;
pub(crate) mod classifier;
pub mod data;
mod deep_gradient;
pub(crate) mod deep_signal;
mod ensemble;
pub(crate) mod parallel;
pub mod initializer;
pub(crate) mod scaled_signal;
mod spread;
pub(crate) mod tanh_network;
mod unseen_weights;
pub mod weights;

pub use deep_gradient::DeepGradient;
pub use deep_signal::{Data, DeepSignal};
pub use ensemble::Ensemble;
pub use spread::{Pass, Spread};

use crate::Run;
use initializer::{Initialization, Initializers};

/// Experiments that several chapters run.
pub(crate) const EXPERIMENTS: &[Run] = &[
    Run::plain::<DeepSignal>().in_small("--depth 3 --width 5"),
    Run::plain::<DeepGradient>().in_small("--depth 3 --width 5"),
    Run::plain::<Ensemble>().in_small("--networks 3 --depth 3 --width 5"),
    Run::plain::<Spread>().in_small("--networks 3 --depth 3 --width 5 --points 6"),
    Run::plain::<Initialization>().in_small("--name he --fan-in 12 --fan-out 8"),
    Run::plain::<Initializers>(),
];
