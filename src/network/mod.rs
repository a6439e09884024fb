//! Dense layers, networks of them, and the trace that a forward pass leaves.

mod dense;
mod network;

pub use dense::{Dense, Signal};
pub use network::{Network, Trace};
