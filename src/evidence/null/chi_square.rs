//! The mean of squared standard normals: `Σ z² / N` with `Σ z² ~ χ²_N`.

use super::NullLaw;
use super::chi_square_tails::ChiSquareTails;

/// `Σ z_i² / N` for `N` independent standard normals, exactly `χ²_N / N`.
///
/// The mean square of Gaussian weights over the variance that they claim, or the
/// mean square of a linear layer's outputs over what it should be.
///
/// ```
/// use unit_variance::evidence::{ChiSquareMean, NullLaw};
///
/// let (low, high) = ChiSquareMean::new(1_000).interval(1e-9);
/// assert!((low - 0.75051).abs() < 1e-5 && (high - 1.29788).abs() < 1e-5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquareMean {
    degrees: u64,
    law: ChiSquareTails,
}

impl ChiSquareMean {
    /// The mean of this many squares.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(degrees: u64) -> Self {
        assert!(
            degrees > 0,
            "a chi-square law needs at least one degree of freedom"
        );
        Self {
            degrees,
            law: ChiSquareTails::new(degrees),
        }
    }
}

impl NullLaw for ChiSquareMean {
    fn lower_tail(&self, x: f64) -> f64 {
        self.law.lower(x * self.degrees as f64)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        self.law.upper(x * self.degrees as f64)
    }

    fn center(&self) -> f64 {
        1.0
    }

    fn spread(&self) -> f64 {
        (2.0 / self.degrees as f64).sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "chi-square with {} degrees of freedom, over its mean",
            self.degrees
        )
    }

    fn is_scale(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_intervals_are_those_of_scipy() {
        for (n, low, high) in [
            (400, 0.62658, 1.49423),
            (10_000, 0.91601, 1.08884),
            (1_000_000, 0.99138, 1.00866),
        ] {
            let interval = ChiSquareMean::new(n).interval(1e-9);
            assert_relative_eq!(interval.0, low, epsilon = 6e-6);
            assert_relative_eq!(interval.1, high, epsilon = 6e-6);
        }
    }
}
