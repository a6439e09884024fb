//! One coordinate of a point that is uniform on the sphere of radius `√m` in `m` dimensions: `x = √m sin θ`, where the density of `θ`, from `−π/2`
//! to `π/2`, is proportional to `cos^(m−2) θ`. `x/√(m − x²) = tan θ` is a Student variable of `m − 1` degrees of freedom over `√(m − 1)`.

use std::f64::consts::FRAC_PI_2;

use crate::probability::nodes;

/// `P(|θ| > angle)` for an angle from 0 to `π/2` and `m ≥ 2`.
pub(super) fn angle_tail(dimensions: u64, angle: f64) -> f64 {
    measure_beyond(dimensions, angle) / measure_beyond(dimensions, 0.0)
}

/// `P(|θ| > π/2 − rest)` for a rest from 0 to 0.6, which has the digits that an angle near `π/2` loses.
pub(super) fn tail_within(dimensions: u64, rest: f64) -> f64 {
    if dimensions > 60 {
        return angle_tail(dimensions, FRAC_PI_2 - rest);
    }
    let power = dimensions as f64 - 2.0;
    let inside: f64 = nodes(0.0, rest)
        .map(|(x, weight)| weight * libm::pow(libm::sin(x), power))
        .sum();
    inside / measure_beyond(dimensions, 0.0)
}

/// `∫ cos^(m−2) θ dθ` from an angle to `π/2`.
fn measure_beyond(dimensions: u64, angle: f64) -> f64 {
    let m = dimensions as f64;
    // The integrand falls within about 1/√m; behind 40 times as much nothing is left.
    let scale = 1.0 / m.sqrt();
    let end = FRAC_PI_2.min(angle + 40.0 * scale);
    let panels = ((end - angle) / (0.5 * scale).min(0.25)).ceil().max(1.0);
    let length = (end - angle) / panels;
    let panel = |i: u32| {
        let start = angle + f64::from(i) * length;
        nodes(start, start + length)
            .map(|(theta, weight)| weight * power_of_cosine(theta, m - 2.0))
            .sum::<f64>()
    };
    (0..panels as u32).map(panel).sum()
}

/// `cos^k θ = (1 + tan² θ)^(−k/2)`, which keeps the digits of a large power near 0.
fn power_of_cosine(theta: f64, power: f64) -> f64 {
    let tangent = libm::tan(theta);
    libm::exp(-0.5 * power * libm::log1p(tangent * tangent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::gaussian_upper_tail;
    use approx::assert_relative_eq;
    use std::f64::consts::PI;

    #[test]
    fn two_and_three_dimensions_have_elementary_laws() {
        for angle in [0.0, 0.1, 0.8, 1.5] {
            let plane = 1.0 - angle / FRAC_PI_2;
            assert_relative_eq!(angle_tail(2, angle), plane, max_relative = 1e-13);
            // Archimedes: a coordinate of the sphere is uniform.
            let sphere = 1.0 - libm::sin(angle);
            assert_relative_eq!(angle_tail(3, angle), sphere, max_relative = 1e-12);
        }
        let four = |angle: f64| 1.0 - (2.0 * angle + libm::sin(2.0 * angle)) / PI;
        assert_relative_eq!(angle_tail(4, 0.6), four(0.6), max_relative = 1e-13);
    }

    #[test]
    fn an_angle_and_its_complement_have_one_tail() {
        for dimensions in [2, 3, 8, 30, 60, 61, 500] {
            for rest in [0.05, 0.2, 0.57] {
                let by_angle = angle_tail(dimensions, FRAC_PI_2 - rest);
                let by_rest = tail_within(dimensions, rest);
                assert_relative_eq!(by_rest, by_angle, max_relative = 1e-11, epsilon = 1e-300);
            }
        }
    }

    #[test]
    fn nothing_lies_beyond_a_right_angle_and_many_dimensions_are_gaussian() {
        for dimensions in [2, 5, 30, 1_000_000] {
            assert_eq!(angle_tail(dimensions, FRAC_PI_2), 0.0);
        }
        let m = 100_000_000;
        let angle = libm::asin(1.7 / f64::sqrt(m as f64));
        let gaussian = 2.0 * gaussian_upper_tail(1.7);
        assert_relative_eq!(angle_tail(m, angle), gaussian, max_relative = 1e-7);
    }

    #[test]
    fn a_rest_near_nothing_keeps_its_digits_in_up_to_sixty_dimensions() {
        // The regularized incomplete beta function of sin² rest, (m − 1)/2 and 1/2, by mpmath
        for (dimensions, rest, tail) in [
            (10, 1e-5, 2.586_899_392_195_585_6e-46),
            (10, 1e-4, 2.586_899_364_257_071_5e-37),
            (40, 1e-5, 1.269_474_914_893_577_7e-196),
            (40, 1e-4, 1.269_474_839_180_236_6e-157),
            (60, 1e-5, 1.034_365_227_839_744_4e-296),
            (60, 3e-5, 1.461_597_991_992_050_7e-268),
            (60, 1e-4, 1.034_365_132_096_527_3e-237),
        ] {
            let found = tail_within(dimensions, rest);
            assert_relative_eq!(found, tail, max_relative = 1e-12, epsilon = 0.0);
        }
    }

    #[test]
    fn as_many_dimensions_as_a_count_holds_are_as_quick_and_gaussian_to_all_digits() {
        // Panels as narrow as the law but out to a right angle would be billions.
        for z in [0.5, 1.7, 4.0, 8.0] {
            let angle = libm::asin(z / (u64::MAX as f64).sqrt());
            let gaussian = 2.0 * gaussian_upper_tail(z);
            let found = angle_tail(u64::MAX, angle);
            assert_relative_eq!(found, gaussian, max_relative = 1e-12, epsilon = 0.0);
        }
        assert_eq!(angle_tail(u64::MAX, 1.0), 0.0);
    }
}
