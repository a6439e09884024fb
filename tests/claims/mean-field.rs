//! The claims of the chapter on order and chaos.

#[path = "mean-field/edge.rs"]
mod edge;
#[path = "mean-field/forgetting.rs"]
mod forgetting;
#[path = "mean-field/pair.rs"]
mod pair;
