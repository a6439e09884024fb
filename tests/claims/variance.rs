//! The claims of the chapter on variance algebra.

use ndarray::{Array1, Axis};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, KolmogorovFoil};
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

#[test]
fn the_variance_of_a_product_has_three_terms() -> Report {
    claim!(
        "variance.product",
        r"For independent random variables $X$ and $Y$ with finite variances,
        $\operatorname{Var}[XY] = \operatorname{Var}[X]\operatorname{Var}[Y]
        + \operatorname{Var}[X]\,\mathbb{E}[Y]^2 + \mathbb{E}[X]^2\operatorname{Var}[Y]$.",
        |streams| {
            const CASES: usize = 500;
            let law = || proptest::collection::vec((-60_i128..=60, 1_i128..=30), 1..7);
            let cases = draw_cases(&(law(), law()), CASES, streams);
            // Everything times the squared weights, so that all numbers are whole.
            let exceptions = |formula: fn(var: [i128; 2], mean: [i128; 2]) -> i128| {
                let wrong = |(x, y): &&(WholeLaw, WholeLaw)| {
                    let product: WholeLaw = x
                        .iter()
                        .flat_map(|(a, p)| y.iter().map(move |(b, q)| (a * b, p * q)))
                        .collect();
                    let variance =
                        |[total, first, second]: [i128; 3]| total * second - first * first;
                    let (sx, sy) = (sums(x), sums(y));
                    variance(sums(&product))
                        != formula([variance(sx), variance(sy)], [sx[1], sy[1]])
                };
                cases.iter().filter(wrong).count() as f64
            };
            Exactness::of("laws for which the two sides differ", CASES as u64)
                .sampled()
                .within(0.0)
                .holds_for(
                    "three terms",
                    exceptions(|[vx, vy], [mx, my]| vx * vy + vx * my * my + mx * mx * vy),
                )
                .foil("variances multiply", exceptions(|[vx, vy], _| vx * vy))
                .foil(
                    "one mean forgotten",
                    exceptions(|[vx, vy], [_, my]| vx * vy + vx * my * my),
                )
                .judge()
        },
    )
}

#[test]
fn the_outputs_of_a_linear_layer_are_chi_square() -> Report {
    claim!(
        "variance.chi-square",
        r"For a fixed input and independent normal weights of variance $\sigma^2$, the sum of the
        squared outputs of a linear layer over $\sigma^2\|x\|^2$ has the chi-square law with as many
        degrees of freedom as the layer has outputs.",
        |streams| {
            /// The law that is claimed, and by how much the variance of the weights is wrong.
            type Candidate = (ChiSquared, f64);
            const LAYERS: u64 = 200_000;
            /// This number of layers is drawn side by side, as one wide layer.
            const TOGETHER: usize = 10_000;
            const SHAPE: (usize, usize) = (9, 5);
            let chi_square = |degrees| ChiSquared::new(degrees).expect("positive");
            let lecun = VarianceScaling::lecun(Law::Normal);
            let input = Array1::linspace(-1.0, 3.0, SHAPE.0).insert_axis(Axis(0));
            let size = lecun.variance(Fans::dense(SHAPE)) * (&input * &input).sum();
            let [outputs, inputs] = [SHAPE.1, SHAPE.0].map(|fan| chi_square(fan as f64));
            let wide = (SHAPE.0, SHAPE.1 * TOGETHER);

            Check::of(
                "distance from the chi-square law",
                LAYERS,
                |(law, wrong_by): &Candidate, rng| {
                    let mut ratios = Vec::with_capacity(LAYERS as usize);
                    while ratios.len() < LAYERS as usize {
                        let weight = lecun.sample(wide, rng) * wrong_by.sqrt();
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
            .holds_for("a degree of freedom for each output", (outputs, 1.0))
            .foil(
                "a degree of freedom for each input",
                (inputs, 1.0),
                KolmogorovFoil::new(LAYERS, inputs.cdf(6.0), outputs.cdf(6.0)),
            )
            .foil(
                "a variance three percent too large",
                (outputs, 1.03),
                KolmogorovFoil::new(LAYERS, outputs.cdf(5.0), outputs.cdf(5.0 / 1.03)),
            )
            .judge(streams)
        },
    )
}

#[test]
fn the_std_after_a_relu_is_smaller_than_its_rms() -> Report {
    claim!(
        "variance.relu-ratio",
        r"After a ReLU, the standard deviation of a centered normal signal is
        $\sqrt{1 - 1/\pi} = 0.8256$ times its rms.",
        || {
            let ratio = |phi: Activation| (1.0 - phi.mean().powi(2) / phi.second_moment()).sqrt();
            let formula = (1.0 - std::f64::consts::FRAC_1_PI).sqrt();
            let distance = |ratio: f64| {
                (ratio - formula)
                    .abs()
                    .max(((ratio - 0.8256).abs() - 5e-5).max(0.0))
            };
            Exactness::of("distance of the ratio from the sentence", 1)
                .within(1e-12)
                .holds_for("ReLU, by quadrature", distance(ratio(Activation::Relu)))
                .foil("the rms itself", distance(1.0))
                .foil("GELU", distance(ratio(Activation::Gelu)))
                .judge()
        },
    )
}
