//! Initializers: how a kernel is filled before the first step of training.
//!
//! An initializer is given a kernel, the [`Layout`] that says which of its axes
//! are inputs and outputs, and a generator. It draws one word from the
//! generator; from that word every block of entries has a stream of its own, so
//! the numbers do not depend on the number of threads, and rows drawn alone
//! equal the same rows of the whole ([`fill_blocks`]).

mod block;
mod constant;
mod fans;
mod variance_scaling;

use ndarray::{Array2, ArrayViewMutD};
use rand::Rng;

pub use block::{BLOCK, fill_blocks};
pub use constant::Constant;
pub use fans::{Fan, Fans, Layout};
pub use variance_scaling::VarianceScaling;

/// Fills kernels. Object-safe, so that a network can be told its initializer at run time.
///
/// ```
/// use unit_variance::{Constant, Fans, Initializer, Law, Streams, VarianceScaling};
///
/// let mut rng = Streams::new(3).stream("weight");
/// let candidates: [&dyn Initializer; 2] = [&Constant(0.0), &VarianceScaling::he(Law::Uniform)];
/// for initializer in candidates {
///     assert_eq!(initializer.sample(Fans::new(3, 5), &mut rng).dim(), (3, 5));
/// }
/// ```
pub trait Initializer {
    /// Fills `kernel`, whose axes mean what `layout` says.
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng);

    /// A dense matrix of shape `(fan_in, fan_out)`.
    fn sample(&self, fans: Fans, rng: &mut dyn Rng) -> Array2<f64> {
        let mut weight = Array2::zeros((fans.fan_in, fans.fan_out));
        self.fill(weight.view_mut().into_dyn(), Layout::InOut, rng);
        weight
    }
}
