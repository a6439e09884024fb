//! The claims of the chapter on LeCun's initialization.

use ndarray::Array2;
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, MeanBound, Scaled, largest};
use unit_variance::initializer::Uniform;
use unit_variance::probability::StreamRng;
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Fan, Fans, Initializer, Law, Moments, Network, VarianceScaling};

use crate::backward::entering;
use crate::harness::{Report, half_digits};

/// Weights, and what is said that a layer of these fans does with them to a mean square.
pub(crate) struct Prediction {
    pub(crate) scheme: VarianceScaling,
    pub(crate) factor: fn(Fans) -> f64,
}

/// Normal weights of variance `scale / fan`, which keep the mean square.
fn kept(scale: f64, fan: Fan) -> Prediction {
    Prediction {
        scheme: VarianceScaling::new(scale, fan, Law::Normal),
        factor: |_| 1.0,
    }
}

/// In which direction a mean square is followed.
#[derive(Clone, Copy)]
pub(crate) enum Pass {
    Forward,
    Backward,
}

/// The mean square that leaves each layer of this number of linear networks, over that which enters and over what is
/// predicted: the mean over all units that it leaves by. If the prediction is right, the mean of as many
/// squares of standard normals, since layers are independent and no gradient has seen its matrix.
pub(crate) fn linear_factors(
    pass: Pass,
    widths: &[usize],
    networks: usize,
    prediction: &Prediction,
    rng: &mut StreamRng,
) -> f64 {
    let square = |signal: &Array2<f64>| signal.iter().collect::<Moments>().second_moment();
    let ones = |width: usize| Array2::from_shape_fn((1, width), |(_, i)| 1.0 + i as f64);
    let fans = |l: usize| Fans::new(widths[l], widths[l + 1]);
    let layers = 0..widths.len() - 1;
    let (mut sum, mut units) = (0.0, 0);
    for _ in 0..networks {
        let network = Network::init(widths, Activation::Identity, &prediction.scheme, rng);
        let trace = network.forward(&ones(widths[0]));
        match pass {
            Pass::Forward => {
                for l in layers.clone() {
                    let ratio = square(&trace.layers[l].activation) / square(trace.entering(l));
                    sum += widths[l + 1] as f64 * ratio / (prediction.factor)(fans(l));
                    units += widths[l + 1];
                }
            }
            Pass::Backward => {
                let gradients = network.backward(&trace, &ones(widths[widths.len() - 1]));
                for l in layers.clone() {
                    let ratio =
                        square(entering(&gradients, l)) / square(&gradients.layers[l].delta);
                    sum += widths[l] as f64 * ratio / (prediction.factor)(fans(l));
                    units += widths[l];
                }
            }
        }
    }
    sum / units as f64
}

/// Widths that grow, so that a fan for the other is wrong by the same factor in every layer.
const WIDENING: [usize; 3] = [2, 32, 512];
/// And widths that shrink.
const NARROWING: [usize; 3] = [512, 32, 2];
/// A network of either kind has 544 units by which a signal leaves a layer, and this number of networks enough of
/// them to resolve an error of 5 % in the variance.
const NETWORKS: usize = 230;
const UNITS: u64 = (NETWORKS * 544) as u64;

#[test]
fn one_over_fan_in_keeps_a_linear_signal() -> Report {
    claim!(
        "lecun.forward",
        r"If the weights of a linear network are independent and normal, with mean zero and variance
        *$1/n$*, then every layer passes on, on average, the mean square that it receives, at *any width* and *any depth*.",
        |streams| {
            Check::of(
                "factor on the mean square",
                UNITS,
                |prediction: &Prediction, rng| {
                    linear_factors(Pass::Forward, &WIDENING, NETWORKS, prediction, rng)
                },
            )
            .null(ChiSquareMean::new(UNITS))
            .proved_beyond("any width", "widths of 2, 32 and 512")
            .proved_beyond(
                "any depth",
                "the two layers of networks of two layers, together",
            )
            .holds_for("LeCun: 1/n", kept(1.0, Fan::In))
            .foil_scaled("fan_out for fan_in", kept(1.0, Fan::Out), 1.0 / 16.0)
            .attacks(&["$1/n$"])
            .foil_scaled(
                "1/(3n), PyTorch's default",
                kept(1.0 / 3.0, Fan::In),
                1.0 / 3.0,
            )
            .attacks(&["$1/n$"])
            .judge(streams)
        },
    )
}

#[test]
fn one_over_fan_in_multiplies_a_gradient_by_the_ratio_of_the_fans() -> Report {
    claim!(
        "lecun.backward",
        r"In *the same network*, a layer with $n$ inputs and $m$ outputs passes back, on average, *$m/n$* times the
        mean square of the gradient that it receives.",
        |streams| {
            let lecun = VarianceScaling::lecun(Law::Normal);
            let ratio: fn(Fans) -> f64 = |fans| fans.of(Fan::Out) / fans.of(Fan::In);
            let with = |scheme, factor| Prediction { scheme, factor };
            Check::of(
                "factor on the mean square of the gradient, over m/n",
                UNITS,
                |prediction: &Prediction, rng| {
                    linear_factors(Pass::Backward, &NARROWING, NETWORKS, prediction, rng)
                },
            )
            .null(ChiSquareMean::new(UNITS))
            .proved_beyond(
                "$m/n$",
                "layers of 512 inputs and 32 outputs and of 32 inputs and 2 outputs, together",
            )
            .holds_for("m/n", with(lecun, ratio))
            .foil_scaled("kept, as the signal is", with(lecun, |_| 1.0), 1.0 / 16.0)
            .attacks(&["$m/n$"])
            .foil_scaled(
                "weights of variance 1/m",
                with(lecun.on(Fan::Out), ratio),
                16.0,
            )
            .attacks(&["the same network"])
            .judge(streams)
        },
    )
}

#[test]
fn lecuns_tanh_settles_below_one() -> Report {
    claim!(
        "lecun.fixed-point",
        r"With variance *$1/n$* and the activation *$1.7159\tanh(\frac23z)$*, the second moment of the
        pre-activations in an infinitely wide network *settles* at *$0.3824$*, not at one, and there each layer
        multiplies the squared gradient by *$1.019$*.",
        || {
            // Wherever it starts.
            const STARTS: [f64; 5] = [1e-3, 0.1, 1.0, 10.0, 1e3];
            let deviation = |layers: MeanField, chi: fn(MeanField, f64) -> f64| {
                let off = |start: &f64| {
                    let q = layers.iterate(*start).nth(300).expect("no end");
                    largest([
                        half_digits(q, "0.3824"),
                        half_digits(chi(layers, q), "1.019"),
                    ])
                };
                largest(STARTS.iter().map(off))
            };
            let settled = {
                let layers = MeanField::with_gain(Activation::LecunTanh, 1.0);
                let q = layers.iterate(1.0).nth(300).expect("no end");
                (q, layers.chi(q))
            };
            let with = |activation, gain| {
                deviation(MeanField::with_gain(activation, gain), MeanField::chi)
            };
            Exactness::of(
                "largest distance from the sentence, in half digits",
                STARTS.len() as u64,
            )
            .within(1.0)
            .over(
                "settles",
                "300 layers from each of 0.001, 0.1, 1, 10 and 1000",
            )
            .holds_for("1.7159 tanh(2z/3)", with(Activation::LecunTanh, 1.0))
            .finds("second moment", settled.0)
            .finds("factor", settled.1)
            .foil("tanh z, which settles at 0", with(Activation::Tanh, 1.0))
            .attacks(&[r"$1.7159\tanh(\frac23z)$"])
            .foil("variance 2/n", with(Activation::LecunTanh, 2_f64.sqrt()))
            .attacks(&["$1/n$"])
            .foil(
                "tanh z with the gain that keeps one",
                with(Activation::Tanh, Activation::Tanh.gain()),
            )
            .attacks(&["$0.3824$"])
            .foil(
                "the gradient's factor at variance one",
                deviation(
                    MeanField::with_gain(Activation::LecunTanh, 1.0),
                    |layers, _| layers.chi(1.0),
                ),
            )
            .attacks(&["$1.019$"])
            .judge()
        },
    )
}

#[test]
fn a_tanh_network_forgets_its_scale() -> Report {
    claim!(
        "lecun.tanh-decay",
        r"In an infinitely wide tanh network with variance *$1/n$* and an input of mean square *one*, the second
        moment of the activations that leave layer $\ell$ is *$1/(2\ell)$*, within one percent for *every $\ell$*
        from $200$ to $10\,000$.",
        || {
            const LAYERS: std::ops::RangeInclusive<usize> = 200..=10_000;
            let by_depth = |scale: f64, start: f64| -> Vec<f64> {
                MeanField::with_gain(Activation::Tanh, scale.sqrt())
                    .iterate(scale * start)
                    .map(|q| q / scale)
                    .take(LAYERS.end() + 1)
                    .collect()
            };
            let farthest = |by_depth: &[f64], predicted: &dyn Fn(f64) -> f64| {
                let error = |l: usize| (by_depth[l] / predicted(l as f64) - 1.0).abs();
                largest(LAYERS.map(error))
            };
            let lecun = by_depth(1.0, 1.0);
            let decay = |l: f64| 0.5 / l;
            Exactness::of("relative error of 1/(2ℓ)", LAYERS.count() as u64)
                .within(0.01)
                .over(r"every $\ell$", "all 9801 layers from 200 to 10,000")
                .holds_for("1/(2ℓ)", farthest(&lecun, &decay))
                .foil("1/ℓ", farthest(&lecun, &|l| 1.0 / l))
                .attacks(&[r"$1/(2\ell)$"])
                .foil("the moment kept", farthest(&lecun, &|_| 1.0))
                .attacks(&[r"$1/(2\ell)$"])
                .foil(
                    "a percent lost in every layer",
                    farthest(&lecun, &|l| libm::pow(0.99, l)),
                )
                .attacks(&[r"$1/(2\ell)$"])
                .foil("variance 2/n", farthest(&by_depth(2.0, 1.0), &decay))
                .attacks(&["$1/n$"])
                .foil(
                    "an input of mean square 1/200",
                    farthest(&by_depth(1.0, 0.005), &decay),
                )
                .attacks(&["one"])
                .judge()
        },
    )
}

#[test]
fn pytorchs_default_is_a_third_of_lecun() -> Report {
    claim!(
        "lecun.pytorch",
        r"Weights drawn uniformly between $-1/\sqrt n$ and $1/\sqrt n$, the default of PyTorch's linear
        layer, have *variance* *$1/(3n)$*, *a third* of LeCun's.",
        |streams| {
            /// Where weights come from.
            enum Source {
                Rule(VarianceScaling),
                Interval(Uniform),
            }
            const SHAPE: (usize, usize) = (400, 800);
            const PAIRS: u64 = 400 * 800 / 2;
            let uniform = |scale| Source::Rule(VarianceScaling::new(scale, Fan::In, Law::Uniform));
            let null = MeanBound::of_squared_differences(Law::Uniform, PAIRS);
            Check::of(
                "halved squared differences of pairs of weights, over 1/(3n)",
                PAIRS,
                |source: &Source, rng| {
                    let weights = match source {
                        Source::Rule(rule) => rule.sample(SHAPE, rng),
                        Source::Interval(uniform) => uniform.sample(SHAPE, rng),
                    };
                    let weights = weights.as_slice().expect("it is contiguous");
                    let pairs = weights.as_chunks::<2>().0.iter();
                    let halves = pairs.map(|[a, b]| 0.5 * (a - b) * (a - b));
                    halves.sum::<f64>() / PAIRS as f64 * 3.0 * SHAPE.0 as f64
                },
            )
            .null(null.clone())
            .over("$1/(3n)$", "one matrix of 400 inputs and 800 outputs")
            .holds_for(
                "PyTorch's default",
                Source::Rule(VarianceScaling::pytorch_linear()),
            )
            .foil_scaled("LeCun: 1/n", uniform(1.0), 3.0)
            .attacks(&["a third"])
            .foil_scaled("its √5 taken for a gain: 5/n", uniform(5.0), 15.0)
            .attacks(&["$1/(3n)$"])
            .foil_scaled(
                "fan_out for fan_in",
                Source::Rule(VarianceScaling::pytorch_linear().on(Fan::Out)),
                400.0 / 800.0,
            )
            .attacks(&["$1/(3n)$"])
            .foil(
                "second moment 1/(3n), between 0 and 1/√n",
                Source::Interval(Uniform::new(0.0, (SHAPE.0 as f64).sqrt().recip())),
                Scaled::new(0.25, &null),
            )
            .attacks(&["variance"])
            .judge(streams)
        },
    )
}
