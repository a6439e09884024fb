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
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_moments_agree_with_twenty_digits() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/gaussian_moments.json"))
                .expect("the moments are JSON");
        let table = table["values"]
            .as_object()
            .expect("one entry an activation");
        assert_eq!(table.len(), 19, "eighteen, and a second leaky slope");
        for (name, expected) in table {
            let phi: Activation = name.parse().expect("a name that we know");
            let digits = |key: &str| -> f64 {
                let text = expected[key].as_str().expect("digits");
                text.parse().expect("a number")
            };
            for (ours, theirs) in [
                (phi.mean(), digits("E_f")),
                (phi.second_moment(), digits("E_f2")),
                (phi.slope_moment(), digits("E_df2")),
            ] {
                assert_relative_eq!(ours, theirs, epsilon = 1e-14, max_relative = 1e-14);
            }
        }
    }

    #[test]
    fn closed_forms_are_what_quadrature_finds_at_every_variance() {
        for phi in Activation::ALL {
            for q in [1e-8, 0.01, 0.7, 1.0, 3.0, 40.0] {
                let mean = gaussian_expectation(|x| phi.value(x), q, phi.kinks());
                assert_relative_eq!(phi.mean_at(q), mean, epsilon = 1e-14, max_relative = 1e-13);
                let second = gaussian_expectation(|x| phi.value(x).powi(2), q, phi.kinks());
                assert_relative_eq!(phi.second_moment_at(q), second, max_relative = 1e-13);
                let slope = gaussian_expectation(|x| phi.slope(x).powi(2), q, phi.kinks());
                assert_relative_eq!(phi.slope_moment_at(q), slope, max_relative = 1e-13);
            }
        }
    }

    #[test]
    fn the_sigmoid_is_a_tanh_of_half_the_size() {
        for q in [0.01, 1.0, 30.0, 1e5] {
            let tied = (1.0 + Activation::Tanh.second_moment_at(q / 4.0)) / 4.0;
            let ours = Activation::Sigmoid.second_moment_at(q);
            assert_relative_eq!(ours, tied, max_relative = 1e-14);
        }
    }

    #[test]
    fn a_wide_gaussian_sees_the_asymptotes_and_a_narrow_one_the_origin() {
        for phi in [Activation::Tanh, Activation::HardTanh, Activation::Softsign] {
            assert_relative_eq!(phi.second_moment_at(1e24), 1.0, epsilon = 1e-10);
            assert_relative_eq!(phi.second_moment_at(1e-24), 1e-24, max_relative = 1e-11);
        }
        for phi in [
            Activation::Elu,
            Activation::Silu,
            Activation::Gelu,
            Activation::Mish,
        ] {
            assert_relative_eq!(phi.second_moment_at(1e24), 5e23, max_relative = 1e-9);
        }
    }

    #[test]
    fn a_leaky_relu_of_any_slope_keeps_the_gradient() {
        for slope in [0.0, 0.01, -3.0, 1e100, 1e160, -1e200, f64::MAX] {
            let leaky = Activation::LeakyRelu { slope };
            assert_eq!(leaky.chi(), 1.0);
            assert_eq!(leaky.gain(), leaky.backward_gain());
            assert_relative_eq!(
                leaky.gain(),
                2_f64.sqrt() / libm::hypot(1.0, slope),
                max_relative = 1e-15
            );
        }
    }

    #[test]
    fn at_variance_zero_only_the_origin_counts() {
        for phi in Activation::ALL {
            assert_relative_eq!(phi.mean_at(0.0), phi.value(0.0));
            assert_relative_eq!(phi.second_moment_at(0.0), phi.value(0.0).powi(2));
            let near = phi.slope_moment_at(1e-30);
            assert_relative_eq!(phi.slope_moment_at(0.0), near, epsilon = 1e-14);
        }
    }

    #[test]
    fn moments_at_the_ends_of_the_range_are_numbers() {
        let steep = Activation::LeakyRelu { slope: 1e200 };
        assert_eq!(steep.second_moment_at(0.0), 0.0);
        assert_eq!(Activation::Erf.second_moment_at(f64::MAX), 1.0);
        assert_relative_eq!(Activation::Erf.second_moment_at(1e299), 1.0);
    }

    #[test]
    #[should_panic(expected = "finite and not negative, but is NaN")]
    fn a_nan_variance_is_refused() {
        let _ = Activation::Relu.second_moment_at(f64::NAN);
    }
}
