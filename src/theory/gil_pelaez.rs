//! From the characteristic function of a variable to its probabilities:
//!
//! ```text
//! P(X ≤ x) = 1/2 − (1/π) ∫₀^∞ Im[e^(−itx) ψ(t)] dt / t .
//! ```
//!
//! Source: J. Gil-Pelaez, *Note on the inversion theorem* (1951).

use std::f64::consts::PI;

use num_complex::Complex64;

use super::gamma::cis;

/// Between two places of the characteristic function, in units of one over the scale of the law.
/// The sum stands for the integral up to what lies a period of `2π / STEP` scales away.
const STEP: f64 = 0.1;

/// What lies further from the mean, in scales, does not count: half a period, beyond which the sum is that of the other side.
const REACH: f64 = PI / STEP;

/// The least reach of a variable whose probabilities to the left fall no faster than `e^(x/2)`, as `ln χ²₁` has them: `e^(−40)` is left.
const LEFT: f64 = 80.0;

/// Where the characteristic function is this small, the rest is left out.
const NOTHING: f64 = 1e-15;

/// The law of a variable of mean 0, by its characteristic function `E e^(itX)`.
#[derive(Debug, Clone)]
pub(super) struct CenteredLaw {
    /// The standard deviation, or more where the law reaches far to the left of it.
    scale: f64,
    /// At the places `t = (j + 1/2) STEP / scale`.
    characteristic: Vec<Complex64>,
}

impl CenteredLaw {
    /// No probability is farther off than this, unless the layers are so wide (more than a hundred million units) that `t` loses digits.
    pub(super) const ERROR: f64 = 1e-13;

    /// The law of this standard deviation; `None` if its characteristic function does not vanish within so many places.
    ///
    /// Probabilities of a narrow one may fall as slowly as `e^(x/2)` to the left, whatever its standard deviation is.
    pub(super) fn new(
        std_dev: f64,
        is_narrow: bool,
        most_places: u32,
        characteristic: impl Fn(f64) -> Complex64,
    ) -> Option<Self> {
        let scale = if is_narrow {
            std_dev.max(LEFT / REACH)
        } else {
            std_dev
        };
        let characteristic: Vec<Complex64> = (0..most_places)
            .map(|j| (f64::from(j) + 0.5) * STEP / scale)
            .map(characteristic)
            .take_while(|psi| psi.norm_sqr() > NOTHING * NOTHING)
            .collect();
        (characteristic.len() < most_places as usize).then_some(Self {
            scale,
            characteristic,
        })
    }

    /// `P(X ≤ x)`, by the rule of midpoints.
    ///
    /// # Panics
    ///
    /// If `x` is NaN.
    #[track_caller]
    pub(super) fn cdf(&self, x: f64) -> f64 {
        assert!(!x.is_nan(), "a probability up to NaN is none");
        let z = x / self.scale;
        if z.abs() > REACH {
            return f64::from(z > 0.0);
        }
        let terms = self.characteristic.iter().zip(0..).map(|(psi, j)| {
            let u = f64::from(j) + 0.5;
            (cis(-u * STEP * z) * psi).im / u
        });
        (0.5 - terms.sum::<f64>() / PI).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::gaussian_cdf;
    use approx::assert_relative_eq;

    fn gaussian(std_dev: f64) -> CenteredLaw {
        let psi = |t: f64| Complex64::from(libm::exp(-0.5 * (std_dev * t) * (std_dev * t)));
        CenteredLaw::new(std_dev, false, 1000, psi).expect("it vanishes soon")
    }

    #[test]
    fn a_gaussian_has_its_distribution() {
        for std_dev in [1e-3, 1.0, 7.0] {
            let law = gaussian(std_dev);
            for z in [-8.0, -2.0, 0.0, 0.3, 5.0] {
                assert_relative_eq!(law.cdf(z * std_dev), gaussian_cdf(z), epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn what_lies_far_away_is_certain() {
        // The sum has a period of 62.8 standard deviations, and would begin anew.
        let law = gaussian(1.0);
        for z in [46.0, 62.8, 100.0, 1e300, f64::INFINITY] {
            assert_eq!((law.cdf(-z), law.cdf(z)), (0.0, 1.0), "{z}");
        }
    }

    #[test]
    fn steps_that_are_sharp_are_refused() {
        let coin = |t: f64| Complex64::from(libm::cos(t));
        assert!(CenteredLaw::new(1.0, false, 1000, coin).is_none());
    }

    #[test]
    #[should_panic(expected = "up to NaN")]
    fn a_nan_is_refused() {
        let _ = gaussian(1.0).cdf(f64::NAN);
    }
}
