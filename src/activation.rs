//! Activation functions `φ`: value and slope, side by side.

use serde::{Deserialize, Serialize};

/// An activation function, applied to every pre-activation on its own.
///
/// ```
/// use unit_variance::Activation;
///
/// assert_eq!(Activation::Relu.value(-2.0), 0.0);
/// assert_eq!(Activation::LeakyRelu { slope: 0.1 }.value(-2.0), -0.2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
    /// `φ(z) = tanh z`.
    Tanh,
    /// `φ(z) = 1 / (1 + e^(−z))`.
    Sigmoid,
}

impl Activation {
    /// `φ(z)`. A NaN stays a NaN, which `f64::max` would swallow.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::Sigmoid.value(0.0), 0.5);
    /// assert!(Activation::Relu.value(f64::NAN).is_nan());
    /// ```
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Identity => z,
            Self::Relu => {
                if z <= 0.0 {
                    0.0
                } else {
                    z
                }
            }
            Self::LeakyRelu { slope } => {
                if z <= 0.0 {
                    slope * z
                } else {
                    z
                }
            }
            Self::Tanh => z.tanh(),
            Self::Sigmoid => sigmoid(z),
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
            Self::Tanh => 1.0 - z.tanh().powi(2),
            Self::Sigmoid => sigmoid(z) * sigmoid(-z),
        }
    }
}

/// `1 / (1 + e^(−z))`, without overflow on either side.
fn sigmoid(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    if z < 0.0 {
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + e)
    }
}

/// 1 above zero, `below` at and below it, NaN for NaN.
fn step(z: f64, below: f64) -> f64 {
    if z > 0.0 {
        1.0
    } else if z.is_nan() {
        z
    } else {
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const ALL: [Activation; 5] = [
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.2 },
        Activation::Tanh,
        Activation::Sigmoid,
    ];

    #[test]
    fn slopes_are_central_differences_away_from_kinks() {
        let h = 1e-5;
        for phi in ALL {
            for z in [-30.0, -2.1, -0.3, 0.4, 1.7, 25.0] {
                let difference = (phi.value(z + h) - phi.value(z - h)) / (2.0 * h);
                assert_relative_eq!(difference, phi.slope(z), epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn nothing_swallows_a_nan() {
        for phi in ALL {
            assert!(phi.value(f64::NAN).is_nan(), "{phi:?}");
            assert!(
                phi == Activation::Identity || phi.slope(f64::NAN).is_nan(),
                "{phi:?}"
            );
        }
    }

    #[test]
    fn the_sigmoid_does_not_overflow() {
        assert_eq!(
            (
                Activation::Sigmoid.value(-800.0),
                Activation::Sigmoid.value(800.0)
            ),
            (0.0, 1.0)
        );
        assert!(Activation::Sigmoid.value(-700.0) > 0.0);
    }
}
