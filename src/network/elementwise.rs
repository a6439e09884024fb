//! Activations and their slopes, of many numbers at a time.
//!
//! The functions are those of [`Activation`], to within a few units in the last place, written
//! without a branch and without the system's mathematics: the compiler turns each loop into vector
//! instructions, and the bits are the same on every processor.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::f64::consts::{LN_2, LOG2_E};

use pulp::Arch;

use crate::activation::Activation;
use crate::matrix::fused::mul_add;

/// Replaces every `z` by `φ(z)`.
pub(super) fn activate(activation: Activation, z: &mut [f64]) {
    match activation {
        Activation::Identity => {}
        Activation::Relu => each(z, |z| if z <= 0.0 { 0.0 } else { z }),
        Activation::Tanh => each(z, tanh),
        Activation::Sigmoid => each(z, sigmoid),
        other => z.iter_mut().for_each(|z| *z = other.value(*z)),
    }
}

/// Multiplies every `∂L/∂h` by `φ'(z)`, which for these activations follows from `h = φ(z)`.
///
/// # Panics
///
/// If the activation is none of identity, ReLU, tanh and sigmoid.
#[track_caller]
pub(super) fn times_slope(activation: Activation, gradient: &mut [f64], h: &[f64]) {
    match activation {
        Activation::Identity => {}
        Activation::Relu => each_with(gradient, h, |g, h| if h <= 0.0 { 0.0 } else { g }),
        Activation::Tanh => each_with(gradient, h, |g, h| g * (1.0 - h * h)),
        Activation::Sigmoid => each_with(gradient, h, |g, h| g * (h * (1.0 - h))),
        other => panic!("the slope of {other:?} does not follow from its value"),
    }
}

/// Replaces every `x ≤ 0` by `e^x`, and what lies below −708 by 0.
pub(super) fn exponentiate(x: &mut [f64]) {
    each(x, |x| if x < -708.0 { 0.0 } else { exp(x) });
}

/// Replaces every `x` by `f(x)`.
fn each(x: &mut [f64], f: impl Fn(f64) -> f64) {
    Arch::new().dispatch(
        #[inline(always)]
        || x.iter_mut().for_each(|x| *x = f(*x)),
    );
}

/// Replaces every `x` by `f(x, y)`.
pub(super) fn each_with(x: &mut [f64], y: &[f64], f: impl Fn(f64, f64) -> f64) {
    Arch::new().dispatch(
        #[inline(always)]
        || x.iter_mut().zip(y).for_each(|(x, y)| *x = f(*x, *y)),
    );
}

/// Replaces every `x` and `y` by `f(x, y, z)`.
pub(super) fn each_pair_with(
    x: &mut [f64],
    y: &mut [f64],
    z: &[f64],
    f: impl Fn(f64, f64, f64) -> (f64, f64),
) {
    // An argument is known not to overlap with another; what a closure captures is not.
    #[inline(always)]
    fn run(x: &mut [f64], y: &mut [f64], z: &[f64], f: impl Fn(f64, f64, f64) -> (f64, f64)) {
        for ((x, y), z) in x.iter_mut().zip(y).zip(z) {
            (*x, *y) = f(*x, *y, *z);
        }
    }
    Arch::new().dispatch(
        #[inline(always)]
        || run(x, y, z, f),
    );
}

/// Replaces `sums` by the sum of the rows of `matrix`, each as long as `sums`.
pub(super) fn sum_rows(matrix: &[f64], sums: &mut [f64]) {
    /// As many sums as stay in registers.
    const NEAR: usize = 48;
    #[inline(always)]
    fn run(matrix: &[f64], sums: &mut [f64]) {
        let n = sums.len();
        let (chunks, rest) = sums.as_chunks_mut::<NEAR>();
        let first_of_rest = n - rest.len();
        for (i, chunk) in chunks.iter_mut().enumerate() {
            let mut near = [0.0; NEAR];
            for row in matrix.chunks_exact(n) {
                let row = &row[NEAR * i..][..NEAR];
                near.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            *chunk = near;
        }
        rest.fill(0.0);
        for row in matrix.chunks_exact(n) {
            let row = &row[first_of_rest..];
            rest.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
    }
    Arch::new().dispatch(
        #[inline(always)]
        || run(matrix, sums),
    );
}

/// `1 / (1 + e^(−z))`, as `e^(−|z|)` over, or 1 over, `1 + e^(−|z|)`.
#[inline(always)]
fn sigmoid(z: f64) -> f64 {
    let e = exp(-z.abs());
    (if z < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

/// `tanh |z| = −m / (m + 2)` with `m = e^(−2|z|) − 1`.
#[inline(always)]
fn tanh(z: f64) -> f64 {
    let (power, fraction) = split_exponential(-2.0 * z.abs());
    let m = mul_add(power, fraction, power - 1.0);
    (-m / (m + 2.0)).copysign(z)
}

/// `e^x` for `x ≤ 0`.
#[inline(always)]
fn exp(x: f64) -> f64 {
    let (power, fraction) = split_exponential(x);
    mul_add(power, fraction, power)
}

/// `2ⁿ` and `e^r − 1` with `x = n ln 2 + r` and `|r| ≤ ln 2 / 2`, for `x ≤ 0`: then
/// `e^x = 2ⁿ (e^r − 1) + 2ⁿ`.
#[inline(always)]
fn split_exponential(x: f64) -> (f64, f64) {
    /// Added to a number of size below 2⁵¹, leaves its nearest whole number in the last bits.
    const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;
    /// `ln 2 − LN_2`.
    const LN_2_REST: f64 = 2.319_046_813_846_299_6e-17;

    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = mul_add(x, LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = mul_add(-n, LN_2_REST, mul_add(-n, LN_2, x));

    // (e^r − 1 − r) / r² = 1/2! + r/3! + … + r¹¹/13!; the next term is below 2⁻⁵⁷ of e^r − 1.
    let series = INVERSE_FACTORIALS
        .iter()
        .rev()
        .fold(0.0_f64, |sum, &coefficient| mul_add(sum, r, coefficient));
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    (power, mul_add(series, r * r, r))
}

/// `1/2!, 1/3!, …, 1/13!`.
const INVERSE_FACTORIALS: [f64; 12] = {
    let mut inverse = [0.5; 12];
    let mut factorial = 2.0;
    let mut k = 1;
    while k < inverse.len() {
        factorial *= k as f64 + 2.0;
        inverse[k] = 1.0 / factorial;
        k += 1;
    }
    inverse
};

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const KNOWN: [Activation; 4] = [
        Activation::Identity,
        Activation::Relu,
        Activation::Tanh,
        Activation::Sigmoid,
    ];

    /// From −30 to 30, denser near 0, both signs of zero among them.
    fn line() -> Vec<f64> {
        let right = (0..=3000).map(|i| (f64::from(i) / 100.0).powi(3) / 900.0);
        right.clone().chain(right.map(|z| -z)).collect()
    }

    #[test]
    fn many_at_a_time_are_the_same_functions() {
        for phi in KNOWN {
            let mut h = line();
            activate(phi, &mut h);
            let mut slopes = vec![1.0; h.len()];
            times_slope(phi, &mut slopes, &h);
            for ((z, h), slope) in line().iter().zip(h).zip(slopes) {
                assert_relative_eq!(h, phi.value(*z), max_relative = 1e-15);
                assert_relative_eq!(slope, phi.slope(*z), epsilon = 1e-15, max_relative = 1e-13);
            }
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the system's function is the other opinion"
    )]
    fn exponentials_are_right_to_the_last_bits() {
        let below_zero = |z: f64| -z.abs() * 23.6;
        let mut e: Vec<f64> = line().into_iter().map(below_zero).collect();
        exponentiate(&mut e);
        for (z, e) in line().into_iter().zip(e) {
            assert_relative_eq!(e, below_zero(z).exp(), max_relative = 4.5e-16);
        }
    }

    #[test]
    fn rows_of_any_length_add_up() {
        for n in [1, 2, 47, 48, 50, 100] {
            let matrix: Vec<f64> = (0..3 * n).map(|i| libm::sin(i as f64)).collect();
            let mut sums = vec![f64::NAN; n]; // what was there is forgotten
            sum_rows(&matrix, &mut sums);
            for (j, sum) in sums.iter().enumerate() {
                assert_eq!(*sum, matrix[j] + matrix[n + j] + matrix[2 * n + j]);
            }
        }
    }

    #[test]
    fn the_tails_are_finite_and_nan_stays_nan() {
        for phi in KNOWN {
            let mut h = [-1e300, 1e300, f64::NEG_INFINITY, f64::INFINITY, f64::NAN];
            activate(phi, &mut h);
            if phi != Activation::Identity {
                assert_relative_eq!(h[0], phi.value(-1e300), epsilon = 1e-300);
                assert_relative_eq!(h[2], phi.value(f64::NEG_INFINITY), epsilon = 1e-300);
            }
            assert_eq!(h[1], phi.value(1e300));
            assert_eq!(h[3], phi.value(f64::INFINITY));
            assert!(h[4].is_nan(), "{phi:?}");
        }
    }

    #[test]
    #[should_panic(expected = "the slope of LeakyRelu { slope: 0.1 } does not follow")]
    fn a_slope_that_does_not_follow_from_the_value_is_refused() {
        times_slope(Activation::LeakyRelu { slope: 0.1 }, &mut [1.0], &[1.0]);
    }
}
