//! Activation functions `φ`: value and slope side by side, and what a Gaussian makes of them.
//!
//! Of an activation a network feels three numbers: the mean `E φ(z)`, the second moment `E φ(z)²`
//! that goes forward, and the slope moment `E φ'(z)²` that goes backward. They are computed here,
//! not copied ([`gain`](Activation::gain) and its neighbors).

mod dual;
mod scalar;
mod formula;
mod moments;
mod pairs;
mod name;
mod own;

use std::f64::consts::{FRAC_2_SQRT_PI, PI};

use crate::probability::{gaussian_cdf, gaussian_density};
use formula::{
    GELU_CUBIC, exp_m1, gelu_argument, relu, sech_squared, sigmoid, sin, softplus, softsign, step,
    tanh, tanh_of_softplus,
};

#[cfg(feature = "network")]
pub(crate) use formula::{exp, ln_1p};
pub(crate) use scalar::Scalar;

pub use dual::Dual;
pub use name::UnknownActivation;
pub use own::{Nonlinearity, OwnActivation};

/// An activation function, applied to every pre-activation on its own.
///
/// At a kink the slope is the one on the left, as for the ReLU the indicator of `z > 0`; the hard
/// tanh has slope 0 at both of its kinks.
///
/// ```
/// use unit_variance::Activation;
///
/// assert_eq!(Activation::Relu.value(-2.0), 0.0);
/// assert_eq!(Activation::LeakyRelu { slope: 0.1 }.value(-2.0), -0.2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Activation {
    /// `φ(z) = z`.
    Identity,
    /// `φ(z) = max(z, 0)`. The slope at 0 is taken to be 0.
    Relu,
    /// `φ(z) = z` for `z > 0`, else `slope · z`. The slope at 0 is taken to be `slope`.
    LeakyRelu {
        /// The slope of the negative side.
        slope: f64,
    },
    /// `φ(z) = max(z, 0)²`.[^primer]
    ///
    /// [^primer]: D. So et al. (2021). [*Primer: Searching for Efficient Transformers for Language Modeling*](https://arxiv.org/abs/2109.08668).
    ReluSquared,
    /// `φ(z) = z` for `z > 0`, else `e^z − 1`.[^elu]
    ///
    /// [^elu]: D. Clevert, T. Unterthiner, S. Hochreiter (2016). [*Fast and Accurate Deep Network Learning by Exponential Linear Units*](https://arxiv.org/abs/1511.07289).
    Elu,
    /// `φ(z) = λ z` for `z > 0`, else `λ α (e^z − 1)`, with the `λ` and `α` for which a standard
    /// normal `z` gives mean 0 and second moment 1.[^selu] The slope at 0 is taken to be `λ α`.
    ///
    /// [^selu]: G. Klambauer et al. (2017). [*Self-Normalizing Neural Networks*](https://arxiv.org/abs/1706.02515).
    Selu,
    /// `φ(z) = z Φ(z)`, with the Gaussian distribution `Φ`.[^gelu]
    ///
    /// [^gelu]: D. Hendrycks, K. Gimpel (2016). [*Gaussian Error Linear Units*](https://arxiv.org/abs/1606.08415).
    Gelu,
    /// `φ(z) = z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2`, the approximation of GPT-2.
    GeluTanh,
    /// `φ(z) = z / (1 + e^(−z))`, also called swish.
    #[doc(alias = "swish")]
    Silu,
    /// `φ(z) = z tanh(ln(1 + e^z))`.[^mish]
    ///
    /// [^mish]: D. Misra (2020). [*Mish: A Self Regularized Non-Monotonic Activation Function*](https://arxiv.org/abs/1908.08681).
    Mish,
    /// `φ(z) = ln(1 + e^z)`.
    Softplus,
    /// `φ(z) = z / (1 + |z|)`.
    Softsign,
    /// `φ(z) = min(max(z, −1), 1)`. The slopes at −1 and 1 are taken to be 0.
    HardTanh,
    /// `φ(z) = tanh z`.
    Tanh,
    /// `φ(z) = 1.7159 tanh(2z/3)`, for which `φ(±1) = ±1`.[^lecun]
    ///
    /// [^lecun]: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998). *Efficient BackProp*, section 4.4.
    LecunTanh,
    /// `φ(z) = 1 / (1 + e^(−z))`.
    Sigmoid,
    /// `φ(z) = erf z = 2/√π ∫₀^z e^(−t²) dt`.
    Erf,
    /// `φ(z) = sin z`.
    Sine,
}

/// `λ` of the SELU.
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

/// `α` of the SELU.
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

/// The factor of LeCun's tanh.
const LECUN_SCALE: f64 = 1.715_9;

/// Below `−VANISHED` the product `z · e^z` is 0 in `f64`; there a GELU, SiLU or Mish is a ReLU.
const VANISHED: f64 = 760.0;

impl Activation {
    /// The eighteen of the book, the leaky ReLU with slope 0.01.
    pub const ALL: [Self; 18] = [
        Self::Identity,
        Self::Relu,
        Self::LeakyRelu { slope: 0.01 },
        Self::ReluSquared,
        Self::Elu,
        Self::Selu,
        Self::Gelu,
        Self::GeluTanh,
        Self::Silu,
        Self::Mish,
        Self::Softplus,
        Self::Softsign,
        Self::HardTanh,
        Self::Tanh,
        Self::LecunTanh,
        Self::Sigmoid,
        Self::Erf,
        Self::Sine,
    ];

    /// `φ(z)`. A NaN stays a NaN, which `f64::max` would swallow; at `±∞` it is the limit, where
    /// there is one.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Sigmoid.value(0.0), 0.5);
    /// assert!(Activation::Relu.value(f64::NAN).is_nan());
    /// ```
    #[inline]
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Relu => relu(z), // where the caller's loop can see it: it is the one that networks take
            _ => self.on(z),
        }
    }

    /// `φ(x) + ε φ'(x) ẋ` for a dual number `x + ε ẋ`.
    ///
    /// The derivative follows from the formula of `φ` by the rules of calculus alone, so it can judge
    /// [`slope`](Self::slope).
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::activation::Dual;
    ///
    /// let image = Activation::Gelu.value_dual(Dual::new(0.3, 1.0));
    /// assert_eq!(image.re, Activation::Gelu.value(0.3));
    /// assert!((image.eps - Activation::Gelu.slope(0.3)).abs() < 1e-15);
    /// ```
    pub fn value_dual(self, z: Dual) -> Dual {
        self.on(z)
    }

    /// `φ(z)` for a float or a dual number.
    #[expect(
        clippy::match_same_arms,
        reason = "the arms stand in the order of the variants"
    )]
    pub(crate) fn on<D: Scalar>(self, z: D) -> D {
        let x = z.re();
        match self {
            Self::Identity => z,
            Self::Relu => relu(z),
            Self::LeakyRelu { slope: 0.0 } => relu(z), // 0 · ∞ is NaN
            Self::LeakyRelu { slope } if x <= 0.0 => z * slope,
            Self::ReluSquared => relu(z) * relu(z),
            Self::Elu if x <= 0.0 => exp_m1(z),
            Self::LeakyRelu { .. } | Self::Elu => z,
            Self::Selu if x <= 0.0 => exp_m1(z) * (SELU_SCALE * SELU_ALPHA),
            Self::Selu => z * SELU_SCALE,
            Self::Gelu | Self::GeluTanh | Self::Silu | Self::Mish if x.abs() > VANISHED => relu(z),
            Self::Gelu => z * z.extend(gaussian_cdf(x), || gaussian_density(x)),
            Self::GeluTanh => z * sigmoid(gelu_argument(z)),
            Self::Silu => z * sigmoid(z),
            Self::Mish => z * tanh_of_softplus(z),
            Self::Softplus => softplus(z),
            Self::Softsign => softsign(z),
            Self::HardTanh if x.abs() >= 1.0 => D::from(x.signum()),
            Self::HardTanh => z,
            Self::Tanh => tanh(z),
            Self::LecunTanh => tanh(z * (2.0 / 3.0)) * LECUN_SCALE,
            Self::Sigmoid => sigmoid(z),
            Self::Erf => z.extend(libm::erf(x), || FRAC_2_SQRT_PI * libm::exp(-x * x)),
            Self::Sine => sin(z),
        }
    }

    /// `φ'(z)`, with the conventions at a kink that each variant states.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Tanh.slope(0.0), 1.0);
    /// assert_eq!(Activation::Relu.slope(0.0), 0.0);
    /// ```
    pub fn slope(self, z: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Relu => step(z, 0.0),
            Self::LeakyRelu { slope } => step(z, slope),
            Self::ReluSquared => 2.0 * relu(z),
            Self::Elu if z <= 0.0 => libm::exp(z),
            Self::Elu => step(z, 1.0),
            Self::Selu if z <= 0.0 => SELU_SCALE * SELU_ALPHA * libm::exp(z),
            Self::Selu => SELU_SCALE * step(z, 1.0),
            Self::Gelu | Self::GeluTanh | Self::Silu | Self::Mish if z.abs() > VANISHED => {
                step(z, 0.0)
            }
            Self::Gelu => gaussian_cdf(z) + z * gaussian_density(z),
            Self::GeluTanh => {
                let y = gelu_argument(z);
                let y_slope = (8.0 / PI).sqrt() * (1.0 + 3.0 * GELU_CUBIC * z * z);
                sigmoid(y) * (1.0 + z * y_slope * sigmoid(-y))
            }
            Self::Silu => sigmoid(z) * (1.0 + z * sigmoid(-z)),
            Self::Mish => {
                let t = tanh_of_softplus(z);
                t + z * sech_squared(softplus(z)) * sigmoid(z)
            }
            Self::Softplus => sigmoid(z),
            Self::Softsign => (1.0 + z.abs()).powi(-2),
            Self::HardTanh => step(1.0 - z.abs(), 0.0),
            Self::Tanh => sech_squared(z),
            Self::LecunTanh => LECUN_SCALE * (2.0 / 3.0) * sech_squared(z * (2.0 / 3.0)),
            Self::Sigmoid => sigmoid(z) * sigmoid(-z),
            Self::Erf => FRAC_2_SQRT_PI * libm::exp(-z * z),
            Self::Sine => libm::cos(z),
        }
    }

    /// The points where `φ` is not smooth, in rising order: where a slope or a curvature jumps.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::HardTanh.kinks(), [-1.0, 1.0]);
    /// assert!(Activation::Gelu.kinks().is_empty());
    /// ```
    pub const fn kinks(self) -> &'static [f64] {
        match self {
            Self::Relu
            | Self::LeakyRelu { .. }
            | Self::ReluSquared
            | Self::Elu
            | Self::Selu
            | Self::Softsign => &[0.0],
            Self::HardTanh => &[-1.0, 1.0],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    /// A slope from the formula of the value, by dual numbers.
    fn dual_slope(phi: Activation, z: f64) -> f64 {
        phi.value_dual(Dual::new(z, 1.0)).eps
    }

    proptest! {
        #[test]
        fn slopes_are_those_of_dual_numbers(z in prop_oneof![-4.0..4.0, -60.0..60.0, -900.0..900.0]) {
            for phi in Activation::ALL {
                let (ours, dual) = (phi.slope(z), dual_slope(phi, z));
                let tolerance = 16.0 * f64::EPSILON * ours.abs().max(1.0);
                prop_assert!((ours - dual).abs() <= tolerance, "{phi} at {z}: {ours} and {dual}");
            }
        }
    }

    #[test]
    fn slopes_at_kinks_are_as_stated() {
        let leaky = Activation::LeakyRelu { slope: 0.2 };
        let selu = SELU_SCALE * SELU_ALPHA;
        for (phi, z, slope) in [
            (Activation::Relu, 0.0, 0.0),
            (leaky, 0.0, 0.2),
            (Activation::ReluSquared, 0.0, 0.0),
            (Activation::Elu, 0.0, 1.0),
            (Activation::Selu, 0.0, selu),
            (Activation::Softsign, 0.0, 1.0),
            (Activation::HardTanh, -1.0, 0.0),
            (Activation::HardTanh, 1.0, 0.0),
        ] {
            assert_relative_eq!(phi.slope(z), slope);
            assert_relative_eq!(dual_slope(phi, z), slope);
        }
    }

    #[test]
    fn nothing_swallows_a_nan() {
        for phi in Activation::ALL {
            assert!(phi.value(f64::NAN).is_nan(), "{phi}");
            let constant = phi == Activation::Identity;
            assert!(constant || phi.slope(f64::NAN).is_nan(), "{phi}");
        }
    }

    #[test]
    fn nothing_makes_a_nan() {
        let far = [1e3, 1e8, 1e154, 1e300, f64::MAX];
        for phi in Activation::ALL {
            for z in far.into_iter().flat_map(|z| [-z, z]) {
                assert!(!phi.value(z).is_nan(), "{phi} at {z}");
                assert!(!phi.slope(z).is_nan(), "slope of {phi} at {z}");
                assert!(!dual_slope(phi, z).is_nan(), "dual slope of {phi} at {z}");
            }
        }
    }

    #[test]
    fn infinities_give_the_limits() {
        for phi in Activation::ALL {
            if phi == Activation::Sine {
                assert!(phi.value(f64::INFINITY).is_nan(), "a sine has no limit");
                continue;
            }
            for side in [-1.0, 1.0] {
                let far = |f: fn(Activation, f64) -> f64| {
                    let (limit, near) = (f(phi, side * f64::INFINITY), f(phi, side * 1e300));
                    let grows = limit.is_infinite() && near.abs() > 1e297;
                    assert!(
                        grows || (limit - near).abs() < 1e-299,
                        "{phi}: {limit}, {near}"
                    );
                };
                far(Activation::value);
                far(Activation::slope);
            }
        }
    }

    #[test]
    fn small_tails_do_not_vanish_early() {
        for phi in [Activation::Sigmoid, Activation::Softplus] {
            assert!(phi.value(-700.0) > 0.0, "{phi}");
        }
        for phi in [Activation::Silu, Activation::Mish] {
            assert!(phi.value(-700.0) < 0.0, "{phi}");
        }
        assert!(Activation::Gelu.value(-37.0) < 0.0);
        assert!(Activation::Tanh.slope(300.0) > 0.0);
    }

    #[test]
    fn between_its_kinks_an_activation_has_no_jump() {
        for phi in Activation::ALL {
            for z in [-1.0, 0.0, 1.0] {
                let jump = phi.slope(z + 1e-9) - phi.slope(z - 1e-9);
                assert!(
                    jump.abs() < 1e-8 || phi.kinks().contains(&z),
                    "{phi} at {z}"
                );
            }
        }
    }
}
