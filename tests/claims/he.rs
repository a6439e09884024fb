//! The claims of the chapter on He initialization.

use ndarray::Array2;
use unit_variance::evidence::{
    Check, ChiSquareMean, Evidence, Exactness, LeakyReluBound, MeanBound, NullLaw, ReluMixture,
    SubGaussianRelu,
};
use unit_variance::probability::StreamRng;
use unit_variance::theory::relu_log_ratio;
use unit_variance::{
    Activation, Dense, Fan, Fans, Initializer, Law, Moments, Network, Streams, VarianceScaling,
};

use crate::backward::{gradient_of_output, with_readout};
use crate::harness::{Report, draw_cases};

/// The weights of one matrix, enough of them to resolve an error of 5 % in their variance.
const SHAPE: (usize, usize) = (500, 260);
const WEIGHTS: u64 = 500 * 260;

/// The mean square of a matrix over `2 / fan_in`.
fn mean_square_over_he(scheme: &VarianceScaling, rng: &mut StreamRng) -> f64 {
    let weights: Moments = scheme.sample(SHAPE, rng).iter().collect();
    weights.second_moment() * SHAPE.0 as f64 / 2.0
}

fn variance_is_two_over_fan_in(
    streams: Streams,
    law: Law,
    null: impl NullLaw,
    wrong: (&str, f64),
) -> Evidence {
    let with_scale = |scale| VarianceScaling::new(scale, Fan::In, law);
    Check::of(
        "mean square of the weights, over 2/n",
        WEIGHTS,
        mean_square_over_he,
    )
    .null(null)
    .holds_for("He", VarianceScaling::he(law))
    .foil_scaled(wrong.0, with_scale(2.0 * wrong.1), wrong.1)
    .foil_scaled(
        "fan_out for fan_in",
        VarianceScaling::he(law).on(Fan::Out),
        500.0 / 260.0,
    )
    .judge(streams)
}

#[test]
fn normal_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.normal",
        r"The normal weights that the library draws have variance $2/n$.",
        |streams| {
            let null = ChiSquareMean::new(WEIGHTS);
            variance_is_two_over_fan_in(streams, Law::Normal, null, ("LeCun: 1/n", 0.5))
        },
    )
}

#[test]
fn uniform_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.uniform",
        r"The uniform weights that the library draws have variance $2/n$ too: they lie between
        $-\sqrt{6/n}$ and $\sqrt{6/n}$.",
        |streams| {
            let null = MeanBound::of_squares(Law::Uniform, WEIGHTS);
            let wrong = ("between ±√(2/n): the √3 dropped", 1.0 / 3.0);
            variance_is_two_over_fan_in(streams, Law::Uniform, null, wrong)
        },
    )
}

#[test]
fn truncated_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.truncated",
        r"Normal weights cut at two standard deviations have variance $2/n$ too, because the lost
        tails are made up for.",
        |streams| {
            let law = Law::TRUNCATED_NORMAL;
            // What is left of the variance of a normal law cut at two, 1 − 4φ(2)/(2Φ(2) − 1): a number
            // of its own, so that a library that forgets it is measured and not asked.
            let left = 0.773_741_303_549_247_7;
            let null = MeanBound::of_squares(law, WEIGHTS);
            variance_is_two_over_fan_in(streams, law, null, ("the tails not made up for", left))
        },
    )
}

/// Networks of so many layers and units: 320 000 units and more resolve an error of 5 % in the
/// variance, and a layer dies with probability 2⁻⁶⁴.
const DEPTH: usize = 50;
const WIDTH: usize = 64;

/// The factor by which a layer multiplies the mean square of its input, averaged over
/// every layer of so many networks.
fn factor_a_layer(networks: usize, scheme: &VarianceScaling, rng: &mut StreamRng) -> f64 {
    let x = Array2::from_shape_fn((1, WIDTH), |(_, i)| 1.0 + i as f64 / WIDTH as f64);
    let mut ratios = Moments::new();
    for _ in 0..networks {
        let network = Network::init(&[WIDTH; DEPTH + 1], Activation::Relu, scheme, rng);
        let trace = network.forward(&x);
        for (l, signal) in trace.layers.iter().enumerate() {
            let mean_square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
            ratios.push(mean_square(&signal.activation) / mean_square(trace.entering(l)));
        }
    }
    ratios.mean()
}

/// The same measurement under every law; the null law of its size.
fn keeps_the_second_moment<'a>(
    networks: usize,
    null: impl NullLaw + 'a,
) -> Check<'a, VarianceScaling> {
    let units = (networks * DEPTH * WIDTH) as u64;
    Check::of(
        "mean square after a layer, over that before it",
        units,
        move |scheme, rng| factor_a_layer(networks, scheme, rng),
    )
    .null(null)
}

const NETWORKS: usize = 100;
const UNITS: u64 = (NETWORKS * DEPTH * WIDTH) as u64;

#[test]
fn he_keeps_the_second_moment() -> Report {
    claim!(
        "he.forward",
        r"If the weights of a ReLU network without biases are independent and normal, with mean
        zero and variance $2/n$, then every layer passes on, on average, the mean square that it
        receives, at any width and any depth.",
        |streams| {
            keeps_the_second_moment(NETWORKS, ReluMixture::new(UNITS))
                .holds_for("He: 2/n", VarianceScaling::he(Law::Normal))
                .foil_scaled("LeCun: 1/n", VarianceScaling::lecun(Law::Normal), 0.5)
                .foil_scaled("4/n", VarianceScaling::new(4.0, Fan::In, Law::Normal), 2.0)
                .judge(streams)
        },
    )
}

#[test]
fn the_law_of_the_weights_does_not_matter() -> Report {
    claim!(
        "he.any-law",
        r"The shape of the law does not matter: independent uniform weights of variance $2/n$ keep
        the mean square of a ReLU network as well.",
        |streams| {
            let networks = 150;
            let units = (networks * DEPTH * WIDTH) as u64;
            keeps_the_second_moment(networks, SubGaussianRelu::new(units))
                .holds_for("uniform between ±√(6/n)", VarianceScaling::he(Law::Uniform))
                .foil_scaled(
                    "uniform between ±√(2/n)",
                    VarianceScaling::new(2.0 / 3.0, Fan::In, Law::Uniform),
                    1.0 / 3.0,
                )
                .judge(streams)
        },
    )
}

#[test]
fn the_gain_is_one_over_the_rms_and_not_over_the_std() -> Report {
    claim!(
        "he.gain",
        r"Of the two gains that suggest themselves, $1/\sqrt{\mathbb{E}[\mathrm{relu}(z)^2]} =
        \sqrt 2$ keeps the signal; $1/\sqrt{\operatorname{Var}[\mathrm{relu}(z)]} \approx 1.7129$
        multiplies its mean square by $1.467$ in every layer.",
        |streams| {
            // E relu(z) = 1/√(2π) and E relu(z)² = 1/2, so Var relu(z) = 1/2 − 1/(2π).
            let on_std = 1.0 / (0.5 - 0.5 / std::f64::consts::PI);
            assert_eq!(
                format!("{:.4} {:.3}", on_std.sqrt(), on_std / 2.0),
                "1.7129 1.467"
            );
            let with_scale = |scale| VarianceScaling::new(scale, Fan::In, Law::Normal);
            keeps_the_second_moment(NETWORKS, ReluMixture::new(UNITS))
                .holds_for("gain √2", with_scale(2.0))
                .foil_scaled("gain 1.7129", with_scale(on_std), on_std / 2.0)
                .judge(streams)
        },
    )
}

#[test]
fn a_leaky_slope_is_paid_back() -> Report {
    claim!(
        "he.leaky",
        r"With a leaky ReLU of slope $a$ in place of the ReLU, independent normal weights of variance $2/((1+a^2)n)$
        keep the mean square of any input on average: for $a = \frac12$ that is $1.6/n$.",
        |streams| {
            const UNITS: u64 = 228_000;
            let shape = (12, UNITS as usize);
            let slope = 0.5;
            let leaky = Activation::LeakyRelu { slope };
            let input = Array2::from_shape_fn((1, shape.0), |(_, i)| 1.0 + i as f64);
            let with_scale = |scale| VarianceScaling::new(scale, Fan::In, Law::Normal);
            let kept = 2.0 / (1.0 + slope * slope);
            assert_eq!(kept, 1.6);

            Check::of(
                "factor on the mean square",
                UNITS,
                |scheme: &VarianceScaling, rng| {
                    let layer = Dense::new(scheme.sample(shape, rng), leaky);
                    let square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
                    square(&layer.forward(&input).activation) / square(&input)
                },
            )
            .null(LeakyReluBound::new(UNITS, slope))
            .holds_for("2/((1 + a²)n)", with_scale(kept))
            .foil_scaled("2/n: the slope ignored", with_scale(2.0), 2.0 / kept)
            .foil_scaled(
                "2/((1 + a)n): the slope not squared",
                with_scale(2.0 / (1.0 + slope)),
                2.0 / (1.0 + slope) / kept,
            )
            .judge(streams)
        },
    )
}

#[test]
fn the_typical_network_shrinks() -> Report {
    claim!(
        "he.drift",
        r"The mean of a layer's factor is one, but the mean of its logarithm is $-5/(2n)$, within
        four percent for every width $n$ from 50 to 1000: most networks shrink a little, and a few
        that grow make up for them.",
        |_| {
            let widths = 50..=1000_u64;
            let cases = widths.clone().count() as u64;
            let farthest = |predicted: &dyn Fn(f64) -> f64| {
                let error = |n: u64| (predicted(n as f64) / relu_log_ratio(n).mean - 1.0).abs();
                widths.clone().step_by(1).map(error).fold(0.0, f64::max)
            };
            Exactness::of("relative error of −5/(2n)", cases)
                .within(0.04)
                .holds_for("−5/(2n)", farthest(&|n| -2.5 / n))
                .foil("no drift", farthest(&|_| 0.0))
                .foil("−1/n, the drift of a linear layer", farthest(&|n| -1.0 / n))
                .judge()
        },
    )
}

#[test]
fn he_on_the_fan_out_keeps_the_gradient() -> Report {
    claim!(
        "he.backward",
        r"Given that no layer is dead: in a ReLU network without biases, with one output and independent
        normal weights of variance $2/m$, with $m$ the fan-out, every layer passes back, on average, the
        mean square of the gradient that it receives.",
        |streams| {
            // Widths that halve, so that fan-in for fan-out is wrong by two in every layer.
            const WIDTHS: [usize; 5] = [2, 256, 128, 64, 1];
            const NETWORKS: usize = 840;
            const UNITS: u64 = (NETWORKS * (256 + 128)) as u64;
            let he = VarianceScaling::he(Law::Normal);
            let measure = |scheme: &VarianceScaling, rng: &mut StreamRng| {
                let mut sum = 0.0;
                for _ in 0..NETWORKS {
                    let network = with_readout(&WIDTHS, scheme, rng);
                    let trace = network.forward(&ndarray::array![[1.0, -0.5]]);
                    let deltas = gradient_of_output(&network, &trace).layers;
                    let mean_square =
                        |l: usize| deltas[l].delta.iter().collect::<Moments>().second_moment();
                    sum += (0..2)
                        .map(|l| WIDTHS[l + 1] as f64 * mean_square(l) / mean_square(l + 1))
                        .sum::<f64>();
                }
                sum / UNITS as f64
            };
            Check::of(
                "mean square of the gradient behind a layer, over that before it",
                UNITS,
                measure,
            )
            .null(ReluMixture::new(UNITS))
            .holds_for("2/m", he.on(Fan::Out))
            .foil_scaled("fan_in: 2/n", he, 0.5)
            .foil_scaled("1/m", VarianceScaling::new(1.0, Fan::Out, Law::Normal), 0.5)
            .judge(streams)
        },
    )
}

#[test]
fn the_other_passes_factors_telescope() -> Report {
    claim!(
        "he.telescoping",
        r"With fan-in weights the expected factors of all layers on the gradient multiply to the ratio of
        the two end widths, and with fan-out weights those on the signal to its inverse, whatever the
        widths in between.",
        |streams| {
            const CASES: usize = 300;
            let shapes = draw_cases(
                &proptest::collection::vec(1_usize..3000, 2..40),
                CASES,
                streams,
            );
            let farthest = |scheme: VarianceScaling| {
                let error = |widths: &Vec<usize>| {
                    let ends = (widths[widths.len() - 1] as f64 / widths[0] as f64).ln();
                    let layers = || widths.windows(2).map(|pair| Fans::new(pair[0], pair[1]));
                    let log = |fan: f64, variance: f64| (0.5 * fan * variance).ln();
                    let back: f64 = layers()
                        .map(|fans| log(fans.of(Fan::Out), scheme.on(Fan::In).variance(fans)))
                        .sum();
                    let forth: f64 = layers()
                        .map(|fans| log(fans.of(Fan::In), scheme.on(Fan::Out).variance(fans)))
                        .sum();
                    (back - ends).abs().max((forth + ends).abs())
                };
                shapes.iter().map(error).fold(0.0, f64::max)
            };
            Exactness::of("largest error of the logarithm", CASES as u64)
                .within(1e-9)
                .holds_for("scale 2", farthest(VarianceScaling::he(Law::Normal)))
                .foil(
                    "scale 1.9",
                    farthest(VarianceScaling::new(1.9, Fan::In, Law::Normal)),
                )
                .judge()
        },
    )
}
