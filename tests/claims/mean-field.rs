//! The claims of the chapter on order and chaos.

use std::f64::consts::PI;

use experiments::Configuration;
use experiments::mean_field::ReluForgetting;
use ndarray::{Array2, array};
use rand::RngExt;
use unit_variance::evidence::{BinomialShare, Check, Exactness, MeanBound, Scaled};
use unit_variance::probability::{StreamRng, gaussian_pair_expectation};
use unit_variance::theory::{Dropout, EdgePoint, MeanField, leaky_correlation};
use unit_variance::{Activation, Dense, Fan, Initializer, Law, VarianceScaling};

use crate::harness::{Report, half_digits};

/// A way to `E φ(x) φ(y)`, by variance and correlation.
type Rule<'a> = &'a dyn Fn(Activation, f64, f64) -> f64;

#[test]
fn the_rule_and_the_closed_forms_agree() -> Report {
    claim!(
        "mean-field.pair-map",
        r"For *each* of identity, ReLU, leaky ReLU (slope $0.01$), squared ReLU, GELU, erf and sine, for variances $q$ of
        $0.05$, $1$ and $9$ and correlations $c$ of $-0.9$, $0$, $0.5$, $0.99$ and $1 - 10^{-6}$, the library's polar rule and its
        *closed form* of $\mathbb{E}[\varphi(x)\varphi(y)]$ differ by at most *$10^{-12}$* of $\mathbb{E}[\varphi(x)^2]$.",
        || {
            use Activation::{Erf, Gelu, GeluTanh, Identity, LeakyRelu, Relu, ReluSquared, Sine};
            let closed = [
                Identity,
                Relu,
                LeakyRelu { slope: 0.01 },
                ReluSquared,
                Gelu,
                Erf,
                Sine,
            ];
            let mut cases = Vec::new();
            for phi in closed {
                for q in [0.05, 1.0, 9.0] {
                    cases.extend([-0.9, 0.0, 0.5, 0.99, 1.0 - 1e-6].map(|c| (phi, q, c)));
                }
            }
            let farthest = |rule: Rule, form: Rule| {
                let error = |(phi, q, c): &(Activation, f64, f64)| {
                    let size = phi.second_moment_at(*q);
                    (rule(*phi, *q, *c) - form(*phi, *q, *c)).abs() / size
                };
                cases.iter().map(error).fold(0.0, f64::max)
            };
            let polar = |phi: Activation, q: f64, c: f64| {
                gaussian_pair_expectation(|x, y| phi.value(x) * phi.value(y), q, c, phi.kinks())
            };
            let form = |phi: Activation, q: f64, c: f64| phi.pair_moment_at(q, c);
            let approximate = |phi: Activation, q: f64, c: f64| match phi {
                Gelu => polar(GeluTanh, q, c),
                phi => polar(phi, q, c),
            };
            Exactness::of("largest difference", cases.len() as u64)
                .within(1e-12)
                .over(
                    "each",
                    "all seven, at all fifteen pairs of variance and correlation",
                )
                .holds_for("the library", farthest(&polar, &form))
                .foil(
                    "a grid of step 0.08, blind to kinks",
                    farthest(&on_a_grid, &form),
                )
                .attacks(&["$10^{-12}$"])
                .foil(
                    "the correlation kept",
                    farthest(&polar, &|phi, q, c| c * phi.second_moment_at(q)),
                )
                .attacks(&["closed form"])
                .foil(
                    "the approximate GELU for the GELU",
                    farthest(&approximate, &form),
                )
                .attacks(&["each"])
                .judge()
        },
    )
}

/// `E φ(x) φ(y)` by the trapezoid rule, in the sum and the difference of the two Gaussians.
fn on_a_grid(phi: Activation, q: f64, c: f64) -> f64 {
    const STEP: f64 = 0.08;
    let (along, across) = ((0.5 * q * (1.0 + c)).sqrt(), (0.5 * q * (1.0 - c)).sqrt());
    let places = (-150..=150).map(|i| STEP * f64::from(i));
    let density = |u: f64| STEP * libm::exp(-0.5 * u * u) / (2.0 * PI).sqrt();
    let places: Vec<(f64, f64)> = places.map(|u| (u, density(u))).collect();
    let mut sum = 0.0;
    for (u, weight) in &places {
        for (v, other) in &places {
            let (x, y) = (along * u + across * v, along * u - across * v);
            sum += weight * other * phi.value(x) * phi.value(y);
        }
    }
    sum
}

/// Two inputs of length one at an angle of this cosine.
fn two_inputs(cosine: f64) -> Array2<f64> {
    array![[1.0, 0.0], [cosine, (1.0 - cosine * cosine).sqrt()]]
}

/// A layer of two inputs whose weights are normal with this variance.
fn layer(variance: f64, units: u64, activation: Activation, rng: &mut StreamRng) -> Dense {
    let scheme = VarianceScaling::new(2.0 * variance, Fan::In, Law::Normal);
    Dense::new(scheme.sample((2, units as usize), rng), activation)
}

/// What is counted of a unit, given whether it is active for each of two inputs.
type Counted = fn(bool, bool) -> bool;

#[test]
fn two_inputs_at_sixty_degrees_share_a_third_of_the_units() -> Report {
    claim!(
        "mean-field.joint",
        r"A unit of a ReLU layer without biases, whose weights are independent normal numbers of mean zero and a common
        variance, is active for *both* of two inputs at an angle of *$60$ degrees* with probability *$1/3$*.",
        |streams| {
            const UNITS: u64 = 5_000;
            let both: Counted = |one, other| one && other;
            let either: Counted = |one, other| one || other;
            Check::of(
                "share of the units that are counted",
                UNITS,
                |(degrees, counted, afresh): &(f64, Counted, bool), rng: &mut StreamRng| {
                    let inputs = two_inputs(libm::cos(degrees.to_radians()));
                    let signal = layer(1.0, UNITS, Activation::Relu, rng).forward(&inputs);
                    let first = signal.activation.row(0).to_owned();
                    let second = if *afresh {
                        layer(1.0, UNITS, Activation::Relu, rng)
                            .forward(&inputs)
                            .activation
                    } else {
                        signal.activation
                    };
                    let pairs = first.iter().zip(second.row(1));
                    let share = pairs.filter(|(one, other)| counted(**one > 0.0, **other > 0.0));
                    share.count() as f64 / UNITS as f64
                },
            )
            .null(BinomialShare::new(UNITS, 1.0 / 3.0))
            .holds_for("60 degrees", (60.0, both, false))
            .foil(
                "90 degrees",
                (90.0, both, false),
                BinomialShare::new(UNITS, 0.25),
            )
            .attacks(&["$60$ degrees"])
            .foil(
                "active for one of them",
                (60.0, either, false),
                BinomialShare::new(UNITS, 2.0 / 3.0),
            )
            .attacks(&["both"])
            .foil(
                "other weights for the second input",
                (60.0, both, true),
                BinomialShare::new(UNITS, 0.25),
            )
            .attacks(&["$1/3$"])
            .judge(streams)
        },
    )
}

/// What the pre-activations of two inputs are like, and which product of the activations is taken.
#[derive(Clone, Copy)]
struct TanhPair {
    variance: f64,
    correlation: f64,
    /// Whether the tanh is taken to keep the correlation: `c tanh²` in place of `tanh tanh`.
    kept: bool,
}

impl TanhPair {
    fn product(self, x: f64, y: f64) -> f64 {
        if self.kept {
            return 0.5 * self.correlation * (libm::tanh(x).powi(2) + libm::tanh(y).powi(2));
        }
        libm::tanh(x) * libm::tanh(y)
    }

    /// The expectation of the product, and the law of the mean of so many, in units of it.
    fn law(self, units: u64) -> (f64, MeanBound) {
        let of = |power| {
            let product = |x, y| self.product(x, y).powi(power);
            gaussian_pair_expectation(product, self.variance, self.correlation, &[])
        };
        let mean = of(1);
        let variance = of(2) / (mean * mean) - 1.0;
        let limit = mean.recip();
        (
            mean,
            MeanBound::new("products", units, variance, -limit, limit),
        )
    }
}

#[test]
fn a_tanh_makes_two_inputs_less_alike() -> Report {
    claim!(
        "mean-field.tanh-pair",
        r"If the pre-activations of two inputs are jointly normal with mean zero, variance *one* and correlation *one half*,
        independently in every unit, the products of their tanh have expectation *$0.1863$*.",
        |streams| {
            const UNITS: u64 = 320_000;
            let right = TanhPair {
                variance: 1.0,
                correlation: 0.5,
                kept: false,
            };
            let (mean, null) = right.law(UNITS);
            assert!(half_digits(mean, "0.1863") <= 1.0);
            assert!((mean / Activation::Tanh.pair_moment_at(1.0, 0.5) - 1.0).abs() < 1e-12);
            let [kept, wide, alike] = [
                TanhPair {
                    kept: true,
                    ..right
                },
                TanhPair {
                    variance: 4.0,
                    ..right
                },
                TanhPair {
                    correlation: 0.8,
                    ..right
                },
            ];
            let [of_kept, of_wide, of_alike] = [kept, wide, alike].map(|pair| pair.law(UNITS));
            Check::of(
                "mean product of the activations, over 0.1863…",
                UNITS,
                |pair: &TanhPair, rng: &mut StreamRng| {
                    let layer = layer(pair.variance, UNITS, Activation::Tanh, rng);
                    let z = layer.forward(&two_inputs(pair.correlation)).preactivation;
                    let pairs = z.row(0).into_iter().zip(z.row(1));
                    let sum: f64 = pairs.map(|(x, y)| pair.product(*x, *y)).sum();
                    sum / UNITS as f64 / mean
                },
            )
            .null(null)
            .holds_for("the layer", right)
            .foil(
                "the correlation kept",
                kept,
                Scaled::new(of_kept.0 / mean, &of_kept.1),
            )
            .attacks(&["$0.1863$"])
            .foil(
                "variance four",
                wide,
                Scaled::new(of_wide.0 / mean, &of_wide.1),
            )
            .attacks(&["one"])
            .foil(
                "correlation 0.8",
                alike,
                Scaled::new(of_alike.0 / mean, &of_alike.1),
            )
            .attacks(&["one half"])
            .judge(streams)
        },
    )
}

#[test]
fn on_the_edge_two_near_inputs_keep_their_distance() -> Report {
    claim!(
        "mean-field.edge",
        r"For *each* of tanh, erf, hard tanh, softsign, LeCun's tanh, sine, ELU, SELU, GELU, SiLU and Mish, and *each* $q$ of
        $0.1$, $0.5$, $1$, $2$ and $5$, one infinitely wide layer on this edge *keeps* the variance $q$, to $10^{-12}$ of
        it, and *keeps the difference* $1 - c = 10^{-8}$ of two inputs, to a thousandth of it.",
        || {
            use Activation::{
                Elu, Erf, Gelu, HardTanh, LecunTanh, Mish, Selu, Silu, Sine, Softsign, Tanh,
            };
            const DIFFERENCE: f64 = 1e-8;
            let mut cases = Vec::new();
            for phi in [
                Tanh, Erf, HardTanh, Softsign, LecunTanh, Sine, Elu, Selu, Gelu, Silu, Mish,
            ] {
                cases.extend([0.1, 0.5, 1.0, 2.0, 5.0].map(|q| (phi, q)));
            }
            let farthest = |of: &dyn Fn(Activation, f64) -> MeanField| {
                let off = |(phi, q): &(Activation, f64)| {
                    let (next, c) = of(*phi, *q).step_of_pair((*q, 1.0 - DIFFERENCE));
                    let variance = (next / q - 1.0).abs() / 1e-12;
                    let difference = ((1.0 - c) / DIFFERENCE - 1.0).abs() / 1e-3;
                    variance.max(difference)
                };
                cases.iter().map(off).fold(0.0, f64::max)
            };
            let edge = |phi, q| {
                let point = EdgePoint::at_variance(phi, q);
                point.expect("they all have an edge").layers
            };
            Exactness::of(
                "largest change, in units of what the sentence allows",
                cases.len() as u64,
            )
            .within(1.0)
            .over("each", "all eleven, with all five variances")
            .holds_for("the edge", farthest(&edge))
            .foil(
                "the weights of the edge without its biases",
                farthest(&|phi, q| MeanField {
                    bias: 0.0,
                    ..edge(phi, q)
                }),
            )
            .attacks(&["keeps"])
            .foil(
                "no biases, and weights that keep the variance",
                farthest(&|phi, q| {
                    let gain = (q / phi.second_moment_at(q)).sqrt();
                    MeanField::with_gain(phi, gain)
                }),
            )
            .attacks(&["keeps the difference"])
            .judge()
        },
    )
}

#[test]
fn the_edge_of_a_gelu_repels() -> Report {
    claim!(
        "mean-field.gelu-repels",
        r"Where the biases have variance *$0.1$*, start an infinitely wide *GELU* network on its edge of chaos *one percent*
        above or below the variance that is kept there with $\chi = 1$: after *twenty* layers it is *more than twice* as
        far away. A *tanh* network on its edge, with the same biases and started likewise, is then nearer than at its
        start by a factor of *more than a million*.",
        || {
            use Activation::{Gelu, Tanh};
            // By how much a deviation has grown, above and below.
            let growth = |phi: Activation, bias: f64, layers: usize| {
                let edge = EdgePoint::with_bias(phi, bias);
                let (edge, rest) = (edge[0].layers, edge[0].variance);
                [0.99, 1.01].map(|start| {
                    let end = edge.iterate(start * rest).nth(layers).expect("no end");
                    (end / rest - 1.0) / (start - 1.0)
                })
            };
            let exceptions = |repelling: [f64; 2], attracting: [f64; 2]| {
                let near = repelling.iter().filter(|growth| **growth <= 2.0).count();
                let far = attracting.iter().filter(|growth| **growth >= 1e-6).count();
                (near + far) as f64
            };
            let (gelu, tanh) = (growth(Gelu, 0.1, 20), growth(Tanh, 0.1, 20));
            Exactness::of("starts that do not behave so", 4)
                .within(0.0)
                .over(
                    "one percent",
                    "99 and 101 percent of the variance that rests",
                )
                .holds_for("GELU and tanh", exceptions(gelu, tanh))
                .foil("tanh for the GELU", exceptions(tanh, tanh))
                .attacks(&["GELU"])
                .foil("GELU for the tanh", exceptions(gelu, gelu))
                .attacks(&["tanh", "more than a million"])
                .foil(
                    "biases of variance 0.25",
                    exceptions(growth(Gelu, 0.25, 20), tanh),
                )
                .attacks(&["$0.1$"])
                .foil("ten layers", exceptions(growth(Gelu, 0.1, 10), tanh))
                .attacks(&["twenty", "more than twice"])
                .judge()
        },
    )
}

#[test]
fn he_layers_forget_the_angle() -> Report {
    claim!(
        "mean-field.relu-forgets",
        r"Two inputs whose first pre-activations have correlation zero leave *fifty* more infinitely wide *He* layers with
        correlation *$0.98786$*; behind $\ell = 1000$ of them $\ell^2(1 - c_\ell)$ differs from *$9\pi^2/2$* by less than
        *three percent*.",
        || {
            let off = |slope: f64, start: f64, [few, many]: [u32; 2], constant: f64| {
                let printed = half_digits(leaky_correlation(slope, start, few), "0.98786");
                let left = 1.0 - leaky_correlation(slope, start, many);
                let share = (f64::from(many).powi(2) * left / constant - 1.0).abs() / 0.03;
                printed.max(share)
            };
            let constant = 4.5 * PI * PI;
            Exactness::of("distance from the sentence, in what it allows", 2)
                .within(1.0)
                .holds_for("He layers", off(0.0, 0.0, [50, 1000], constant))
                .finds("correlation", leaky_correlation(0.0, 0.0, 50))
                .foil("a slope of 0.2", off(0.2, 0.0, [50, 1000], constant))
                .attacks(&["He"])
                .foil(
                    "a first correlation of one half",
                    off(0.0, 0.5, [50, 1000], constant),
                )
                .attacks(&["$0.98786$"])
                .foil("forty layers", off(0.0, 0.0, [40, 1000], constant))
                .attacks(&["fifty"])
                .foil("9π/2", off(0.0, 0.0, [50, 1000], 4.5 * PI))
                .attacks(&[r"$9\pi^2/2$"])
                .foil("behind 100 layers", off(0.0, 0.0, [50, 100], constant))
                .attacks(&["three percent"])
                .judge()
        },
    )
}

#[test]
fn networks_of_eighty_units_forget_faster() -> Report {
    claim!(
        "mean-field.finite-forgets",
        r"With probability *at least $0.7$*, two inputs whose first pre-activations are jointly normal with correlation
        *one half*, independently in every unit, have a *larger* cosine in the *fiftieth* layer of pre-activations of a He
        network of *$80$* units a layer, without biases, than in that of an infinitely wide one.",
        |streams| {
            const NETWORKS: u64 = 3_000;
            // In the first layer the cosine of eighty pairs lies above one half hardly more often than below.
            let first = BinomialShare::at_most(NETWORKS, 0.55);
            Check::of(
                "share of the networks with such a cosine",
                NETWORKS,
                |(layer, more): &(usize, bool), rng: &mut StreamRng| {
                    let networks = ReluForgetting {
                        start: 0.5,
                        depth: *layer,
                        networks: NETWORKS as usize,
                        width: 80,
                        seed: rng.random(),
                    };
                    let below = networks.run(&mut |_| {}).numbers("below")[layer - 1];
                    if *more { below } else { 1.0 - below }
                },
            )
            .null(BinomialShare::at_least(NETWORKS, 0.7))
            .over("one half", "one half")
            .over("$80$", "80 units")
            .holds_for("the fiftieth layer", (50, true))
            .foil("the first layer", (1, true), first)
            .attacks(&["fiftieth", "at least $0.7$"])
            .foil(
                "smaller",
                (50, false),
                BinomialShare::at_most(NETWORKS, 0.3),
            )
            .attacks(&["larger"])
            .judge(streams)
        },
    )
}

#[test]
fn a_slope_decides_how_much_is_forgotten() -> Report {
    claim!(
        "mean-field.tailored",
        r"Leaky ReLU layers of slope *$0.4305$*, infinitely wide, *fifty* behind the first and without biases, take two
        inputs whose first pre-activations have correlation *zero* to correlation *$0.9000$*.",
        || {
            let off = |slope: f64, start: f64, depth: u32| {
                half_digits(leaky_correlation(slope, start, depth), "0.9000")
            };
            Exactness::of("distance from the printed correlation, in half digits", 1)
                .within(1.0)
                .holds_for("slope 0.4305", off(0.4305, 0.0, 50))
                .finds("correlation", leaky_correlation(0.4305, 0.0, 50))
                .foil("slope 0.01", off(0.01, 0.0, 50))
                .attacks(&["$0.4305$"])
                .foil("slope 0.43", off(0.43, 0.0, 50))
                .attacks(&["$0.9000$"])
                .foil("twenty layers", off(0.4305, 0.0, 20))
                .attacks(&["fifty"])
                .foil("a first correlation of one half", off(0.4305, 0.5, 50))
                .attacks(&["zero"])
                .judge()
        },
    )
}

#[test]
fn dropout_makes_one_input_two() -> Report {
    claim!(
        "mean-field.dropout",
        r"In infinitely wide ReLU layers without biases that keep each unit with probability *$0.9$*, *independently in the
        two passes*, divide by $0.9$ what is kept and keep a variance above zero, the correlation of *any* two passes, *of
        the same input* too, tends to *$0.6271$*.",
        || {
            const STARTS: [f64; 4] = [1.0, 0.5, 0.0, -1.0];
            let layers = |keep: f64| MeanField {
                activation: Activation::Relu,
                weight: 2.0 * keep,
                bias: 0.0,
            };
            let farthest = |step: &dyn Fn((f64, f64)) -> (f64, f64)| {
                let off = |start: &f64| {
                    let (q, c) = (0..100).fold((1.0, *start), |pair, _| step(pair));
                    half_digits(c, "0.6271").max((q - 1.0).abs() / 1e-12)
                };
                STARTS.iter().map(off).fold(0.0, f64::max)
            };
            let with = |keep: f64| {
                let dropout = Dropout {
                    layers: layers(keep),
                    keep,
                };
                farthest(&move |pair| dropout.step_of_pair(pair))
            };
            let settled = {
                let dropout = Dropout {
                    layers: layers(0.9),
                    keep: 0.9,
                };
                let (_, c) = (0..100).fold((1.0, 1.0), |pair, _| dropout.step_of_pair(pair));
                c
            };
            // One mask in both passes: its square stands in the product, too.
            let one_mask = farthest(&|pair| layers(1.0).step_of_pair(pair));
            // One input is one number.
            let certain = farthest(&|(q, c)| {
                let dropout = Dropout {
                    layers: layers(0.9),
                    keep: 0.9,
                };
                if c == 1.0 {
                    (q, c)
                } else {
                    dropout.step_of_pair((q, c))
                }
            });
            Exactness::of(
                "largest distance from the printed correlation, in half digits",
                STARTS.len() as u64,
            )
            .within(1.0)
            .proved_beyond(
                "any",
                "correlations of 1, 0.5, 0 and −1 in the first layer, for 100 layers",
            )
            .holds_for("dropout", with(0.9))
            .finds("correlation", settled)
            .foil("keep 0.99", with(0.99))
            .attacks(&["$0.9$"])
            .foil("keep 0.89", with(0.89))
            .attacks(&["$0.6271$"])
            .foil("one mask for both passes", one_mask)
            .attacks(&["independently in the two passes"])
            .foil("the same input stays the same", certain)
            .attacks(&["of the same input"])
            .judge()
        },
    )
}
