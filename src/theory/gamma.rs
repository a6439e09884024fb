//! The gamma function where laws of layers need it: `ψ`, `ψ'`, `ψ''`, and ratios `Γ(a + it) / Γ(a)`.
//!
//! All of them go upwards by the recurrence `Γ(z + 1) = z Γ(z)`, then follow Stirling's series. What is large and
//! cancels is left out beforehand: `ψ(a) − ln a`, not `ψ(a)`.
//!
//! Source: M. Abramowitz, I. Stegun, *Handbook of Mathematical Functions* (1964), 6.1.15, 6.1.17, 6.1.40, 6.3.18, 6.4.6
//! and 6.4.11.

use num_complex::Complex64;

/// From here on the series have all digits.
const FAR: f64 = 12.0;

/// `ψ(a) − ln a` for a positive `a`: about `−1 / 2a`.
pub(super) fn digamma_less_log(mut a: f64) -> f64 {
    let (start, mut below) = (a, 0.0);
    while a < FAR {
        below += 1.0 / a;
        a += 1.0;
    }
    let y = 1.0 / (a * a);
    let series = y
        * (1.0 / 12.0
            - y * (1.0 / 120.0
                - y * (1.0 / 252.0
                    - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * 691.0 / 32_760.0)))));
    libm::log(a / start) - below - 0.5 / a - series
}

/// `ψ'(a)` for a positive `a`.
pub(super) fn trigamma(mut a: f64) -> f64 {
    let mut below = 0.0;
    while a < FAR {
        below += 1.0 / (a * a);
        a += 1.0;
    }
    let y = 1.0 / (a * a);
    let series = y
        * (1.0 / 6.0
            - y * (1.0 / 30.0
                - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * 691.0 / 2730.0)))));
    below + 1.0 / a + y / 2.0 + series / a
}

/// `ψ''(a)` for a positive `a`.
pub(super) fn tetragamma(mut a: f64) -> f64 {
    let mut below = 0.0;
    while a < FAR {
        below -= 2.0 / (a * a * a);
        a += 1.0;
    }
    let y = 1.0 / (a * a);
    let series = y
        * y
        * (1.0 / 2.0
            - y * (1.0 / 6.0
                - y * (1.0 / 6.0 - y * (3.0 / 10.0 - y * (5.0 / 6.0 - y * 691.0 / 210.0)))));
    below - y - y / a - series
}

/// `ln Γ(a + it) − ln Γ(a) − it ln a` for a positive `a`: what is left when the phase of a constant is taken out.
pub(super) fn ln_gamma_ratio(a: f64, t: f64) -> Complex64 {
    let (mut far, mut below) = (a, Complex64::ZERO);
    while far < FAR {
        below += ln_one_plus(t / far);
        far += 1.0;
    }
    let turn = ln_one_plus(t / far);
    let leading = Complex64::new(
        (far - 0.5) * turn.re - t * turn.im,
        (far - 0.5) * turn.im + t * turn.re - t,
    );
    let series = stirling(Complex64::new(far, t)) - stirling(Complex64::new(far, 0.0));
    leading + series - below + Complex64::new(0.0, t * libm::log(far / a))
}

/// `Γ(a + it) / Γ(a)` for a positive `a`.
pub(super) fn gamma_ratio(a: f64, t: f64) -> Complex64 {
    exp(ln_gamma_ratio(a, t)) * cis(t * libm::log(a))
}

/// `ln(1 + iu)`.
fn ln_one_plus(u: f64) -> Complex64 {
    Complex64::new(0.5 * libm::log1p(u * u), libm::atan(u))
}

/// `ln Γ(z) − (z − 1/2) ln z + z − ln √2π`, far from the origin and from the negative axis.
fn stirling(z: Complex64) -> Complex64 {
    let y = (z * z).inv();
    let fifth = (y * (691.0 / 360_360.0) - 1.0 / 1188.0) * -y;
    ((((-fifth + 1.0 / 1680.0) * y - 1.0 / 1260.0) * -y - 1.0 / 360.0) * y + 1.0 / 12.0) / z
}

/// `Γ(z − 1/2) / Γ(z)`, where `z` is neither a pole nor a zero of it.
pub(super) fn half_step_down(z: Complex64) -> Complex64 {
    if z.re < 0.75 {
        // Both by Γ(z) Γ(1 − z) = π / sin πz.
        return -tan_pi(z) * half_step_down(1.5 - z);
    }
    let (mut z, mut factors) = (z, Complex64::ONE);
    while z.re < FAR {
        factors *= z / (z - 0.5);
        z += 1.0;
    }
    // (z − 1) ln(z − 1/2) − (z − 1/2) ln z, without the digits that the two have in common.
    let logs = (z - 1.0) * ln_one_minus(0.5 / z) - 0.5 * ln(z);
    let difference = logs + 0.5 + stirling(z - 0.5) - stirling(z);
    factors * exp(difference)
}

/// `tan πz`.
fn tan_pi(z: Complex64) -> Complex64 {
    const TAU: f64 = std::f64::consts::TAU;
    // Beyond, the hyperbolic functions leave the range of floats, and the tangent is ±i.
    if z.im.abs() > 10.0 {
        return Complex64::new(0.0, z.im.signum());
    }
    let (sin, cos) = libm::sincos(TAU * z.re);
    let (sinh, cosh) = (libm::sinh(TAU * z.im), libm::cosh(TAU * z.im));
    Complex64::new(sin, sinh) / (cos + cosh)
}

/// `ln(1 − w)` for a small `w`.
fn ln_one_minus(w: Complex64) -> Complex64 {
    let re = 0.5 * libm::log1p(w.norm_sqr() - 2.0 * w.re);
    Complex64::new(re, libm::atan2(-w.im, 1.0 - w.re))
}

/// `e^(it)`. Here and below, because a complex number's own functions are the system's.
pub(super) fn cis(t: f64) -> Complex64 {
    let (sin, cos) = libm::sincos(t);
    Complex64::new(cos, sin)
}

/// `e^z`.
pub(super) fn exp(z: Complex64) -> Complex64 {
    libm::exp(z.re) * cis(z.im)
}

/// `ln z`, its imaginary part in `(−π, π]`.
fn ln(z: Complex64) -> Complex64 {
    Complex64::new(libm::log(libm::hypot(z.re, z.im)), libm::atan2(z.im, z.re))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use std::f64::consts::PI;

    const EULER: f64 = 0.577_215_664_901_532_9;
    const APERY: f64 = 1.202_056_903_159_594_3;

    #[test]
    fn the_derivatives_have_their_closed_values() {
        let close = |a, b| assert_relative_eq!(a, b, max_relative = 3e-15);
        close(digamma_less_log(1.0), -EULER);
        close(digamma_less_log(0.5), -EULER - libm::log(2.0));
        close(trigamma(1.0), PI * PI / 6.0);
        close(trigamma(0.5), PI * PI / 2.0);
        close(tetragamma(1.0), -2.0 * APERY);
        close(tetragamma(0.5), -14.0 * APERY);
    }

    #[test]
    fn the_derivatives_follow_their_recurrences_on_both_sides_of_the_series() {
        for a in [0.5, 3.0, 11.5, 11.999, 12.0, 40.0, 1e4] {
            let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-11);
            let step = 1.0 / a;
            close(
                digamma_less_log(a + 1.0) - digamma_less_log(a) + libm::log1p(step),
                step,
            );
            close(trigamma(a) - trigamma(a + 1.0), step * step);
            close(
                tetragamma(a + 1.0) - tetragamma(a),
                2.0 * step * step * step,
            );
        }
    }

    #[test]
    fn the_size_of_the_gamma_function_on_two_lines_is_the_textbooks() {
        // |Γ(1 + it)|² = πt / sinh πt and |Γ(1/2 + it)|² = π / cosh πt.
        for t in [0.1, 1.0, 3.0, 7.0, 40.0] {
            let [one, half] = [1.0, 0.5].map(|a| libm::exp(2.0 * ln_gamma_ratio(a, t).re));
            assert_relative_eq!(one, PI * t / libm::sinh(PI * t), max_relative = 1e-13);
            assert_relative_eq!(half, 1.0 / libm::cosh(PI * t), max_relative = 1e-13);
        }
    }

    #[test]
    fn the_phase_of_the_gamma_function_follows_its_duplication() {
        // Γ(2z) = 2^(2z−1) Γ(z) Γ(z + 1/2) / √π on the line z = a + it, over its value at t = 0.
        for (a, t) in [(0.5, 0.7), (2.0, 5.0), (300.0, 90.0), (5e5, 3000.0)] {
            let whole =
                |a: f64, t: f64| ln_gamma_ratio(a, t) + Complex64::new(0.0, t * libm::log(a));
            let left = whole(2.0 * a, 2.0 * t);
            let doubling = Complex64::new(0.0, 2.0 * t * libm::log(2.0));
            let right = doubling + whole(a, t) + whole(a + 0.5, t);
            assert_relative_eq!(left.re, right.re, max_relative = 1e-12);
            assert_relative_eq!(left.im, right.im, max_relative = 1e-12);
        }
    }

    #[test]
    fn half_a_step_twice_is_one() {
        // Γ(z − 1/2)/Γ(z) · Γ(z − 1)/Γ(z − 1/2) = 1 / (z − 1).
        for z in [
            Complex64::new(2.5, 0.3),
            Complex64::new(40.0, 7.0),
            Complex64::new(-3.3, 0.2),
            Complex64::new(-60.0, 30.0),
            Complex64::new(0.9, -2.0),
            Complex64::new(-2e4, 1e3),
            Complex64::new(1e12, -4e13),
        ] {
            let twice = half_step_down(z) * half_step_down(z - 0.5) * (z - 1.0);
            assert_relative_eq!(twice.re, 1.0, epsilon = 1e-10);
            assert_relative_eq!(twice.im, 0.0, epsilon = 1e-10);
        }
    }

    #[test]
    fn the_series_have_all_digits_where_they_begin() {
        // ψ'(12) and ψ''(12), by mpmath with 30 digits. The last terms are 3e-14 and 3e-13 of them.
        let first = trigamma(12.0);
        assert_relative_eq!(
            first,
            0.086_901_872_871_768_38,
            max_relative = 1e-14,
            epsilon = 0.0
        );
        let second = tetragamma(12.0);
        assert_relative_eq!(
            second,
            -0.007_547_205_368_998_912,
            max_relative = 5e-14,
            epsilon = 0.0
        );
    }

    #[test]
    fn half_a_step_down_from_three_quarters_needs_no_mirror() {
        // The mirror would show 3/4 again. Γ(1/4 + it) / Γ(3/4 + it), by mpmath.
        for (t, re, im) in [
            (0.0, 2.958_675_119_188_639, 0.0),
            (0.5, 1.115_332_721_039_033, -1.022_930_010_147_085_5),
        ] {
            let found = half_step_down(Complex64::new(0.75, t));
            assert_relative_eq!(found.re, re, epsilon = 1e-13);
            assert_relative_eq!(found.im, im, epsilon = 1e-13);
        }
    }
}
