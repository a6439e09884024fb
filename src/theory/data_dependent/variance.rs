//! `Var φ(x) = E (φ(x) − E φ)²` for `x ~ N(0, q)`, taken about the mean: `E φ² − (E φ)²` would lose the digits of a `φ` with a large mean.

use crate::activation::Nonlinearity;
use crate::probability::gaussian_expectation;

/// What of a variance is rounding of the mean, over the square of it.
const ROUNDING: f64 = 1e-26;

/// `Var φ(x)` for `x ~ N(0, q)`; 0 for a constant.
#[track_caller]
pub(super) fn variance_at(activation: &impl Nonlinearity, q: f64) -> f64 {
    let mean = activation.mean_at(q);
    let off = |x: f64| (activation.value(x) - mean).powi(2);
    let variance = gaussian_expectation(off, q, activation.kinks());
    if variance <= ROUNDING * mean * mean {
        return 0.0;
    }
    variance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, OwnActivation};
    use approx::assert_relative_eq;

    #[test]
    fn a_large_mean_does_not_matter() {
        let lifted = OwnActivation::new(|z| 100.0 + libm::tanh(z), |z| Activation::Tanh.slope(z));
        let plain = variance_at(&Activation::Tanh, 2.0);
        assert_relative_eq!(variance_at(&lifted, 2.0), plain, max_relative = 1e-12);
    }

    #[test]
    fn a_relu_has_a_mean_and_a_constant_nothing_else() {
        let relu = 4.0 * (0.5 - 0.5 * std::f64::consts::FRAC_1_PI);
        assert_relative_eq!(
            variance_at(&Activation::Relu, 4.0),
            relu,
            max_relative = 1e-13
        );
        let constant = OwnActivation::new(|_| 2.0, |_| 0.0);
        assert_eq!(variance_at(&constant, 1.0), 0.0);
    }

    #[test]
    fn what_is_rounding_is_measured_by_the_mean() {
        // z² has the mean q and the variance 2 q².
        let small = OwnActivation::new(|z| 1e-20 * z * z, |z| 2e-20 * z);
        let found = variance_at(&small, 2.0);
        assert_relative_eq!(found, 8e-40, max_relative = 1e-12, epsilon = 0.0);
        let constant = OwnActivation::new(|_| 1e9, |_| 0.0);
        assert_eq!(variance_at(&constant, 1.0), 0.0);
    }
}
