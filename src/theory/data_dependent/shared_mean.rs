//! `n` independent features of variance `v` and of one mean `μ`, what a linear unit reads: the Hessian of half the mean
//! squared error is
//!
//! ```text
//! E x xᵀ = v I + μ² 1 1ᵀ ,   with the eigenvalues v, n − 1 times, and v + n μ² ,
//! ```
//!
//! so the condition number is `1 + n μ²/v`, and gradient descent converges below the rate `2/(v + n μ²)`: the mean is one
//! direction, and the steepest. Standardized features have `μ = 0` and the condition number 1. Hidden ReLU units have a mean
//! again, and `1 + n/(π − 1)`.

use crate::activation::Nonlinearity;
use crate::theory::data_dependent::variance::variance_at;

/// Independent features that have one mean and one variance.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::SharedMean;
///
/// // Pixels of digits, as if they were independent: most of the Hessian is their mean.
/// let raw = SharedMean::new(784, 0.1307, 0.3081 * 0.3081);
/// assert!((raw.condition() - 142.086).abs() < 1e-3);
/// // A hidden layer of ReLU units brings it back.
/// let hidden = SharedMean::of_units(Activation::Relu, 512);
/// assert!((hidden.condition() - (1.0 + 512.0 / (std::f64::consts::PI - 1.0))).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedMean {
    features: u64,
    mean: f64,
    variance: f64,
}

impl SharedMean {
    /// `n` features of mean `μ` and variance `v`.
    ///
    /// # Panics
    ///
    /// If there are none, the variance is not positive, or a number is infinite or NaN.
    #[track_caller]
    pub fn new(features: u64, mean: f64, variance: f64) -> Self {
        assert!(
            features > 0 && mean.is_finite() && variance > 0.0 && variance.is_finite(),
            "features of a finite mean and a positive variance are needed, but here are {features} of {mean} and {variance}"
        );
        Self {
            features,
            mean,
            variance,
        }
    }

    /// `n` units `φ(z)` with independent standard normal `z`.
    ///
    /// # Panics
    ///
    /// If there are none, or the activation is constant or cannot be integrated.
    #[track_caller]
    pub fn of_units(activation: impl Nonlinearity, units: u64) -> Self {
        let mean = activation.mean_at(1.0);
        let variance = variance_at(&activation, 1.0);
        Self::new(units, mean, variance)
    }

    /// `v + n μ²`: the largest eigenvalue of `E x xᵀ`; infinite where it leaves the range of `f64`.
    pub fn largest(self) -> f64 {
        self.variance + self.features as f64 * self.mean * self.mean
    }

    /// `v`: the smallest eigenvalue, and all others; of a single feature, `v + μ²`.
    pub fn smallest(self) -> f64 {
        if self.features == 1 {
            self.largest()
        } else {
            self.variance
        }
    }

    /// `1 + n μ²/v`; of a single feature, 1.
    pub fn condition(self) -> f64 {
        self.largest() / self.smallest()
    }

    /// `2/(v + n μ²)`: the rate below which gradient descent on half the mean squared error of a linear unit converges.
    pub fn largest_rate(self) -> f64 {
        2.0 / self.largest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::matrix::{product, singular_values};
    use approx::assert_relative_eq;
    use ndarray::Array2;

    #[test]
    fn conditions_are_those_of_the_reference() {
        for (units, condition) in [
            (64, 30.884_301_243_152_63),
            (512, 240.074_409_945_221_05),
            (1024, 479.148_819_890_442_1),
        ] {
            let hidden = SharedMean::of_units(Activation::Relu, units);
            assert_relative_eq!(hidden.condition(), condition, max_relative = 1e-12);
        }
        for (features, mean, std_dev, condition) in [
            (784, 0.1307, 0.3081, 142.085_974_164_400_95),
            (100, 0.5, 0.288_675_134_594_812_9, 300.999_999_999_999_96),
        ] {
            let found = SharedMean::new(features, mean, std_dev * std_dev);
            assert_relative_eq!(found.condition(), condition, max_relative = 1e-14);
        }
    }

    fn second_moments(of: SharedMean) -> Array2<f64> {
        let square = of.mean * of.mean;
        let n = of.features as usize;
        Array2::from_elem((n, n), square) + of.variance * Array2::eye(n)
    }

    #[test]
    fn eigenvalues_are_those_of_the_matrix() {
        for of in [
            SharedMean::new(1, 2.0, 0.5),
            SharedMean::new(2, -1.0, 3.0),
            SharedMean::new(9, 0.3, 0.01),
        ] {
            let values = singular_values(&second_moments(of));
            assert_relative_eq!(values[0], of.largest(), max_relative = 1e-13);
            assert_relative_eq!(
                values[values.len() - 1],
                of.smallest(),
                max_relative = 1e-12
            );
        }
    }

    #[test]
    fn descent_converges_below_the_largest_rate_and_not_above() {
        let of = SharedMean::new(6, 0.8, 0.5);
        let hessian = second_moments(of);
        let after = |rate: f64| {
            let mut error = Array2::from_elem((1, 6), 1.0);
            for _ in 0..2000 {
                error = &error - rate * product(&error, &hessian);
            }
            error.iter().map(|e| e.abs()).fold(0.0, f64::max)
        };
        assert!(after(0.99 * of.largest_rate()) < 1e-8);
        assert!(after(1.01 * of.largest_rate()) > 1e8);
    }

    #[test]
    #[should_panic(expected = "but here are 3 of 1 and 0")]
    fn constants_are_refused() {
        let _ = SharedMean::new(3, 1.0, 0.0);
    }
}
