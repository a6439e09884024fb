//! Expectations under a Gaussian, by Gauss–Legendre panels that end at every kink.
//!
//! A rule that does not know where the integrand bends pays for it: the trapezoid rule gives
//! 0.4950 for `E 1[z > 0]`. Between its kinks an activation is analytic, and there a Gauss rule
//! converges geometrically.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::gaussian::gaussian_density;

/// The number of nodes of the rule on one panel; a polynomial of degree 63 is integrated exactly.
const NODES: usize = 32;

/// Beyond 14 standard deviations the density is below `10⁻⁴³`.
const EDGE: f64 = 14.0;

/// `E f(x)` for `x ~ N(0, variance)`, to about 15 digits of `E |f(x)|`.
///
/// `kinks` are the points where `f` or one of its derivatives jumps; 0 may be left out. The panels
/// double in length from 0 outwards, the first being half as long as the shorter of the two
/// scales (of the Gaussian, and of an `f` that changes over a distance of about 1), so any variance
/// will do. `f` must not grow faster than a power of `x`.
///
/// ```
/// use unit_variance::probability::gaussian_expectation;
///
/// let fourth = gaussian_expectation(|x| x.powi(4), 2.0, &[]);
/// assert!((fourth - 12.0).abs() < 1e-13);
/// let positive = gaussian_expectation(|x| f64::from(x > 0.0), 2.0, &[0.0]);
/// assert!((positive - 0.5).abs() < 1e-15);
/// ```
///
/// # Panics
///
/// If the variance is negative, infinite or NaN.
#[track_caller]
pub fn gaussian_expectation(f: impl Fn(f64) -> f64, variance: f64, kinks: &[f64]) -> f64 {
    assert!(
        variance >= 0.0 && variance.is_finite(),
        "the variance of a Gaussian must be finite and not negative, but is {variance}"
    );
    if variance == 0.0 {
        return f(0.0);
    }
    let std_dev = variance.sqrt();
    [-1.0, 1.0]
        .into_iter()
        .map(|side| {
            let ends = panel_ends(std_dev, kinks.iter().map(|kink| side * kink / std_dev));
            ends.windows(2)
                .map(|panel| {
                    integral(panel[0], panel[1], |z| {
                        gaussian_density(z) * f(side * std_dev * z)
                    })
                })
                .sum::<f64>()
        })
        .sum()
}

/// The ends of the panels on `[0, EDGE]`, in standard deviations, in rising order.
fn panel_ends(std_dev: f64, kinks: impl Iterator<Item = f64>) -> Vec<f64> {
    let first = 0.5 * std_dev.recip().min(1.0);
    let doubling = std::iter::successors(Some(first), |end| Some(2.0 * end));
    let mut ends = vec![0.0, EDGE];
    ends.extend(doubling.take_while(|end| *end < EDGE));
    ends.extend(kinks.filter(|kink| (0.0..EDGE).contains(kink)));
    ends.sort_by(f64::total_cmp);
    ends
}

/// `∫ g` over `[a, b]`, by one Gauss–Legendre rule.
fn integral(a: f64, b: f64, g: impl Fn(f64) -> f64) -> f64 {
    let (center, half) = (0.5 * (a + b), 0.5 * (b - a));
    let sum: f64 = RULE.iter().map(|(x, w)| w * g(center + half * x)).sum();
    half * sum
}

/// Nodes and weights on `[−1, 1]`.
static RULE: LazyLock<[(f64, f64); NODES]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        // Newton's method from Tricomi's first guess; six steps are more than enough.
        let mut x = (PI * (i as f64 + 0.75) / (NODES as f64 + 0.5)).cos();
        for _ in 0..6 {
            let (value, slope) = legendre(x);
            x -= value / slope;
        }
        let (_, slope) = legendre(x);
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    })
});

/// The Legendre polynomial of degree `NODES` and its derivative, by the three-term recurrence.
fn legendre(x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for degree in 2..=NODES {
        let n = degree as f64;
        (before, value) = (
            value,
            ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n,
        );
    }
    (value, NODES as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_rule_integrates_polynomials_of_degree_63() {
        for power in [0, 2, 30, 62] {
            let exact = 2.0 / f64::from(power + 1);
            assert_relative_eq!(
                integral(-1.0, 1.0, |x| x.powi(power)),
                exact,
                max_relative = 1e-13
            );
        }
        assert_relative_eq!(integral(-1.0, 1.0, |x| x.powi(63)), 0.0, epsilon = 1e-15);
    }

    #[test]
    fn gaussian_moments_come_out_at_every_variance() {
        for variance in [1e-300, 1e-6, 0.3, 1.0, 7.0, 1e6, 1e200] {
            let moment = |power| gaussian_expectation(|x| x.abs().powi(power), variance, &[]);
            assert_relative_eq!(moment(0), 1.0, max_relative = 1e-14);
            let first = (2.0 * variance / PI).sqrt();
            assert_relative_eq!(moment(1), first, max_relative = 1e-14);
            assert_relative_eq!(moment(2), variance, max_relative = 1e-14);
        }
    }

    #[test]
    fn a_jump_costs_nothing_where_it_is_announced() {
        for variance in [1e-4, 1.0, 25.0, 1e8] {
            let exact = crate::probability::gaussian_upper_tail(0.7 / f64::sqrt(variance));
            let above = gaussian_expectation(|x| f64::from(x > 0.7), variance, &[0.7]);
            assert_relative_eq!(above, exact, epsilon = 1e-300, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_variance_of_zero_is_a_point() {
        assert_relative_eq!(gaussian_expectation(|x| x + 3.0, 0.0, &[0.0]), 3.0);
    }

    #[test]
    #[should_panic(expected = "finite and not negative, but is -1")]
    fn a_negative_variance_is_refused() {
        let _ = gaussian_expectation(|x| x, -1.0, &[]);
    }
}
