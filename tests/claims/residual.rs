//! The claims of the chapter on residual networks.

#[path = "residual/pre_norm.rs"]
mod pre_norm;
#[path = "residual/norm_gradient.rs"]
mod norm_gradient;
#[path = "residual/post_norm.rs"]
mod post_norm;
#[path = "residual/attention.rs"]
mod attention;
#[path = "residual/softmax.rs"]
mod softmax;
#[path = "residual/collapse.rs"]
mod collapse;
