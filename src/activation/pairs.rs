//! What two correlated Gaussian pre-activations make of an activation.
//!
//! With `x, y ~ N(0, q)` of correlation `c = cos θ`, closed where a closed form keeps its digits:
//!
//! | `φ` | `E φ(x) φ(y)` | `E φ'(x) φ'(y)` |
//! |---|---|---|
//! | identity | `q c` | 1 |
//! | leaky ReLU, slope `a` | `q (a c + (1 − a)² κ(c) / 2)`, `κ = (sin θ + (π − θ) c) / π` | `a + (1 − a)² (π − θ) / 2π` |
//! | ReLU squared | `q² (3 sin θ cos θ + (π − θ)(1 + 2 c²)) / 2π` | `2 q κ(c)` |
//! | GELU | `k/4 + ((k² + q² D) / ((1+q)² √D) + k atan(k/√D)) / 2π`, `k = qc`, `D = (1+q)² − k²` | see the source |
//! | erf | `2/π asin(2qc / (1+2q))` | `4/π / √((1+2q)² − 4q²c²)` |
//! | sine | `(e^(−q(1−c)) − e^(−q(1+c))) / 2` | the same with a plus |
//!
//! `κ` and its like are the arc-cosine kernels of Cho and Saul;[^cho] that of erf is Williams's,[^williams] that of the GELU is the
//! one in the library neural-tangents. All others by [`gaussian_pair_expectation`](crate::probability::gaussian_pair_expectation).
//!
//! [^cho]: Y. Cho, L. Saul (2009). *Kernel methods for deep learning*. NIPS 22.
//! [^williams]: C. Williams (1997). *Computing with infinite networks*. NIPS 9.

use std::f64::consts::{FRAC_1_PI, PI};

use super::Activation;
use crate::probability::{angle, pair_expectation};

/// `1 / 2π`.
const FRAC_1_2PI: f64 = 0.5 * FRAC_1_PI;

/// Where the square of a variance, or of a slope, may leave the range of `f64`: there the limits of the closed forms hold to all digits.
const FAR: f64 = 1e150;

/// Stands for a variance of 0 where only the signs of the pre-activations count.
const TINY: f64 = 1e-280;

impl Activation {
    /// `E φ(x) φ(y)` for Gaussian `x` and `y` of variance `q` and correlation `c`: what a wide layer makes of two inputs.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// let tanh = Activation::Tanh;
    /// assert_eq!(tanh.pair_moment_at(1.0, 1.0), tanh.second_moment());
    /// // A tanh makes two inputs less alike: 0.186 in place of 0.5 · 0.394.
    /// assert!(tanh.pair_moment_at(1.0, 0.5) < 0.5 * tanh.second_moment());
    /// // A ReLU, which makes them positive, more.
    /// let relu = Activation::Relu;
    /// assert!(relu.pair_moment_at(1.0, 0.5) > 0.5 * relu.second_moment());
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `c` is not between −1 and 1.
    #[track_caller]
    pub fn pair_moment_at(self, q: f64, c: f64) -> f64 {
        demand_pair(q, c);
        match self {
            _ if q == 0.0 => self.value(0.0).powi(2),
            _ if c == 1.0 => self.second_moment_at(q),
            Self::Identity => q * c,
            Self::Relu => 0.5 * q * kappa(c),
            Self::LeakyRelu { slope } if slope.abs() > FAR => {
                // Beside its square, which may leave the range of f64, the slope is nothing.
                let steep = slope * (0.5 * q).sqrt();
                steep * (steep * kappa(c))
            }
            Self::LeakyRelu { slope } => q * (slope * c + 0.5 * (1.0 - slope).powi(2) * kappa(c)),
            Self::ReluSquared => {
                let theta = angle(c);
                let bent = 3.0 * libm::sin(theta) * c + (PI - theta) * (1.0 + 2.0 * c * c);
                let bent = bent.max(0.0); // but for rounding
                if q > FAR {
                    q * (q * (FRAC_1_2PI * bent))
                } else {
                    q * q * FRAC_1_2PI * bent
                }
            }
            Self::Gelu if q > FAR => 0.5 * q * kappa(c), // a ReLU, seen from there
            Self::Gelu => gelu(q, c),
            Self::Erf if q > FAR => 2.0 * FRAC_1_PI * libm::asin(c),
            Self::Erf => 2.0 * FRAC_1_PI * libm::asin(2.0 * q / (1.0 + 2.0 * q) * c),
            Self::Sine if q < 1.0 => libm::exp(-q) * libm::sinh(q * c),
            Self::Sine => 0.5 * (libm::exp(-q * (1.0 - c)) - libm::exp(-q * (1.0 + c))),
            _ => pair_expectation(
                |x, y| self.value(x) * self.value(y),
                q,
                angle(c),
                self.kinks(),
            ),
        }
    }

    /// `E φ'(x) φ'(y)` for Gaussian `x` and `y` of variance `q` and correlation `c`: by Price's theorem, the derivative of
    /// [`pair_moment_at`](Self::pair_moment_at) by `c`, over `q`.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// // Two inputs at 60 degrees share a third of the units of a ReLU layer.
    /// let shared = Activation::Relu.slope_pair_moment_at(1.0, 0.5);
    /// assert!((shared - 1.0 / 3.0).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `c` is not between −1 and 1.
    #[track_caller]
    pub fn slope_pair_moment_at(self, q: f64, c: f64) -> f64 {
        demand_pair(q, c);
        match self {
            _ if c == 1.0 => self.slope_moment_at(q),
            Self::Identity => 1.0,
            Self::Relu => FRAC_1_2PI * (PI - angle(c)),
            Self::LeakyRelu { slope } if slope.abs() > FAR => {
                slope + slope * (slope * (FRAC_1_2PI * (PI - angle(c))))
            }
            Self::LeakyRelu { slope } => {
                slope + (1.0 - slope).powi(2) * FRAC_1_2PI * (PI - angle(c))
            }
            Self::ReluSquared => 2.0 * q * kappa(c),
            Self::Gelu if q > FAR => FRAC_1_2PI * (PI - angle(c)),
            Self::Gelu => gelu_slope(q, c),
            Self::Erf if q > FAR => {
                let root = ((1.0 - c) * (1.0 + c)).sqrt();
                4.0 * FRAC_1_PI / libm::hypot(2.0 * (q * root), 2.0 * q.sqrt())
            }
            Self::Erf => {
                // (1 + 2q)² − 4q²c², without a difference of large numbers
                let square = 1.0 + 4.0 * q + 4.0 * q * q * (1.0 - c) * (1.0 + c);
                4.0 * FRAC_1_PI / square.sqrt()
            }
            Self::Sine => 0.5 * (libm::exp(-q * (1.0 - c)) + libm::exp(-q * (1.0 + c))),
            _ => pair_expectation(
                |x, y| self.slope(x) * self.slope(y),
                q.max(TINY),
                angle(c),
                self.kinks(),
            ),
        }
    }

    /// `E (φ(x) − φ(y))² / 2` for Gaussian `x` and `y` of variance `q` and correlation `1 − d`: `E φ(x)² − E φ(x) φ(y)`, which
    /// keeps its digits when the two are nearly the same.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// // For small d it is q d E φ'(x)².
    /// let tanh = Activation::Tanh;
    /// let ratio = tanh.pair_difference_at(1.0, 1e-14) / (1e-14 * tanh.slope_moment());
    /// assert!((ratio - 1.0).abs() < 1e-8);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `d` is not between 0 and 2.
    #[track_caller]
    pub fn pair_difference_at(self, q: f64, d: f64) -> f64 {
        demand_difference(d);
        demand_pair(q, 1.0 - d);
        match self {
            Self::Identity => q * d,
            Self::Sine => {
                let far = libm::exp(-q * (2.0 - d)) - libm::exp(-2.0 * q);
                0.5 * (far - libm::expm1(-q * d))
            }
            // Of two arcsines: half of their difference has the tangent (sin α − sin β) / (cos α + cos β).
            Self::Erf if q > FAR => {
                let root = q.sqrt();
                let both = 1.0 + libm::hypot(1.0, root * (d * (2.0 - d)).sqrt());
                4.0 * FRAC_1_PI * libm::atan2(root * d, both)
            }
            Self::Erf => {
                let (one, other) = (1.0 + 4.0 * q, 4.0 * q * q * d * (2.0 - d));
                let both = one.sqrt() + (one + other).sqrt();
                4.0 * FRAC_1_PI * libm::atan2(2.0 * q * d, both)
            }
            _ => {
                let square = |x, y| 0.5 * (self.value(x) - self.value(y)).powi(2);
                pair_expectation(square, q, difference_angle(d), self.kinks())
            }
        }
    }
}

/// The angle between two Gaussians of correlation `1 − d`: `sin²(θ/2) = d/2`.
pub(super) fn difference_angle(d: f64) -> f64 {
    libm::atan2((d * (2.0 - d)).sqrt(), 1.0 - d)
}

#[track_caller]
pub(super) fn demand_difference(d: f64) {
    assert!(
        (0.0..=2.0).contains(&d),
        "1 − c lies between 0 and 2, but is {d:e}"
    );
}

/// `κ(c) = (sin θ + (π − θ) cos θ) / π`: the correlation behind a ReLU layer.
fn kappa(c: f64) -> f64 {
    let theta = angle(c);
    FRAC_1_PI * (libm::sin(theta) + (PI - theta) * c)
}

/// `k = q c` and `D = (1 + q)² − k²`, without a difference of large numbers.
fn gelu_parts(q: f64, c: f64) -> (f64, f64) {
    let d = 1.0 + 2.0 * q + q * q * (1.0 - c) * (1.0 + c);
    (q * c, d)
}

fn gelu(q: f64, c: f64) -> f64 {
    let (k, d) = gelu_parts(q, c);
    let (root, one) = (d.sqrt(), 1.0 + q);
    let share = q / one;
    let bent = (share * share * (c * c + d)) / root;
    0.25 * k + FRAC_1_2PI * (bent + k * libm::atan(k / root))
}

fn gelu_slope(q: f64, c: f64) -> f64 {
    let (k, d) = gelu_parts(q, c);
    let (root, one) = (d.sqrt(), 1.0 + q);
    let sum = d.recip() + 2.0 / one; // 1 + (1 − q²) / (1 + q)², without the difference
    0.25 + FRAC_1_2PI * (libm::atan(k / root) + sum * k / root)
}

#[track_caller]
fn demand_pair(q: f64, c: f64) {
    assert!(
        q >= 0.0 && q.is_finite(),
        "the variance of a pre-activation must be finite and not negative, but is {q}"
    );
    assert!(
        (-1.0..=1.0).contains(&c),
        "a correlation lies between −1 and 1, but is {c}"
    );
}

#[cfg(test)]
mod tests;
