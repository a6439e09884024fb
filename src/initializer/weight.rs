//! The numbers that weights are kept in, and how a weight is rounded to one of them.

use ndarray::ArrayViewMutD;

use super::KernelMut;

/// A number that weights are kept in.
pub trait Weight: Copy + Send + Sync + Sized + 'static {
    /// The name of the type.
    const NAME: &'static str;
    /// The largest finite number.
    const LARGEST: f64;
    /// From 1 to the next number.
    const EPSILON: f64;
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
    const EPSILON: f64 = Self::EPSILON;
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
    const EPSILON: f64 = Self::EPSILON as f64;
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
    const EPSILON: f64 = 1.0 / 1024.0;
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
    const EPSILON: f64 = 1.0 / 128.0;
    const SMALLEST: f64 = 9.183_549_615_799_121e-41; // 2⁻¹³³

    fn round(weight: f64) -> Self {
        Self::from_f32(to_odd(weight))
    }

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::Bf16(kernel)
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
