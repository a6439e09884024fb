//! The numbers that an initializer fills: a view of a kernel, in whatever precision it is kept.

use ndarray::{Array, ArrayD, ArrayViewMut, ArrayViewMutD, Dimension, IxDyn};

use super::FillError;
use super::fill_error::Entries;
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

/// A number that weights are kept in.
pub trait Weight: Copy + Send + Sync + Sized + 'static {
    /// The name of the type.
    const NAME: &'static str;
    /// The largest finite number.
    const LARGEST: f64;
    /// The smallest positive number.
    const SMALLEST: f64;

    /// The number of this kind that is nearest to `weight`, of two equally near the even one.
    fn round(weight: f64) -> Self;

    /// The entries, if they are `f64` already.
    fn as_f64(_entries: &mut [Self]) -> Option<&mut [f64]> {
        None
    }

    /// A view of such numbers.
    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_>;
}

impl Weight for f64 {
    const NAME: &'static str = "f64";
    const LARGEST: f64 = Self::MAX;
    const SMALLEST: f64 = 5e-324;

    #[inline]
    fn round(weight: f64) -> Self {
        weight
    }

    fn as_f64(entries: &mut [Self]) -> Option<&mut [f64]> {
        Some(entries)
    }

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::F64(kernel)
    }
}

impl Weight for f32 {
    const NAME: &'static str = "f32";
    const LARGEST: f64 = Self::MAX as f64;
    const SMALLEST: f64 = 1.401_298_464_324_817e-45; // 2⁻¹⁴⁹

    #[inline]
    fn round(weight: f64) -> Self {
        weight as Self
    }

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::F32(kernel)
    }
}

#[cfg(feature = "half")]
impl Weight for half::f16 {
    const NAME: &'static str = "f16";
    const LARGEST: f64 = 65504.0;
    const SMALLEST: f64 = 5.960_464_477_539_063e-8; // 2⁻²⁴

    fn round(weight: f64) -> Self {
        Self::from_f32(to_odd(weight))
    }

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::F16(kernel)
    }
}

#[cfg(feature = "half")]
impl Weight for half::bf16 {
    const NAME: &'static str = "bf16";
    const LARGEST: f64 = 3.389_531_389_251_535_5e38; // (2 − 2⁻⁷) 2¹²⁷
    const SMALLEST: f64 = 9.183_549_615_799_121e-41; // 2⁻¹³³

    fn round(weight: f64) -> Self {
        Self::from_f32(to_odd(weight))
    }

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::Bf16(kernel)
    }
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

/// The `f32` next to `weight` whose last bit is odd, or `weight` itself: rounded once more, to no more than 22 bits, it gives what `weight`
/// rounded to these gives.[^boldo]
///
/// Conversions of `half` from `f64` go through the nearest `f32`, or drop bits, and miss the nearest number where the first
/// step ends half-way between two.
///
/// [^boldo]: S. Boldo, G. Melquiond (2008). *Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd*.
#[cfg(feature = "half")]
fn to_odd(weight: f64) -> f32 {
    let near = weight as f32;
    let bits = near.to_bits();
    if f64::from(near) == weight || bits & 1 == 1 || !near.is_finite() {
        return near;
    }
    // The weight lies between two floats, of which the other one is odd.
    f32::from_bits(if f64::from(near).abs() > weight.abs() {
        bits - 1
    } else {
        bits + 1
    })
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
    /// deviation is at least 1024 of the smallest steps, so that rounding changes a variance by less than a millionth.
    ///
    /// # Errors
    ///
    /// [`FillError::Range`] if it does not.
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
