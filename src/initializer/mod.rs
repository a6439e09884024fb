//! Initializers: how a kernel is filled before the first step of training.
//!
//! An initializer is given a kernel, the [`Layout`] that says which of its axes
//! are inputs, outputs and space, and a generator. It draws one word from the
//! generator; from that word every block of entries has a stream of its own, so
//! the numbers do not depend on the number of threads, and rows drawn alone
//! equal the same rows of the whole ([`fill_blocks`]).
//!
//! | initializer | weights |
//! |---|---|
//! | [`VarianceScaling`] | independent, `Var(w) = scale / fan`: LeCun, Xavier, He, PyTorch's default, random walk |
//! | [`Normal`], [`Uniform`], [`TruncatedNormal`] | independent, with the parameters as given |
//! | [`Siren`] | independent, for a network of sines |
//! | [`Sparse`] | a few normal weights to each output, else 0 |
//! | [`Orthogonal`], [`DeltaOrthogonal`] | a random rotation, times a gain |
//! | [`Identity`] | 1 from each input to its own output, else 0; on a convolution, Dirac |
//! | [`Constant`] | one number |
//! | [`Named`] | any of these, as `he/uniform` or `orthogonal:1.414` in a file or a terminal |

mod block;
mod constant;
mod delta_orthogonal;
mod fans;
mod given;
mod identity;
mod layout;
mod linear_map;
mod named;
mod orthogonal;
mod per_axis;
mod random_walk;
mod roles;
mod scale_error;
mod siren;
mod sparse;
mod variance_scaling;
mod wiring;

use ndarray::{Array2, ArrayViewMutD};
use rand::Rng;

pub use block::{BLOCK, fill_blocks};
pub use constant::Constant;
pub use delta_orthogonal::DeltaOrthogonal;
pub use fans::{Count, Fan, Fans, FansError};
pub use given::{Normal, TruncatedNormal, Uniform};
pub use identity::Identity;
pub use layout::{Convolution, Depthwise, KernelOrder, Layout};
pub use named::{Named, NamedError};
pub use orthogonal::Orthogonal;
pub use per_axis::PerAxis;
pub use random_walk::{random_walk_gain, random_walk_gain_relu};
pub use roles::LayoutError;
pub use scale_error::ScaleError;
pub use siren::Siren;
pub use sparse::Sparse;
pub use variance_scaling::VarianceScaling;
pub use wiring::{Wiring, zero_padded_terms};

/// Fills kernels. Object-safe, so that a network can be told its initializer at run time.
///
/// ```
/// use unit_variance::{Constant, Initializer, Law, Streams, VarianceScaling};
///
/// let mut rng = Streams::new(3).stream("weight");
/// let candidates: [&dyn Initializer; 2] = [&Constant(0.0), &VarianceScaling::he(Law::Uniform)];
/// for initializer in candidates {
///     assert_eq!(initializer.sample((3, 5), &mut rng).dim(), (3, 5));
/// }
/// ```
pub trait Initializer {
    /// Fills `kernel`, whose axes mean what `layout` says.
    ///
    /// Independent weights are drawn in the order of the kernel's axes, the last one fastest: one
    /// seed gives two layouts of a layer the same numbers, but not the same layer. To carry a layer
    /// over, draw it once and permute its axes.
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng);

    /// A dense matrix of this shape, `(in, out)`.
    fn sample(&self, shape: (usize, usize), rng: &mut dyn Rng) -> Array2<f64> {
        let mut weight = Array2::zeros(shape);
        self.fill(weight.view_mut().into_dyn(), Layout::InOut, rng);
        weight
    }
}
