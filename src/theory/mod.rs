//! What theory says about a network before it is drawn.

mod finite_width;
mod mean_field;
mod relu_product;

pub use finite_width::{LogRatio, relu_log_ratio};
pub use mean_field::{MeanField, variance_map};
pub use relu_product::ReluProduct;
