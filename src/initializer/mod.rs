//! Initializers: how a kernel is filled before the first step of training.
//!
//! An initializer is given a kernel, the [`Layout`] that says which of its axes
//! are inputs, outputs and space, and a generator. It draws one word from the
//! generator; from that word every block of entries has a stream of its own, so
//! the numbers do not depend on the number of threads, and any part drawn alone
//! equals that part of the whole. Blocks are keyed by logical place, so a layer has the
//! same weights in every layout, and every precision holds the `f64` weights rounded once.
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
//!
//! [`convert`] reads and writes the calls of five other libraries.

mod block;
mod constant;
pub mod convert;
mod delta_orthogonal;
mod entrywise;
mod fans;
mod fill_error;
mod given;
mod identity;
mod kernel;
mod layout;
mod linear_map;
mod named;
mod orthogonal;
pub(crate) mod parallel;
pub(crate) mod parameter_error;
mod per_axis;
mod random_walk;
mod roles;
mod siren;
mod sparse;
mod truncated_normal;
mod variance_scaling;
mod weight;
mod wiring;

use ndarray::Array2;
use rand::Rng;

pub use block::BLOCK;
pub use constant::Constant;
pub use delta_orthogonal::DeltaOrthogonal;
pub use entrywise::Entrywise;
pub use fans::{Count, Fan, Fans, FansError};
pub use fill_error::FillError;
pub use given::{Normal, Uniform};
pub use identity::Identity;
pub use kernel::{KernelMut, Size};
pub use layout::{Convolution, Depthwise, KernelOrder, Layout};
pub use named::{Named, NamedError};
pub use orthogonal::Orthogonal;
pub use parameter_error::ParameterError;
pub use per_axis::PerAxis;
pub use random_walk::{random_walk_gain, random_walk_gain_relu};
pub use roles::LayoutError;
pub use siren::Siren;
pub use sparse::Sparse;
pub use truncated_normal::TruncatedNormal;
pub use variance_scaling::VarianceScaling;
pub use weight::Weight;
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
    /// Fills `kernel`, whose axes mean what `layout` says, or says why it cannot.
    ///
    /// # Errors
    ///
    /// If a parameter is out of its range, the shape does not fit, or the kernel's precision cannot
    /// hold such weights. The kernel is then left as it was.
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError>;

    /// Fills a part of a kernel of shape `whole`, which begins at `first`, with the weights that the
    /// whole kernel would have there.
    ///
    /// # Errors
    ///
    /// As [`try_fill`](Self::try_fill); if the part is not within the whole; and
    /// [`FillError::NoParts`] for weights that depend on one another, which is what this method says by default.
    fn try_fill_part(
        &self,
        _part: KernelMut<'_>,
        _first: &[usize],
        _whole: &[usize],
        _layout: Layout,
        _rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        Err(FillError::NoParts)
    }

    /// Fills `kernel`, whose axes mean what `layout` says.
    ///
    /// ```
    /// use ndarray::Array4;
    /// use unit_variance::{Convolution, Initializer, KernelOrder, Law, Streams, VarianceScaling};
    ///
    /// // The same layer as PyTorch and as Keras keep it.
    /// let (mut torch, mut keras) = (Array4::<f32>::zeros((128, 64, 3, 3)), Array4::<f32>::zeros((3, 3, 64, 128)));
    /// let he = VarianceScaling::he(Law::Normal);
    /// let streams = Streams::new(1);
    /// he.fill((&mut torch).into(), Convolution::new(KernelOrder::OutInSpace).into(), &mut streams.stream("w"));
    /// he.fill((&mut keras).into(), Convolution::new(KernelOrder::SpaceInOut).into(), &mut streams.stream("w"));
    /// assert_eq!(torch.permuted_axes([2, 3, 1, 0]), keras);
    /// ```
    ///
    /// # Panics
    ///
    /// If [`try_fill`](Self::try_fill) returns an error.
    #[track_caller]
    fn fill(&self, kernel: KernelMut<'_>, layout: Layout, rng: &mut dyn Rng) {
        self.try_fill(kernel, layout, rng)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Fills a part of a kernel, as [`try_fill_part`](Self::try_fill_part).
    ///
    /// ```
    /// use ndarray::{Array2, s};
    /// use unit_variance::{Initializer, Law, Layout, Streams, VarianceScaling};
    ///
    /// let he = VarianceScaling::he(Law::Normal);
    /// let (whole, mut part) = (he.sample((200, 30), &mut Streams::new(1).stream("w")), Array2::<f64>::zeros((50, 10)));
    /// he.fill_part((&mut part).into(), &[150, 20], &[200, 30], Layout::InOut, &mut Streams::new(1).stream("w"));
    /// assert_eq!(part, whole.slice(s![150.., 20..]));
    /// ```
    ///
    /// # Panics
    ///
    /// If [`try_fill_part`](Self::try_fill_part) returns an error.
    #[track_caller]
    fn fill_part(
        &self,
        part: KernelMut<'_>,
        first: &[usize],
        whole: &[usize],
        layout: Layout,
        rng: &mut dyn Rng,
    ) {
        self.try_fill_part(part, first, whole, layout, rng)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// A dense matrix of this shape, `(in, out)`.
    ///
    /// # Panics
    ///
    /// If [`try_fill`](Self::try_fill) returns an error.
    #[track_caller]
    fn sample(&self, shape: (usize, usize), rng: &mut dyn Rng) -> Array2<f64> {
        let mut weight = Array2::<f64>::zeros(shape);
        self.fill((&mut weight).into(), Layout::InOut, rng);
        weight
    }
}
