//! The claims of the chapter on isometry.

use experiments::isometry::{Map, Padding, aligned, descend, strength};
use ndarray::{Array1, Array2, ArrayD, Axis, array};
use rand_distr::Distribution;
use rayon::prelude::*;
use unit_variance::evidence::{
    BinomialShare, Check, Exactness, KolmogorovDistance, KolmogorovFoil, NullLaw,
    TwoSampleDistance, TwoSampleFoil,
};
use unit_variance::initializer::DeltaOrthogonal;
use unit_variance::matrix::{GradedProduct, product, singular_values};
use unit_variance::probability::{StreamRng, gaussian_expectation};
use unit_variance::theory::{
    DeepLinearMode, JacobianMoments, JacobianRank, LogDeterminant, WideSpectrum, jacobian,
    jacobian_factors, slope_kurtosis,
};
use unit_variance::{
    Activation, Dense, Initializer, Law, Network, Orthogonal, Streams, VarianceScaling,
};

use crate::harness::{Report, half_digits};

/// Small layers, in which every singular value is looked at.
const UNITS: usize = 8;
const LAYERS: usize = 3;

/// Coins, or not.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Masks {
    /// Fair coins.
    Fair,
    /// Coins that fall on heads with probability 0.6.
    Loaded,
    /// Fair coins, thrown for the first layer only.
    OnceForAll,
    /// On are the four units whose weights have the largest fourth powers.
    ByWeights,
}

/// A network, and the masks that are to do the same.
#[derive(Debug, Clone, Copy)]
struct Coins {
    masks: Masks,
    /// Of every unit of the network.
    bias: f64,
    /// What is added to normal weights.
    mean: f64,
    rotations: Rotations,
    /// Every layer has the transpose of the matrix before, as a tied autoencoder has.
    tied: bool,
}

/// Rotations, or not.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rotations {
    Uniform,
    Identity,
}

/// Four functions of the singular values: the largest, the second over the first, the third and the fourth.
fn functions(factors: &[Array2<f64>]) -> [f64; 4] {
    let mut product = GradedProduct::new(UNITS);
    for factor in factors {
        product.push(factor);
    }
    let mut values = product.singular_values();
    values.resize(UNITS, 0.0);
    let ratio = if values[0] > 0.0 {
        values[1] / values[0]
    } else {
        0.0
    };
    [values[0], ratio, values[2], values[3]]
}

impl Coins {
    /// He's weights, or rotations of the same gain.
    fn weights(self, normal: bool, rng: &mut StreamRng) -> Vec<Array2<f64>> {
        let shape = (UNITS, UNITS);
        let gain = 2_f64.sqrt();
        let draw = |rng: &mut StreamRng| match (normal, self.rotations) {
            (true, _) => VarianceScaling::he(Law::Normal).sample(shape, rng) + self.mean,
            (false, Rotations::Uniform) => Orthogonal::new(gain).sample(shape, rng),
            (false, Rotations::Identity) => Array2::eye(UNITS) * gain,
        };
        let mut weights: Vec<Array2<f64>> = (0..LAYERS).map(|_| draw(rng)).collect();
        if self.tied {
            for layer in 1..LAYERS {
                weights[layer] = weights[layer - 1].t().to_owned();
            }
        }
        weights
    }

    fn of_network(self, normal: bool, rng: &mut StreamRng) -> [f64; 4] {
        let layers = self.weights(normal, rng).into_iter();
        let layers = layers.map(|weight| Dense::new(weight, Activation::Relu));
        let mut network = Network {
            layers: layers.collect(),
        };
        for layer in &mut network.layers {
            layer.bias.fill(self.bias);
        }
        let input = Array1::from_shape_fn(UNITS, |i| libm::cos(i as f64));
        functions(&jacobian_factors(&network, &input))
    }

    fn of_masks(self, normal: bool, rng: &mut StreamRng) -> [f64; 4] {
        let mut mask = Array1::<f64>::zeros(UNITS);
        let mut factors = Vec::new();
        for (layer, weight) in self.weights(normal, rng).into_iter().enumerate() {
            if layer == 0 || self.masks != Masks::OnceForAll {
                mask = self.mask(&weight, rng);
            }
            factors.push(weight * &mask);
        }
        functions(&factors)
    }

    /// The largest distance of the two laws of a function, for normal weights and for rotations, by samples of so many networks.
    fn distance(self, networks: u64, rng: &mut StreamRng) -> f64 {
        let streams = Streams::from_rng(rng);
        let distances = [true, false].map(|normal| {
            let sample = |draw: fn(Self, bool, &mut StreamRng) -> [f64; 4], name| {
                let streams = streams.family(&format!("{name} {normal}"));
                let draws = (0..networks).into_par_iter();
                let draws = draws.map(|i| draw(self, normal, &mut streams.block(i)));
                draws.collect::<Vec<[f64; 4]>>()
            };
            let one = sample(Self::of_network, "network");
            let other = sample(Self::of_masks, "masks");
            let distances = (0..4).map(|i| {
                let of = |sample: &[[f64; 4]]| -> Vec<f64> {
                    sample.iter().map(|values| values[i]).collect()
                };
                TwoSampleDistance::of(&mut of(&one), &mut of(&other))
            });
            distances.fold(0.0, f64::max)
        });
        distances[0].max(distances[1])
    }

    fn mask(self, weight: &Array2<f64>, rng: &mut StreamRng) -> Array1<f64> {
        // A uniform draw from −√3 to √3 is below the quantile of heads.
        let toss = |heads: f64, rng: &mut StreamRng| {
            let quantile = 3_f64.sqrt() * (2.0 * heads - 1.0);
            let mut coin = || f64::from(Law::Uniform.sample(rng) < quantile);
            Array1::from_shape_simple_fn(UNITS, &mut coin)
        };
        match self.masks {
            Masks::Fair | Masks::OnceForAll => toss(0.5, rng),
            Masks::Loaded => toss(0.6, rng),
            Masks::ByWeights => {
                let sizes = weight.mapv(|w| w.powi(4)).sum_axis(Axis(0));
                let mut sorted = sizes.to_vec();
                sorted.sort_by(f64::total_cmp);
                sizes.mapv(|size| f64::from(size >= sorted[UNITS / 2]))
            }
        }
    }
}

#[test]
fn the_singular_values_do_not_know_where_the_masks_come_from() -> Report {
    claim!(
        "isometry.coins",
        r"Feed one input other than zero to a network of ReLU units *without biases*, whose matrices are drawn
        *independently of one another*, with independent normal entries of *mean zero* or as *uniform*
        rotations. The singular values of its Jacobian have *jointly* the law that they have when each unit is
        switched on or off by a *fair* coin, *independently of the other units* and *of the weights*.",
        |streams| {
            const NETWORKS: u64 = 2_500;
            let as_stated = Coins {
                masks: Masks::Fair,
                bias: 0.0,
                mean: 0.0,
                rotations: Rotations::Uniform,
                tied: false,
            };
            let with = |masks| Coins { masks, ..as_stated };
            let at_least = |rank, depth| JacobianRank::new(UNITS as u64, depth).at_least(rank);
            let fair = at_least(4, LAYERS as u64);
            let loaded = BinomialShare::new(UNITS as u64, 0.6)
                .upper_tail(0.5)
                .powi(3);
            let foil = |one, other| TwoSampleFoil::new(NETWORKS, one, other);

            Check::of(
                "largest distance of the laws of the largest, third and fourth singular value, and of the first two's ratio",
                NETWORKS,
                |coins: &Coins, rng: &mut StreamRng| coins.distance(NETWORKS, rng),
            )
            .null(TwoSampleDistance::new(NETWORKS, 8))
            .proved_beyond("jointly", "three singular values, and a ratio of two")
            .holds_for("fair coins", as_stated)
            .foil(
                "biases of −10",
                Coins {
                    bias: -10.0,
                    ..as_stated
                },
                foil(at_least(3, LAYERS as u64), 0.0),
            )
            .attacks(&["without biases"])
            .foil(
                // The sum of the input is 1.48, its length 2.1: with this mean all units are on, but for one case in 10^11.
                "normal weights of mean 5",
                Coins {
                    mean: 5.0,
                    ..as_stated
                },
                foil(1.0, fair),
            )
            .attacks(&["mean zero"])
            .foil(
                // The five units at which the input is positive are on; with coins, a unit is on in all layers once in eight.
                "the identity for a rotation",
                Coins {
                    rotations: Rotations::Identity,
                    ..as_stated
                },
                foil(1.0, BinomialShare::new(UNITS as u64, 0.125).upper_tail(0.5)),
            )
            .attacks(&["uniform"])
            .foil_executed_only(
                "the transpose of the matrix before",
                Coins {
                    tied: true,
                    ..as_stated
                },
                "the masks then depend on one another, in a way that has no formula",
            )
            .attacks(&["independently of one another"])
            .foil("coins of 0.6", with(Masks::Loaded), foil(loaded, fair))
            .attacks(&["fair"])
            .foil(
                "one throw for all layers",
                with(Masks::OnceForAll),
                foil(at_least(4, 1), fair),
            )
            .attacks(&["independently of the other units"])
            .foil(
                "the units with the largest weights",
                with(Masks::ByWeights),
                foil(1.0, fair),
            )
            .attacks(&["of the weights"])
            .judge(streams)
        },
    )
}

/// A factor `W D` of a Jacobian, and its probability.
type Weighted = (f64, Array2<f64>);

/// Every matrix whose columns are these or zero, times the root of two: fair masks.
fn masked((probability, weight): &Weighted) -> Vec<Weighted> {
    let n = weight.ncols();
    let masks = (0..1_u32 << n).map(|bits| {
        let mask = Array1::from_shape_fn(n, |j| f64::from((bits >> j) & 1) * 2_f64.sqrt());
        (probability / f64::from(1 << n), weight * &mask)
    });
    masks.collect()
}

/// Layers of `n` units with weights of variance `1/n` that have three values, 0 and ±√3: the first five moments of a normal
/// law.
fn three_points(n: usize) -> Vec<Weighted> {
    let entries = n * n;
    let all = 3_usize.pow(entries as u32);
    let values = [
        (2.0 / 3.0, 0.0),
        (1.0 / 6.0, 3_f64.sqrt()),
        (1.0 / 6.0, -(3_f64.sqrt())),
    ];
    let matrices = (0..all).map(|code| {
        let (mut probability, mut rest) = (1.0, code);
        let weight = Array2::from_shape_simple_fn((n, n), || {
            let (p, value) = values[rest % 3];
            rest /= 3;
            probability *= p;
            value / (n as f64).sqrt()
        });
        (probability, weight)
    });
    matrices.flat_map(|weighted| masked(&weighted)).collect()
}

/// Rotations and reflections by multiples of 45 degrees: polynomials of degree four have the mean that they have over all.
fn eighths(n: usize) -> Vec<Weighted> {
    let weights: Vec<Array2<f64>> = match n {
        1 => vec![array![[1.0]], array![[-1.0]]],
        _ => (0..16)
            .map(|code| {
                let (sin, cos) = libm::sincos(f64::from(code / 2) * std::f64::consts::FRAC_PI_4);
                let side = if code % 2 == 0 { 1.0 } else { -1.0 };
                array![[cos, side * sin], [-sin, side * cos]]
            })
            .collect(),
    };
    let share = 1.0 / weights.len() as f64;
    let weights = weights.into_iter();
    weights
        .flat_map(|weight| masked(&(share, weight)))
        .collect()
}

/// `E (1/n) tr (J Jᵀ)²` over all products of so many factors.
fn enumerated(factors: &[Weighted], depth: usize) -> f64 {
    fn over(factors: &[Weighted], depth: usize, sofar: &Array2<f64>) -> f64 {
        if depth == 0 {
            let gram = product(sofar, &sofar.t());
            return gram.mapv(|x| x * x).sum() / gram.nrows() as f64;
        }
        let terms = factors.iter().map(|(probability, factor)| {
            probability * over(factors, depth - 1, &product(sofar, factor))
        });
        terms.sum()
    }
    let n = factors[0].1.nrows();
    over(factors, depth, &Array2::eye(n))
}

#[test]
fn fourth_powers_of_singular_values_are_as_the_formula_says() -> Report {
    claim!(
        "isometry.moments",
        r"In a network of $n$ inputs and *$L$* layers of *$n$* ReLU units each, without biases and with independent
        normal weights of mean zero and variance $2/n$, the mean of the fourth powers of the singular values of the
        Jacobian at one input other than zero has the expectation *$\frac{n+2}{3}(1+\frac5n)^L -
        \frac{n-1}{3}(1-\frac1n)^L$*. With independent uniform rotations times $\sqrt2$ for the weights it is
        *$\frac{n+2}{3}(\frac{n+5}{n+2})^L - \frac{n-1}{3}$*.",
        || {
            let normal: Vec<(u64, u64, f64)> = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]
                .map(|(n, depth)| {
                    (
                        n,
                        depth,
                        enumerated(&three_points(n as usize), depth as usize),
                    )
                })
                .into();
            let rotations: Vec<(u64, u64, f64)> = [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3)]
                .map(|(n, depth)| (n, depth, enumerated(&eighths(n as usize), depth as usize)))
                .into();
            let cases = (normal.len() + rotations.len()) as u64;
            let farthest = |of_normal: &dyn Fn(u64, u64) -> f64,
                            of_rotations: &dyn Fn(u64, u64) -> f64| {
                let off = |cases: &[(u64, u64, f64)], formula: &dyn Fn(u64, u64) -> f64| {
                    let errors = cases
                        .iter()
                        .map(|(n, depth, exact)| (formula(*n, *depth) / exact - 1.0).abs());
                    errors.fold(0.0, f64::max)
                };
                off(&normal, of_normal).max(off(&rotations, of_rotations))
            };
            let relu = |n, depth| JacobianMoments::relu(n).second_moment(depth);
            let orthogonal = |n, depth| JacobianMoments::orthogonal_relu(n).second_moment(depth);
            // Width n, no areas: as if J Jᵀ were a multiple of the identity in every network.
            let directions = |n: u64, depth: u64| {
                let n = n as f64;
                (n + 2.0) / 3.0 * libm::pow(1.0 + 5.0 / n, depth as f64)
            };
            Exactness::of("largest relative error of an expectation", cases)
                .proved()
                .within(1e-12)
                .proved_beyond("$L$", "1 to 3 layers")
                .proved_beyond(
                    "$n$",
                    "1 to 3 units with normal weights, 1 and 2 with rotations",
                )
                .holds_for(
                    "the formulas, and all networks",
                    farthest(&relu, &orthogonal),
                )
                .foil(
                    "infinite width, 1 + 2L",
                    farthest(&|_, depth| 1.0 + 2.0 * depth as f64, &orthogonal),
                )
                .attacks(&[r"$\frac{n+2}{3}(1+\frac5n)^L - \frac{n-1}{3}(1-\frac1n)^L$"])
                .foil("without the areas", farthest(&directions, &orthogonal))
                .attacks(&[r"$\frac{n+2}{3}(1+\frac5n)^L - \frac{n-1}{3}(1-\frac1n)^L$"])
                .foil(
                    "infinite width, 1 + L, for rotations",
                    farthest(&relu, &|_, depth| 1.0 + depth as f64),
                )
                .attacks(&[r"$\frac{n+2}{3}(\frac{n+5}{n+2})^L - \frac{n-1}{3}$"])
                .judge()
        },
    )
}

/// What is counted in a He network.
#[derive(Debug, Clone, Copy)]
struct Rank {
    depth: usize,
    most: usize,
    /// The first layer's number of active units for the smallest.
    only_first: bool,
    inputs: usize,
}

/// A He network of these widths, and the numbers of its active units.
fn active_units(widths: &[usize], rng: &mut StreamRng) -> (Network, Vec<usize>) {
    let he = VarianceScaling::he(Law::Normal);
    let network = Network::init(widths, Activation::Relu, &he, rng);
    let trace = network.forward(&Array2::ones((1, widths[0])));
    let layers = trace.layers.iter();
    let active = layers.map(|layer| layer.activation.iter().filter(|h| **h > 0.0).count());
    let active = active.collect();
    (network, active)
}

#[test]
fn the_rank_is_the_smallest_number_of_active_units() -> Report {
    claim!(
        "isometry.rank",
        r"With probability one, the Jacobian of a He network without biases, with *as many inputs as units* in each
        layer, has at an input other than zero the *smallest number of active units* in a layer as its rank: for
        *fifty layers* of eighty units *at most $30$* in *$56.5$ percent* of draws.",
        |streams| {
            const NETWORKS: u64 = 180;
            let as_stated = Rank {
                depth: 50,
                most: 30,
                only_first: false,
                inputs: 80,
            };
            let probability =
                |depth: u64, most: u64| 1.0 - JacobianRank::new(80, depth).at_least(most + 1);
            assert_eq!(format!("{:.1}", 100.0 * probability(50, 30)), "56.5");
            let share = |depth, most| BinomialShare::new(NETWORKS, probability(depth, most));

            // That the rank is this number: by all singular values of networks small enough to have digits left.
            let mut rng = streams.stream("ranks");
            let is_smallest = (0..200).all(|_| {
                let (network, active) = active_units(&[8; 4], &mut rng);
                let values = singular_values(&jacobian(&network, &Array1::ones(8)));
                // Above the rounding, and with a probability of a few in 10^10 above a value that is not zero.
                let rank = values.iter().filter(|s| **s > 3e-14 * values[0]).count();
                Some(rank) == active.into_iter().min()
            });

            Check::of(
                "share of networks of at most so low a rank",
                NETWORKS,
                |rank: &Rank, rng: &mut StreamRng| {
                    if !is_smallest {
                        return f64::NAN;
                    }
                    let streams = Streams::from_rng(rng);
                    let low = (0..NETWORKS).into_par_iter().filter(|i| {
                        let mut widths = vec![80; rank.depth + 1];
                        widths[0] = rank.inputs;
                        let (_, active) = active_units(&widths, &mut streams.block(*i));
                        let layers = if rank.only_first { 1 } else { rank.depth };
                        let smallest = active[..layers].iter().fold(rank.inputs, |a, b| a.min(*b));
                        smallest <= rank.most
                    });
                    low.count() as f64 / NETWORKS as f64
                },
            )
            .null(share(50, 30))
            .holds_for("fifty layers, at most 30", as_stated)
            .proved_beyond(
                "smallest number of active units",
                "200 networks of 3 layers of 8 units, by their singular values",
            )
            .foil(
                "the first layer's active units",
                Rank {
                    only_first: true,
                    ..as_stated
                },
                share(1, 30),
            )
            .attacks(&["smallest number of active units"])
            .foil(
                "twenty inputs",
                Rank {
                    inputs: 20,
                    ..as_stated
                },
                BinomialShare::new(NETWORKS, 1.0),
            )
            .attacks(&["as many inputs as units"])
            .foil(
                "ten layers",
                Rank {
                    depth: 10,
                    ..as_stated
                },
                share(10, 30),
            )
            .attacks(&["fifty layers", "$56.5$ percent"])
            .foil(
                "at most 33",
                Rank {
                    most: 33,
                    ..as_stated
                },
                share(50, 33),
            )
            .attacks(&["at most $30$"])
            .judge(streams)
        },
    )
}

/// What `ln det²` is taken for.
type LogSquare<'a> = &'a dyn Fn(&mut StreamRng) -> f64;

#[test]
fn a_determinant_is_a_product_of_chi_square_variables() -> Report {
    claim!(
        "isometry.determinant",
        r"For an *$n$* by $n$ matrix $W$ of independent normal weights of mean zero and variance *$1/n$*, $n^n
        \det(W)^2$ has the law of a product of independent chi-square variables with *$1, 2, \dots, n$* degrees of
        freedom.",
        |streams| {
            const MATRICES: u64 = 1_000;
            const N: u32 = 20;
            let law = LogDeterminant::new(N, 1);
            let n = N as usize;
            let draw = |scale: f64, rng: &mut StreamRng| {
                VarianceScaling::new(scale, unit_variance::Fan::In, Law::Normal).sample((n, n), rng)
            };
            let determinant = |scale: f64, rng: &mut StreamRng| -> f64 {
                let values = singular_values(&draw(scale, rng));
                values.into_iter().map(|s| 2.0 * libm::log(s)).sum()
            };
            let right = |rng: &mut StreamRng| determinant(1.0, rng);
            let larger = |rng: &mut StreamRng| determinant(1.1, rng);
            // As if every column were orthogonal to those before it: the product of their lengths.
            let lengths = |rng: &mut StreamRng| -> f64 {
                let squares = draw(1.0, rng).mapv(|w| w * w).sum_axis(Axis(0));
                squares.into_iter().map(libm::log).sum()
            };
            // The logarithm of 1.1 twenty times, and half of it.
            let shift = f64::from(N) * libm::log(1.1);
            let middle = law.mean() + shift / 2.0;
            // Of the product of lengths: mean 20 (ψ(10) + ln(1/10)) = −1.02 and variance 20 ψ'(10) = 2.1, so that at most
            // 3 percent of it lie below −10 (Chebyshev).
            Check::of(
                "distance of ln det² from the law of the product",
                MATRICES,
                |square: &LogSquare, rng: &mut StreamRng| {
                    let mut sample: Vec<f64> = (0..MATRICES).map(|_| square(rng)).collect();
                    KolmogorovDistance::of(&mut sample, |x| law.cdf(x))
                },
            )
            .null(KolmogorovDistance::new(MATRICES))
            .proved_beyond("$n$", "20")
            .holds_for("variance 1/n", &right)
            .foil(
                "variance 1.1/n",
                &larger,
                KolmogorovFoil::new(MATRICES, law.cdf(middle), law.cdf(middle - shift)),
            )
            .attacks(&["$1/n$"])
            .foil(
                "n degrees of freedom for every column",
                &lengths,
                KolmogorovFoil::new(MATRICES, law.cdf(-10.0), 0.03),
            )
            .attacks(&[r"$1, 2, \dots, n$"])
            .judge(streams)
        },
    )
}

/// The smallest value of `x` over `0 < w < 1`, by golden section; `z = w/(1 − w)`.
fn least(law: WideSpectrum) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let x = |w: f64| law.inverse(w / (1.0 - w));
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..70 {
        let (left, right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        if x(left) < x(right) {
            b = right;
        } else {
            a = left;
        }
    }
    x(f64::midpoint(a, b))
}

#[test]
fn rotations_save_one_layer_of_the_largest_stretch() -> Report {
    claim!(
        "isometry.edge",
        r"The limit, as the width grows, of the law of the squared singular values of *$L$* layers of uniform
        rotations times $\sqrt2$ with ReLU units has the largest value *$L^L/(L-1)^{L-1}$*, for $L$ from $2$ to
        $50$. So has that of *$L-1$* layers of normal weights of variance $1/n$ without activation.",
        || {
            let farthest = |stated: &dyn Fn(u32) -> f64, linear: &dyn Fn(u32) -> WideSpectrum| {
                let off = |depth: u32| {
                    let (relu, linear) = (WideSpectrum::orthogonal_relu(depth), linear(depth));
                    let of = |law: WideSpectrum| {
                        // The series of the moments at twice the largest value, and the equation that it solves.
                        let x = 2.0 * law.edge();
                        let terms = (1..=80).map(|k| law.moment(k) * x.powi(-k.cast_signed()));
                        let solved = law.inverse(terms.sum()) / x - 1.0;
                        let edge = least(law) / stated(depth) - 1.0;
                        solved.abs().max(edge.abs())
                    };
                    of(relu).max(of(linear))
                };
                (2..=50).map(off).fold(0.0, f64::max)
            };
            let stated = |depth: u32| {
                let l = f64::from(depth);
                libm::pow(l, l) / libm::pow(l - 1.0, l - 1.0)
            };
            let one_less = |depth: u32| WideSpectrum::linear(depth - 1);
            Exactness::of("largest relative error", 49)
                .within(1e-9)
                .over("$L$", "2 to 50, all")
                .holds_for("moments, equation and edge", farthest(&stated, &one_less))
                .foil("L linear layers", farthest(&stated, &WideSpectrum::linear))
                .attacks(&["$L-1$"])
                .foil(
                    "the edge of Gaussian ReLU layers",
                    farthest(&|depth| WideSpectrum::relu(depth).edge(), &one_less),
                )
                .attacks(&["$L^L/(L-1)^{L-1}$"])
                .judge()
        },
    )
}

#[test]
fn small_tanh_layers_have_nearly_equal_singular_values() -> Report {
    claim!(
        "isometry.tanh",
        r"A wide layer of rotations with tanh units whose pre-activations are normal with *mean zero* and variance
        $0.1$ has squared singular values of relative variance *$0.0397$*, with variance $0.01$ of *$0.00073$*; with
        *ReLU* units it is *one* at *every positive variance*.",
        || {
            let variances: Vec<f64> = (-12..=12)
                .map(|i| libm::pow(10.0, f64::from(i) / 4.0))
                .collect();
            let off = |small: &dyn Fn(f64) -> f64, relu: &dyn Fn(f64) -> f64| {
                let printed =
                    half_digits(small(0.1), "0.0397").max(half_digits(small(0.01), "0.00073"));
                let ones = variances.iter().map(|q| (relu(*q) - 1.0).abs() / 1e-12);
                ones.fold(printed, f64::max)
            };
            let excess = |phi: Activation| move |q: f64| slope_kurtosis(phi, q) - 1.0;
            let (tanh, relu) = (excess(Activation::Tanh), excess(Activation::Relu));
            let biased = |q: f64| {
                let moment = |power| {
                    let slope = |z: f64| Activation::Tanh.slope(z + 0.1).powi(power);
                    gaussian_expectation(slope, q, &[])
                };
                moment(4) / moment(2).powi(2) - 1.0
            };
            Exactness::of(
                "largest distance from the sentence, in half digits",
                variances.len() as u64 + 2,
            )
            .within(1.0)
            .proved_beyond("every positive variance", "25 variances from 0.001 to 1000")
            .holds_for("tanh and ReLU", off(&tanh, &relu))
            .finds("tanh at 0.1", tanh(0.1))
            .finds("at 0.01", tanh(0.01))
            .foil("pre-activations of mean 0.1", off(&biased, &relu))
            .attacks(&["mean zero"])
            .foil("erf for tanh", off(&excess(Activation::Erf), &relu))
            .attacks(&["$0.0397$", "$0.00073$"])
            .foil(
                "normal weights for rotations",
                off(&|q| slope_kurtosis(Activation::Tanh, q), &relu),
            )
            .attacks(&["$0.0397$", "$0.00073$"])
            .foil("GELU for ReLU", off(&tanh, &excess(Activation::Gelu)))
            .attacks(&["ReLU", "one"])
            .judge()
        },
    )
}

#[test]
fn two_layers_follow_the_logistic_curve() -> Report {
    claim!(
        "isometry.saxe",
        r"*Two* linear layers learn a matrix by gradient descent on *half* of the squared error, with white inputs,
        balanced and aligned with the matrix. A mode of strength $s = 3$ that starts at $u_0 = 0.001$ is at time
        $t$, rate times steps, at *$s\,e^{2st}/(e^{2st} - 1 + s/u_0)$*, up to an error that at $t = 1$ is *of first
        order in the rate*.",
        |streams| {
            const S: f64 = 3.0;
            const START: f64 = 0.001;
            let learned = |layers: u32, factor: f64, steps: u32| {
                let (mut network, target) = aligned(layers, START, &mut streams.stream("start"));
                for _ in 0..steps {
                    descend(&mut network, &target, factor / f64::from(steps));
                }
                strength(&network, &target)
            };
            let growth = |exponent: f64| {
                let e = libm::exp(exponent);
                S * e / (e - 1.0 + S / START)
            };
            // The error at a rate over that at half of it.
            let off = |layers, factor, curve: f64| {
                let error = |steps| learned(layers, factor, steps) - curve;
                (error(1_000) / error(2_000) / 2.0 - 1.0).abs()
            };
            let closed = growth(2.0 * S);
            assert!((DeepLinearMode::new(2, S).strength(START, 1.0) - closed).abs() < 1e-12);
            Exactness::of(
                "relative distance from two of the errors' ratio at rates of 0.001 and 0.0005",
                2,
            )
            .within(0.025)
            .holds_for("two layers", off(2, 1.0, closed))
            .foil("the squared error, not half of it", off(2, 2.0, closed))
            .attacks(&["half"])
            .foil("three layers", off(3, 1.0, closed))
            .attacks(&["Two"])
            .foil("e^(st) for e^(2st)", off(2, 1.0, growth(S)))
            .attacks(&[r"$s\,e^{2st}/(e^{2st} - 1 + s/u_0)$"])
            .foil(
                "a curve that is one percent off",
                off(2, 1.0, 1.01 * closed),
            )
            .attacks(&["of first order in the rate"])
            .judge()
        },
    )
}

#[test]
fn depth_costs_time_only_where_layers_start_small() -> Report {
    claim!(
        "isometry.steps",
        r"By gradient flow on half of the squared error, with white inputs, balanced linear layers that are aligned
        with a matrix bring a mode of strength $3$ to $2.7$ in a time that, multiplied by the number of layers $L$,
        *falls* with $L$ from *$1.90$* for one layer to *$0.531$* in the limit, if they start as rotations. If their
        product starts at $0.001$ it *grows* with $L$, from *$2.30$* for one layer to *$21.4$* for four.",
        || {
            const MOST: u32 = 64;
            let off = |large: f64, small: f64, rate: &dyn Fn(u32) -> f64| {
                let time = |depth: u32, from: f64| {
                    rate(depth) * DeepLinearMode::new(depth, 3.0).time(from, 2.7)
                };
                let exceptions = (1..MOST).filter(|&depth| {
                    let grows = time(depth + 1, small) > time(depth, small);
                    let falls = time(depth + 1, large) < time(depth, large);
                    !falls || (depth < 4 && !grows)
                });
                [
                    (1, large, "1.90"),
                    (1_000_000, large, "0.531"),
                    (1, small, "2.30"),
                    (4, small, "21.4"),
                ]
                .map(|(depth, from, printed)| half_digits(time(depth, from), printed))
                .into_iter()
                .fold(2.0 * exceptions.count() as f64, f64::max)
            };
            let by_depth = |depth: u32| f64::from(depth);
            Exactness::of(
                "largest distance from the sentence, in half digits; exceptions count for two",
                70,
            )
            .within(1.0)
            .proved_beyond("falls", "1 to 64 layers")
            .over("grows", "1 to 4 layers")
            .holds_for("time multiplied by the layers", off(1.0, 0.001, &by_depth))
            .foil("the time alone", off(1.0, 0.001, &|_| 1.0))
            .attacks(&["grows", "$21.4$"])
            .foil("a start at a half", off(0.5, 0.001, &by_depth))
            .attacks(&["$1.90$", "$0.531$", "falls"])
            .foil("a start at 0.01", off(1.0, 0.01, &by_depth))
            .attacks(&["$2.30$", "$21.4$"])
            .judge()
        },
    )
}

/// The largest entry of `J Jᵀ − 1` of so many convolutions on a small map.
fn distance_from_isometry(
    map: &Map,
    depth: usize,
    rng: &mut StreamRng,
    kernel: &(dyn Fn(&Map, &mut StreamRng) -> ArrayD<f64> + Sync),
) -> f64 {
    let jacobian = map.product(depth, || kernel(map, rng));
    let gram = product(&jacobian, &jacobian.t()) - Array2::<f64>::eye(map.size());
    gram.iter().fold(0.0, |largest, x| x.abs().max(largest))
}

#[test]
fn ten_thousand_convolutions_keep_every_length() -> Report {
    claim!(
        "isometry.delta",
        r"*Ten thousand* convolutions in a row with *delta-orthogonal* kernels of odd size, in *one dimension or two*,
        with *circular or zero* padding, stride one, no biases and as many output channels as input channels, keep
        the length of *every* signal to $10^{-10}$ of it in double precision.",
        |streams| {
            let maps: Vec<Map> = [1, 2]
                .into_iter()
                .flat_map(|dimensions| {
                    [Padding::Circular, Padding::Zeros]
                        .map(|padding| Map::small(dimensions, padding))
                })
                .collect();
            let farthest =
                |depth: usize, kernel: &(dyn Fn(&Map, &mut StreamRng) -> ArrayD<f64> + Sync)| {
                    let distances = maps.par_iter().map(|map| {
                        let mut rng = streams.stream(&format!("{map:?}"));
                        distance_from_isometry(map, depth, &mut rng, kernel)
                    });
                    distances.reduce(|| 0.0, f64::max)
                };
            let delta =
                |map: &Map, rng: &mut StreamRng| map.kernel(&DeltaOrthogonal::new(1.0), rng);
            let flattened = |map: &Map, rng: &mut StreamRng| map.kernel(&Orthogonal::new(1.0), rng);
            let normal = |map: &Map, rng: &mut StreamRng| {
                map.kernel(&VarianceScaling::lecun(Law::Normal), rng)
            };
            let beside = |map: &Map, rng: &mut StreamRng| {
                let mut kernel = delta(map, rng);
                for mut taps in kernel.lanes_mut(Axis(0)) {
                    taps.swap(0, 1);
                }
                kernel
            };
            Exactness::of("largest entry of J Jᵀ − 1", 4)
                .sampled()
                .within(1e-10)
                .proved_beyond("Ten thousand", "10000 layers")
                .proved_beyond(
                    "one dimension or two",
                    "8 places of 4 channels, 4 by 4 of 2",
                )
                .proved_beyond("every", "all of the map, by the product of the matrices")
                .holds_for("delta-orthogonal", farthest(10_000, &delta))
                .foil("orthogonal as a flattened kernel", farthest(1, &flattened))
                .attacks(&["delta-orthogonal"])
                .foil("normal of variance 1/n", farthest(1, &normal))
                .attacks(&["delta-orthogonal"])
                .foil("the rotation beside the center", farthest(1, &beside))
                .attacks(&["circular or zero"])
                .judge()
        },
    )
}
