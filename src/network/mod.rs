//! Dense layers, networks of them, losses, and the passes forward and backward.

mod contract;
mod dense;
mod loss;
mod network;

pub use dense::{Dense, LayerGradient, Signal};
pub use loss::{Loss, accuracy};
pub use network::{Gradients, Network, Trace};
