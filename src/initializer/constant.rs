//! `w = c`: one value everywhere, and no randomness.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::kernel::{KernelMut, Size, in_its_precision};
use super::weight::Weight;
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
        first: &[usize],
        whole: &[usize],
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        FillError::demand_part(part.shape(), first, whole)?;
        self.try_fill(part, layout, rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;
    use ndarray::Array1;

    #[test]
    fn a_part_lies_within_its_whole() {
        let fill = |first: &[usize], whole: &[usize]| {
            let mut part = Array1::<f32>::zeros(3);
            let mut rng = Streams::new(0).stream("unused");
            Constant(0.5)
                .try_fill_part((&mut part).into(), first, whole, Layout::Bias, &mut rng)
                .map(|()| part.to_vec())
        };
        assert_eq!(fill(&[2], &[5]), Ok(vec![0.5; 3]));
        for (first, whole) in [
            (vec![3], vec![5]),
            (vec![usize::MAX], vec![5]),
            (vec![0, 0], vec![5, 5]),
        ] {
            assert!(matches!(fill(&first, &whole), Err(FillError::Part { .. })));
        }
    }
}
