//! Dense layers, networks of them, and the trace that a forward pass leaves.

mod dense;
mod elementwise;
mod network;
mod product;
mod trainer;

pub use dense::{Dense, Signal};
pub use network::{Network, Trace};
pub use product::{product, product_into};
pub(crate) use trainer::Trainer;
