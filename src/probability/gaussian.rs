//! The standard normal law: density `φ(z) = e^(−z²/2) / √(2π)` and distribution `Φ`.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use libm::erfc;

/// `φ(z) = e^(−z²/2) / √(2π)`, the density of the standard normal law.
///
/// ```
/// use unit_variance::probability::gaussian_density;
///
/// assert_eq!(gaussian_density(-1.5), gaussian_density(1.5));
/// assert!((gaussian_density(0.0) - 0.398_942_280_401_432_7).abs() < 1e-15);
/// ```
pub fn gaussian_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

/// `Φ(z) = P(Z ≤ z)` for a standard normal `Z`.
///
/// Accurate in the lower tail; for the upper tail take [`gaussian_upper_tail`],
/// since `1 − Φ(z)` loses every digit beyond `z = 8`.
///
/// ```
/// use unit_variance::probability::gaussian_cdf;
///
/// assert_eq!(gaussian_cdf(0.0), 0.5);
/// ```
pub fn gaussian_cdf(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// `1 − Φ(z) = P(Z > z)` for a standard normal `Z`, without cancellation.
///
/// ```
/// use unit_variance::probability::{gaussian_cdf, gaussian_upper_tail};
///
/// assert_eq!(gaussian_upper_tail(9.0), gaussian_cdf(-9.0));
/// assert!(gaussian_upper_tail(9.0) > 0.0);
/// ```
pub fn gaussian_upper_tail(z: f64) -> f64 {
    0.5 * erfc(z * FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_distribution_agrees_with_tabulated_quantiles() {
        assert_relative_eq!(
            gaussian_cdf(1.959_963_984_540_054),
            0.975,
            max_relative = 1e-13
        );
        assert_relative_eq!(
            gaussian_upper_tail(6.109_410_204_869),
            5e-10,
            epsilon = 0.0,
            max_relative = 1e-11
        );
    }

    #[test]
    fn the_density_is_the_slope_of_the_distribution() {
        let h = 1e-5;
        for z in [-3.0, -0.4, 0.0, 1.3, 2.7] {
            let slope = (gaussian_cdf(z + h) - gaussian_cdf(z - h)) / (2.0 * h);
            assert_relative_eq!(slope, gaussian_density(z), epsilon = 1e-10);
        }
    }
}
