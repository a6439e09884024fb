//! A small angle between two inputs.

use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{Check, KolmogorovDistance};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Dense, Initializer};

use super::{apart, beta_cdf, foil_at, from_uniform, grid, he, quantile, shares, square};
use crate::harness::Report;

/// What is put in the place of the two squares whose quotient is the factor of a squared sine.
#[derive(Clone, Copy)]
enum Sine {
    /// Of the difference, the part that is orthogonal to the answer.
    Orthogonal,
    /// All of the difference.
    Whole,
    /// The answer itself but for one of its entries.
    Answer,
}

#[test]
fn a_small_angle_loses_a_degree_of_freedom() -> Report {
    claim!(
        "finite-width.angle",
        r"Two inputs enter a ReLU layer with normal weights and without biases. As the angle between them goes to zero, the
        square of the sine of the angle is multiplied by a factor which, given that *$K$ units, two or more,* are active, has
        the law of *$\chi^2_{K-1} / \chi^2_K$* with *independent* numerator and denominator.",
        |streams| {
            const UNITS: usize = 8;
            const INPUTS: usize = 5;
            const LAYERS: u64 = 2000;
            // T = s / (1 + s) is Beta((K − 1)/2, K/2), and its own probability is uniform.
            let uniform = |t: f64, k: u64| beta_cdf(k - 1, k, t);
            let living: Vec<(u64, f64)> = {
                let shares = shares(UNITS as u64);
                let two_or_more: f64 = shares[2..].iter().sum();
                (2..)
                    .zip(shares[2..].iter().map(|p| p / two_or_more))
                    .collect()
            };
            let place = |u: f64, k: u64| quantile(u, |t| uniform(t, k));
            let mixed = |of: &dyn Fn(f64, u64) -> f64| {
                let actual = |u: f64| {
                    living
                        .iter()
                        .map(|(k, p)| p * of(place(u, *k), *k))
                        .sum::<f64>()
                };
                apart(|u| u, actual, grid().step_by(7))
            };
            let with_whole = mixed(&|t, k| beta_cdf(k, k, t));
            // s of the law Beta((K − 1)/2, 1/2), and s = t / (1 − t).
            let with_answer = mixed(&|t, k| beta_cdf(k - 1, 1, t / (1.0 - t)));

            let input = Array2::ones((1, INPUTS));
            let distance = |sine: &Sine, rng: &mut StreamRng| {
                let mut one = || loop {
                    let layer = Dense::new(he().sample((INPUTS, UNITS), rng), Activation::Relu);
                    let signal = layer.forward(&input);
                    let answer = &signal.activation;
                    let k = answer.iter().filter(|h| **h > 0.0).count() as u64;
                    if k < 2 {
                        continue;
                    }
                    // A direction orthogonal to the input, as long as it is, and what the active units make of it.
                    let mut direction =
                        Array2::from_shape_simple_fn((1, INPUTS), || StandardNormal.sample(rng));
                    direction -= direction.sum() / INPUTS as f64;
                    let length = (INPUTS as f64 / square(&direction)).sqrt();
                    let mut change = product(&direction, &layer.weight) * length;
                    change.zip_mut_with(answer, |change, h| *change *= f64::from(*h > 0.0));
                    let numerator = match sine {
                        Sine::Orthogonal => {
                            let along = (&change * answer).sum() / square(answer);
                            square(&(&change - &(answer * along)))
                        }
                        Sine::Whole => square(&change),
                        Sine::Answer => {
                            let first = answer.iter().find(|h| **h > 0.0).expect("one is active");
                            square(answer) - first * first
                        }
                    };
                    let s = numerator / square(answer);
                    break uniform(s / (1.0 + s), k);
                };
                from_uniform((0..LAYERS).map(|_| one()).collect())
            };
            Check::of("distance of the factors from the law", LAYERS, distance)
                .null(KolmogorovDistance::new(LAYERS))
                .holds_for("the derivative of the angle", Sine::Orthogonal)
                .proved_beyond("$K$ units, two or more,", "2 to 8 of 8 units")
                .foil(
                    "the part along the answer kept: K for K − 1",
                    Sine::Whole,
                    foil_at(LAYERS, with_whole),
                )
                .attacks(&[r"$\chi^2_{K-1} / \chi^2_K$"])
                .foil(
                    "the answer in the numerator, too",
                    Sine::Answer,
                    foil_at(LAYERS, with_answer),
                )
                .attacks(&["independent"])
                .judge(streams)
        },
    )
}
