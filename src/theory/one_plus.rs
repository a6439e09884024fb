//! `(1 + x)^n` with the digits that `1 + x` loses.

/// `(1 + x)^n` for an `x ≥ 0`: infinite where it leaves the range of `f64`, and exact where both `1 + x` and the power are
/// numbers of `f64`.
pub(super) fn power_of_one_plus(x: f64, n: u64) -> f64 {
    let (base, n) = (1.0 + x, n as f64);
    // What rounding took from the sum; n times as much is missing in the power.
    let lost = if x < 1.0 {
        x - (base - 1.0)
    } else {
        1.0 - (base - x)
    };
    let power = libm::pow(base, n);
    if lost == 0.0 {
        return power;
    }
    if power == f64::INFINITY || (n * lost / base).abs() > 1.0 {
        // Both factors may leave the range where their product does not.
        return libm::exp(n * libm::log1p(x));
    }
    power * libm::exp(n * lost / base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn powers_of_two_are_exact_and_small_growth_keeps_its_digits() {
        assert_eq!(power_of_one_plus(1.0, 1000), libm::exp2(1000.0));
        assert_eq!(power_of_one_plus(0.5, 2), 2.25);
        // e (1 − 1/2n + …): 1 + 1/n is rounded, and n times the error would be 1e-7.
        for n in [1_000_000_u64, 3_000_000_000] {
            let small = 1.0 / n as f64;
            let expected = std::f64::consts::E * (1.0 - 0.5 * small);
            assert_relative_eq!(power_of_one_plus(small, n), expected, max_relative = 1e-12);
        }
        assert_relative_eq!(power_of_one_plus(1e17, 3), 1e51, max_relative = 1e-14);
    }

    #[test]
    fn nothing_is_never_a_nan() {
        assert_eq!(power_of_one_plus(0.3, 0), 1.0);
        assert_eq!(power_of_one_plus(0.1, 1_000_000), f64::INFINITY);
        assert_eq!(power_of_one_plus(0.1, u64::MAX), f64::INFINITY);
    }

    #[test]
    fn a_power_within_the_range_is_found_though_that_of_the_rounded_sum_is_not() {
        // 1 + 1.5e-16 is 1 + 2.2e-16 in f64, whose power is e^888.
        let power = power_of_one_plus(1.5e-16, 4_000_000_000_000_000_000);
        assert_relative_eq!(power, libm::exp(600.0), max_relative = 1e-12);
    }

    #[test]
    fn a_power_has_all_digits_as_far_as_the_range_goes() {
        // By mpmath with 60 digits, of the numbers of f64 that stand here.
        for (x, n, power) in [
            (0.1, 1, 1.1),
            (0.1, 7000, 5.607_846_372_416_762e289),
            (0.3, 2500, 7.217_399_864_115_771e284),
            (1e17, 17, 1.000_000_000_000_000_3e289),
            (3.3e16, 17, 6.527_351_164_826_448e280),
        ] {
            assert_relative_eq!(power_of_one_plus(x, n), power, max_relative = 2e-15);
        }
        // Here 1 + x is rounded up: its power, e^709.94, leaves the range, and e^709.50 does not.
        let power = power_of_one_plus(640.6 * f64::EPSILON, 4_988_000_000_000_000);
        assert_relative_eq!(power, 1.357_655_948_855_083_6e308, max_relative = 1e-12);
    }
}
