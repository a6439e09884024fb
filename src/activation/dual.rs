//! Dual numbers `x + ε ẋ` with `ε² = 0`: what is computed on them brings its derivative along.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// `re + ε eps` with `ε² = 0`, so that `f(x + ε ẋ) = f(x) + ε f'(x) ẋ`: a value and its derivative in one direction.
///
/// The derivative follows from the formula of the value by the rules of calculus alone, so it can judge a backward pass:
/// see [`gradient_check`](crate::network::gradient_check).
///
/// ```
/// use unit_variance::activation::Dual;
///
/// let x = Dual::new(3.0, 1.0);
/// assert_eq!(x * x + 1.0, Dual::new(10.0, 6.0));
/// assert_eq!(x.recip() * x, Dual::from(1.0));
/// ```
///
/// Source: A. Griewank, A. Walther (2008). *Evaluating Derivatives*, chapter 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual {
    /// The value.
    pub re: f64,
    /// The derivative.
    pub eps: f64,
}

impl Dual {
    /// `re + ε eps`.
    pub const fn new(re: f64, eps: f64) -> Self {
        Self { re, eps }
    }

    /// `1/z = 1/x − ε ẋ/x²`.
    #[must_use]
    pub fn recip(self) -> Self {
        let inverse = self.re.recip();
        Self::new(inverse, self.eps * (-inverse * inverse))
    }

    /// `√z = √x + ε ẋ/(2√x)`.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let root = self.re.sqrt();
        Self::new(root, self.eps * (root * self.re.recip() * 0.5))
    }
}

impl From<f64> for Dual {
    fn from(x: f64) -> Self {
        Self::new(x, 0.0)
    }
}

impl fmt::Display for Dual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {}ε", self.re, self.eps)
    }
}

impl Neg for Dual {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.re, -self.eps)
    }
}

impl Add for Dual {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.eps + other.eps)
    }
}

impl Sub for Dual {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.eps - other.eps)
    }
}

impl Mul for Dual {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let eps = self.eps * other.re + other.eps * self.re;
        Self::new(self.re * other.re, eps)
    }
}

impl Div for Dual {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let inverse = other.re.recip();
        let eps = (self.eps * other.re - other.eps * self.re) * inverse * inverse;
        Self::new(self.re * inverse, eps)
    }
}

impl Add<f64> for Dual {
    type Output = Self;

    fn add(self, x: f64) -> Self {
        Self::new(self.re + x, self.eps)
    }
}

impl Sub<f64> for Dual {
    type Output = Self;

    fn sub(self, x: f64) -> Self {
        Self::new(self.re - x, self.eps)
    }
}

impl Mul<f64> for Dual {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.re * factor, self.eps * factor)
    }
}

impl Div<f64> for Dual {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        Self::new(self.re / divisor, self.eps / divisor)
    }
}

impl<T> AddAssign<T> for Dual
where
    Self: Add<T, Output = Self>,
{
    fn add_assign(&mut self, other: T) {
        *self = *self + other;
    }
}

impl<T> SubAssign<T> for Dual
where
    Self: Sub<T, Output = Self>,
{
    fn sub_assign(&mut self, other: T) {
        *self = *self - other;
    }
}

impl<T> MulAssign<T> for Dual
where
    Self: Mul<T, Output = Self>,
{
    fn mul_assign(&mut self, other: T) {
        *self = *self * other;
    }
}

impl Sum for Dual {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::from(0.0), |sum, term| sum + term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_dual::{Dual64, DualNum};
    use proptest::prelude::*;

    fn bits(ours: Dual) -> [u64; 2] {
        [ours.re, ours.eps].map(f64::to_bits)
    }

    proptest! {
        #[test]
        fn arithmetic_has_the_bits_of_another_library(
            (x, dx, y, dy) in (-9.0..9.0, -9.0..9.0, -9.0..9.0, -9.0..9.0)
        ) {
            let (a, b, c) = (Dual::new(x, dx), Dual::new(y, dy), dy);
            let (p, q) = (Dual64::new(x, dx), Dual64::new(y, dy));
            for (ours, theirs) in [
                (-a, -p),
                (a + b, p + q),
                (a - b, p - q),
                (a * b, p * q),
                (a / b, p / q),
                (a + c, p + c),
                (a - c, p - c),
                (a * c, p * c),
                (a / c, p / c),
                (a.recip(), p.recip()),
                ((a * a).sqrt(), (p * p).sqrt()),
                ([a, b, a].into_iter().sum(), [p, q, p].into_iter().sum()),
            ] {
                prop_assert_eq!(bits(ours), bits(Dual::new(theirs.re, theirs.eps)), "{} and {}", ours, theirs);
            }
        }
    }
}
