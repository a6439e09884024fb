//! What a Gaussian pre-activation makes of an activation: mean, second moment, slope moment, gains.
//!
//! With `x ~ N(0, q)`, closed where a closed form keeps its digits at every `q`:
//!
//! | `φ` | `E φ(x)` | `E φ(x)²` | `E φ'(x)²` |
//! |---|---|---|---|
//! | identity | 0 | `q` | 1 |
//! | leaky ReLU, slope `a` | `(1 − a) √(q/2π)` | `(1 + a²) q / 2` | `(1 + a²) / 2` |
//! | ReLU squared | `q / 2` | `3 q² / 2` | `2 q` |
//! | GELU | `q / √(2π (1 + q))` | `q/4 + q/2π (asin r + 2 r/√(1+2q))`, `r = q/(1+q)` | `1/4 + 1/2π (asin r + 2 r/√(1+2q) + q/(1+2q)^(3/2))` |
//! | erf | 0 | `2/π asin(2q/(1+2q))` | `4/π / √(1+4q)` |
//! | sine | 0 | `(1 − e^(−2q)) / 2` | `(1 + e^(−2q)) / 2` |
//!
//! An odd `φ` has mean 0, the sigmoid 1/2. All others by [`gaussian_expectation`].

use std::f64::consts::{FRAC_1_PI, PI};

use super::Activation;
use crate::probability::gaussian_expectation;

/// `1 / 2π`.
const FRAC_1_2PI: f64 = 0.5 * FRAC_1_PI;

impl Activation {
    /// `E φ(z)` for `z ~ N(0, 1)`.
    pub fn mean(self) -> f64 {
        self.mean_at(1.0)
    }

    /// `E φ(z)²` for `z ~ N(0, 1)`: what a layer passes on of a unit second moment.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Relu.second_moment(), 0.5);
    /// ```
    pub fn second_moment(self) -> f64 {
        self.second_moment_at(1.0)
    }

    /// `E φ'(z)²` for `z ~ N(0, 1)`: what a layer passes back of a squared gradient.
    pub fn slope_moment(self) -> f64 {
        self.slope_moment_at(1.0)
    }

    /// `1 / √E φ(z)²`: weights of standard deviation `gain / √fan_in` keep `z` at variance 1.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Relu.gain(), 2_f64.sqrt());
    /// // PyTorch's 5/3 for tanh is another number; the book explains which.
    /// assert!((Activation::Tanh.gain() - 1.592_537).abs() < 1e-6);
    /// ```
    pub fn gain(self) -> f64 {
        match self {
            // Where the square of a slope leaves the range of f64, the gain does not.
            Self::LeakyRelu { slope } if slope.abs() > 1e150 => {
                std::f64::consts::SQRT_2 / slope.abs()
            }
            _ => self.second_moment().recip().sqrt(),
        }
    }

    /// `1 / √E φ'(z)²`: weights of standard deviation `gain / √fan_out` keep the gradient.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Relu.backward_gain(), Activation::Relu.gain());
    /// assert!(Activation::Tanh.backward_gain() < Activation::Tanh.gain());
    /// ```
    pub fn backward_gain(self) -> f64 {
        match self {
            Self::LeakyRelu { .. } => self.gain(), // homogeneous: both moments are (1 + slope²) / 2
            _ => self.slope_moment().recip().sqrt(),
        }
    }

    /// `χ = E φ'(z)² / E φ(z)²`: the factor of a squared gradient per layer under the forward gain.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Relu.chi(), 1.0);
    /// assert!(Activation::Tanh.chi() > 1.17);
    /// ```
    pub fn chi(self) -> f64 {
        match self {
            Self::LeakyRelu { .. } => 1.0,
            _ => self.slope_moment() / self.second_moment(),
        }
    }

    /// `E φ(x)` for `x ~ N(0, q)`.
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN.
    #[track_caller]
    pub fn mean_at(self, q: f64) -> f64 {
        demand_variance(q);
        match self {
            Self::Identity
            | Self::Softsign
            | Self::HardTanh
            | Self::Tanh
            | Self::LecunTanh
            | Self::Erf
            | Self::Sine => 0.0,
            Self::Sigmoid => 0.5,
            Self::Relu => (q * FRAC_1_2PI).sqrt(),
            Self::LeakyRelu { slope } => (1.0 - slope) * (q * FRAC_1_2PI).sqrt(),
            Self::ReluSquared => q / 2.0,
            Self::Gelu if q > 1e300 => (q * FRAC_1_2PI).sqrt(), // that of a ReLU
            Self::Gelu => q / (2.0 * PI * (1.0 + q)).sqrt(),
            _ => gaussian_expectation(|x| self.value(x), q, self.kinks()),
        }
    }

    /// `E φ(x)²` for `x ~ N(0, q)`.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Relu.second_moment_at(8.0), 4.0);
    /// assert!(Activation::Tanh.second_moment_at(1e6) < 1.0);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN.
    #[track_caller]
    pub fn second_moment_at(self, q: f64) -> f64 {
        demand_variance(q);
        match self {
            Self::Identity => q,
            Self::Relu => q / 2.0,
            Self::LeakyRelu { .. } if q == 0.0 => 0.0, // however steep
            Self::LeakyRelu { slope } if slope.abs() > 1e150 => {
                let steep = slope * (0.5 * q).sqrt(); // the square of the slope may be no f64
                steep * steep
            }
            Self::LeakyRelu { slope } => (1.0 + slope * slope) * q / 2.0,
            Self::ReluSquared => 1.5 * q * q,
            Self::Gelu => {
                let r = q / (1.0 + q);
                let root = (1.0 + 2.0 * q).sqrt();
                q * (0.25 + FRAC_1_2PI * (libm::asin(r) + 2.0 * r / root))
            }
            Self::Erf if q > 1e300 => 1.0, // where 2q leaves the range of f64
            Self::Erf => 2.0 * FRAC_1_PI * libm::asin(2.0 * q / (1.0 + 2.0 * q)),
            Self::Sine => -0.5 * libm::expm1(-2.0 * q),
            _ => gaussian_expectation(|x| self.value(x).powi(2), q, self.kinks()),
        }
    }

    /// `E φ'(x)²` for `x ~ N(0, q)`.
    ///
    /// At `q = 0` this is the square of the slope at 0, of a jump the mean of both sides.
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN.
    #[track_caller]
    pub fn slope_moment_at(self, q: f64) -> f64 {
        demand_variance(q);
        match self {
            Self::Identity => 1.0,
            Self::Relu => 0.5,
            Self::LeakyRelu { slope } => 0.5 + 0.5 * slope * slope,
            Self::ReluSquared => 2.0 * q,
            Self::Selu if q == 0.0 => {
                let (left, right) = (self.slope(0.0), self.slope(f64::MIN_POSITIVE));
                0.5 * (left * left + right * right)
            }
            Self::Gelu => {
                let r = q / (1.0 + q);
                let root = (1.0 + 2.0 * q).sqrt();
                0.25 + FRAC_1_2PI * (libm::asin(r) + 2.0 * r / root + q / (1.0 + 2.0 * q) / root)
            }
            Self::Erf if q > 1e300 => 2.0 * FRAC_1_PI / q.sqrt(), // where 4q leaves the range of f64
            Self::Erf => 4.0 * FRAC_1_PI / (1.0 + 4.0 * q).sqrt(),
            Self::Sine => 0.5 * (1.0 + libm::exp(-2.0 * q)),
            _ => gaussian_expectation(|x| self.slope(x).powi(2), q, self.kinks()),
        }
    }
}

#[track_caller]
fn demand_variance(q: f64) {
    assert!(
        q >= 0.0 && q.is_finite(),
        "the variance of a pre-activation must be finite and not negative, but is {q}"
    );
}

#[cfg(test)]
mod tests;
