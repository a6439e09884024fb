//! Expectations under two correlated Gaussians, in polar coordinates.
//!
//! Two standard Gaussians of correlation `cos θ` are `r cos a` and `r cos(a − θ)`, with a uniform angle `a` and a radius of
//! density `r e^(−r²/2)`, so
//!
//! ```text
//! E f(x, y) = 1/2π ∫ da ∫ r e^(−r²/2) f(√q r cos a, √q r cos(a − θ)) dr .
//! ```
//!
//! Nothing happens as the correlation tends to one: a rule in `x` and `y` would have to follow a ridge that becomes ever narrower.
//! A kink at 0 is an angle, another kink a radius, and the panels end there.

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::LazyLock;

use super::expectation_error::ExpectationError;
use super::quadrature::{EDGE, gauss_legendre, panel_ends};

/// Nodes of the rule on one panel, and of the one that it is compared with.
const NODES: (usize, usize) = (32, 24);

static FINE: LazyLock<[(f64, f64); NODES.0]> = LazyLock::new(gauss_legendre);
static COARSE: LazyLock<[(f64, f64); NODES.1]> = LazyLock::new(gauss_legendre);

/// Which difference between the two rules is rounding, over `E |f(x, y)|`.
const ROUNDING: f64 = 1e-12;

/// What may be left of `f` at the edge of the plane, over `E |f(x, y)|`.
const NEGLIGIBLE: f64 = 1e-19;

/// `E f(x, y)` for a symmetric `f` and Gaussian `x` and `y` of mean 0, this variance and this correlation, to about 13 digits of
/// `E |f(x, y)|`.
///
/// `kinks` are the values of `x`, and of `y`, at which `f` or one of its derivatives jumps; 0 may be left out. The rule is compared
/// with one of fewer nodes.
///
/// ```
/// use unit_variance::probability::gaussian_pair_expectation;
///
/// // Two Gaussians at an angle of 60 degrees are both positive in one third of all cases.
/// let both = gaussian_pair_expectation(|x, y| f64::from(x > 0.0 && y > 0.0), 1.0, 0.5, &[0.0]);
/// assert!((both - 1.0 / 3.0).abs() < 1e-14);
/// ```
///
/// # Panics
///
/// If [`try_gaussian_pair_expectation`] returns an error.
#[track_caller]
pub fn gaussian_pair_expectation(
    f: impl Fn(f64, f64) -> f64,
    variance: f64,
    correlation: f64,
    kinks: &[f64],
) -> f64 {
    try_gaussian_pair_expectation(f, variance, correlation, kinks)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// [`gaussian_pair_expectation`], or why it cannot be had.
///
/// ```
/// use unit_variance::probability::try_gaussian_pair_expectation;
///
/// let late = |x: f64, y: f64| f64::from(x > 0.3 && y > 0.3);
/// assert!(try_gaussian_pair_expectation(late, 1.0, 0.5, &[0.3]).is_ok());
/// assert!(try_gaussian_pair_expectation(late, 1.0, 0.5, &[]).is_err());
/// ```
///
/// # Errors
///
/// If the variance is negative, infinite or NaN, the correlation is not between −1 and 1, `f` is not finite somewhere, is too rough
/// for the panels, or grows faster than any power.
pub fn try_gaussian_pair_expectation(
    f: impl Fn(f64, f64) -> f64,
    variance: f64,
    correlation: f64,
    kinks: &[f64],
) -> Result<f64, ExpectationError> {
    if !(variance >= 0.0 && variance.is_finite()) {
        return Err(ExpectationError::Variance(variance));
    }
    if !(-1.0..=1.0).contains(&correlation) {
        return Err(ExpectationError::Correlation(correlation));
    }
    let plane = Plane::new(variance, angle(correlation), kinks);
    let value = plane.integral(&f, &*FINE);
    let (coarse, size) = plane.integral_and_size(&f, &*COARSE);
    if !(value.is_finite() && size.is_finite()) {
        return Err(ExpectationError::PairNotFinite(value));
    }
    let tail = plane.edge(&f);
    if tail > NEGLIGIBLE * size {
        return Err(ExpectationError::PairTail(tail));
    }
    let difference = (value - coarse).abs();
    if difference > ROUNDING * size {
        return Err(ExpectationError::RoughPair { difference, size });
    }
    Ok(value)
}

/// The angle whose cosine is a correlation. `√(1 − c²)` would lose the digits of a correlation near one.
pub(crate) fn angle(correlation: f64) -> f64 {
    libm::atan2(
        ((1.0 - correlation) * (1.0 + correlation)).sqrt(),
        correlation,
    )
}

/// The plane of two Gaussians, cut into panels.
pub(crate) struct Plane {
    std_dev: f64,
    /// Between the two axes.
    theta: f64,
    /// In standard deviations.
    kinks: Vec<f64>,
    /// Half a turn: what is symmetric is the same on the other half.
    angles: Vec<f64>,
    radii: Vec<f64>,
}

impl Plane {
    pub(crate) fn new(variance: f64, theta: f64, kinks: &[f64]) -> Self {
        let std_dev = variance.sqrt();
        let kinks: Vec<f64> = kinks.iter().map(|kink| kink / std_dev).collect();
        let kinks: Vec<f64> = kinks.into_iter().filter(|kink| kink.is_finite()).collect();
        Self {
            std_dev,
            theta,
            angles: angles(theta, std_dev, &kinks),
            radii: panel_ends(std_dev, std::iter::empty()),
            kinks,
        }
    }

    /// `E f(x, y)` of a symmetric `f`, by this rule on every panel.
    #[inline]
    fn integral(&self, f: impl Fn(f64, f64) -> f64, rule: &[(f64, f64)]) -> f64 {
        self.integral_and_size(f, rule).0
    }

    /// `E f(x, y)` and `E |f(x, y)|` of a symmetric `f`, by this rule on every panel.
    #[inline]
    fn integral_and_size(&self, f: impl Fn(f64, f64) -> f64, rule: &[(f64, f64)]) -> (f64, f64) {
        let mut radii = Vec::new();
        let (mut sum, mut size) = (0.0, 0.0);
        for (a, weight) in panels(&self.angles, rule) {
            let directions = [libm::cos(a), libm::cos(a - self.theta)];
            radii.clone_from(&self.radii);
            let kinks = self.kinks.iter().flat_map(|k| directions.map(|d| k / d));
            let before = radii.len();
            radii.extend(kinks.filter(|r| (0.0..EDGE).contains(r)));
            if radii.len() > before {
                radii.sort_by(f64::total_cmp);
            }
            let [dx, dy] = directions.map(|direction| self.std_dev * direction);
            let (mut ray, mut ray_size) = (0.0, 0.0);
            for (r, weight) in panels(&radii, rule) {
                let product = weight * r * libm::exp(-0.5 * r * r) * f(r * dx, r * dy);
                ray += product;
                ray_size += product.abs();
            }
            sum += weight * ray;
            size += weight * ray_size;
        }
        (sum / PI, size / PI)
    }

    /// The largest of `r e^(−r²/2) |f|` at the edge.
    fn edge(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        let density = EDGE * libm::exp(-0.5 * EDGE * EDGE);
        let at = |a: &f64| {
            let [x, y] = [*a, a - self.theta].map(|a| self.std_dev * EDGE * libm::cos(a));
            density * f(x, y).abs()
        };
        self.angles.iter().map(at).fold(0.0, f64::max)
    }
}

/// `E f(x, y)` of a symmetric `f` that is known to be smooth between its kinks, unchecked.
pub(crate) fn pair_expectation(
    f: impl Fn(f64, f64) -> f64,
    variance: f64,
    theta: f64,
    kinks: &[f64],
) -> f64 {
    Plane::new(variance, theta, kinks).integral(f, &*FINE)
}

/// Where panels of the angle end: at the two directions in which one of the Gaussians is 0, towards which they halve, and where a
/// kink of `x` meets one of `y`.
fn angles(theta: f64, std_dev: f64, kinks: &[f64]) -> Vec<f64> {
    let (first, last) = (0.5 * theta, 0.5 * theta + PI);
    let zeros = [FRAC_PI_2, FRAC_PI_2 + theta];
    // A kink k meets the ray at k / cos a, which escapes as a tends to a zero: e^(−k²/2cos²a) is analytic up to there and not beyond.
    let nearest = kinks.iter().map(|k| k.abs()).filter(|k| *k > 0.0);
    let nearest = nearest.fold(f64::INFINITY, f64::min);
    let step = 0.5 * std_dev.recip().min(1.0).min(0.1 * nearest);
    let mut ends = vec![first, last];
    for zero in zeros {
        let doubling = std::iter::successors(Some(step), |step| Some(2.0 * step));
        let steps: Vec<f64> = doubling.take_while(|step| *step < PI).collect();
        ends.push(zero);
        ends.extend(steps.iter().flat_map(|step| [zero - step, zero + step]));
    }
    let (sin, half) = (libm::sin(theta), libm::sin(0.5 * theta));
    for x in kinks {
        for y in kinks {
            // x = r cos a and y = r cos(a − θ), times sin θ
            let corner = libm::atan2(y - x + 2.0 * x * half * half, x * sin);
            ends.extend([corner, corner + 2.0 * PI]);
        }
    }
    ends.retain(|end| (first..=last).contains(end));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}

/// The nodes of all panels between these ends, with their weights.
fn panels<'a>(
    ends: &'a [f64],
    rule: &'a [(f64, f64)],
) -> impl Iterator<Item = (f64, f64)> + use<'a> {
    ends.windows(2).flat_map(move |panel| {
        let (center, half) = (0.5 * (panel[0] + panel[1]), 0.5 * (panel[1] - panel[0]));
        rule.iter().map(move |(x, w)| (center + half * x, half * w))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use std::cell::Cell;

    #[test]
    fn products_of_powers_have_isserlis_moments() {
        for q in [1e-12, 0.3, 1.0, 7.0, 1e9] {
            for c in [-1.0, -0.7, 0.0, 0.5, 1.0 - 1e-9, 1.0] {
                let moment =
                    |power| gaussian_pair_expectation(|x, y| (x * y).powi(power), q, c, &[]);
                assert_relative_eq!(moment(1), q * c, epsilon = 1e-13 * q);
                let second = q * q * (1.0 + 2.0 * c * c);
                assert_relative_eq!(moment(2), second, epsilon = 0.0, max_relative = 1e-13);
                let third = q.powi(3) * (9.0 * c + 6.0 * c.powi(3));
                assert_relative_eq!(moment(3), third, epsilon = 1e-12 * q.powi(3));
            }
        }
    }

    #[test]
    fn quadrants_have_the_probability_of_their_angle() {
        for c in [-0.9, 0.0, 0.3, 0.999_999] {
            let both = |x: f64, y: f64| f64::from(x > 0.0 && y > 0.0);
            let exact = (PI - angle(c)) / (2.0 * PI);
            let ours = gaussian_pair_expectation(both, 2.0, c, &[0.0]);
            assert_relative_eq!(ours, exact, max_relative = 1e-13);
        }
    }

    #[test]
    fn kinks_beside_the_origin_cost_nothing_where_they_are_announced() {
        // Independent: the probabilities multiply.
        let tail = crate::probability::gaussian_upper_tail(0.7);
        let above = |x: f64, y: f64| f64::from(x > 0.7 && y > 0.7);
        let ours = gaussian_pair_expectation(above, 1.0, 0.0, &[0.7]);
        assert_relative_eq!(ours, tail * tail, max_relative = 1e-12);
        // Fully correlated, they are one.
        let ours = gaussian_pair_expectation(above, 1.0, 1.0, &[0.7]);
        assert_relative_eq!(ours, tail, max_relative = 1e-12);
    }

    #[test]
    fn what_cannot_be_integrated_is_refused() {
        let expect = |f: fn(f64, f64) -> f64, variance, correlation| {
            try_gaussian_pair_expectation(f, variance, correlation, &[])
                .expect_err("an error")
                .to_string()
        };
        let one = |_, _| 1.0;
        assert!(expect(one, -1.0, 0.0).contains("but is -1"));
        assert!(expect(one, 1.0, 1.5).contains("between −1 and 1, but is 1.5"));
        assert!(expect(|x, _| x.signum() * f64::INFINITY, 1.0, 0.5).contains("is NaN"));
        assert!(expect(|x, y| libm::exp(0.2 * (x * x + y * y)), 1.0, 0.9).contains("at the edge"));
        let bent = |x: f64, y: f64| (x - 0.3).abs() * (y - 0.3).abs();
        assert!(expect(bent, 1.0, 0.5).contains("a kink that is not given"));
    }

    #[test]
    fn two_kinks_meet_on_either_side_of_the_origin() {
        // Independent: the probabilities multiply.
        let tail = crate::probability::gaussian_upper_tail;
        let exact = (tail(0.3) - tail(1.2)).powi(2);
        for side in [-1.0, 1.0] {
            let inside = |x: f64| 0.3 < side * x && side * x < 1.2;
            let both = |x: f64, y: f64| f64::from(inside(x) && inside(y));
            let kinks = [0.3 * side, 1.2 * side];
            let ours = gaussian_pair_expectation(both, 1.0, 0.0, &kinks);
            assert_relative_eq!(ours, exact, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_zero_has_the_expectation_zero() {
        let ours = try_gaussian_pair_expectation(|_, _| 0.0, 1.0, 0.5, &[]);
        assert_eq!(ours, Ok(0.0));
    }

    #[test]
    fn a_nan_that_only_one_of_the_rules_meets_is_refused() {
        let first = Cell::new(None::<(f64, f64)>);
        let one = |x: f64, y: f64| {
            first.set(first.get().or(Some((x, y))));
            1.0
        };
        assert_relative_eq!(
            gaussian_pair_expectation(one, 1.0, 0.5, &[]),
            1.0,
            epsilon = 1e-13
        );
        let hole = |x: f64, y: f64| {
            if first.get() == Some((x, y)) {
                f64::NAN
            } else {
                1.0
            }
        };
        let error = try_gaussian_pair_expectation(hole, 1.0, 0.5, &[]).expect_err("a NaN");
        assert!(
            matches!(error, ExpectationError::PairNotFinite(sum) if sum.is_nan()),
            "{error}"
        );
    }

    #[test]
    fn an_error_has_the_size_of_the_function() {
        let step = |x: f64, y: f64| if x > 0.3 && y > 0.3 { 1.0 } else { -1.0 };
        let error = try_gaussian_pair_expectation(step, 1.0, 0.5, &[]).expect_err("a jump");
        let ExpectationError::RoughPair { size, .. } = error else {
            panic!("{error}")
        };
        assert_relative_eq!(size, 1.0, max_relative = 1e-9);
        // At the edge x² + y² is largest halfway between the axes: 14² (1 + c) variances.
        let grows = |x: f64, y: f64| libm::exp(0.05 * (x * x + y * y));
        let error = try_gaussian_pair_expectation(grows, 4.0, 0.9, &[]).expect_err("a tail");
        let ExpectationError::PairTail(tail) = error else {
            panic!("{error}")
        };
        let exact = EDGE * libm::exp(-0.5 * EDGE * EDGE + 0.05 * 4.0 * EDGE * EDGE * 1.9);
        assert_relative_eq!(tail, exact, epsilon = 0.0, max_relative = 1e-9);
    }
}
