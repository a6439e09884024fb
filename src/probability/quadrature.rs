//! Expectations under a Gaussian, by Gauss–Legendre panels that end at every kink.
//!
//! A rule that does not know where the integrand bends pays for it: the trapezoid rule gives
//! 0.4950 for `E 1[z > 0]`. Between its kinks an activation is analytic, and there a Gauss rule
//! converges geometrically.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::expectation_error::ExpectationError;
use super::gaussian::gaussian_density;

/// The number of nodes of the rule on one panel; a polynomial of degree 63 is integrated exactly.
const NODES: usize = 32;

/// Beyond 14 standard deviations the density is below `10⁻⁴³`.
pub(super) const EDGE: f64 = 14.0;

/// Where the density leaves the range of `f64`: what `f` makes of larger `x` is never seen.
const END: f64 = 38.0;

/// What may be left of `f` times the density at the last panel's end, over `E |f(x)|`.
const NEGLIGIBLE: f64 = 1e-19;

/// How often a panel is halved before its integral is given up.
const HALVINGS: u32 = 6;

/// Which difference between a panel and its two halves is rounding, over `E |f(x)|`.
const ROUNDING: f64 = 1e-13;

/// `E f(x)` for `x ~ N(0, variance)`, to about 13 digits of `E |f(x)|`.
///
/// `kinks` are the points where `f` or one of its derivatives jumps; 0 may be left out. The panels
/// double in length from 0 outwards, the first being half as long as the shorter of the two
/// scales (of the Gaussian, and of an `f` that changes over a distance of about 1), so any variance
/// will do. Every panel is compared with its two halves. Where they differ the halves are halved, up to
/// six times: enough for a hundred radians a standard deviation, and not for a jump that was not announced.
///
/// ```
/// use unit_variance::probability::gaussian_expectation;
///
/// let fourth = gaussian_expectation(|x| x.powi(4), 2.0, &[]);
/// assert!((fourth - 12.0).abs() < 1e-13);
/// let positive = gaussian_expectation(|x| f64::from(x > 0.0), 2.0, &[0.0]);
/// assert!((positive - 0.5).abs() < 1e-15);
/// // The sine of SIREN, with ω = 30
/// let sine = gaussian_expectation(|z| (30.0 * z).sin().powi(2), 1.0, &[]);
/// assert!((sine - 0.5).abs() < 1e-13);
/// ```
///
/// # Panics
///
/// If [`try_gaussian_expectation`] returns an error.
#[track_caller]
pub fn gaussian_expectation(f: impl Fn(f64) -> f64, variance: f64, kinks: &[f64]) -> f64 {
    try_gaussian_expectation(f, variance, kinks).unwrap_or_else(|error| panic!("{error}"))
}

/// [`gaussian_expectation`], or why it cannot be had.
///
/// ```
/// use unit_variance::probability::try_gaussian_expectation;
///
/// let step = |x| f64::from(x > 0.3);
/// assert!(try_gaussian_expectation(step, 1.0, &[0.3]).is_ok());
/// assert!(try_gaussian_expectation(step, 1.0, &[]).is_err());
/// ```
///
/// # Errors
///
/// If the variance is negative, infinite or NaN, `f` times the density is not finite somewhere, is too
/// rough for the panels, or does not vanish before the density leaves the range of `f64`.
pub fn try_gaussian_expectation(
    f: impl Fn(f64) -> f64,
    variance: f64,
    kinks: &[f64],
) -> Result<f64, ExpectationError> {
    if !(variance >= 0.0 && variance.is_finite()) {
        return Err(ExpectationError::Variance(variance));
    }
    if variance == 0.0 {
        return Ok(f(0.0));
    }
    let (std_dev, f) = (variance.sqrt(), &f);
    let mut sides = [-1.0, 1.0].map(|side| Side {
        x_of_z: side * std_dev,
        integrand: move |z: f64| gaussian_density(z) * f(side * std_dev * z),
        ends: panel_ends(std_dev, kinks.iter().map(|kink| side * kink / std_dev)),
        panels: Vec::new(),
        size: 0.0,
    });
    for side in &mut sides {
        side.integrate()?;
    }
    let near = sides[0].size + sides[1].size;
    for side in &mut sides {
        side.extend(near);
        side.integrate()?;
    }
    let size = sides[0].size + sides[1].size;
    let mut sum = 0.0;
    for side in &sides {
        sum += side.integral(size)?;
    }
    Ok(sum)
}

/// One half of the line.
struct Side<G> {
    /// What takes `z`, in standard deviations from 0 outwards, to `x`.
    x_of_z: f64,
    /// `f(x)` times the density of `z`.
    integrand: G,
    /// Where the panels end.
    ends: Vec<f64>,
    /// `∫ g` over the panels so far, by one rule each.
    panels: Vec<f64>,
    /// `∫ |g|` over them, roughly.
    size: f64,
}

impl<G: Fn(f64) -> f64> Side<G> {
    /// Integrates over the panels that are new.
    fn integrate(&mut self) -> Result<(), ExpectationError> {
        for panel in self.ends.windows(2).skip(self.panels.len()) {
            let [a, b] = [panel[0], panel[1]];
            let half = 0.5 * (b - a);
            let mut sum = 0.0;
            for ((z, weight), (_, w)) in nodes(a, b).zip(&*RULE) {
                let product = (self.integrand)(z);
                if !product.is_finite() {
                    let x = self.x_of_z * z;
                    return Err(ExpectationError::NotFinite { x, product });
                }
                self.size += weight * product.abs();
                sum += w * product;
            }
            self.panels.push(half * sum);
        }
        Ok(())
    }

    /// `∫ g`, if the panels agree with their halves.
    fn integral(&self, size: f64) -> Result<f64, ExpectationError> {
        let mut sum = 0.0;
        for (ends, whole) in self.ends.windows(2).zip(&self.panels) {
            sum += self.panel(ends[0], ends[1], *whole, size)?;
        }
        let end = self.ends[self.ends.len() - 1];
        let (x, product) = (self.x_of_z * end, (self.integrand)(end));
        if product.abs() > NEGLIGIBLE * size {
            return Err(ExpectationError::Tail { x, product });
        }
        Ok(sum)
    }

    /// A power of `x` has died out long before the edge; what has not, goes on to the end of the density.
    fn extend(&mut self, size: f64) {
        if (self.integrand)(EDGE).abs() > NEGLIGIBLE * size {
            self.ends.extend([20.0, 26.0, 32.0, END]);
        }
    }

    fn panel(&self, a: f64, b: f64, whole: f64, size: f64) -> Result<f64, ExpectationError> {
        let mut worst = 0.0;
        let sum = self.refined(a, b, whole, size, HALVINGS, &mut worst);
        if sum.is_finite() && worst <= ROUNDING * size {
            return Ok(sum);
        }
        Err(ExpectationError::Rough {
            from: self.x_of_z * a,
            to: self.x_of_z * b,
            difference: worst,
            size,
        })
    }

    /// The integral over `[a, b]`: `whole`, if that over its halves is the same, else that over these.
    /// `worst` becomes the largest difference that is left.
    fn refined(
        &self,
        a: f64,
        b: f64,
        whole: f64,
        size: f64,
        halvings: u32,
        worst: &mut f64,
    ) -> f64 {
        let middle = 0.5 * (a + b);
        let left = integral(a, middle, &self.integrand);
        let right = integral(middle, b, &self.integrand);
        let difference = (left + right - whole).abs();
        if difference <= ROUNDING * size {
            return whole;
        }
        if halvings == 0 || difference.is_nan() {
            *worst = if difference > *worst || difference.is_nan() {
                difference
            } else {
                *worst
            };
            return left + right;
        }
        self.refined(a, middle, left, size, halvings - 1, worst)
            + self.refined(middle, b, right, size, halvings - 1, worst)
    }
}

/// The ends of the panels on `[0, EDGE]`, in standard deviations, in rising order.
pub(super) fn panel_ends(std_dev: f64, kinks: impl Iterator<Item = f64>) -> Vec<f64> {
    let first = 0.5 * std_dev.recip().min(1.0);
    let doubling = std::iter::successors(Some(first), |end| Some(2.0 * end));
    let mut ends = vec![0.0, EDGE];
    ends.extend(doubling.take_while(|end| *end < EDGE));
    ends.extend(kinks.filter(|kink| (0.0..EDGE).contains(kink)));
    ends.sort_by(f64::total_cmp);
    ends
}

/// `∫ g` over `[a, b]`, by one Gauss–Legendre rule.
pub(super) fn integral(a: f64, b: f64, g: impl Fn(f64) -> f64) -> f64 {
    let (center, half) = (0.5 * (a + b), 0.5 * (b - a));
    let sum: f64 = RULE.iter().map(|(x, w)| w * g(center + half * x)).sum();
    half * sum
}

/// The nodes of one Gauss–Legendre rule on `[a, b]`, with their weights.
pub(crate) fn nodes(a: f64, b: f64) -> impl Iterator<Item = (f64, f64)> {
    let (center, half) = (0.5 * (a + b), 0.5 * (b - a));
    RULE.iter().map(move |(x, w)| (center + half * x, half * w))
}

/// Nodes and weights on `[−1, 1]`.
static RULE: LazyLock<[(f64, f64); NODES]> = LazyLock::new(gauss_legendre);

/// The nodes of the Gauss–Legendre rule on `[−1, 1]`, with their weights.
pub(super) fn gauss_legendre<const N: usize>() -> [(f64, f64); N] {
    std::array::from_fn(|i| {
        // Newton's method from Tricomi's first guess; six steps are more than enough.
        let mut x = libm::cos(PI * (i as f64 + 0.75) / (N as f64 + 0.5));
        for _ in 0..6 {
            let (value, slope) = legendre(N, x);
            x -= value / slope;
        }
        let (_, slope) = legendre(N, x);
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    })
}

/// The Legendre polynomial of this degree and its derivative, by the three-term recurrence.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for degree in 2..=degree {
        let n = degree as f64;
        (before, value) = (
            value,
            ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n,
        );
    }
    (value, degree as f64 * (x * value - before) / (x * x - 1.0))
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
            assert_relative_eq!(moment(1), first, epsilon = 0.0, max_relative = 1e-14);
            assert_relative_eq!(moment(2), variance, epsilon = 0.0, max_relative = 1e-14);
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
    fn waves_are_followed_until_there_are_too_many() {
        for omega in [1.0, 10.0, 30.0, 100.0] {
            let square = gaussian_expectation(|z| libm::sin(omega * z).powi(2), 1.0, &[]);
            // E sin²(ωz) = (1 − e^(−2ω²)) / 2
            let exact = -0.5 * libm::expm1(-2.0 * omega * omega);
            assert_relative_eq!(square, exact, max_relative = 1e-12);
        }
        let error = try_gaussian_expectation(|z| libm::sin(3000.0 * z).powi(2), 1.0, &[]);
        assert!(
            matches!(error, Err(ExpectationError::Rough { .. })),
            "{error:?}"
        );
    }

    #[test]
    fn a_jump_that_is_not_announced_is_refused() {
        for place in [0.3, -1.7, 1e-3, 6.1] {
            let step = |x: f64| f64::from(x > place);
            let error = try_gaussian_expectation(step, 1.0, &[]).expect_err("a jump");
            let ExpectationError::Rough {
                from,
                to,
                difference,
                size,
            } = error
            else {
                panic!("{error}")
            };
            assert!(from.min(to) <= place && place <= from.max(to), "{error}");
            assert!(difference > 1e-13 * size);
        }
        for slope in [Some(0.2), None] {
            // A kink that is no jump, and a function whose curvature jumps
            let bent = |x: f64| match slope {
                Some(slope) if x < 0.7 => slope * (x - 0.7),
                _ => (x - 0.7).max(0.0).powi(2),
            };
            assert!(try_gaussian_expectation(bent, 1.0, &[]).is_err());
            assert!(try_gaussian_expectation(bent, 1.0, &[0.7]).is_ok());
        }
    }

    #[test]
    fn growth_beyond_any_power_is_integrated_or_refused() {
        // E e^z = e^(q/2)
        for q in [1.0, 25.0, 100.0, 256.0] {
            let exact = libm::exp(q / 2.0);
            assert_relative_eq!(
                gaussian_expectation(libm::exp, q, &[]),
                exact,
                max_relative = 1e-11
            );
        }
        for q in [400.0, 1600.0, 1e4, 1e8] {
            assert!(try_gaussian_expectation(libm::exp, q, &[]).is_err(), "{q}");
        }
        let error = try_gaussian_expectation(|z| libm::exp(0.49 * z * z), 1.0, &[]);
        assert!(
            matches!(error, Err(ExpectationError::Tail { .. })),
            "{error:?}"
        );
    }

    #[test]
    fn nan_and_infinity_are_refused() {
        for bad in [f64::NAN, f64::INFINITY] {
            let f = |x: f64| if x > 1.0 { bad } else { 0.0 };
            let error = try_gaussian_expectation(f, 1.0, &[1.0]);
            assert!(
                matches!(error, Err(ExpectationError::NotFinite { .. })),
                "{error:?}"
            );
        }
        for variance in [-1.0, f64::NAN, f64::INFINITY] {
            let error = try_gaussian_expectation(|x| x, variance, &[]);
            assert!(
                matches!(error, Err(ExpectationError::Variance(_))),
                "{error:?}"
            );
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

    #[test]
    fn the_rule_of_three_nodes_has_its_closed_form() {
        let outer = 0.6_f64.sqrt();
        let exact = [(outer, 5.0 / 9.0), (0.0, 8.0 / 9.0), (-outer, 5.0 / 9.0)];
        for ((x, w), (exact_x, exact_w)) in gauss_legendre::<3>().into_iter().zip(exact) {
            assert_relative_eq!(x, exact_x, epsilon = 1e-15);
            assert_relative_eq!(w, exact_w, epsilon = 1e-14);
        }
    }

    #[test]
    fn an_error_names_the_place_in_x() {
        for side in [-1.0, 1.0] {
            // 30 is 3 standard deviations, and the panel from there on ends at 3.2.
            let f = |x: f64| if side * x > 30.0 { f64::NAN } else { 1.0 };
            let error = try_gaussian_expectation(f, 100.0, &[side * 30.0]).expect_err("a NaN");
            let ExpectationError::NotFinite { x, .. } = error else {
                panic!("{error}")
            };
            assert!((30.0..32.0).contains(&(side * x)), "{error}");
        }
        let grows = |x: f64| libm::exp(0.0049 * x * x);
        let error = try_gaussian_expectation(grows, 100.0, &[]).expect_err("a tail");
        let ExpectationError::Tail { x, .. } = error else {
            panic!("{error}")
        };
        assert_relative_eq!(x.abs(), 380.0);
    }

    #[test]
    fn nothing_is_asked_beyond_the_edge_where_the_function_has_died_out_whatever_its_unit() {
        for unit in [0.0, 1e-30, 1.0, 1e30] {
            let f = |x: f64| if x.abs() > EDGE { f64::NAN } else { unit };
            assert_relative_eq!(
                gaussian_expectation(f, 1.0, &[]),
                unit,
                epsilon = 0.0,
                max_relative = 1e-14
            );
        }
    }
}
