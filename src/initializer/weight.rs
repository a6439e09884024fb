//! The numbers that weights are kept in.

use ndarray::ArrayViewMutD;

use super::KernelMut;
use crate::probability::Float;

/// A number that weights are kept in.
pub trait Weight: Float + Send + Sync {
    /// The name of the type.
    const NAME: &'static str;
    /// The largest finite number.
    const LARGEST: f64;
    /// From 1 to the next number.
    const EPSILON: f64;
    /// The smallest positive number.
    const SMALLEST: f64;

    /// A view of such numbers.
    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_>;
}

impl Weight for f64 {
    const NAME: &'static str = "f64";
    const LARGEST: f64 = Self::MAX;
    const EPSILON: f64 = Self::EPSILON;
    const SMALLEST: f64 = 5e-324;

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::F64(kernel)
    }
}

impl Weight for f32 {
    const NAME: &'static str = "f32";
    const LARGEST: f64 = Self::MAX as f64;
    const EPSILON: f64 = Self::EPSILON as f64;
    const SMALLEST: f64 = 1.401_298_464_324_817e-45; // 2⁻¹⁴⁹

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

    fn view(kernel: ArrayViewMutD<'_, Self>) -> KernelMut<'_> {
        KernelMut::Bf16(kernel)
    }
}
