//! How far the output moves in the first step.

use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::{ThreeLinearLayers, TwoLinearLayers};

use super::every_network::{Linear, PEAKED, Probe, SHIFTED, SIGNS, SKEWED, Values, output};
use crate::harness::Report;

/// Networks of two layers, of different numbers in both.
fn of_two(width: usize, x: &[f64]) -> Linear {
    Linear {
        width,
        x: x.to_vec(),
        target: 1.5,
        multipliers: vec![0.75, 2.0],
        std_devs: vec![0.5, 0.25],
        rates: vec![0.5, 2.0],
        tied: false,
    }
}

fn of_three(width: usize, x: &[f64]) -> Linear {
    Linear {
        width,
        x: x.to_vec(),
        target: 1.5,
        multipliers: vec![0.75, 2.0, 1.25],
        std_devs: vec![0.5, 0.25, 0.375],
        rates: vec![1.5, 0.75, 2.0],
        tied: false,
    }
}

fn squares<const N: usize>(of: &[f64]) -> [f64; N] {
    std::array::from_fn(|l| of[l] * of[l])
}

fn numbers<const N: usize>(of: &[f64]) -> [f64; N] {
    std::array::from_fn(|l| of[l])
}

fn two_layers(of: &Linear) -> TwoLinearLayers {
    TwoLinearLayers {
        width: of.width as u64,
        square_multipliers: squares(&of.multipliers),
        variances: squares(&of.std_devs),
        rates: numbers(&of.rates),
    }
}

fn three_layers(of: &Linear) -> ThreeLinearLayers {
    ThreeLinearLayers {
        width: of.width as u64,
        square_multipliers: squares(&of.multipliers),
        variances: squares(&of.std_devs),
        rates: numbers(&of.rates),
    }
}

const ONE: &[f64] = &[1.5];
const TWO: &[f64] = &[1.0, -0.5];

/// The largest relative distance of a formula from these expectations.
fn farthest(found: &[(Linear, f64)], formula: impl Fn(&Linear) -> f64) -> f64 {
    largest(
        found
            .iter()
            .map(|(of, mean)| (formula(of) / mean - 1.0).abs()),
    )
}

#[test]
fn the_output_of_two_layers_moves_as_the_formulas_say() -> Report {
    claim!(
        "width.two-layers",
        r"Take a linear network of two layers, $f = m_2\,(m_1 xU) \cdot v$ with $n$ units, whose parameters are *independent*
        and have finite third moments, each of a law *symmetric* about zero, with variance $s_1^2$ in $U$ and $s_2^2$ in
        $v$; and an input $x$ and a number $y$ that are chosen before the parameters are drawn. Let $M = m_1m_2$ and $X =
        \|x\|^2$. One step of gradient descent with the rates $e_1$ and $e_2$ changes $f(x)$ in expectation by *$yM^2nX(e_1
        s_2^2 + e_2 s_1^2)$* on the loss $-yf$, and on the loss *$\frac12(f-y)^2$* by *$2ye_1e_2M^4ns_1^2s_2^2X^2$* less.",
        || {
            const CASES: [(usize, &[f64], Values); 7] = [
                (1, ONE, SIGNS),
                (2, ONE, SIGNS),
                (3, ONE, SIGNS),
                (1, TWO, SIGNS),
                (3, TWO, SIGNS),
                (1, TWO, PEAKED),
                (2, TWO, PEAKED),
            ];
            let means = |probe: Probe, tied: bool, values: Option<Values>| -> Vec<(Linear, f64)> {
                let mean = |(width, x, own): (usize, &[f64], Values)| {
                    let of = Linear {
                        tied,
                        ..of_two(width, x)
                    };
                    let [mean] = of.mean(values.unwrap_or(own), probe, output);
                    (of, mean)
                };
                CASES.map(mean).into()
            };
            let (linear, squared) = (
                means(Probe::Linear, false, None),
                means(Probe::Squared(0.5), false, None),
            );
            let on_linear = |of: &Linear| two_layers(of).linear_loss_change(of.square(), of.target);
            let on_squared =
                |of: &Linear| two_layers(of).squared_loss_change(of.square(), of.target);
            let both = |linear: &[(Linear, f64)], squared: &[(Linear, f64)]| {
                largest([farthest(linear, on_linear), farthest(squared, on_squared)])
            };
            Exactness::of(
                "largest relative error of an expectation",
                2 * CASES.len() as u64,
            )
            .proved()
            .within(1e-12)
            .holds_for("the formulas, and all networks", both(&linear, &squared))
            .foil(
                "a readout that is the first row of U",
                both(&means(Probe::Linear, true, None), &squared),
            )
            .attacks(&["independent"])
            .foil(
                "skewed parameters of mean zero",
                both(&linear, &means(Probe::Squared(0.5), false, Some(SKEWED))),
            )
            .attacks(&["symmetric"])
            .foil(
                "each rate with the variance of its own layer",
                farthest(&linear, |of| {
                    let mut swapped = two_layers(of);
                    swapped.rates.reverse();
                    swapped.linear_loss_change(of.square(), of.target)
                }),
            )
            .attacks(&[r"$yM^2nX(e_1 s_2^2 + e_2 s_1^2)$"])
            .foil(
                "the squared error without its half",
                farthest(&means(Probe::Squared(1.0), false, None), on_squared),
            )
            .attacks(&[r"$\frac12(f-y)^2$"])
            .foil(
                "once, and not twice, the mean square of f",
                farthest(&squared, |of| f64::midpoint(on_linear(of), on_squared(of))),
            )
            .attacks(&["$2ye_1e_2M^4ns_1^2s_2^2X^2$"])
            .judge()
        },
    )
}

#[test]
fn the_output_of_three_layers_moves_as_the_formula_says() -> Report {
    claim!(
        "width.three-layers",
        r"Take a linear network of three layers, $f = m_3\,(m_2\,(m_1 xU)W) \cdot v$ with $n$ units in both hidden layers,
        whose parameters are *independent* and have *mean zero* and finite third moments, with variance $s_1^2$ in $U$,
        $s_2^2$ in $W$ and $s_3^2$ in $v$; and $x$ and $y$ that are chosen before the parameters are drawn. With $M =
        m_1m_2m_3$ and $X = \|x\|^2$, one step of gradient descent with the rates $e_1$, $e_2$ and $e_3$ on the loss $-yf$
        changes $f(x)$ in expectation by *$yM^2n^2X(e_1s_2^2s_3^2 + e_2s_1^2s_3^2 + e_3s_1^2s_2^2)$* plus
        *$y^3M^4n^2X^2e_1e_2e_3s_1^2s_2^2s_3^2$*.",
        || {
            const CASES: [(usize, &[f64], Values); 7] = [
                (1, ONE, SIGNS),
                (2, ONE, SIGNS),
                (2, TWO, SIGNS),
                (1, TWO, PEAKED),
                (1, TWO, SKEWED),
                (2, ONE, SKEWED),
                (2, TWO, SKEWED),
            ];
            let means = |tied: bool, values: Option<Values>| -> Vec<(Linear, f64)> {
                let mean = |(width, x, own): (usize, &[f64], Values)| {
                    let of = Linear {
                        tied,
                        ..of_three(width, x)
                    };
                    let [mean] = of.mean(values.unwrap_or(own), Probe::Linear, output);
                    (of, mean)
                };
                CASES.map(mean).into()
            };
            let found = means(false, None);
            let stated = |of: &Linear| three_layers(of).output_change(of.square(), of.target);
            // The cubic term alone is odd in the target in another way: y³ against y.
            let first_order = |of: &Linear| {
                let tiny = 1e-8;
                three_layers(of).output_change(of.square(), tiny) * of.target / tiny
            };
            Exactness::of(
                "largest relative error of an expectation",
                CASES.len() as u64,
            )
            .proved()
            .within(1e-12)
            .holds_for("the formula, and all networks", farthest(&found, stated))
            .foil(
                "a readout that is the first row of U",
                farthest(&means(true, None), stated),
            )
            .attacks(&["independent"])
            .foil(
                "a mean of 0.6 and the same second moment",
                farthest(&means(false, Some(SHIFTED)), stated),
            )
            .attacks(&["mean zero"])
            .foil("without the cubic term", farthest(&found, first_order))
            .attacks(&["$y^3M^4n^2X^2e_1e_2e_3s_1^2s_2^2s_3^2$"])
            .foil(
                "each rate with the variance of its own layer",
                farthest(&found, |of| {
                    let mut turned = three_layers(of);
                    turned.rates.rotate_left(1);
                    turned.output_change(of.square(), of.target)
                }),
            )
            .attacks(&["$yM^2n^2X(e_1s_2^2s_3^2 + e_2s_1^2s_3^2 + e_3s_1^2s_2^2)$"])
            .judge()
        },
    )
}
