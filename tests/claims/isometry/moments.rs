//! The second moment of the squared singular values.

use ndarray::{Array1, Array2, array};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::matrix::product;
use unit_variance::theory::JacobianMoments;

use crate::harness::Report;

/// A factor `W D` of a Jacobian, and its probability.
type Weighted = (f64, Array2<f64>);

/// Every matrix whose columns are these or zero, times the root of two: fair masks.
fn masked((probability, weight): &Weighted) -> Vec<Weighted> {
    let n = weight.ncols();
    let masks = (0..1_u32 << n).map(|bits| {
        let mask = Array1::from_shape_fn(n, |j| f64::from((bits >> j) & 1) * 2_f64.sqrt());
        (probability / f64::from(1 << n), weight * &mask)
    });
    masks.collect()
}

/// Layers of `n` units with weights of variance `1/n` that have three values, 0 and ±√3: the first five moments of a normal
/// law.
fn three_points(n: usize) -> Vec<Weighted> {
    let entries = n * n;
    let all = 3_usize.pow(entries as u32);
    let values = [
        (2.0 / 3.0, 0.0),
        (1.0 / 6.0, 3_f64.sqrt()),
        (1.0 / 6.0, -(3_f64.sqrt())),
    ];
    let matrices = (0..all).map(|code| {
        let (mut probability, mut rest) = (1.0, code);
        let weight = Array2::from_shape_simple_fn((n, n), || {
            let (p, value) = values[rest % 3];
            rest /= 3;
            probability *= p;
            value / (n as f64).sqrt()
        });
        (probability, weight)
    });
    matrices.flat_map(|weighted| masked(&weighted)).collect()
}

/// Rotations and reflections by multiples of 45 degrees: polynomials of degree four have the mean that they have over all.
fn eighths(n: usize) -> Vec<Weighted> {
    let weights: Vec<Array2<f64>> = match n {
        1 => vec![array![[1.0]], array![[-1.0]]],
        _ => (0..16)
            .map(|code| {
                let (sin, cos) = libm::sincos(f64::from(code / 2) * std::f64::consts::FRAC_PI_4);
                let side = if code % 2 == 0 { 1.0 } else { -1.0 };
                array![[cos, side * sin], [-sin, side * cos]]
            })
            .collect(),
    };
    let share = 1.0 / weights.len() as f64;
    let weights = weights.into_iter();
    weights
        .flat_map(|weight| masked(&(share, weight)))
        .collect()
}

/// `E (1/n) tr (J Jᵀ)²` over all products of so many factors.
fn enumerated(factors: &[Weighted], depth: usize) -> f64 {
    fn over(factors: &[Weighted], depth: usize, sofar: &Array2<f64>) -> f64 {
        if depth == 0 {
            let gram = product(sofar, &sofar.t());
            return gram.mapv(|x| x * x).sum() / gram.nrows() as f64;
        }
        let terms = factors.iter().map(|(probability, factor)| {
            probability * over(factors, depth - 1, &product(sofar, factor))
        });
        terms.sum()
    }
    let n = factors[0].1.nrows();
    over(factors, depth, &Array2::eye(n))
}

#[test]
fn fourth_powers_of_singular_values_are_as_the_formula_says() -> Report {
    claim!(
        "isometry.moments",
        r"In a network of $n$ inputs and *$L$* layers of *$n$* ReLU units each, without biases and with independent
        normal weights of mean zero and variance $2/n$, the mean of the fourth powers of the singular values of the
        Jacobian at one input other than zero has the expectation *$\frac{n+2}{3}(1+\frac5n)^L -
        \frac{n-1}{3}(1-\frac1n)^L$*. With independent uniform rotations times $\sqrt2$ for the weights it is
        *$\frac{n+2}{3}(\frac{n+5}{n+2})^L - \frac{n-1}{3}$*.",
        || {
            let normal: Vec<(u64, u64, f64)> = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]
                .map(|(n, depth)| {
                    (
                        n,
                        depth,
                        enumerated(&three_points(n as usize), depth as usize),
                    )
                })
                .into();
            let rotations: Vec<(u64, u64, f64)> = [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3)]
                .map(|(n, depth)| (n, depth, enumerated(&eighths(n as usize), depth as usize)))
                .into();
            let cases = (normal.len() + rotations.len()) as u64;
            let farthest = |of_normal: &dyn Fn(u64, u64) -> f64,
                            of_rotations: &dyn Fn(u64, u64) -> f64| {
                let off = |cases: &[(u64, u64, f64)], formula: &dyn Fn(u64, u64) -> f64| {
                    let errors = cases
                        .iter()
                        .map(|(n, depth, exact)| (formula(*n, *depth) / exact - 1.0).abs());
                    largest(errors)
                };
                largest([off(&normal, of_normal), off(&rotations, of_rotations)])
            };
            let relu = |n, depth| JacobianMoments::relu(n).second_moment(depth);
            let orthogonal = |n, depth| JacobianMoments::orthogonal_relu(n).second_moment(depth);
            // Width n, no areas: as if J Jᵀ were a multiple of the identity in every network.
            let directions = |n: u64, depth: u64| {
                let n = n as f64;
                (n + 2.0) / 3.0 * libm::pow(1.0 + 5.0 / n, depth as f64)
            };
            Exactness::of("largest relative error of an expectation", cases)
                .proved()
                .within(1e-12)
                .proved_beyond("$L$", "1 to 3 layers")
                .proved_beyond(
                    "$n$",
                    "1 to 3 units with normal weights, 1 and 2 with rotations",
                )
                .holds_for(
                    "the formulas, and all networks",
                    farthest(&relu, &orthogonal),
                )
                .foil(
                    "infinite width, 1 + 2L",
                    farthest(&|_, depth| 1.0 + 2.0 * depth as f64, &orthogonal),
                )
                .attacks(&[r"$\frac{n+2}{3}(1+\frac5n)^L - \frac{n-1}{3}(1-\frac1n)^L$"])
                .foil("without the areas", farthest(&directions, &orthogonal))
                .attacks(&[r"$\frac{n+2}{3}(1+\frac5n)^L - \frac{n-1}{3}(1-\frac1n)^L$"])
                .foil(
                    "infinite width, 1 + L, for rotations",
                    farthest(&relu, &|_, depth| 1.0 + depth as f64),
                )
                .attacks(&[r"$\frac{n+2}{3}(\frac{n+5}{n+2})^L - \frac{n-1}{3}$"])
                .judge()
        },
    )
}
