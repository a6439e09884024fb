//! The claims of the chapter on Xavier initialization.

use unit_variance::evidence::{Check, ChiSquareMean, Exactness, Largest, NullLaw, largest};
use unit_variance::probability::StreamRng;
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Fan, Fans, Initializer, Law, VarianceScaling};

use crate::harness::{Report, half_digits};
use crate::lecun::{Pass, Prediction, linear_factors};

/// A layer sixteen times as wide on one side as on the other.
const NARROW: usize = 16;
const WIDE: usize = 256;
/// This number of layers has enough units on the wide side to resolve an error of 5 % in the variance.
const LAYERS: usize = 490;
const UNITS: u64 = (LAYERS * WIDE) as u64;

fn xavier() -> VarianceScaling {
    VarianceScaling::xavier(Law::Normal)
}

/// Xavier without its two.
fn one_over_the_sum() -> VarianceScaling {
    VarianceScaling::new(0.5, Fan::Average, Law::Normal)
}

/// `2n / (n + m)`.
fn forward(fans: Fans) -> f64 {
    fans.of(Fan::In) / fans.of(Fan::Average)
}

/// `2m / (n + m)`.
fn backward(fans: Fans) -> f64 {
    fans.of(Fan::Out) / fans.of(Fan::Average)
}

/// The mean square that leaves a layer on its wide side, over what is predicted.
fn one_layer<'a>(statistic: &str, pass: Pass) -> Check<'a, Prediction> {
    let widths = match pass {
        Pass::Forward => [NARROW, WIDE],
        Pass::Backward => [WIDE, NARROW],
    };
    let measure = move |prediction: &Prediction, rng: &mut StreamRng| {
        linear_factors(pass, &widths, LAYERS, prediction, rng)
    };
    Check::of(statistic, UNITS, measure).null(ChiSquareMean::new(UNITS))
}

#[test]
fn a_signal_is_multiplied_by_fan_in_over_the_average() -> Report {
    claim!(
        "xavier.forward",
        r"With independent normal weights of variance *$2/(n+m)$*, a linear layer multiplies the mean
        square of its input, on average, by *$2n/(n+m)$*.",
        |streams| {
            let with = |scheme, factor| Prediction { scheme, factor };
            one_layer("factor on the mean square, over 2n/(n + m)", Pass::Forward)
                .proved_beyond("$2n/(n+m)$", "layers of 16 inputs and 256 outputs")
                .holds_for("Xavier", with(xavier(), forward))
                .foil_scaled(
                    "1/(n + m): the two left out",
                    with(one_over_the_sum(), forward),
                    0.5,
                )
                .attacks(&["$2/(n+m)$"])
                .foil_scaled(
                    "a factor of 2m/(n + m)",
                    with(xavier(), backward),
                    1.0 / 16.0,
                )
                .attacks(&["$2n/(n+m)$"])
                .judge(streams)
        },
    )
}

#[test]
fn a_gradient_is_multiplied_by_fan_out_over_the_average() -> Report {
    claim!(
        "xavier.backward",
        r"A fixed gradient that comes back through the same layer has its mean square multiplied, on
        average, by *$2m/(n+m)$*: the two factors sum to *two*.",
        |streams| {
            let with = |scheme, factor| Prediction { scheme, factor };
            one_layer(
                "factor on the gradient's mean square, over 2m/(n + m)",
                Pass::Backward,
            )
            .proved_beyond("$2m/(n+m)$", "layers of 256 inputs and 16 outputs")
            .holds_for("Xavier", with(xavier(), backward))
            .foil_scaled(
                "1/(n + m): the two left out",
                with(one_over_the_sum(), backward),
                0.5,
            )
            .attacks(&["two"])
            .foil_scaled(
                "a factor of 2n/(n + m)",
                with(xavier(), forward),
                1.0 / 16.0,
            )
            .attacks(&["$2m/(n+m)$"])
            .judge(streams)
        },
    )
}

#[test]
fn xavier_loses_a_third_with_every_pair_of_layers() -> Report {
    claim!(
        "xavier.alternating",
        r"In a linear network whose widths alternate between *$k$ and $4k$*, Xavier weights multiply the mean
        square of the signal, on average, by *$0.4$* and by *$1.6$* in turn, and so by *$0.64$* for each pair of layers.",
        |streams| {
            const NETWORKS: usize = 78;
            const PAIRS: usize = 10;
            const UNITS: u64 = (NETWORKS * PAIRS * (32 + 128)) as u64;
            let widths: Vec<usize> = [32, 128].into_iter().cycle().take(2 * PAIRS + 1).collect();
            let by_turns = |scheme| Prediction {
                scheme,
                factor: |fans| {
                    if fans.fan_in() < fans.fan_out() {
                        0.4
                    } else {
                        1.6
                    }
                },
            };
            let geometric = xavier().on(Fan::GeometricAverage);
            Check::of(
                "factor on the mean square, over 0.4 or 1.6",
                UNITS,
                |prediction: &Prediction, rng| {
                    linear_factors(Pass::Forward, &widths, NETWORKS, prediction, rng)
                },
            )
            .null(ChiSquareMean::new(UNITS))
            .proved_beyond(
                "$k$ and $4k$",
                "widths of 32 and 128, in networks of twenty layers",
            )
            .holds_for("Xavier", by_turns(xavier()))
            .foil_scaled("1/√(nm), which keeps a pair", by_turns(geometric), 1.25)
            .attacks(&["$0.64$"])
            .foil_scaled(
                "1/(n + m): the two left out",
                by_turns(one_over_the_sum()),
                0.5,
            )
            .attacks(&["$0.4$", "$1.6$"])
            .judge(streams)
        },
    )
}

#[test]
fn the_geometric_mean_of_the_fans_balances_the_passes() -> Report {
    claim!(
        "xavier.geometric",
        r"In linear layers of $n$ inputs and $m$ outputs, independent normal weights of mean zero and variance
        *$1/\sqrt{nm}$* multiply the mean square of the signal, on average, by *$\sqrt{n/m}$* and that of a
        fixed gradient by *$\sqrt{m/n}$*: the product of these two averages is *one* in *every layer*.",
        |streams| {
            let geometric = xavier().on(Fan::GeometricAverage);
            let in_over_out: fn(Fans) -> f64 = |fans| (fans.of(Fan::In) / fans.of(Fan::Out)).sqrt();
            let out_over_in: fn(Fans) -> f64 = |fans| (fans.of(Fan::Out) / fans.of(Fan::In)).sqrt();
            let with = |scheme: VarianceScaling, forth: fn(Fans) -> f64, back: fn(Fans) -> f64| {
                [forth, back].map(|factor| Prediction { scheme, factor })
            };
            let right = |scheme| with(scheme, in_over_out, out_over_in);
            // Each pass in layers of its own, since the two passes through one matrix depend on each other.
            let both = |[forth, back]: &[Prediction; 2], rng: &mut StreamRng| {
                let mut one = |pass, widths: [usize; 2], prediction: &Prediction| {
                    linear_factors(pass, &widths, LAYERS / 2, prediction, rng)
                };
                f64::midpoint(
                    one(Pass::Forward, [NARROW, WIDE], forth),
                    one(Pass::Backward, [WIDE, NARROW], back),
                )
            };
            // 2√(nm)/(n + m), forward and backward.
            let arithmetic = Fans::new(NARROW, WIDE).of(Fan::GeometricAverage)
                / Fans::new(NARROW, WIDE).of(Fan::Average);
            Check::of(
                "factor on a mean square, over √(n/m) or √(m/n)",
                UNITS,
                both,
            )
            .null(ChiSquareMean::new(UNITS))
            .proved_beyond(
                "every layer",
                "layers of 16 inputs and 256 outputs forward, of 256 inputs and 16 outputs backward",
            )
            .holds_for("1/√(nm)", right(geometric))
            .foil_scaled("Xavier: 2/(n + m)", right(xavier()), arithmetic)
            .attacks(&["one"])
            .foil_scaled(
                "2/√(nm)",
                right(VarianceScaling::new(
                    2.0,
                    Fan::GeometricAverage,
                    Law::Normal,
                )),
                2.0,
            )
            .attacks(&[r"$1/\sqrt{nm}$"])
            .foil_scaled(
                "the two factors exchanged",
                with(geometric, out_over_in, in_over_out),
                1.0 / 16.0,
            )
            .attacks(&[r"$\sqrt{n/m}$", r"$\sqrt{m/n}$"])
            .judge(streams)
        },
    )
}

#[test]
fn the_largest_weight_is_at_the_bound() -> Report {
    claim!(
        "xavier.bound",
        r"The largest in size of a thousand *uniform* Xavier weights lies between *$0.9794\sqrt{6/(n+m)}$* and
        *$\sqrt{6/(n+m)}$*, but for one run in a billion.",
        |streams| {
            const SHAPE: (usize, usize) = (25, 40);
            const WEIGHTS: u64 = 25 * 40;
            let std_dev = (2.0_f64 / 65.0).sqrt();
            let uniform = |scale, fan| VarianceScaling::new(scale, fan, Law::Uniform);
            let law = Largest::of(Law::Uniform, WEIGHTS);
            let below = law.lower_tail(0.9794 * 3_f64.sqrt());
            assert!(below <= 1e-9, "{below:e}");
            // What the text says of sixty.
            let sixty = Largest::of(Law::Uniform, 60).interval(1e-9).0;
            assert!(sixty > 1.5_f64.sqrt());
            Check::of(
                "largest weight in size, over √(2/(n + m))",
                WEIGHTS,
                |scheme: &VarianceScaling, rng| {
                    let weights = scheme.sample(SHAPE, rng);
                    largest(weights.iter().map(|w| w.abs())) / std_dev
                },
            )
            .null(law)
            .over(
                r"$\sqrt{6/(n+m)}$",
                "one matrix of 25 inputs and 40 outputs",
            )
            .holds_for("Xavier, uniform", VarianceScaling::xavier(Law::Uniform))
            .foil_scaled(
                "√(3/(n + m)): the two left out",
                uniform(0.5, Fan::Average),
                0.5_f64.sqrt(),
            )
            .attacks(&[r"$0.9794\sqrt{6/(n+m)}$"])
            .foil_scaled(
                "√(2/(n + m)): no √3 for the uniform law",
                uniform(1.0 / 3.0, Fan::Average),
                3_f64.sqrt().recip(),
            )
            .attacks(&[r"$0.9794\sqrt{6/(n+m)}$"])
            .foil_scaled(
                "√(6/2n): fan_in twice",
                uniform(1.0, Fan::In),
                (65.0_f64 / 50.0).sqrt(),
            )
            .attacks(&[r"$\sqrt{6/(n+m)}$"])
            .foil_scaled(
                "√(6/2m): fan_out twice",
                uniform(1.0, Fan::Out),
                (65.0_f64 / 80.0).sqrt(),
            )
            .attacks(&[r"$0.9794\sqrt{6/(n+m)}$"])
            .foil(
                "a normal law of the same variance",
                xavier(),
                Largest::of(Law::Normal, WEIGHTS),
            )
            .attacks(&["uniform"])
            .judge(streams)
        },
    )
}

#[test]
fn twenty_tanh_layers_tell_the_rules_apart() -> Report {
    claim!(
        "xavier.tanh-depth",
        r"In an infinitely wide square network, *twenty* *tanh* layers take a signal of standard deviation one to
        *$0.1609$* with Xavier weights, to *$5.86 \cdot 10^{-4}$* with *variance* $1/(n+m)$, and to
        *$1.23 \cdot 10^{-5}$* with PyTorch's default.",
        || {
            const SQUARE: Fans = Fans::dense((500, 500));
            const PRINTED: [&str; 3] = ["0.1609", "5.86e-4", "1.23e-5"];
            let rules = [
                xavier(),
                one_over_the_sum(),
                VarianceScaling::pytorch_linear(),
            ];
            let largest = |after_twenty: &dyn Fn(f64) -> f64, rules: [VarianceScaling; 3]| {
                largest(rules.iter().zip(PRINTED).map(|(rule, printed)| {
                    half_digits(after_twenty(500.0 * rule.variance(SQUARE)), printed)
                }))
            };
            // Second moments of the pre-activations; after the last tanh comes one without the gain.
            let layers_of_tanh = |depth: usize, scale: f64| {
                let layers = MeanField::with_gain(Activation::Tanh, scale.sqrt());
                let q = layers.iterate(scale).nth(depth).expect("no end");
                (q / scale).sqrt()
            };
            let tanh = |scale| layers_of_tanh(20, scale);
            Exactness::of("largest distance from the sentence, in half digits", 3)
                .within(1.0)
                .holds_for("twenty layers of tanh", largest(&tanh, rules))
                .finds("Xavier", tanh(500.0 * rules[0].variance(SQUARE)))
                .finds("1/(n + m)", tanh(500.0 * rules[1].variance(SQUARE)))
                .finds("PyTorch", tanh(500.0 * rules[2].variance(SQUARE)))
                .foil(
                    "tanh taken for a straight line",
                    largest(&|scale| scale.powi(10), rules),
                )
                .attacks(&["tanh", "$0.1609$"])
                .foil(
                    "nineteen layers",
                    largest(&|scale| layers_of_tanh(19, scale), rules),
                )
                .attacks(&["twenty"])
                .foil(
                    "the variance taken for the standard deviation",
                    largest(&|scale| tanh(scale * scale), rules),
                )
                .attacks(&["variance"])
                .foil(
                    "the two rules exchanged",
                    largest(&tanh, [rules[0], rules[2], rules[1]]),
                )
                .attacks(&[r"$5.86 \cdot 10^{-4}$", r"$1.23 \cdot 10^{-5}$"])
                .judge()
        },
    )
}
