//! Masks of coins.

use ndarray::{Array1, Array2, Axis};
use rand_distr::Distribution;
use rayon::prelude::*;
use unit_variance::evidence::{
    BinomialShare, Check, NullLaw, TwoSampleDistance, TwoSampleFoil, largest,
};
use unit_variance::matrix::GradedProduct;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{JacobianRank, jacobian_factors};
use unit_variance::{
    Activation, Dense, Initializer, Law, Network, Orthogonal, Streams, VarianceScaling,
};

use crate::harness::Report;

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
            largest(distances)
        });
        largest(distances)
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
        r"Feed one given input other than zero, fixed before the matrices are drawn, to a network of ReLU units *without
        biases*, whose matrices are drawn *independently of one another*, with independent normal entries of *mean zero*
        and positive variance, or as *uniform* rotations (square, of Haar's law with reflections) or multiples of such.
        The singular values of its Jacobian have *jointly* the law that they have when each unit is switched on or off
        by a *fair* coin, *independently of the other units* and *of the weights*.",
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
