//! The Gaussian, standardized laws, moments, and random streams.

mod gaussian;
mod lanes;
mod normal_sampler;
mod law;
mod moments;
pub mod number;
mod numpy_legacy;
mod stream;

pub use gaussian::{gaussian_cdf, gaussian_density, gaussian_upper_tail};
pub use law::Law;
pub use moments::Moments;
pub use numpy_legacy::NumpyLegacy;
pub use stream::{StreamRng, Streams};
