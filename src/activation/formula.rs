//! The building blocks of the activations, on floats and dual numbers, safe on both tails.

use std::f64::consts::PI;

use super::scalar::Scalar;

/// The cubic coefficient of the tanh approximation of the GELU.
pub(super) const GELU_CUBIC: f64 = 0.044_715;

/// `e^z`, for what is not so large that it overflows.
pub(crate) fn exp<D: Scalar>(z: D) -> D {
    let e = libm::exp(z.re());
    z.extend(e, || e)
}

/// `e^z − 1`.
pub(super) fn exp_m1<D: Scalar>(z: D) -> D {
    z.extend(libm::expm1(z.re()), || libm::exp(z.re()))
}

/// `ln(1 + z)`.
pub(crate) fn ln_1p<D: Scalar>(z: D) -> D {
    z.extend(libm::log1p(z.re()), || (1.0 + z.re()).recip())
}

/// `sin z`.
pub(super) fn sin<D: Scalar>(z: D) -> D {
    z.extend(libm::sin(z.re()), || libm::cos(z.re()))
}

/// `max(z, 0)`, NaN for NaN.
pub(super) fn relu<D: Scalar>(z: D) -> D {
    if z.re() <= 0.0 { D::from(0.0) } else { z }
}

/// 1 above zero, `below` at and below it, NaN for NaN.
pub(super) fn step(z: f64, below: f64) -> f64 {
    if z > 0.0 {
        1.0
    } else if z.is_nan() {
        z
    } else {
        below
    }
}

/// `1 / (1 + e^(−z))`, without overflow on either side.
pub(super) fn sigmoid<D: Scalar>(z: D) -> D {
    if z.re() < 0.0 {
        let e = exp(z);
        e / (e + 1.0)
    } else {
        (exp(-z) + 1.0).recip()
    }
}

/// `ln(1 + e^z)`, without overflow.
pub(super) fn softplus<D: Scalar>(z: D) -> D {
    if z.re() < 0.0 {
        ln_1p(exp(z))
    } else {
        z + ln_1p(exp(-z))
    }
}

/// `z / (1 + |z|)`, and ±1 at `±∞`.
pub(super) fn softsign<D: Scalar>(z: D) -> D {
    let size = if z.re() < 0.0 { -z } else { z };
    if size.re() > 1.0 {
        (size.recip() + 1.0).recip() * z.re().signum()
    } else {
        z / (size + 1.0)
    }
}

/// `tanh z = ∓m / (m + 2)` with `m = e^(∓2z) − 1`, the sign that does not overflow.
pub(super) fn tanh<D: Scalar>(z: D) -> D {
    if z.re() < 0.0 {
        let m = exp_m1(z * 2.0);
        m / (m + 2.0)
    } else {
        let m = exp_m1(z * -2.0);
        -m / (m + 2.0)
    }
}

/// `1 − tanh² z = 4e / (1 + e)²` with `e = e^(−2|z|)`, to full relative precision.
pub(super) fn sech_squared(z: f64) -> f64 {
    let e = libm::exp(-2.0 * z.abs());
    4.0 * e / ((1.0 + e) * (1.0 + e))
}

/// `tanh ln(1 + e^z) = w / (w + 2)` with `w = e^z (e^z + 2)`, the fraction shortened for `z > 0`.
pub(super) fn tanh_of_softplus<D: Scalar>(z: D) -> D {
    if z.re() < 0.0 {
        let e = exp(z);
        let w = e * (e + 2.0);
        w / (w + 2.0)
    } else {
        let e = exp(-z);
        let w = e * 2.0 + 1.0;
        w / (w + e * e * 2.0)
    }
}

/// `y` with `(1 + tanh(y/2)) / 2 = 1 / (1 + e^(−y))`: `2 √(2/π) (z + 0.044715 z³)`.
pub(super) fn gelu_argument<D: Scalar>(z: D) -> D {
    (z * z * z * GELU_CUBIC + z) * (8.0 / PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use approx::assert_relative_eq;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the system's functions are the other opinion"
    )]
    fn values_agree_with_the_textbook_formulas_where_those_are_safe() {
        for z in [-3.0_f64, -0.7, -1e-3, 0.0, 2e-4, 0.9, 4.2] {
            let textbook = [
                (Activation::Tanh, z.tanh()),
                (Activation::Sigmoid, 1.0 / (1.0 + (-z).exp())),
                (Activation::Silu, z / (1.0 + (-z).exp())),
                (Activation::Softplus, (1.0 + z.exp()).ln()),
                (Activation::Mish, z * (1.0 + z.exp()).ln().tanh()),
                (Activation::Softsign, z / (1.0 + z.abs())),
                (Activation::LecunTanh, 1.7159 * (2.0 * z / 3.0).tanh()),
                (
                    Activation::GeluTanh,
                    0.5 * z * (1.0 + ((2.0 / PI).sqrt() * (z + 0.044_715 * z.powi(3))).tanh()),
                ),
                (
                    Activation::Gelu,
                    0.5 * z * (1.0 + libm::erf(z / 2_f64.sqrt())),
                ),
            ];
            for (phi, expected) in textbook {
                assert_relative_eq!(
                    phi.value(z),
                    expected,
                    epsilon = 1e-15,
                    max_relative = 1e-13
                );
            }
        }
    }
}
