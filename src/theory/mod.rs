//! What theory says about a network before it is drawn.

mod deep_linear;
mod finite_width;
mod jacobian;
mod jacobian_moments;
mod jacobian_rank;
mod log_determinant;
mod mean_field;
mod relu_product;
mod wide_spectrum;

pub use deep_linear::DeepLinearMode;
pub use finite_width::{LogRatio, relu_log_ratio};
pub use jacobian::{jacobian, jacobian_factors};
pub use jacobian_moments::JacobianMoments;
pub use jacobian_rank::JacobianRank;
pub use log_determinant::LogDeterminant;
pub use mean_field::{MeanField, variance_map};
pub use relu_product::ReluProduct;
pub use wide_spectrum::{WideSpectrum, slope_kurtosis};
