//! Layers and networks of them, losses, the passes forward and backward, and training.
//!
//! | layer | what it computes |
//! |---|---|
//! | [`Dense`], and [`Network`] of them | `φ(X W + b)` |
//! | [`Pointwise`] | `φ(X)`, for a `φ` of one's own |
//! | [`Residual`] | `s X + a F(X)` |
//! | [`LayerNorm`], [`RmsNorm`], [`BatchNorm`] | rows or features brought to variance or mean square 1 |
//! | [`Attention`] | `softmax(c Q Kᵀ) V W_o` |
//! | [`Chain`] | any layers one after the other |
//! | [`Embedding`] | rows of a table; it takes tokens, so it is no [`Layer`] |

mod builder;
mod contract;
mod dense;
mod elementwise;
pub mod gradient_check;
mod incomplete;
mod layer;
mod loss;
mod network;
mod outputs;
mod softmax;
mod trainer;
mod training;

pub use builder::{BuildError, NetworkBuilder};
pub use dense::{Dense, LayerGradient, Signal};
pub use incomplete::Incomplete;
pub use layer::{
    Attention, AttentionError, BatchNorm, Cache, Chain, CloneLayer, Embedding, Layer, LayerNorm,
    Pointwise, Pullback, Residual, RmsNorm,
};
pub use loss::{Loss, accuracy};
pub use network::{Gradients, Network, Trace};
pub use softmax::{guesses, softmax, softmax_backward};
pub use trainer::Trainer;
pub use training::{Optimizer, StepSchedule, TrainingState};
