//! `w = c`: one value everywhere, and no randomness.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::kernel::{KernelMut, Size, Weight, in_its_precision};
use super::{FillError, Initializer, Layout};

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
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        _layout: Layout,
        _rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        fn fill<T: Weight>(mut kernel: ArrayViewMutD<'_, T>, value: f64) {
            kernel.fill(T::round(value));
        }
        kernel.require(Size {
            std_dev: None,
            largest: self.0.abs(),
        })?;
        in_its_precision!(kernel, view => fill(view, self.0));
        Ok(())
    }

    fn try_fill_part(
        &self,
        part: KernelMut<'_>,
        _first: &[usize],
        _whole: &[usize],
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        self.try_fill(part, layout, rng)
    }
}
