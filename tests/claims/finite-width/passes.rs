//! What the forward and the backward pass of a layer share.

use ndarray::Array2;
use rand::RngExt;
use unit_variance::evidence::{Check, KolmogorovDistance};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Network};

use super::{apart, beta_cdf, foil_at, from_uniform, grid, he, quantile, shares, square};
use crate::harness::Report;

/// Where the backward pass has its mask, and its weights, from.
#[derive(Clone, Copy)]
enum Backward {
    /// From the network.
    Own,
    /// A mask of fresh coins.
    FreshMask,
    /// The forward pass's own squares.
    ForwardSquares,
}

#[test]
fn two_passes_share_a_mask() -> Report {
    claim!(
        "finite-width.one-mask",
        r"In a ReLU network with a linear readout of one output, independent normal weights of mean zero and variance
        $2/n$ for fan-in $n$, and no biases, look at a hidden layer at a given input other than zero. Let $S$ be the
        squared length of its activations over that of its inputs, divided by the variance of the weights into the
        layer, and $S'$ the squared length of the output's gradient with respect to its pre-activations over that with
        respect to the next layer's, divided by the variance of the weights out of the layer. Given that no layer is
        dead and that *$K$* units of this one are active, $S / (S + S')$ has the law *$\mathrm{Beta}(K/2, K/2)$*, as if
        the two passes shared the number $K$ and nothing else.",
        |streams| {
            const NETWORKS: u64 = 10_600;
            const UNITS: usize = 8;
            let sizes = [5, UNITS, 6, 1];
            let share = |x: f64, k: u64| beta_cdf(k, k, x);
            let shares = shares(UNITS as u64);
            let alive = 1.0 - shares[0];
            let living: Vec<(u64, f64)> =
                (1..).zip(shares[1..].iter().map(|p| p / alive)).collect();
            let place = |u: f64, k: u64| quantile(u, |x| share(x, k));
            let fresh = {
                let actual = |u: f64| -> f64 {
                    let given = |(k, p): &(u64, f64)| {
                        let x = place(u, *k);
                        p * living
                            .iter()
                            .map(|(other, p)| p * beta_cdf(*k, *other, x))
                            .sum::<f64>()
                    };
                    living.iter().map(given).sum()
                };
                apart(|u| u, actual, grid().skip(400))
            };
            let distance = |backward: &Backward, rng: &mut StreamRng| {
                let mut one = || loop {
                    let mut network = Network::init(&sizes, Activation::Relu, &he(), rng);
                    network.layers[2].activation = Activation::Identity;
                    let trace = network.forward(&Array2::ones((1, sizes[0])));
                    let deltas = network.backward(&trace, &Array2::ones((1, 1))).layers;
                    let activation = &trace.layers[0].activation;
                    let k = activation.iter().filter(|h| **h > 0.0).count() as u64;
                    let next = square(&deltas[1].delta);
                    // A dead layer has no factor.
                    if k == 0 || next == 0.0 {
                        continue;
                    }
                    let forward = square(activation) / (sizes[0] as f64 * 2.0 / sizes[0] as f64);
                    let scale = next * 2.0 / UNITS as f64;
                    let gradient = match backward {
                        Backward::Own => square(&deltas[0].delta) / scale,
                        Backward::ForwardSquares => forward,
                        Backward::FreshMask => {
                            let before = product(&deltas[1].delta, &network.layers[1].weight.t());
                            // As in a layer that lives.
                            let mask: u8 = rng.random_range(1..=u8::MAX);
                            let kept = before
                                .iter()
                                .enumerate()
                                .filter(|(i, _)| mask >> i & 1 == 1);
                            square(kept.map(|(_, x)| x)) / scale
                        }
                    };
                    break share(forward / (forward + gradient), k);
                };
                from_uniform((0..NETWORKS).map(|_| one()).collect())
            };
            Check::of("distance of the shares from the law", NETWORKS, distance)
                .null(KolmogorovDistance::new(NETWORKS))
                .holds_for("both passes of one network", Backward::Own)
                .foil(
                    "a mask of fresh coins for the gradient",
                    Backward::FreshMask,
                    foil_at(NETWORKS, fresh),
                )
                .attacks(&["$K$"])
                .foil(
                    "the same squares in both",
                    Backward::ForwardSquares,
                    foil_at(NETWORKS, (0.499, 0.0)),
                )
                .attacks(&[r"$\mathrm{Beta}(K/2, K/2)$"])
                .judge(streams)
        },
    )
}
