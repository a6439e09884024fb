//! The mean of `N` squares of a standardized law: exact for the normal law, Chernoff's bound for bounded ones.

use crate::evidence::{ChiSquareMean, NullLaw};
use crate::probability::Law;

/// Panels of the integration, each with a rule of five nodes.
const PANELS: usize = 20;

/// The largest `λ` that is tried, over the square of the bound: so far a panel's integrand is a polynomial to ten digits.
/// It serves from about ten draws on; fewer are given the bounds themselves.
const STEEPEST: f64 = 20.0;

/// The interval that holds `Σx²/N` with probability at least `1 − alpha`, tails equal, for independent draws of variance 1.
///
/// For a bounded law `P(Σx²/N ≥ h) ≤ exp(−N (λh − ln E e^(λx²)))` for every `λ > 0`, and below with `λ < 0`; at the best `λ`
/// the mean of the tilted law is `h`. So a `λ` is sought at which the exponent is `ln(2/alpha)`.
pub(super) fn mean_square_interval(law: Law, n: u64, alpha: f64) -> (f64, f64) {
    if law == Law::Normal {
        return ChiSquareMean::new(n).interval(alpha);
    }
    let rate = libm::log(2.0 / alpha) / n as f64;
    (tilted_mean(law, rate, -1.0), tilted_mean(law, rate, 1.0))
}

/// The tilted mean at which `λ K'(λ) − K(λ)` is `rate`, on one side, rounded outward.
fn tilted_mean(law: Law, rate: f64, side: f64) -> f64 {
    let square = law.bound() * law.bound();
    let nodes = nodes(law);
    let at = |lambda: f64| cumulants(&nodes, side * lambda);
    let exponent = |lambda: f64| {
        let (k, slope) = at(lambda);
        side * lambda * slope - k
    };
    let steepest = STEEPEST / square;
    let mut low = 0.0;
    // Half of what a normal mean of this spread would take.
    let mut high = (0.5 * rate / (law.kurtosis() - 1.0)).sqrt().min(steepest);
    while exponent(high) < rate {
        if high == steepest {
            return if side > 0.0 { square } else { 0.0 };
        }
        low = high;
        high = (2.0 * high).min(steepest);
    }
    for _ in 0..34 {
        let middle = f64::midpoint(low, high);
        if exponent(middle) < rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mean = at(high).1;
    // The integrals have nine digits.
    (mean + side * 1e-8).clamp(0.0, square)
}

/// The squares at the nodes of a Gauss rule between 0 and the bound, each with its weight and the density of the law.
fn nodes(law: Law) -> Vec<(f64, f64)> {
    let bound = law.bound();
    let curvature = match law {
        Law::TruncatedNormal { cut } => (cut / bound).powi(2),
        Law::Uniform | Law::Normal => 0.0,
    };
    // The zeros of Legendre's polynomial of degree five, and their weights.
    let zero = |sign: f64| (5.0 + sign * 2.0 * (10.0_f64 / 7.0).sqrt()).sqrt() / 3.0;
    let weight = |sign: f64| (322.0 + sign * 13.0 * 70_f64.sqrt()) / 900.0;
    let rule = [
        (0.0, 128.0 / 225.0),
        (zero(-1.0), weight(1.0)),
        (-zero(-1.0), weight(1.0)),
        (zero(1.0), weight(-1.0)),
        (-zero(1.0), weight(-1.0)),
    ];
    let half = 0.5 * bound / PANELS as f64;
    let mut nodes = Vec::with_capacity(5 * PANELS);
    for panel in 0..PANELS {
        let middle = (2 * panel + 1) as f64 * half;
        for (place, weight) in rule {
            let square = (middle + place * half).powi(2);
            nodes.push((square, weight * libm::exp(-0.5 * curvature * square)));
        }
    }
    let mass: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    for (_, weight) in &mut nodes {
        *weight /= mass;
    }
    nodes
}

/// `K(λ) = ln E e^(λx²)` and its slope.
fn cumulants(nodes: &[(f64, f64)], lambda: f64) -> (f64, f64) {
    let (mut tilted, mut slope) = (0.0, 0.0);
    for (square, weight) in nodes {
        let tilt = weight * libm::exp(lambda * square);
        tilted += tilt;
        slope += tilt * square;
    }
    (libm::log(tilted), slope / tilted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_cumulants_begin_with_the_mean_and_the_variance() {
        for law in [
            Law::Uniform,
            Law::TRUNCATED_NORMAL,
            Law::TruncatedNormal { cut: 1.0 },
        ] {
            let (k, slope) = cumulants(&nodes(law), 0.0);
            assert!(k.abs() < 1e-12);
            assert_relative_eq!(slope, 1.0, max_relative = 1e-9);
            let h = 1e-4;
            let variance = (cumulants(&nodes(law), h).1 - cumulants(&nodes(law), -h).1) / (2.0 * h);
            assert_relative_eq!(variance, law.kurtosis() - 1.0, max_relative = 1e-5);
        }
    }

    #[test]
    fn a_uniform_law_has_the_interval_of_the_formula() {
        // E e^(λu²), u = √3 v, from the error function, below: with −λ, √π erf(√(3λ)) / (2 √(3λ)).
        for lambda in [0.1_f64, 1.0, 6.5] {
            let root = (3.0 * lambda).sqrt();
            let exact = std::f64::consts::PI.sqrt() * libm::erf(root) / (2.0 * root);
            assert_relative_eq!(
                cumulants(&nodes(Law::Uniform), -lambda).0,
                libm::log(exact),
                max_relative = 1e-9
            );
        }
    }

    #[test]
    fn bounds_are_near_the_spread_that_the_kurtosis_gives() {
        for law in [Law::Uniform, Law::TRUNCATED_NORMAL] {
            let (low, high) = mean_square_interval(law, 10_000, 1e-9);
            let spread = ((law.kurtosis() - 1.0) / 10_000.0).sqrt();
            assert!(
                low < 1.0 - 6.0 * spread && 1.0 + 6.0 * spread < high,
                "{low} {high}"
            );
            assert!(
                1.0 - 7.5 * spread < low && high < 1.0 + 7.5 * spread,
                "{low} {high}"
            );
        }
        let (low, high) = mean_square_interval(Law::Uniform, 1, 1e-9);
        assert!(low == 0.0 && (high - 3.0).abs() < 1e-12);
    }

    #[test]
    fn more_draws_have_a_narrower_interval() {
        let laws = [Law::Uniform, Law::TRUNCATED_NORMAL].into_iter();
        let cuts = [1.0, 3.0].map(|cut| Law::TruncatedNormal { cut });
        for law in laws.chain(cuts) {
            let (mut low, mut high) = (0.0, f64::INFINITY);
            for n in 1..300 {
                let (at_least, at_most) = mean_square_interval(law, n, 1e-9);
                assert!(low <= at_least && at_most <= high, "{law:?}, {n} draws");
                (low, high) = (at_least, at_most);
            }
            assert!(low > 0.4 && high < 2.0, "{law:?}: {low} {high}");
        }
    }
}
