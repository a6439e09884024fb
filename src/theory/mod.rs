//! What theory says about a network before it is drawn.

mod finite_width;

pub use finite_width::{LogRatio, relu_log_ratio};
