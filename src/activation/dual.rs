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
        // One factor at a time: the square of the inverse may leave the range of floats where the derivative does not.
        Self::new(inverse, -self.eps * inverse * inverse)
    }

    /// `√z = √x + ε ẋ/(2√x)`.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let root = self.re.sqrt();
        Self::new(root, 0.5 * self.eps / root)
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
        let quotient = self.re / other.re;
        Self::new(quotient, (self.eps - quotient * other.eps) / other.re)
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
    use approx::assert_relative_eq;
    use num_dual::{Dual64, DualNum};
    use proptest::prelude::*;

    fn bits(ours: Dual) -> [u64; 2] {
        [ours.re, ours.eps].map(f64::to_bits)
    }

    #[test]
    fn quotients_and_roots_are_right_where_a_reciprocal_is_not() {
        assert_eq!(Dual::from(49.0) / Dual::from(49.0), Dual::from(1.0));
        let tiny = Dual::new(1e-160, 1e-110);
        assert_relative_eq!(tiny.recip().eps, -1e210, max_relative = 1e-15);
        let square = Dual::new(1e-320, 1e-320);
        assert_relative_eq!(square.sqrt().eps, 5e-161, max_relative = 1e-3);
        let ratio = Dual::new(1e-310, 3e-310) / Dual::new(1e-310, 1e-310);
        assert_relative_eq!(ratio.eps, 2.0, max_relative = 1e-12);
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
                (a + c, p + c),
                (a - c, p - c),
                (a * c, p * c),
                (a / c, p / c),
                ([a, b, a].into_iter().sum(), [p, q, p].into_iter().sum()),
            ] {
                prop_assert_eq!(bits(ours), bits(Dual::new(theirs.re, theirs.eps)), "{} and {}", ours, theirs);
            }
        }

        #[test]
        fn quotients_and_roots_are_those_of_another_library(
            (x, dx, y, dy) in (0.1..9.0, -9.0..9.0, -9.0..-0.1, -9.0..9.0)
        ) {
            let (a, b) = (Dual::new(x, dx), Dual::new(y, dy));
            let (p, q) = (Dual64::new(x, dx), Dual64::new(y, dy));
            for (ours, theirs) in [(a / b, p / q), (a.recip(), p.recip()), (a.sqrt(), p.sqrt())] {
                // A difference of two products loses digits where these cancel.
                let size = (dx.abs() + dy.abs() + 1.0) * 1e3;
                prop_assert!((ours.re - theirs.re).abs() <= 1e-14 * ours.re.abs(), "{} and {}", ours, theirs);
                prop_assert!((ours.eps - theirs.eps).abs() <= 1e-15 * size, "{} and {}", ours, theirs);
            }
        }
    }
}
