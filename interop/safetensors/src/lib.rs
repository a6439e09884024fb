#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings))))]

mod error;
mod model;
mod numbers;
mod parameter;

pub use error::Error;
pub use model::Model;
pub use numbers::values;
pub use parameter::Parameter;
