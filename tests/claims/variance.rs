//! The claims of the chapter on variance algebra.

use std::collections::BTreeMap;

use ndarray::{Array1, Axis, s};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, KolmogorovFoil, largest};
use unit_variance::probability::{gaussian_cdf, gaussian_density};
use unit_variance::{Activation, Dense, Fans, Initializer, Law, VarianceScaling};

use crate::harness::{Report, draw_cases};

/// A law on whole numbers: values with whole weights.
type WholeLaw = Vec<(i128, i128)>;

/// Total weight, and the sums of values and of squares, each times its weight.
fn sums(law: &WholeLaw) -> [i128; 3] {
    [0, 1, 2].map(|power| {
        law.iter()
            .map(|(value, weight)| weight * value.pow(power))
            .sum()
    })
}

/// The law of the product of independent variables.
fn of_independent(x: &WholeLaw, y: &WholeLaw) -> WholeLaw {
    x.iter()
        .flat_map(|(a, p)| y.iter().map(move |(b, q)| (a * b, p * q)))
        .collect()
}

/// The law of the product of a variable and itself, of the same total weight.
fn of_one_variable(x: &WholeLaw, _: &WholeLaw) -> WholeLaw {
    let [total, ..] = sums(x);
    x.iter().map(|(a, p)| (a * a, p * total)).collect()
}

#[test]
fn the_variance_of_a_product_has_three_terms() -> Report {
    claim!(
        "variance.product",
        r"For *independent* *random variables* $X$ and $Y$ with finite variances,
        $\operatorname{Var}[XY] = \operatorname{Var}[X]\operatorname{Var}[Y]$
        *${} + \operatorname{Var}[X]\,\mathbb{E}[Y]^2$* *${} + \mathbb{E}[X]^2\operatorname{Var}[Y]$*.",
        |streams| {
            type Formula = fn(var: [i128; 2], mean: [i128; 2]) -> i128;
            type Product = fn(x: &WholeLaw, y: &WholeLaw) -> WholeLaw;
            const CASES: usize = 500;
            let law = || proptest::collection::vec((-60_i128..=60, 1_i128..=30), 1..7);
            let cases = draw_cases(&(law(), law()), CASES, streams);
            // Everything times the squared weights, so that all numbers are whole.
            let variance = |[total, first, second]: [i128; 3]| total * second - first * first;
            let count = |cases: &[(WholeLaw, WholeLaw)], product: Product, formula: Formula| {
                let wrong = |(x, y): &&(WholeLaw, WholeLaw)| {
                    let (sx, sy) = (sums(x), sums(y));
                    variance(sums(&product(x, y)))
                        != formula([variance(sx), variance(sy)], [sx[1], sy[1]])
                };
                cases.iter().filter(wrong).count() as f64
            };
            let exceptions = |formula: Formula| count(&cases, of_independent, formula);
            let three_terms: Formula = |[vx, vy], [mx, my]| vx * vy + vx * my * my + mx * mx * vy;
            let equal: Vec<_> = cases.iter().map(|(x, _)| (x.clone(), x.clone())).collect();
            Exactness::of("laws for which the two sides differ", CASES as u64)
                .proved()
                .within(0.0)
                .proved_beyond(
                    "random variables",
                    "500 pairs of laws, each on at most six whole numbers from −60 to 60",
                )
                .holds_for("three terms", exceptions(three_terms))
                .foil("variances multiply", exceptions(|[vx, vy], _| vx * vy))
                .attacks(&[
                    r"${} + \operatorname{Var}[X]\,\mathbb{E}[Y]^2$",
                    r"${} + \mathbb{E}[X]^2\operatorname{Var}[Y]$",
                ])
                .foil(
                    "one mean forgotten",
                    exceptions(|[vx, vy], [_, my]| vx * vy + vx * my * my),
                )
                .attacks(&[r"${} + \mathbb{E}[X]^2\operatorname{Var}[Y]$"])
                .foil(
                    "X and Y are one variable",
                    count(&equal, of_one_variable, three_terms),
                )
                .attacks(&["independent"])
                .judge()
        },
    )
}

/// The probability that the sum of the squared outputs over `‖x‖²` is at most `most`, if every weight is 1
/// or −1 with probability one half: all sums that there are, with their probabilities.
fn of_two_values(input: &[i32], outputs: usize, most: f64) -> f64 {
    let plus = |law: &BTreeMap<i32, f64>, term: &[(i32, f64)]| {
        let mut sums = BTreeMap::new();
        for (a, p) in law {
            for (b, q) in term {
                *sums.entry(a + b).or_insert(0.0) += p * q;
            }
        }
        sums
    };
    let zero = BTreeMap::from([(0, 1.0)]);
    let inputs = input.iter();
    let output = inputs.fold(zero.clone(), |law, &x| plus(&law, &[(x, 0.5), (-x, 0.5)]));
    let square: Vec<_> = output.into_iter().map(|(z, p)| (z * z, p)).collect();
    let total = (0..outputs).fold(zero, |law, _| plus(&law, &square));
    let size: i32 = input.iter().map(|x| x * x).sum();
    let below = |&(sum, _): &(i32, f64)| f64::from(sum) <= most * f64::from(size);
    total.into_iter().filter(below).map(|(_, p)| p).sum()
}

#[test]
fn the_outputs_of_a_linear_layer_are_chi_square() -> Report {
    claim!(
        "variance.chi-square",
        r"For a fixed input and *independent* *normal* weights of mean zero and *variance $\sigma^2$*, the sum of the
        squared outputs of a linear layer over $\sigma^2\|x\|^2$ has the chi-square law with as many degrees
        of freedom as the layer has *outputs*.",
        |streams| {
            /// How the weights are drawn.
            enum Weights {
                Normal,
                /// Normal, and by how much their variance is wrong.
                Scaled(f64),
                /// σ or −σ.
                OfTwoValues,
                /// One column for all outputs of a layer.
                OneColumn,
            }
            /// The law that is claimed, and the weights.
            type Candidate = (ChiSquared, Weights);
            const LAYERS: u64 = 200_000;
            /// This number of layers is drawn side by side, as one wide layer.
            const TOGETHER: usize = 10_000;
            const SHAPE: (usize, usize) = (9, 5);
            let chi_square = |degrees| ChiSquared::new(degrees).expect("positive");
            let lecun = VarianceScaling::lecun(Law::Normal);
            let input = Array1::linspace(-1.0, 3.0, SHAPE.0).insert_axis(Axis(0));
            // The same, doubled.
            let whole = [-2, -1, 0, 1, 2, 3, 4, 5, 6];
            let fans = Fans::dense(SHAPE);
            let size = lecun.variance(fans) * (&input * &input).sum();
            let [outputs, inputs] = [SHAPE.1, SHAPE.0].map(|fan| chi_square(fan as f64));
            let wide = (SHAPE.0, SHAPE.1 * TOGETHER);

            Check::of(
                "distance from the chi-square law",
                LAYERS,
                |(law, weights): &Candidate, rng| {
                    let mut ratios = Vec::with_capacity(LAYERS as usize);
                    while ratios.len() < LAYERS as usize {
                        let mut weight = lecun.sample(wide, rng);
                        match weights {
                            Weights::Normal => {}
                            Weights::Scaled(wrong_by) => weight *= wrong_by.sqrt(),
                            Weights::OfTwoValues => {
                                weight.mapv_inplace(|w| lecun.std_dev(fans).copysign(w));
                            }
                            Weights::OneColumn => {
                                for mut layer in weight.axis_chunks_iter_mut(Axis(1), SHAPE.1) {
                                    let first = layer.slice(s![.., ..1]).to_owned();
                                    layer.assign(&first);
                                }
                            }
                        }
                        let z = Dense::new(weight, Activation::Identity)
                            .forward(&input)
                            .activation;
                        let layers = z.as_slice().expect("one row").chunks(SHAPE.1);
                        ratios.extend(layers.map(|z| z.iter().map(|z| z * z).sum::<f64>() / size));
                    }
                    KolmogorovDistance::of(&mut ratios, |ratio| law.cdf(ratio))
                },
            )
            .null(KolmogorovDistance::new(LAYERS))
            .holds_for(
                "a degree of freedom for each output",
                (outputs, Weights::Normal),
            )
            .foil(
                "a degree of freedom for each input",
                (inputs, Weights::Normal),
                KolmogorovFoil::new(LAYERS, inputs.cdf(6.0), outputs.cdf(6.0)),
            )
            .attacks(&["outputs"])
            .foil(
                "a variance three percent too large",
                (outputs, Weights::Scaled(1.03)),
                KolmogorovFoil::new(LAYERS, outputs.cdf(5.0), outputs.cdf(5.0 / 1.03)),
            )
            .attacks(&[r"variance $\sigma^2$"])
            .foil(
                "weights of two values",
                (outputs, Weights::OfTwoValues),
                // No sum over ‖x‖² is 3.503 to the last digit.
                KolmogorovFoil::new(
                    LAYERS,
                    outputs.cdf(3.503),
                    of_two_values(&whole, SHAPE.1, 3.503),
                ),
            )
            .attacks(&["normal"])
            .foil(
                "one column of weights for all outputs",
                (outputs, Weights::OneColumn),
                KolmogorovFoil::new(LAYERS, outputs.cdf(1.0), chi_square(1.0).cdf(0.2)),
            )
            .attacks(&["independent"])
            .judge(streams)
        },
    )
}

#[test]
fn the_std_after_a_relu_is_smaller_than_its_rms() -> Report {
    claim!(
        "variance.relu-ratio",
        r"After a *ReLU*, the *standard deviation* of a *centered* *normal* signal is
        *$\sqrt{1 - 1/\pi} = 0.8256$* times its rms.",
        || {
            let ratio = |mean: f64, second_moment: f64| (1.0 - mean.powi(2) / second_moment).sqrt();
            let after = |phi: Activation| ratio(phi.mean(), phi.second_moment());
            let formula = (1.0 - std::f64::consts::FRAC_1_PI).sqrt();
            let distance =
                |ratio: f64| largest([(ratio - formula).abs(), (ratio - 0.8256).abs() - 5e-5]);
            // Of z + 1 with a standard normal z.
            let shifted = [1.0, 2.0].map(|times| times * gaussian_cdf(1.0) + gaussian_density(1.0));
            Exactness::of("distance of the ratio from the sentence", 1)
                .proved()
                .within(1e-12)
                .holds_for("ReLU, by quadrature", distance(after(Activation::Relu)))
                .finds("ratio", after(Activation::Relu))
                .foil("the rms itself", distance(1.0))
                .attacks(&["standard deviation", r"$\sqrt{1 - 1/\pi} = 0.8256$"])
                .foil("GELU", distance(after(Activation::Gelu)))
                .attacks(&["ReLU"])
                .foil(
                    "a normal signal of mean one and variance one",
                    distance(ratio(shifted[0], shifted[1])),
                )
                .attacks(&["centered"])
                .foil(
                    "a signal that is uniform between −1 and 1",
                    distance(ratio(1.0 / 4.0, 1.0 / 6.0)),
                )
                .attacks(&["normal"])
                .judge()
        },
    )
}
