//! The claims of the chapter on He initialization.

use ndarray::{Array2, ArrayViewMutD};
use rand::{Rng, RngExt};
use statrs::distribution::{Binomial, Discrete};
use unit_variance::evidence::{
    Check, ChiSquareMean, Evidence, Exactness, LeakyReluBound, LivingPairs, MeanBound, NullLaw,
    ReluMixture, Scaled, SubGaussianRelu,
};
use unit_variance::probability::StreamRng;
use unit_variance::theory::relu_log_ratio;
use unit_variance::{
    Activation, Dense, Fan, Fans, Initializer, Law, Layout, Moments, Network, Streams,
    VarianceScaling,
};

use crate::backward::{gradient_of_output, with_readout};
use crate::harness::Report;

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
        r"The library's normal He weights have variance $2/n$.",
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
        r"The library's uniform He weights have variance $2/n$, too.",
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
        r"The library's He weights from a normal law that is cut at two of its standard deviations have variance
        $2/n$, too: the variance of the lost tails is made up for.",
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

/// Fifty layers of 64 and 128 units in turn: none dies, but with probability 2⁻⁶⁴ a layer.
const DEPTH: usize = 50;
const WIDTHS: [usize; 2] = [64, 128];

/// The factor by which a layer multiplies the mean square of its input, averaged over
/// all units of this number of networks.
fn factor_a_layer(
    networks: usize,
    widths: &[usize],
    input: &dyn Fn(usize) -> f64,
    scheme: &dyn Initializer,
    rng: &mut StreamRng,
) -> f64 {
    let x = Array2::from_shape_fn((1, widths[0]), |(_, i)| input(i));
    let mean_square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
    let (mut sum, mut units) = (0.0, 0);
    for _ in 0..networks {
        let network = Network::init(widths, Activation::Relu, scheme, rng);
        let trace = network.forward(&x);
        for (l, signal) in trace.layers.iter().enumerate() {
            let ratio = mean_square(&signal.activation) / mean_square(trace.entering(l));
            sum += widths[l + 1] as f64 * ratio;
            units += widths[l + 1];
        }
    }
    sum / units as f64
}

/// The units of this number of networks.
const fn units_of(networks: usize) -> u64 {
    (networks * DEPTH * (WIDTHS[0] + WIDTHS[1]) / 2) as u64
}

/// The factor of a layer in deep networks, whose input is a ramp.
fn factor_in_the_deep(networks: usize, scheme: &dyn Initializer, rng: &mut StreamRng) -> f64 {
    let widths: Vec<usize> = WIDTHS.into_iter().cycle().take(DEPTH + 1).collect();
    let ramp = |i| 1.0 + i as f64 / WIDTHS[0] as f64;
    factor_a_layer(networks, &widths, &ramp, scheme, rng)
}

const STATISTIC: &str = "mean square after a layer, over that before it";

/// Enough networks to resolve an error of 5 % in the variance, where the law is exact.
const NETWORKS: usize = 67;
const UNITS: u64 = units_of(NETWORKS);

fn keeps_the_second_moment<'a>() -> Check<'a, VarianceScaling> {
    let measure =
        |scheme: &VarianceScaling, rng: &mut StreamRng| factor_in_the_deep(NETWORKS, scheme, rng);
    Check::of(STATISTIC, UNITS, measure).null(ReluMixture::new(UNITS))
}

#[test]
fn he_keeps_the_second_moment() -> Report {
    claim!(
        "he.forward",
        r"If the weights of a ReLU network without biases are independent and normal, with mean
        zero and variance $2/n$, then every layer passes on, on average, the mean square that it
        receives, at any width and any depth.",
        |streams| {
            keeps_the_second_moment()
                .holds_for("He: 2/n", VarianceScaling::he(Law::Normal))
                .foil_scaled("LeCun: 1/n", VarianceScaling::lecun(Law::Normal), 0.5)
                .foil_scaled("4/n", VarianceScaling::new(4.0, Fan::In, Law::Normal), 2.0)
                .judge(streams)
        },
    )
}

/// Two values, `√((1 − p)/p)` and `−√(p/(1 − p))` standard deviations, the first with probability `p`:
/// mean zero, He's variance, and one side like the other only if `p = 1/2`.
struct Skewed(f64);

impl Initializer for Skewed {
    fn fill(&self, mut kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng) {
        let p = self.0;
        let std_dev = (2.0 / layout.fans(kernel.shape()).of(Fan::In)).sqrt();
        let (up, down) = (((1.0 - p) / p).sqrt(), -(p / (1.0 - p)).sqrt());
        kernel.mapv_inplace(|_| std_dev * if rng.random_bool(p) { up } else { down });
    }
}

/// Mean, variance and largest value of what a ReLU unit adds to the factor if its `n` inputs are equal and its
/// weights [`Skewed`]: `2 max(K − np, 0)² / (n p (1 − p))`, with `K ~ Bin(n, p)` of the weights positive.
fn skewed_unit(n: u64, p: f64) -> (f64, f64, f64) {
    let law = Binomial::new(p, n).expect("a probability");
    let value = |k: u64| {
        let above = (k as f64 - n as f64 * p).max(0.0);
        2.0 * above * above / (n as f64 * p * (1.0 - p))
    };
    let mean: f64 = (0..=n).map(|k| law.pmf(k) * value(k)).sum();
    let square: f64 = (0..=n).map(|k| law.pmf(k) * value(k).powi(2)).sum();
    (mean, square - mean * mean, value(n))
}

/// What measures the factor of a layer.
type Factor<'a> = Box<dyn Fn(&mut StreamRng) -> f64 + 'a>;

#[test]
fn the_shape_of_a_symmetric_law_does_not_matter() -> Report {
    claim!(
        "he.any-law",
        r"Among laws that are symmetric about zero the shape does not matter: in a ReLU network without biases,
        independent uniform weights of variance $2/n$ also make every layer that ends in a ReLU pass on, on
        average, the mean square that it receives.",
        |streams| {
            // Bernstein's and Chernoff's bounds need more networks than the exact law.
            const NETWORKS: usize = 100;
            const UNITS: u64 = units_of(NETWORKS);
            const RARE: f64 = 0.05;
            let deep = |scheme: VarianceScaling| {
                move |rng: &mut StreamRng| factor_in_the_deep(NETWORKS, &scheme, rng)
            };
            // Single layers with equal inputs, where the skewed sum has a law that can be written down.
            let width = WIDTHS[0];
            let skewed = move |rng: &mut StreamRng| {
                let layers = UNITS as usize / width;
                factor_a_layer(layers, &[width; 2], &|_| 1.0, &Skewed(RARE), rng)
            };
            let (mean, variance, largest) = skewed_unit(width as u64, RARE);
            let bound = MeanBound::new(
                "ReLU units with skewed weights",
                UNITS,
                variance / (mean * mean),
                0.0,
                largest / mean,
            );
            let with_scale =
                |scale| Box::new(deep(VarianceScaling::new(scale, Fan::In, Law::Uniform)));
            Check::of(STATISTIC, UNITS, |factor: &Factor<'_>, rng| factor(rng))
                .null(SubGaussianRelu::new(UNITS))
                .holds_for("uniform between ±√(6/n)", with_scale(2.0) as Factor<'_>)
                .foil_scaled(
                    "uniform between ±√(2/n)",
                    with_scale(2.0 / 3.0) as Factor<'_>,
                    1.0 / 3.0,
                )
                .foil(
                    "a skewed law of variance 2/n: one weight in twenty is positive",
                    Box::new(skewed) as Factor<'_>,
                    Scaled::new(mean, &bound),
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
            keeps_the_second_moment()
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
        r"For one input, given that at least one of the $n$ units of a ReLU layer with normal He weights is
        active, the mean of the logarithm of the layer's factor is $-5/(2n)$, within four percent, for every
        width $n$ from 50 to 1000, and the factor is below one with a probability above one half.",
        || {
            let widths = 50..=1000_u64;
            let cases = widths.clone().count() as u64;
            // Of the layers that live, the share that shrinks the signal; NaN, and so a failure, if that is a half or less.
            let shrinks = |n: u64| {
                let dead = libm::pow(0.5, n as f64);
                (ReluMixture::new(n).lower_tail(1.0) - dead) / (1.0 - dead) > 0.5
            };
            let all_shrink = widths.clone().all(shrinks);
            let farthest = |predicted: &dyn Fn(f64) -> f64| {
                let error = |n: u64| (predicted(n as f64) / relu_log_ratio(n).mean - 1.0).abs();
                let errors = widths.clone().map(error).fold(0.0, f64::max);
                if all_shrink { errors } else { f64::NAN }
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
        r"For one input, given that no layer is dead: in a ReLU network without biases, with one output and
        independent normal weights of variance $2/m$, with $m$ the fan-out, the gradient of the output that
        leaves a layer of $n$ units on its way back has, on average, $1/(1-2^{-n})$ times the mean square that
        entered the layer.",
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
                "mean square of the gradient that leaves a layer, over that which enters",
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
fn a_narrow_layer_that_lives_passes_back_more() -> Report {
    claim!(
        "he.narrow",
        r"For one input, given that no layer is dead: in a ReLU network without biases, with one output and
        independent normal weights of variance two over the fan-out, layers of two units multiply the mean
        square of the output's gradient, on average, by $\frac43$.",
        |streams| {
            const WIDTHS: [usize; 5] = [2, 2, 2, 2, 1];
            const NETWORKS: u64 = 2_500;
            const PAIRS: u64 = 3 * NETWORKS;
            let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
            let measure = |(scheme, claimed): &(VarianceScaling, f64), rng: &mut StreamRng| {
                let (mut sum, mut living) = (0.0, 0);
                while living < NETWORKS {
                    let network = with_readout(&WIDTHS, scheme, rng);
                    let trace = network.forward(&ndarray::array![[1.0, -0.5]]);
                    // After a dead layer all is zero.
                    if trace.layers[2].activation.iter().all(|h| *h == 0.0) {
                        continue;
                    }
                    living += 1;
                    let deltas = gradient_of_output(&network, &trace).layers;
                    let mean_square =
                        |l: usize| deltas[l].delta.iter().collect::<Moments>().second_moment();
                    sum += (0..3)
                        .map(|l| mean_square(l) / mean_square(l + 1))
                        .sum::<f64>();
                }
                sum / PAIRS as f64 / claimed
            };
            let factor = 4.0 / 3.0;
            Check::of(
                "mean square of the gradient that leaves a layer, over 4/3 of that which enters",
                PAIRS,
                measure,
            )
            .without_resolution() // The foil is a wrong factor.
            .null(Scaled::new(1.0 / factor, &LivingPairs::new(PAIRS)))
            .holds_for("4/3", (he, factor))
            .foil_scaled("a factor of one", (he, 1.0), factor)
            .foil_scaled(
                "1/m",
                (VarianceScaling::new(1.0, Fan::Out, Law::Normal), factor),
                0.5,
            )
            .judge(streams)
        },
    )
}

#[test]
fn the_other_passes_factors_telescope() -> Report {
    claim!(
        "he.telescoping",
        r"With weights of variance $2/n$ the factors $\frac12 m\sigma^2$ of all layers multiply to the last width
        over the first, and with weights of variance $2/m$ the factors $\frac12 n\sigma^2$ multiply to the first
        over the last, whatever the widths in between.",
        || {
            // All networks of up to five layers with these widths.
            const WIDTHS: [usize; 6] = [1, 2, 3, 10, 500, 2999];
            let longer = |shapes: &Vec<Vec<usize>>| -> Vec<Vec<usize>> {
                let with = |shape: &Vec<usize>| {
                    let shape = shape.clone();
                    WIDTHS.map(|width| [shape.as_slice(), &[width]].concat())
                };
                shapes.iter().flat_map(with).collect()
            };
            let inputs = WIDTHS.map(|width| vec![width]).to_vec();
            let shapes: Vec<Vec<usize>> =
                std::iter::successors(Some(longer(&inputs)), |shapes| Some(longer(shapes)))
                    .take(5)
                    .flatten()
                    .collect();
            let farthest = |scheme: VarianceScaling| {
                let error = |widths: &Vec<usize>| {
                    let ends = libm::log(widths[widths.len() - 1] as f64 / widths[0] as f64);
                    let layers = || widths.windows(2).map(|pair| Fans::new(pair[0], pair[1]));
                    let log = |fan: f64, variance: f64| libm::log(0.5 * fan * variance);
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
            Exactness::of("largest error of the logarithm", shapes.len() as u64)
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
