//! The standard normal law between `−c` and `c`.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::probability::gaussian::{gaussian_cdf, gaussian_density};
use crate::probability::quadrature::integral;

/// Second and fourth moment of a normal draw given `|z| ≤ cut`: in units of the cut below 1, else of
/// the standard deviation.
///
/// With `c = cut`: `1 − 2cφ(c)/(2Φ(c) − 1)` and `3 − 2(c³ + 3c)φ(c)/(2Φ(c) − 1)`. Below 1 those
/// cancel, and the power series of numerator and denominator serve.
#[track_caller]
pub(crate) fn truncated_moments(cut: f64) -> (f64, f64) {
    assert!(
        cut > 0.0 && cut.is_finite(),
        "the cut of a truncated normal law must be a positive finite number, but is {cut}"
    );
    if cut < 1.0 {
        // ∫ u^p e^(−c²u²/2) over [0, 1] = Σ (−1)^k c^(2k) / (2^k k! (2k+p+1))
        let integral = |power: f64| {
            let mut term = 1.0;
            let mut sum = 0.0;
            for k in 0..24 {
                let k = f64::from(k);
                sum += term / (2.0 * k + power + 1.0);
                term *= -cut * cut / (2.0 * (k + 1.0));
            }
            sum
        };
        let mass = integral(0.0);
        return (integral(2.0) / mass, integral(4.0) / mass);
    }
    let edge = 2.0 * gaussian_density(cut) / (gaussian_cdf(cut) - gaussian_cdf(-cut));
    if edge == 0.0 {
        return (1.0, 3.0); // c³ may leave the range of f64
    }
    (1.0 - cut * edge, 3.0 - (cut * cut * cut + 3.0 * cut) * edge)
}

/// `P(Z ≤ u · cut)` given `|Z| ≤ cut`, each tail with all its digits.
pub(crate) fn cdf_within(cut: f64, u: f64) -> f64 {
    if u.is_nan() {
        return f64::NAN;
    }
    if u > 0.0 {
        return 1.0 - cdf_within(cut, -u);
    }
    if u == 0.0 {
        return 0.5;
    }
    let near = -u;
    if near >= 1.0 {
        return 0.0;
    }
    let density = |t: f64| libm::exp(-0.5 * (cut * t) * (cut * t));
    if cut < 1.0 {
        return 0.5 * integral(near, 1.0, density) / integral(0.0, 1.0, density);
    }
    let (z, width) = (cut * near, cut * (1.0 - near));
    let mass = libm::erf(cut * FRAC_1_SQRT_2);
    if width * (z + 0.5 * width) > 1.0 {
        (gaussian_cdf(-z) - gaussian_cdf(-cut)) / mass
    } else {
        // Close to the edge the two are nearly equal: the density from z on, over a short way.
        let fall = |t: f64| libm::exp(-t * (z + 0.5 * t));
        gaussian_density(z) * integral(0.0, width, fall) / mass
    }
}
