//! By how much a Jacobian stretches one direction.

use ndarray::{Array1, Array2};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use unit_variance::evidence::{Check, KolmogorovDistance};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{LayerKind, Layers, ProductLaw, jacobian_factors};
use unit_variance::{
    Activation, Dense, Fan, Identity, Initializer, Law, Network, Orthogonal, Streams,
    VarianceScaling,
};

use crate::finite_width::{apart, foil_at, from_uniform, square};
use crate::harness::Report;

const UNITS: usize = 8;
const DEPTH: u32 = 4;

/// How many Jacobians are drawn.
const JACOBIANS: u64 = 4_000;

/// A law of networks, and how a direction is chosen.
#[derive(Debug, Clone, Copy)]
struct Stretched {
    weights: Weights,
    activation: Activation,
    /// Of every unit of the network.
    bias: f64,
    /// The direction is one that the active units of the first layer do not see, in place of one that was there before.
    is_unseen: bool,
}

#[derive(Debug, Clone, Copy)]
enum Weights {
    /// Independent normal numbers of this variance, times the fan-in.
    Normal(f64),
    /// Uniform rotations times this gain.
    Rotations(f64),
    /// The identity times this gain.
    Identity(f64),
}

impl Weights {
    fn draw(self, rng: &mut StreamRng) -> Array2<f64> {
        let shape = (UNITS, UNITS);
        match self {
            Self::Normal(scale) => {
                VarianceScaling::new(scale, Fan::In, Law::Normal).sample(shape, rng)
            }
            Self::Rotations(gain) => Orthogonal::new(gain).sample(shape, rng),
            Self::Identity(gain) => Identity::new(gain).sample(shape, rng),
        }
    }
}

/// A row of length one.
fn unit(row: Array2<f64>) -> Array2<f64> {
    let length = square(&row).sqrt();
    row / length
}

/// Three directions beside an input of ones: its own, one at a right angle to it, and that of the first input alone.
fn directions() -> [Array2<f64>; 3] {
    let of = |entry: fn(usize) -> f64| unit(Array2::from_shape_fn((1, UNITS), |(_, i)| entry(i)));
    [
        of(|_| 1.0),
        of(|i| if i % 2 == 0 { 1.0 } else { -1.0 }),
        of(|i| f64::from(i == 0)),
    ]
}

/// A random direction less what any of these columns sees of it, taken out twice for the digits.
fn unseen(factor: &Array2<f64>, rng: &mut StreamRng) -> Array2<f64> {
    let mut basis: Vec<Array1<f64>> = Vec::new();
    let less = |basis: &[Array1<f64>], mut rest: Array1<f64>| {
        for _ in 0..2 {
            for axis in basis {
                let along: f64 = axis.iter().zip(&rest).map(|(a, b)| a * b).sum();
                rest.scaled_add(-along, axis);
            }
        }
        let length = square(&rest).sqrt();
        rest / length
    };
    let active = factor.columns().into_iter();
    for column in active.filter(|column| column.iter().any(|w| *w != 0.0)) {
        let axis = less(&basis, column.to_owned());
        basis.push(axis);
    }
    let start = Array1::from_shape_simple_fn(UNITS, || StandardNormal.sample(rng));
    less(&basis, start).insert_axis(ndarray::Axis(0))
}

impl Stretched {
    /// `‖uJ‖²` of the `i`-th network.
    fn stretch(&self, i: u64, rng: &mut StreamRng) -> f64 {
        let layer = || {
            let mut layer = Dense::new(self.weights.draw(rng), self.activation);
            layer.bias.fill(self.bias);
            layer
        };
        let network = Network {
            layers: std::iter::repeat_with(layer).take(DEPTH as usize).collect(),
        };
        let factors = jacobian_factors(&network, &Array1::ones(UNITS));
        let mut step = if self.is_unseen {
            unseen(&factors[0], rng)
        } else {
            let [own, across, first] = directions();
            [own, across, first][(i % 3) as usize].clone()
        };
        for factor in &factors {
            step = product(&step, factor);
        }
        square(&step)
    }

    /// The distance of the stretches from the law, whose atom at zero a coin spreads.
    fn distance(&self, law: &ProductLaw, rng: &mut StreamRng) -> f64 {
        let streams = Streams::from_rng(rng);
        let one = |i: u64| {
            let rng = &mut streams.block(i);
            let stretch = self.stretch(i, rng);
            let coin: f64 = rng.random();
            if stretch == 0.0 {
                coin * law.dead()
            } else {
                law.dead() + (1.0 - law.dead()) * law.cdf(stretch)
            }
        };
        from_uniform((0..JACOBIANS).into_par_iter().map(one).collect())
    }
}

/// The law of four layers of eight units of a kind.
fn law(kind: LayerKind) -> ProductLaw {
    ProductLaw::of(&[Layers {
        kind,
        width: UNITS as u64,
        count: DEPTH,
    }])
}

/// What is tried for "any" direction.
const TRIED: &str =
    "that of the input, one at a right angle to it and that of one input alone, by turns";

/// The probability that a layer has a unit that is off: then there is a direction that its active units do not see.
const SOME_OFF: f64 = 1.0 - 1.0 / 256.0;

#[test]
fn every_direction_is_stretched_as_the_signal_is() -> Report {
    claim!(
        "isometry.stretch",
        r"Take a network of *ReLU* units *without biases*, of *$L$* layers of $n$ units each behind $n$ inputs, with
        independent normal weights of mean zero and variance *$2/n$*. Let $J$ be its Jacobian at an input other than
        zero, and $u$ *any* row vector of norm one, both *chosen before the weights are drawn*. Then $\|uJ\|^2$ has the
        law of a product of $L$ independent variables $\frac2n\chi^2_K$ with $K \sim \mathrm{Bin}(n, \frac12)$, which
        are zero for $K = 0$, as if $u$ were the input.",
        |streams| {
            let relu = law(LayerKind::Relu);
            let linear = law(LayerKind::Linear);
            let whole = |x: f64| relu.dead() + (1.0 - relu.dead()) * relu.cdf(x);
            let ratios = || (-200..100).map(|i| libm::exp(f64::from(i) / 20.0));
            let against =
                |actual: &dyn Fn(f64) -> f64| foil_at(JACOBIANS, apart(whole, actual, ratios()));
            let power = |base: f64| libm::pow(base, f64::from(DEPTH));
            let larger = against(&|x| whole(x / power(1.5)));
            let all_on = against(&|x| linear.cdf(x / power(2.0)));
            let as_said = Stretched {
                weights: Weights::Normal(2.0),
                activation: Activation::Relu,
                bias: 0.0,
                is_unseen: false,
            };
            Check::of(
                "distance of the squared stretches from the law",
                JACOBIANS,
                |stretched: &Stretched, rng: &mut StreamRng| stretched.distance(&relu, rng),
            )
            .null(KolmogorovDistance::new(JACOBIANS))
            .holds_for("four layers of eight units", as_said)
            .proved_beyond("$L$", "4 layers, of 8 units")
            .proved_beyond("any", TRIED)
            .foil(
                "no activation",
                Stretched {
                    activation: Activation::Identity,
                    ..as_said
                },
                all_on,
            )
            .attacks(&["ReLU"])
            .foil(
                "biases of −10: all units off",
                Stretched {
                    bias: -10.0,
                    ..as_said
                },
                foil_at(JACOBIANS, (relu.dead(), 1.0)),
            )
            .attacks(&["without biases"])
            .foil(
                "3/n",
                Stretched {
                    weights: Weights::Normal(3.0),
                    ..as_said
                },
                larger,
            )
            .attacks(&["$2/n$"])
            .foil(
                "a direction that the first layer's active units do not see",
                Stretched {
                    is_unseen: true,
                    ..as_said
                },
                foil_at(JACOBIANS, (whole(1e-20), SOME_OFF)),
            )
            .attacks(&["chosen before the weights are drawn"])
            .judge(streams)
        },
    )
}

#[test]
fn behind_rotations_a_direction_is_stretched_by_shares() -> Report {
    claim!(
        "isometry.orthogonal",
        r"Take a network of *ReLU* units without biases, of *$L$* layers of $n$ units each behind $n$ inputs, whose
        matrices are independent *uniform* rotations (of Haar's law, reflections included) times *$\sqrt2$*. Let $J$ be
        its Jacobian at an input other than zero, and $u$ *any* row vector of norm one, both *chosen before the matrices
        are drawn*. Then $\|uJ\|^2$ has the law of a product of $L$ independent variables *$2\,\mathrm{Beta}(K/2,
        (n-K)/2)$* with $K \sim \mathrm{Bin}(n, \frac12)$, which are zero for $K = 0$ and two for $K = n$.",
        |streams| {
            let rotated = law(LayerKind::OrthogonalRelu);
            let gaussian = law(LayerKind::Relu);
            let of = |law: &ProductLaw, x: f64| law.dead() + (1.0 - law.dead()) * law.cdf(x);
            let ratios = || (-200..60).map(|i| libm::exp(f64::from(i) / 20.0));
            let against = |actual: &dyn Fn(f64) -> f64| {
                foil_at(JACOBIANS, apart(|x| of(&rotated, x), actual, ratios()))
            };
            let with_gaussian = against(&|x| of(&gaussian, x));
            let without_gain = against(&|x| of(&rotated, x * libm::pow(2.0, f64::from(DEPTH))));
            // Each of the four layers doubles the square, which the law does with probability 2^-32.
            let doubled = || foil_at(JACOBIANS, (of(&rotated, 15.9), 0.0));
            let as_said = Stretched {
                weights: Weights::Rotations(2_f64.sqrt()),
                activation: Activation::Relu,
                bias: 0.0,
                is_unseen: false,
            };
            Check::of(
                "distance of the squared stretches from the law",
                JACOBIANS,
                |stretched: &Stretched, rng: &mut StreamRng| stretched.distance(&rotated, rng),
            )
            .null(KolmogorovDistance::new(JACOBIANS))
            .holds_for("four layers of eight units", as_said)
            .proved_beyond("$L$", "4 layers, of 8 units")
            .proved_beyond("any", TRIED)
            .foil(
                "no activation",
                Stretched {
                    activation: Activation::Identity,
                    ..as_said
                },
                doubled(),
            )
            .attacks(&["ReLU"])
            .foil(
                "the identity for a rotation",
                Stretched {
                    weights: Weights::Identity(2_f64.sqrt()),
                    ..as_said
                },
                doubled(),
            )
            .attacks(&["uniform"])
            .foil(
                "gain 1",
                Stretched {
                    weights: Weights::Rotations(1.0),
                    ..as_said
                },
                without_gain,
            )
            .attacks(&[r"$\sqrt2$"])
            .foil(
                "a direction that the first layer's active units do not see",
                Stretched {
                    is_unseen: true,
                    ..as_said
                },
                foil_at(JACOBIANS, (of(&rotated, 1e-20), SOME_OFF)),
            )
            .attacks(&["chosen before the matrices are drawn"])
            .foil(
                "normal weights of variance 2/n",
                Stretched {
                    weights: Weights::Normal(2.0),
                    ..as_said
                },
                with_gaussian,
            )
            .attacks(&[r"$2\,\mathrm{Beta}(K/2, (n-K)/2)$"])
            .judge(streams)
        },
    )
}
