//! What theory says about a network before it is drawn.

mod active_units;
mod close_inputs;
mod finite_width;
mod fluctuation;
mod gamma;
mod layer_law;
mod leaky_layer;
mod mean_field;
mod orthogonal_product;
mod product_law;
mod relu_product;
mod two_passes;

pub use close_inputs::{linear_log_sine_ratio, relu_log_sine_ratio};
pub use finite_width::{LogRatio, dead_probability, relu_log_ratio};
pub use fluctuation::{Fluctuation, WeightShape};
pub use layer_law::{LayerKind, LayerLaw, LogCumulants};
pub use leaky_layer::LeakyLayer;
mod correlation;
mod roots;
mod fixed_points;
mod edge_of_chaos;
mod tailored_relu;
mod dropout;

pub use correlation::depth_scale;
pub use dropout::Dropout;
pub use edge_of_chaos::{EdgePoint, NoEdge};
pub use fixed_points::{FixedPoint, NoFixedPoint};
pub use mean_field::{MeanField, variance_map};
pub use product_law::{Layers, ProductLaw};
pub use relu_product::ReluProduct;
pub use two_passes::{gradient_moment_ratio, next_layer_correlation, same_layer_correlation};
pub use tailored_relu::{leaky_correlation, tailored_slope};
