//! What a formula is written on: floats, and dual numbers, which differentiate it.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use super::Dual;

/// A float or a dual number.
pub(crate) trait Scalar:
    Copy
    + Debug
    + From<f64>
    + Sum
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + AddAssign
    + MulAssign
    + SubAssign<f64>
    + MulAssign<f64>
{
    /// The value.
    fn re(self) -> f64;

    /// `f(z) = f(x) + ε f'(x) ẋ`, from the value and the slope at `x`. At `±∞` `f` must have a limit, and slope 0.
    fn extend(self, value: f64, slope: impl FnOnce() -> f64) -> Self;

    /// `1/z`.
    fn recip(self) -> Self;
}

impl Scalar for f64 {
    #[inline]
    fn re(self) -> f64 {
        self
    }

    #[inline]
    fn extend(self, value: f64, _: impl FnOnce() -> f64) -> Self {
        value
    }

    #[inline]
    fn recip(self) -> Self {
        f64::recip(self)
    }
}

impl Scalar for Dual {
    fn re(self) -> f64 {
        self.re
    }

    fn extend(self, value: f64, slope: impl FnOnce() -> f64) -> Self {
        if self.re.is_infinite() {
            Self::from(value)
        } else {
            Self::new(value, self.eps * slope())
        }
    }

    fn recip(self) -> Self {
        Self::recip(self)
    }
}
