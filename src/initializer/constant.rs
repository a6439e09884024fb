//! `w = c`: one value everywhere, and no randomness.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::{Initializer, Layout};

/// `w = c` for every weight. Right for biases, fatal for hidden weights: their units stay equal.
///
/// ```
/// use unit_variance::{Constant, Initializer, Streams};
///
/// let weight = Constant::ZERO.sample((2, 3), &mut Streams::new(0).stream("unused"));
/// assert!(weight.iter().all(|&w| w == 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant(pub f64);

impl Constant {
    /// `w = 0`, the usual bias.
    #[doc(alias = "zeros")]
    pub const ZERO: Self = Self(0.0);
}

impl Initializer for Constant {
    fn fill(&self, mut kernel: ArrayViewMutD<'_, f64>, _layout: Layout, _rng: &mut dyn Rng) {
        kernel.fill(self.0);
    }
}
