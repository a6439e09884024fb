//! The numbers that an initializer fills: a view of a kernel, in whatever precision it is kept.

use ndarray::{Array, ArrayD, ArrayViewMut, ArrayViewMutD, Dimension, IxDyn};

use super::fill_error::Entries;
pub(super) use super::weight::Weight;
use super::{FillError, LayoutError};
use crate::probability::Law;

/// A kernel to be filled, of any shape: `f64`, `f32`, and with the feature `half` also `f16` and `bf16`.
///
/// Every precision holds the same network: weights are drawn in `f64` and rounded once.
///
/// ```
/// use unit_variance::initializer::KernelMut;
/// use unit_variance::{Initializer, Law, Layout, Streams, VarianceScaling};
///
/// let he = VarianceScaling::he(Law::Uniform);
/// let (mut single, mut double) = (vec![0_f32; 6], vec![0_f64; 6]);
/// he.fill(KernelMut::of(&mut single, &[2, 3]), Layout::OutIn, &mut Streams::new(1).stream("w"));
/// he.fill(KernelMut::of(&mut double, &[2, 3]), Layout::OutIn, &mut Streams::new(1).stream("w"));
/// assert!(single.iter().zip(&double).all(|(s, d)| *s == *d as f32));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum KernelMut<'a> {
    /// Double precision.
    F64(ArrayViewMutD<'a, f64>),
    /// Single precision.
    F32(ArrayViewMutD<'a, f32>),
    /// Half precision.
    #[cfg(feature = "half")]
    F16(ArrayViewMutD<'a, half::f16>),
    /// Half of a single: eight bits of exponent, eight of precision.
    #[cfg(feature = "half")]
    Bf16(ArrayViewMutD<'a, half::bf16>),
}

impl<'a, T: Weight, D: Dimension> From<ArrayViewMut<'a, T, D>> for KernelMut<'a> {
    fn from(kernel: ArrayViewMut<'a, T, D>) -> Self {
        T::view(kernel.into_dyn())
    }
}

impl<'a, T: Weight, D: Dimension> From<&'a mut Array<T, D>> for KernelMut<'a> {
    fn from(kernel: &'a mut Array<T, D>) -> Self {
        kernel.view_mut().into()
    }
}

/// Does the same with a view of whatever precision.
macro_rules! in_its_precision {
    ($kernel:expr, $view:ident => $body:expr) => {
        match $kernel {
            $crate::initializer::KernelMut::F64($view) => $body,
            $crate::initializer::KernelMut::F32($view) => $body,
            #[cfg(feature = "half")]
            $crate::initializer::KernelMut::F16($view) => $body,
            #[cfg(feature = "half")]
            $crate::initializer::KernelMut::Bf16($view) => $body,
        }
    };
}
pub(super) use in_its_precision;

/// How large the weights of a kernel are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Their standard deviation; `None` if it does not matter how finely they are rounded.
    pub std_dev: Option<f64>,
    /// No weight is larger in size.
    pub largest: f64,
}

impl Size {
    /// `std_dev` times draws from a law. A normal draw is below 20 in size: the sampler's farthest is 13.
    pub(super) fn of(law: Law, std_dev: f64) -> Self {
        Self {
            std_dev: Some(std_dev),
            largest: std_dev * law.bound().min(20.0),
        }
    }
}

impl Size {
    /// Weights whose singular values are `gain`, so that none is larger.
    pub(super) const fn of_gain(gain: f64) -> Self {
        Self {
            std_dev: None,
            largest: gain,
        }
    }
}

impl<'a> KernelMut<'a> {
    /// The entries of a slice, of this shape, the last axis fastest.
    ///
    /// # Panics
    ///
    /// If the slice has not as many entries as the shape.
    #[track_caller]
    pub fn of<T: Weight>(entries: &'a mut [T], shape: &[usize]) -> Self {
        Self::try_of(entries, shape).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The entries of a slice, of this shape, the last axis fastest.
    ///
    /// # Errors
    ///
    /// If the slice has not as many entries as the shape.
    pub fn try_of<T: Weight>(entries: &'a mut [T], shape: &[usize]) -> Result<Self, FillError> {
        let found = entries.len();
        let expected = shape
            .iter()
            .try_fold(1, |n: usize, &axis| n.checked_mul(axis));
        match ArrayViewMut::from_shape(IxDyn(shape), entries) {
            Ok(view) if expected == Some(found) => Ok(T::view(view)),
            // Of an empty shape the axes alone can be too many.
            _ if expected == Some(found) => Err(LayoutError::TooLarge(shape.to_vec()).into()),
            _ => Err(FillError::Length {
                shape: shape.to_vec(),
                expected: Entries(expected),
                found,
            }),
        }
    }

    /// The lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        in_its_precision!(self, view => view.shape())
    }

    /// Whether this precision holds weights of this size: the largest is finite, and the standard
    /// deviation is at least 1024 of the smallest steps, so that rounding changes the variance of weights around 0 by less than a
    /// millionth. Around a mean far from 0 the steps are longer, and rounding adds a twelfth of the square of one: there
    /// the standard deviation must be no shorter than the longest step.
    ///
    /// # Errors
    ///
    /// [`FillError::Range`] or [`FillError::Resolution`] if it does not.
    pub fn require(&self, size: Size) -> Result<(), FillError> {
        fn check<T: Weight>(_: &ArrayViewMutD<'_, T>, size: Size) -> Result<(), FillError> {
            let least = 1024.0 * T::SMALLEST;
            let error = |what, found| FillError::Range {
                precision: T::NAME,
                what,
                found,
                least,
                largest: T::LARGEST,
            };
            // Written so that a NaN is refused.
            if size.largest.is_nan() || size.largest > T::LARGEST {
                return Err(error("a weight", size.largest));
            }
            match size.std_dev {
                Some(std_dev) if std_dev.is_nan() || std_dev < least => {
                    Err(error("a standard deviation", std_dev))
                }
                Some(std_dev) if std_dev < T::EPSILON * size.largest => {
                    Err(FillError::Resolution {
                        precision: T::NAME,
                        std_dev,
                        largest: size.largest,
                        step: T::EPSILON * size.largest,
                    })
                }
                _ => Ok(()),
            }
        }
        in_its_precision!(self, view => check(view, size))
    }

    /// Fills the kernel by a function of `f64` views, for initializers that need the whole of it; other
    /// precisions get a rounded copy of what was filled.
    pub fn fill_as_f64(self, fill: impl FnOnce(ArrayViewMutD<'_, f64>)) {
        fn rounded<T: Weight>(
            mut kernel: ArrayViewMutD<'_, T>,
            fill: impl FnOnce(ArrayViewMutD<'_, f64>),
        ) {
            let mut filled = ArrayD::zeros(kernel.raw_dim());
            fill(filled.view_mut());
            kernel.zip_mut_with(&filled, |to, from| *to = T::round(*from));
        }
        match self {
            Self::F64(view) => fill(view),
            Self::F32(view) => rounded(view, fill),
            #[cfg(feature = "half")]
            Self::F16(view) => rounded(view, fill),
            #[cfg(feature = "half")]
            Self::Bf16(view) => rounded(view, fill),
        }
    }
}

#[cfg(test)]
mod tests;
