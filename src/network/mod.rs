//! Dense layers, networks of them, losses, the passes forward and backward, and training.

#[cfg(test)]
mod autograd;
mod contract;
mod dense;
pub mod gradient_check;
mod loss;
mod network;
mod training;

pub use dense::{Dense, LayerGradient, Signal};
pub use loss::{Loss, accuracy};
pub use network::{Gradients, Network, Trace};
pub use training::{Optimizer, State, StepSchedule};
