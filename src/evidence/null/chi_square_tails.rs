//! Both tails of a chi-square law, of any number of degrees of freedom.

use std::f64::consts::PI;

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// From a hundred million degrees of freedom on, the expansion has all digits that `f64` can give.
const MANY: u64 = 100_000_000;

/// `χ²_k`, exactly.
///
/// The incomplete gamma function takes some `√k` steps. From [`MANY`] degrees on its uniform expansion
/// serves,[^temme] with `a = k/2`, `x = s/2`, `μ = x/a − 1` and `η²/2 = μ − ln(1 + μ)`, `η` of the sign of `μ`:
/// `P(χ² ≥ s) = erfc(η √(a/2)) / 2 + e^(−a η²/2) / √(2π a) · (1/μ − 1/η)`. What comes next is `1/a` times smaller.
///
/// [^temme]: N. Temme (1979). *The asymptotic expansion of the incomplete gamma functions*. SIAM J. Math. Anal. 10.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ChiSquareTails {
    Few(ChiSquared),
    Many { half: f64 },
}

impl ChiSquareTails {
    /// With `degrees` degrees of freedom, at least one.
    pub(super) fn new(degrees: u64) -> Self {
        if degrees < MANY {
            Self::Few(ChiSquared::new(degrees as f64).expect("there is a degree of freedom"))
        } else {
            Self::Many {
                half: 0.5 * degrees as f64,
            }
        }
    }

    /// `P(χ² ≤ s)`.
    pub(super) fn lower(self, s: f64) -> f64 {
        match self {
            Self::Few(law) => law.cdf(s),
            Self::Many { half } => expansion(half, s, -1.0),
        }
    }

    /// `P(χ² ≥ s)`.
    pub(super) fn upper(self, s: f64) -> f64 {
        match self {
            Self::Few(law) => law.sf(s),
            Self::Many { half } => expansion(half, s, 1.0),
        }
    }
}

/// The upper (`side` = 1) or lower (−1) tail of `χ²` with `2a` degrees of freedom at `s`.
pub(super) fn expansion(a: f64, s: f64, side: f64) -> f64 {
    if s <= 0.0 {
        return if side > 0.0 { 1.0 } else { 0.0 };
    }
    if s == f64::INFINITY {
        return if side > 0.0 { 0.0 } else { 1.0 };
    }
    // x − a before the division: close to the middle that is exact.
    let mu = (0.5 * s - a) / a;
    let eta = (2.0 * less_logarithm(mu)).sqrt().copysign(mu);
    // 1/μ − 1/η = −1/3 + μ/12 − 23 μ²/540 + …, since η = μ (1 − μ/3 + 7 μ²/36 − 73 μ³/540 + …)
    let correction = if mu.abs() < 1e-3 {
        -1.0 / 3.0 + mu / 12.0 - 23.0 * mu * mu / 540.0
    } else {
        1.0 / mu - 1.0 / eta
    };
    let density = libm::exp(-0.5 * a * eta * eta) / (2.0 * PI * a).sqrt();
    0.5 * libm::erfc(side * eta * (0.5 * a).sqrt()) + side * density * correction
}

/// `μ − ln(1 + μ)`, whose first terms cancel near 0.
fn less_logarithm(mu: f64) -> f64 {
    if mu.abs() > 0.1 {
        return mu - libm::log1p(mu);
    }
    // μ²/2 − μ³/3 + μ⁴/4 − …
    let series = (2..24).rev().fold(0.0, |sum: f64, k| {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        sum.mul_add(mu, sign / f64::from(k))
    });
    series * mu * mu
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_expansion_meets_the_incomplete_gamma_function() {
        for degrees in [1_000_000_u64, 10_000_000, 99_999_999] {
            let (k, law) = (degrees as f64, ChiSquareTails::new(degrees));
            for deviations in [-30.0, -6.0, -1.0, -0.01, 0.0, 0.01, 1.0, 6.0, 30.0] {
                let s = k + deviations * (2.0 * k).sqrt();
                let many = ChiSquareTails::Many { half: 0.5 * k };
                // The continued fraction itself loses digits as the degrees grow, and far out.
                let tolerance = 1e-6;
                assert_relative_eq!(law.lower(s), many.lower(s), max_relative = tolerance);
                assert_relative_eq!(law.upper(s), many.upper(s), max_relative = tolerance);
            }
        }
    }

    #[test]
    fn many_degrees_have_the_tails_of_extended_precision() {
        // gammainc(k/2, s/2, inf, regularized=True) and its complement, mpmath at 60 digits
        for (degrees, s, lower, upper) in TAILS {
            let law = ChiSquareTails::new(degrees);
            let tolerance = match degrees {
                // 2⁶⁴ − 1 is no f64, nor is a point near to it at hand to ten digits of its deviation.
                u64::MAX => 1e-7,
                // Where the last term that the correction has is 4e-11 of the tail.
                100_000_000 => 1e-11,
                _ => 1e-10,
            };
            assert_relative_eq!(law.lower(s), lower, epsilon = 0.0, max_relative = tolerance);
            assert_relative_eq!(law.upper(s), upper, epsilon = 0.0, max_relative = tolerance);
        }
    }

    #[test]
    fn no_sum_of_squares_is_negative_and_none_of_many_far_above_its_mean() {
        let many = ChiSquareTails::new(1_000_000_000);
        for s in [-1.0, 0.0] {
            assert_eq!((many.lower(s), many.upper(s)), (0.0, 1.0));
        }
        assert_eq!((many.lower(3e9), many.upper(3e9)), (1.0, 0.0));
    }

    #[test]
    fn far_from_zero_the_logarithm_less_its_line_is_no_series() {
        let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-14);
        close(less_logarithm(1.0), 1.0 - LN_2);
        close(less_logarithm(-0.5), LN_2 - 0.5);
    }

    #[rustfmt::skip]
    const TAILS: [(u64, f64, f64, f64); 13] = [
        // Nearly a thousandth off the mean, the furthest that the series for the correction serves.
        (100_000_000, 99_901_000.0, 1.256_084_797_982_953_3e-12, 9.999_999_999_987_439e-1),
        (100_000_000, 100_099_000.0, 9.999_999_999_987_027e-1, 1.297_326_222_888_109_7e-12),
        (10_000_000_000, 9_995_050_252.531_694, 9.189_848_096_348_747e-269, 1.0),
        (10_000_000_000, 9_999_151_471.862_576, 9.855_856_207_366_697e-10, 9.999_999_990_144_144e-1),
        (10_000_000_000, 9_999_929_289.321_882, 3.085_387_834_675_007_2e-1, 6.914_612_165_324_993e-1),
        (10_000_000_000, 10_000_000_000.0, 5.000_018_806_319_452e-1, 4.999_981_193_680_548e-1),
        (10_000_000_000, 10_000_848_528.137_424, 9.999_999_990_124_094e-1, 9.875_905_600_106_027e-10),
        (10_000_000_000, 10_004_949_747.468_306, 1.0, 1.376_773_811_572_583_3e-268),
        (1_000_000_000_000, 999_991_514_718.625_7, 9.864_874_024_140_816e-10, 9.999_999_990_135_126e-1),
        (1_000_000_000_000, 1_000_008_485_281.374_3, 9.999_999_990_133_12e-1, 9.866_878_963_193_063e-10),
        (u64::MAX, 1.844_674_403_726_554_5e+19, 9.865_872_212_858_029e-10, 9.999_999_990_134_128e-1),
        (u64::MAX, 1.844_674_407_370_955_2e+19, 5.000_000_000_437_869e-1, 4.999_999_999_562_131_3e-1),
        (u64::MAX, 1.844_674_411_015_355_6e+19, 9.999_999_990_134_107e-1, 9.865_893_166_027_294e-10),
    ];
}
