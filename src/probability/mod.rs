//! The Gaussian, expectations under it, standardized laws, moments, and random streams.

mod block_mut;
mod bounded_normal;
mod expectation_error;
mod float;
mod gaussian;
mod lanes;
mod normal_sampler;
mod law;
mod moments;
#[cfg(feature = "serde")]
pub mod number;
#[cfg(feature = "numpy")]
mod numpy_legacy;
mod quadrature;
mod pair_quadrature;
mod stream;
mod strip;
mod uniform_sampler;

pub use block_mut::BlockMut;
pub use bounded_normal::BoundedNormal;
pub(crate) use normal_sampler::fill as fill_normal;
#[cfg(feature = "theory")]
pub(crate) use quadrature::nodes;
pub(crate) use uniform_sampler::fill as fill_uniform;

pub use expectation_error::ExpectationError;
pub use float::Float;
pub use gaussian::{gaussian_cdf, gaussian_density, gaussian_upper_tail};
pub use law::Law;
pub use moments::Moments;
pub use moments::largest_magnitude;
#[cfg(feature = "numpy")]
pub use numpy_legacy::NumpyLegacy;
pub(crate) use pair_quadrature::{angle, pair_expectation};
pub use pair_quadrature::{gaussian_pair_expectation, try_gaussian_pair_expectation};
pub use quadrature::{gaussian_expectation, try_gaussian_expectation};
pub use stream::{StreamRng, Streams};

#[cfg(test)]
pub(crate) mod instruction_sets;
