//! The map of two inputs.

use std::f64::consts::PI;

use ndarray::{Array2, array};
use unit_variance::evidence::{BinomialShare, Check, Exactness, MeanBound, Scaled, largest};
use unit_variance::probability::{StreamRng, gaussian_pair_expectation};
use unit_variance::{Activation, Dense, Fan, Initializer, Law, VarianceScaling};

use crate::harness::{Report, half_digits};

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
                largest(cases.iter().map(error))
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
