//! What theory says about a network before it is drawn.

mod finite_width;
mod mean_field;
mod relu_product;
mod correlation;
mod roots;
mod fixed_points;
mod edge_of_chaos;
mod tailored_relu;
mod dropout;

pub use correlation::depth_scale;
pub use dropout::Dropout;
pub use edge_of_chaos::{EdgePoint, NoEdge};
pub use finite_width::{LogRatio, relu_log_ratio};
pub use fixed_points::{FixedPoint, NoFixedPoint};
pub use mean_field::{MeanField, variance_map};
pub use relu_product::ReluProduct;
pub use tailored_relu::{leaky_correlation, tailored_slope};
