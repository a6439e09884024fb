//! What several chapters compute with: the notebooks' networks, their data, and a classifier of digits.

pub(crate) mod batches;
pub(crate) mod classifier;
pub mod data;
mod deep_gradient;
pub(crate) mod deep_signal;
mod ensemble;
pub mod initializer;
pub(crate) mod scaled_signal;
mod spread;
pub(crate) mod tanh_network;
mod unseen_weights;

pub use deep_gradient::DeepGradient;
pub use deep_signal::{Data, DeepSignal, Weights};
pub use ensemble::Ensemble;
pub use spread::{Pass, Spread};

use crate::Run;
use initializer::{Initialization, Initializers};

/// Experiments that several chapters run.
pub(crate) const EXPERIMENTS: &[Run] = &[
    Run::plain::<DeepSignal>(),
    Run::plain::<DeepGradient>(),
    Run::plain::<Ensemble>(),
    Run::plain::<Spread>(),
    Run::plain::<Initialization>(),
    Run::plain::<Initializers>(),
];
