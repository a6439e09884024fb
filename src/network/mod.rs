//! Dense layers, networks of them, losses, the passes forward and backward, and training.

mod contract;
mod dense;
mod elementwise;
pub mod gradient_check;
mod layer;
mod loss;
mod network;
mod outputs;
mod softmax;
mod trainer;
mod training;

pub use dense::{Dense, LayerGradient, Signal};
pub use layer::{
    Attention, BatchNorm, Cache, Chain, CloneLayer, Embedding, Layer, LayerNorm, Pullback,
    Residual, RmsNorm,
};
pub use loss::{Loss, accuracy};
pub use network::{Gradients, Network, Trace};
pub use softmax::{guesses, softmax, softmax_backward};
pub use trainer::Trainer;
pub use training::{Optimizer, StepSchedule, TrainingState};
