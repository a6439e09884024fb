//! Starts and layers that look at the data: normalization, rescaling on a batch, the inputs' and the outputs' means.

mod batch_norm_factor;
mod first_loss;
mod lsuv;
mod norm_law;
mod scale_invariance;
mod shared_mean;
mod sphere;
mod unseen_input;
mod variance;

pub use batch_norm_factor::{BatchNormOfBatch, NoBatchNormFactor, batch_norm_factor};
pub use first_loss::{EmptyClass, entropy, prior_biases, prior_logit};
pub use lsuv::{Rescaling, rescale_after_activation};
pub use norm_law::NormLaw;
pub use scale_invariance::WeightDecayEquilibrium;
pub use shared_mean::SharedMean;
pub use unseen_input::UnseenInput;
