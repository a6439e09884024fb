//! The claims of the chapter on the forward pass.

use experiments::forward::FloatRange;
use experiments::shared::weights::{he, of_variance};
use experiments::shared::{Data, DeepSignal};
use experiments::{Cell, Experiment};
use ndarray::{Array1, Array2, Axis, s};
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{
    Check, Exactness, GaussianNorm, KolmogorovDistance, KolmogorovFoil, MeanBound, ReluMixture,
    Scaled, StandardNormal as Gauss, largest,
};
use unit_variance::{
    Activation, Dense, Fan, Fans, Initializer, Law, Moments, Network, VarianceScaling,
};

use crate::harness::Report;

/// An input whose mean is far from zero, as every input of a layer after a ReLU is.
fn uncentered(len: usize) -> Array2<f64> {
    Array1::linspace(0.5, 2.5, len).insert_axis(Axis(0))
}

#[test]
fn a_linear_layer_multiplies_the_second_moment() -> Report {
    claim!(
        "forward.second-moment",
        r"If the weights of a linear layer are *independent* with *mean zero* and variance $\sigma^2$, its
        outputs have second moment *$n\sigma^2$* times the *mean square* of the input, *whatever the mean* of
        that input.",
        |streams| {
            /// What somebody takes for the size of the outputs over `σ²`.
            enum Size {
                SecondMoment,
                Variance,
                /// The second moment, without the `n`.
                WithoutN,
            }
            enum Weights {
                Centered,
                /// Without their signs.
                Positive,
                /// One weight for all inputs of a unit.
                OneForAll,
            }
            const OUTPUTS: u64 = 220_000;
            let shape = (16, OUTPUTS as usize);
            let fans = Fans::dense(shape);
            let lecun = VarianceScaling::lecun(Law::Uniform);
            let input = uncentered(shape.0);
            let moments: Moments = input.iter().collect();
            let wrong_by = moments.second_moment() / moments.variance();
            // Half of the outputs have uniform weights, half have weights of two values, ±σ: two laws that
            // are not normal. The kurtosis of a sum is below 3 if that of its terms is, and the largest
            // output has all weights at an edge.
            let largest = input.sum().powi(2) / input.iter().map(|x| x * x).sum::<f64>();
            let bound = Law::Uniform.bound().powi(2) * largest;
            // Without their signs the uniform weights have mean σ√3/2 and variance σ²/4, those of two values are
            // all σ. A variance is at most the mean times the largest value, and half of the outputs have none.
            let grown = f64::midpoint(0.25 + 0.75 * largest, largest);
            let edge = bound / grown;
            let positive = MeanBound::new("squared outputs", OUTPUTS, edge / 2.0, 0.0, 1.0 + edge);
            let one_weight = MeanBound::new("squared weights", OUTPUTS, 0.4, 0.0, 3.0);

            Check::of(
                "mean square of the outputs over its prediction",
                OUTPUTS,
                |(size, weights): &(Size, Weights), rng| {
                    let mut weight = lecun.sample(shape, rng);
                    let std_dev = lecun.std_dev(fans);
                    weight
                        .slice_mut(s![.., ..;2])
                        .mapv_inplace(|w| std_dev.copysign(w));
                    match weights {
                        Weights::Centered => {}
                        Weights::Positive => weight.mapv_inplace(f64::abs),
                        Weights::OneForAll => {
                            let first = weight.slice(s![..1, ..]).to_owned();
                            weight.assign(&first);
                        }
                    }
                    let layer = Dense::new(weight, Activation::Identity);
                    let outputs: Moments = layer.forward(&input).activation.iter().collect();
                    let predicted = match size {
                        Size::SecondMoment => moments.second_moment(),
                        Size::Variance => moments.variance(),
                        Size::WithoutN => moments.second_moment() / fans.fan_in(),
                    };
                    outputs.second_moment() / (fans.fan_in() * lecun.variance(fans) * predicted)
                },
            )
            .null(MeanBound::new("squared outputs", OUTPUTS, 2.0, 0.0, bound))
            .proved_beyond(
                "whatever the mean",
                "one input of sixteen numbers from 0.5 to 2.5, of mean 1.5",
            )
            .holds_for(
                "the second moment of the input",
                (Size::SecondMoment, Weights::Centered),
            )
            .foil_scaled(
                "the variance of the input",
                (Size::Variance, Weights::Centered),
                wrong_by,
            )
            .attacks(&["mean square"])
            .foil_scaled(
                "the n left out",
                (Size::WithoutN, Weights::Centered),
                fans.fan_in(),
            )
            .attacks(&[r"$n\sigma^2$"])
            .foil(
                "weights without their signs",
                (Size::SecondMoment, Weights::Positive),
                Scaled::new(grown, &positive),
            )
            .attacks(&["mean zero"])
            .foil(
                "one weight for all inputs of a unit",
                (Size::SecondMoment, Weights::OneForAll),
                Scaled::new(largest, &one_weight),
            )
            .attacks(&["independent"])
            .judge(streams)
        },
    )
}

#[test]
fn half_of_the_units_are_active() -> Report {
    claim!(
        "forward.half-active",
        r"In a ReLU network with independent weights of a continuous, *symmetric* law and *no biases*, each
        unit of a layer that the signal reaches is active with probability *one half*, and the units of a
        layer are active *independently of each other*.",
        |streams| {
            /// How the weights of a layer are drawn.
            enum Weights {
                /// Uniform between −a and a.
                Centered,
                /// Between 0 and a.
                Positive,
                /// Centered, but each unit of odd number has the weights of the one before.
                InPairs,
                /// Centered, with biases in the first layer that are larger than all sums there.
                Biased,
            }
            const NETWORKS: usize = 600;
            const DEPTH: usize = 10;
            const WIDTH: usize = 60;
            const LAYERS: u64 = (NETWORKS * DEPTH) as u64;
            let he = VarianceScaling::he(Law::Uniform);

            // The units of a layer, on or off, are the binary digits of a number. If they are independent
            // fair coins, and only then, the number is uniform between 0 and 1. The first digits weigh most:
            // in each network another unit comes first.
            let number = |preactivation: &Array2<f64>, first: usize| {
                let units = preactivation.iter().cycle().skip(first).take(WIDTH);
                let digits = units.map(|z| f64::from(u8::from(*z > 0.0)));
                let places = std::iter::successors(Some(0.5), |place| Some(place / 2.0));
                digits
                    .zip(places)
                    .map(|(digit, place)| digit * place)
                    .sum::<f64>()
            };
            Check::of(
                "distance of the layers, read as binary numbers, from the uniform law",
                LAYERS,
                |weights: &Weights, rng| {
                    let mut numbers = Vec::with_capacity(NETWORKS * DEPTH);
                    for drawn in 0..NETWORKS {
                        let mut network =
                            Network::init(&[WIDTH; DEPTH + 1], Activation::Relu, &he, rng);
                        if matches!(weights, Weights::Biased) {
                            network.layers[0].bias.fill(100.0);
                        }
                        for layer in &mut network.layers {
                            match weights {
                                Weights::Centered | Weights::Biased => {}
                                Weights::Positive => layer.weight.mapv_inplace(f64::abs),
                                Weights::InPairs => {
                                    let even = layer.weight.slice(s![.., ..;2]).to_owned();
                                    layer.weight.slice_mut(s![.., 1..;2]).assign(&even);
                                }
                            }
                        }
                        let trace = network.forward(&uncentered(WIDTH));
                        let layers = trace.layers.iter();
                        numbers.extend(layers.map(|l| number(&l.preactivation, drawn % WIDTH)));
                    }
                    KolmogorovDistance::of(&mut numbers, |x| x)
                },
            )
            .null(KolmogorovDistance::new(LAYERS))
            .holds_for("U(−a, a)", Weights::Centered)
            .foil(
                "U(0, a)",
                Weights::Positive,
                KolmogorovFoil::new(LAYERS, 0.5, 0.0),
            )
            .attacks(&["symmetric", "one half"])
            .foil(
                "units in equal pairs",
                Weights::InPairs,
                // In half of the networks the first two digits are a pair.
                KolmogorovFoil::new(LAYERS, 0.25, f64::midpoint(0.5, 0.25)),
            )
            .attacks(&["independently of each other"])
            .foil(
                "biases of 100 in the first of ten layers",
                Weights::Biased,
                // There all digits are one.
                KolmogorovFoil::new(LAYERS, 0.99, 0.9 * 0.99),
            )
            .attacks(&["no biases"])
            .judge(streams)
        },
    )
}

#[test]
fn a_relu_layer_multiplies_the_second_moment_by_half_of_n_sigma_squared() -> Report {
    claim!(
        "forward.relu-layer",
        r"A ReLU layer whose weights are *independent*, normal, with mean zero and variance $\sigma^2$,
        multiplies the mean square of its input by *$n\sigma^2/2$* *on average*.",
        |streams| {
            struct Candidate {
                /// What somebody expects of a layer: half of the linear factor, or all of it.
                factor: f64,
                /// Whether all inputs of a unit share one weight.
                one_weight: bool,
            }
            const UNITS: u64 = 320_000;
            let shape = (16, UNITS as usize);
            let fans = Fans::dense(shape);
            let scheme = VarianceScaling::new(3.0, Fan::In, Law::Normal);
            let input = uncentered(shape.0);
            let entering: Moments = input.iter().collect();
            // Σᵢwxᵢ has variance σ²(Σxᵢ)², in place of σ²Σxᵢ².
            let alike = fans.fan_in() * entering.mean().powi(2) / entering.second_moment();

            Check::of(
                "mean square of the outputs over its prediction",
                UNITS,
                |candidate: &Candidate, rng| {
                    let mut weight = scheme.sample(shape, rng);
                    if candidate.one_weight {
                        let first = weight.slice(s![..1, ..]).to_owned();
                        weight.assign(&first);
                    }
                    let layer = Dense::new(weight, Activation::Relu);
                    let leaving: Moments = layer.forward(&input).activation.iter().collect();
                    let linear = fans.fan_in() * scheme.variance(fans);
                    leaving.second_moment() / (candidate.factor * linear * entering.second_moment())
                },
            )
            .null(ReluMixture::new(UNITS))
            .over("on average", "320,000 units with sixteen inputs")
            .holds_for(
                "half of nσ²",
                Candidate {
                    factor: 0.5,
                    one_weight: false,
                },
            )
            .foil_scaled(
                "all of nσ²",
                Candidate {
                    factor: 1.0,
                    one_weight: false,
                },
                0.5,
            )
            .attacks(&[r"$n\sigma^2/2$"])
            .foil_scaled(
                "one weight for all inputs of a unit",
                Candidate {
                    factor: 0.5,
                    one_weight: true,
                },
                alike,
            )
            .attacks(&["independent"])
            .judge(streams)
        },
    )
}

#[test]
fn the_layers_of_a_network_are_independent() -> Report {
    claim!(
        "forward.independent-layers",
        r"*Two layers* of one network get weights *of their own*: the inner product of their matrices, normal
        and of one shape, is as small as that of two independent matrices.",
        |streams| {
            /// Whether a second layer gets weights of its own.
            enum Second {
                Fresh,
                Copied,
            }
            const WIDTH: usize = 64;
            const ENTRIES: u64 = (WIDTH * WIDTH) as u64;
            let lecun = VarianceScaling::lecun(Law::Normal);
            let std_dev = lecun.std_dev(Fans::new(WIDTH, WIDTH));

            Check::of(
                "inner product of the matrices, standardized",
                ENTRIES,
                |second: &Second, rng| {
                    let network = Network::init(&[WIDTH; 3], Activation::Relu, &lecun, rng);
                    let first = &network.layers[0].weight;
                    let second = match second {
                        Second::Fresh => &network.layers[1].weight,
                        Second::Copied => first,
                    };
                    let norm = first.iter().map(|w| w * w).sum::<f64>().sqrt();
                    (first * second).sum() / (std_dev * norm)
                },
            )
            .null(Gauss)
            .over(
                "Two layers",
                "the first and the second of one network, 64 × 64",
            )
            .holds_for("each layer draws its own", Second::Fresh)
            .foil(
                "one matrix in every layer",
                Second::Copied,
                GaussianNorm::new(ENTRIES),
            )
            .attacks(&["of their own"])
            .judge(streams)
        },
    )
}

#[test]
fn a_network_without_biases_is_homogeneous() -> Report {
    claim!(
        "forward.homogeneous",
        r"A *ReLU* network *without biases* gives $|x|$ times its answer to $1$ or to $-1$: to a scalar input
        it responds in two directions only, *however many inputs* it is shown.",
        |streams| {
            const INPUTS: usize = 200;
            let mut rng = streams.stream("network");
            let he = VarianceScaling::he(Law::Normal);
            let network = Network::init(&[1, 40, 40, 40], Activation::Relu, &he, &mut rng);
            let mut biased = network.clone();
            biased.layers[0].bias.fill(0.1);
            let mut tanh = network.clone();
            let layers = tanh.layers.iter_mut();
            layers.for_each(|layer| layer.activation = Activation::Tanh);

            let inputs: Vec<f64> = (0..INPUTS)
                .map(|_| StandardNormal.sample(&mut rng))
                .collect();
            let deviation = |network: &Network| {
                let answer = |x: f64| {
                    network
                        .forward(&Array2::from_elem((1, 1), x))
                        .output()
                        .clone()
                };
                let [plus, minus] = [answer(1.0), answer(-1.0)];
                let size = |a: &Array2<f64>| a.iter().map(|h| h * h).sum::<f64>().sqrt();
                let distance = |x: f64| {
                    let direction = if x > 0.0 { &plus } else { &minus };
                    size(&(answer(x) - direction * x.abs())) / (x.abs() * size(direction))
                };
                largest(inputs.iter().map(|&x| distance(x)))
            };
            Exactness::of(
                "largest relative distance from |x| times the answer to ±1",
                INPUTS as u64,
            )
            .sampled()
            .within(1e-12)
            .over(
                "however many inputs",
                "200 standard normal inputs of one network, 40 units in each of three layers",
            )
            .holds_for("no biases", deviation(&network))
            .foil("biases of 0.1 in the first layer", deviation(&biased))
            .attacks(&["without biases"])
            .foil("tanh in place of the ReLU", deviation(&tanh))
            .attacks(&["ReLU"])
            .judge()
        },
    )
}

/// What the notebook prints, rounded as it prints it.
fn largest_deviation(config: DeepSignal, printed: &[f64]) -> f64 {
    let std_devs = config.run(&mut |_| {}).numbers("std");
    let pairs = printed.iter().zip(std_devs);
    largest(pairs.map(|(printed, ours)| (printed - ours).abs()))
}

/// Half a unit of the last printed digit, and what rounding a decimal adds.
pub(crate) const HALF_A_DIGIT: f64 = 5.000_001e-4;

pub(crate) fn printed(run: &str) -> Vec<f64> {
    let all: serde_json::Value = serde_json::from_str(include_str!("../data/udl_printed.json"))
        .expect("the printed numbers are JSON");
    let numbers = all[run]["printed"].as_array().expect("a list");
    numbers
        .iter()
        .map(|x| x.as_f64().expect("a number"))
        .collect()
}

#[test]
fn the_small_network_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "forward.udl-small",
        r"With NumPy's *seed 0*, five layers of eight units and weights of *variance 1*, the *five standard
        deviations* that the notebook printed until March 2024 come out again to the last digit.",
        || {
            let ours = DeepSignal {
                depth: 5,
                width: 8,
                weights: of_variance(1.0),
                ..DeepSignal::default()
            };
            let printed = printed("forward_5x8_sigma1");
            Exactness::of(
                "largest distance from a printed number",
                printed.len() as u64,
            )
            .within(HALF_A_DIGIT)
            .over("five standard deviations", "all five, of layers 0 to 4")
            .holds_for("seed 0", largest_deviation(ours, &printed))
            .foil(
                "seed 1",
                largest_deviation(DeepSignal { seed: 1, ..ours }, &printed),
            )
            .attacks(&["seed 0"])
            .foil(
                "He weights",
                largest_deviation(
                    DeepSignal {
                        weights: he(Fan::In),
                        ..ours
                    },
                    &printed,
                ),
            )
            .attacks(&["variance 1"])
            .judge()
        },
    )
}

#[test]
fn the_deep_network_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "forward.udl-deep",
        r"With fifty layers of eighty units, *He weights* and the *inputs of the small network*, *all
        twenty-six* standard deviations that the solved notebook prints come out again to its last digit.",
        || {
            let ours = DeepSignal {
                data: Data::Notebook,
                ..DeepSignal::default()
            };
            let printed = printed("he_forward_50x80");
            let with = |config| largest_deviation(config, &printed);
            Exactness::of(
                "largest distance from a printed number",
                printed.len() as u64,
            )
            .within(HALF_A_DIGIT)
            .over("all twenty-six", "layers 0 to 25")
            .holds_for("as the notebook draws", with(ours))
            .foil(
                "inputs drawn after the weights",
                with(DeepSignal {
                    data: Data::Fresh,
                    ..ours
                }),
            )
            .attacks(&["inputs of the small network"])
            .foil(
                "fan_out for fan_in",
                with(DeepSignal {
                    weights: he(Fan::Out),
                    ..ours
                }),
            )
            .attacks(&["He weights"])
            .judge()
        },
    )
}

#[test]
fn the_layer_of_overflow_is_on_the_line_of_the_typical_network() -> Report {
    claim!(
        "forward.float-range",
        r"In *each of twelve networks*, seeds 0 to 11, drawn *like the notebook's* and as deep as needed, and
        for *each of the variances* $1$, $4/n$, $1/n$ and $1/(2n)$, the layer at which the rms of the signal
        leaves the range of a 32-bit float is *within five percent* of the one at which the line of the
        *typical* network does.",
        || {
            /// The layer at which a line leaves: of the typical network, and of three wrong ones.
            type Predict = fn(end: f64, at_zero: f64, drifting: f64, average: f64) -> f64;
            const SEEDS: u32 = 12;
            let n: f64 = 80.0;
            let tables: Vec<_> = (0..SEEDS)
                .map(|seed| FloatRange {
                    seed,
                    depth: 340,
                    ..FloatRange::default()
                })
                .map(|range| range.run(&mut |_| {}))
                .collect();
            let farthest = |predict: Predict| {
                let mut farthest = 0.0_f64;
                for table in &tables {
                    let column = |name| table.column(name).map(Cell::number);
                    let lines = table
                        .numbers("value")
                        .into_iter()
                        .zip(table.numbers("factor"));
                    let predicted = table.numbers("predicted_f32");
                    for ((measured, (variance, factor)), predicted) in
                        column("leaves_f32").zip(lines).zip(predicted)
                    {
                        if variance == 2.0 / n {
                            continue; // its line leaves the range far below
                        }
                        let (at_zero, drifting) = (-libm::log2(n) / 2.0, libm::log2(factor));
                        let end = at_zero + predicted * drifting;
                        let average = libm::log2(n * variance / 2.0) / 2.0;
                        let layer = predict(end, at_zero, drifting, average);
                        let measured = measured.unwrap_or(f64::INFINITY);
                        farthest = largest([farthest, (measured / layer - 1.0).abs()]);
                    }
                }
                farthest
            };
            Exactness::of(
                "largest relative error of the predicted layer",
                4 * u64::from(SEEDS),
            )
            .within(0.05)
            .over(
                "each of twelve networks",
                "seeds 0 to 11, 80 units in each of 340 layers",
            )
            .over("each of the variances", "all four, in every network")
            .holds_for(
                "the typical network",
                farthest(|end, at_zero, drifting, _| (end - at_zero) / drifting),
            )
            .foil(
                "the average: no drift",
                farthest(|end, at_zero, _, average| (end - at_zero) / average),
            )
            .attacks(&["typical", "within five percent"])
            .foil(
                "a first matrix like the others",
                farthest(|end, _, drifting, _| end / drifting),
            )
            .attacks(&["like the notebook's"])
            .foil(
                "nothing lost in a ReLU",
                farthest(|end, at_zero, drifting, _| (end - at_zero) / (drifting + 0.5)),
            )
            .attacks(&["typical"])
            .judge()
        },
    )
}
