//! What the hidden units learn in the first step.

use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::ThreeLinearLayers;

use super::every_network::{LIKE_NORMAL, Linear, Probe, SIGNS, Values};
use crate::harness::Report;

fn of(width: usize, x: &[f64]) -> Linear {
    Linear {
        width,
        x: x.to_vec(),
        target: 0.8,
        multipliers: vec![1.5, 0.5, 2.0],
        std_devs: vec![0.7, 0.6, 0.8],
        rates: vec![0.9, 2.1, 1.2],
        tied: false,
    }
}

fn theory(of: &Linear) -> ThreeLinearLayers {
    let squares = |of: &[f64]| std::array::from_fn(|l| of[l] * of[l]);
    ThreeLinearLayers {
        width: of.width as u64,
        square_multipliers: squares(&of.multipliers),
        variances: squares(&of.std_devs),
        rates: std::array::from_fn(|l| of.rates[l]),
    }
}

/// The squares of what the first unit of each hidden layer changes, and of the last.
fn units(width: usize) -> impl Fn(&[f64]) -> [f64; 4] {
    move |changes| [0, width - 1, width, 2 * width - 1].map(|unit| changes[unit] * changes[unit])
}

#[test]
fn hidden_units_learn_as_much_as_the_formulas_say() -> Report {
    claim!(
        "width.features",
        r"In the claim on three layers let all parameters be *normal* and no factor be zero, and write $h = m_1xU$, $k = m_2hW$,
        $A = e_1yMX$ and $B = e_2yM$. That step changes each $h_i$ by a number of second moment *$m_1^2A^2ns_2^2s_3^2$*, and
        each $k_j$ by a number that, divided by $m_1m_2$, has the second moment *$A^2n(2n+1)s_2^4s_3^2$ $+\,B^2n(n+2)s_1^4X^2s_3^2$
        $+\,A^2B^2n(n+2)s_1^2s_2^2s_3^4X$ $+\,2ABn^2s_1^2s_2^2s_3^2X$*.",
        || {
            const CASES: [(usize, &[f64]); 4] = [
                (1, &[1.5]),
                (1, &[1.0, -0.5]),
                (1, &[0.5, 1.0, -2.0]),
                (2, &[1.5]),
            ];
            let means = |values: Values| -> Vec<(Linear, [f64; 4])> {
                let mean = |(width, x): (usize, &[f64])| {
                    let of = of(width, x);
                    let found = of.mean(values, Probe::Linear, units(width));
                    (of, found)
                };
                CASES.map(mean).into()
            };
            let first = |of: &Linear| theory(of).first_change(of.square(), of.target);
            let second = |of: &Linear| theory(of).second_change(of.square(), of.target);
            let farthest = |found: &[(Linear, [f64; 4])],
                            first: &dyn Fn(&Linear) -> f64,
                            second: &dyn Fn(&Linear) -> f64| {
                let errors = found.iter().flat_map(|(of, means)| {
                    let (first, second) = (first(of), second(of));
                    [first, first, second, second]
                        .into_iter()
                        .zip(*means)
                        .map(|(formula, mean)| (formula / mean - 1.0).abs())
                });
                largest(errors)
            };
            let found = means(LIKE_NORMAL);
            // Without what the two matrices do together: the parts of a network in which only one learns.
            let apart = |of: &Linear| {
                let part = |layer: usize| {
                    let mut only = theory(of);
                    only.rates[layer] = 0.0;
                    only.second_change(of.square(), of.target)
                };
                part(0) + part(1)
            };
            Exactness::of("largest relative error of a second moment", 4 * CASES.len() as u64)
                .proved()
                .within(1e-11)
                .holds_for("the formulas, and all networks", farthest(&found, &first, &second))
                .foil(
                    "signs in place of normal parameters",
                    farthest(&means(SIGNS), &first, &second),
                )
                .attacks(&["normal"])
                .foil(
                    "the formula of two layers, without n and the matrix between",
                    farthest(
                        &found,
                        &|of| first(of) / (of.width as f64 * of.std_devs[1] * of.std_devs[1]),
                        &second,
                    ),
                )
                .attacks(&["$m_1^2A^2ns_2^2s_3^2$"])
                .foil("each matrix alone", farthest(&found, &first, &apart))
                .attacks(&[
                    r"$A^2n(2n+1)s_2^4s_3^2$ $+\,B^2n(n+2)s_1^4X^2s_3^2$ $+\,A^2B^2n(n+2)s_1^2s_2^2s_3^4X$ $+\,2ABn^2s_1^2s_2^2s_3^2X$",
                ])
                .judge()
        },
    )
}
