//! Layers of several widths.

use ndarray::Array2;
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{LayerKind, LayerLaw, Layers, ProductLaw};
use unit_variance::{Activation, Fan, Law, Network, VarianceScaling};

use super::{apart, foil_at, from_uniform, square};
use crate::harness::Report;

/// How networks with a layer in their middle are drawn.
struct Drawn {
    /// The layers of 24 units before and behind it, and its own units.
    sides: usize,
    middle: usize,
    scheme: VarianceScaling,
    activation: Activation,
}

#[test]
fn real_networks_have_the_law_of_their_layers() -> Report {
    claim!(
        "finite-width.bottleneck",
        r"In *ReLU* networks with independent normal weights of mean zero and variance *$2/n$* for *fan-in* $n$, without
        biases, of *four* layers of 24 units with a layer of *eight* units in the middle of them, the logarithm of the
        mean square behind the last layer over that of a given input other than zero has, given that no layer is dead,
        for its characteristic function the product of those of five variables $\ln(\frac2m\chi^2_K)$ with $K \sim
        \mathrm{Bin}(m, \frac12)$ given $K \ge 1$, one for each layer, of $m$ units.",
        |streams| {
            const NETWORKS: u64 = 4000;
            const INPUTS: usize = 3;
            let of = |kind, groups: &[(u64, u32)]| {
                let layers = groups
                    .iter()
                    .map(|&(width, count)| Layers { kind, width, count });
                ProductLaw::of(&layers.collect::<Vec<_>>())
            };
            let relu = |groups| of(LayerKind::Relu, groups);
            let law = relu(&[(24, 4), (8, 1)]);
            let ratios = || (-160..80).map(|i| libm::exp(f64::from(i) / 20.0));
            let against = |actual: &dyn Fn(f64) -> f64| {
                foil_at(NETWORKS, apart(|x| law.cdf(x), actual, ratios()))
            };
            let larger = against(&|x| law.cdf(x / 1.1_f64.powi(5)));
            // The fans cancel along the network, but at its ends.
            let by_fan_out = against(&|x| law.cdf(x * 24.0 / INPUTS as f64));
            let [equal, deeper] = [&[(24, 5)][..], &[(24, 8), (8, 1)][..]].map(relu);
            let linear = of(LayerKind::Linear, &[(24, 4), (8, 1)]);
            let [equal, deeper, linear] =
                [equal, deeper, linear].map(|other| against(&|x| other.cdf(x)));

            let distance = |drawn: &Drawn, rng: &mut StreamRng| {
                let side = vec![24; drawn.sides];
                let sizes = [&[INPUTS], &side[..], &[drawn.middle], &side[..]].concat();
                let input = Array2::ones((1, INPUTS));
                // A dead network is drawn again.
                let mut one = || loop {
                    let network = Network::init(&sizes, drawn.activation, &drawn.scheme, rng);
                    let output = network.forward(&input).output().clone();
                    let ratio = square(&output) / output.len() as f64;
                    if ratio > 0.0 {
                        break law.cdf(ratio);
                    }
                };
                from_uniform((0..NETWORKS).map(|_| one()).collect())
            };
            let drawn = |sides, middle, scale, fan| Drawn {
                sides,
                middle,
                scheme: VarianceScaling::new(scale, fan, Law::Normal),
                activation: Activation::Relu,
            };
            Check::of(
                "distance of the networks' mean squares from the law",
                NETWORKS,
                distance,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("as said", drawn(2, 8, 2.0, Fan::In))
            .foil("2.2/n", drawn(2, 8, 2.2, Fan::In), larger)
            .attacks(&["$2/n$"])
            .foil("2/n for fan-out n", drawn(2, 8, 2.0, Fan::Out), by_fan_out)
            .attacks(&["fan-in"])
            .foil(
                "24 units in the middle, too",
                drawn(2, 24, 2.0, Fan::In),
                equal,
            )
            .attacks(&["eight"])
            .foil("eight layers of 24", drawn(4, 8, 2.0, Fan::In), deeper)
            .attacks(&["four"])
            .foil(
                "no activation, and 1/n",
                Drawn {
                    activation: Activation::Identity,
                    ..drawn(2, 8, 1.0, Fan::In)
                },
                linear,
            )
            .attacks(&["ReLU"])
            .judge(streams)
        },
    )
}

#[test]
fn equal_widths_wander_least() -> Report {
    claim!(
        "finite-width.equal-widths",
        r"Of *all* $39\,711$ ways to divide $64$ units among *four* hidden layers of a *ReLU* network, with normal weights of variance
        $2/n$ for fan-in $n$ and without biases, *sixteen each* gives the *smallest* second moment of the mean square behind the last
        layer, for a given input other than zero.",
        || {
            const UNITS: u32 = 64;
            // How many divisions have one that is no larger than that of the candidate, itself aside.
            let exceptions = |candidate: [u32; 4], moment: &dyn Fn([u32; 4]) -> f64| {
                let least = moment(candidate);
                let mut ways = 0;
                let mut exceptions = 0_u32;
                for a in 1..UNITS {
                    for b in 1..UNITS - a {
                        for c in 1..UNITS - a - b {
                            let widths = [a, b, c, UNITS - a - b - c];
                            ways += 1;
                            exceptions += u32::from(widths != candidate && moment(widths) <= least);
                        }
                    }
                }
                assert_eq!(ways, 39_711);
                f64::from(exceptions)
            };
            let second_moments: Vec<f64> = (1..=UNITS)
                .map(|n| 1.0 + LayerLaw::new(LayerKind::Relu, n.into()).variance())
                .collect();
            let product = |widths: &[u32]| -> f64 {
                let moments = widths.iter().map(|n| second_moments[*n as usize - 1]);
                moments.product()
            };
            let relu = |widths: [u32; 4]| product(&widths);
            let three = |widths: [u32; 4]| product(&widths[..3]);
            let rotated = |_: [u32; 4]| 1.0;
            Exactness::of(
                "other divisions with a second moment that is no larger",
                39_711,
            )
            .within(0.0)
            .over("all", "all 39,711")
            .holds_for("sixteen each", exceptions([16; 4], &relu))
            .foil(
                "an hourglass: 24, 8, 8, 24",
                exceptions([24, 8, 8, 24], &relu),
            )
            .attacks(&["sixteen each"])
            .foil(
                "the largest for the smallest",
                exceptions([16; 4], &|widths| -relu(widths)),
            )
            .attacks(&["smallest"])
            .foil("the last layer forgotten", exceptions([16; 4], &three))
            .attacks(&["four"])
            .foil(
                "orthogonal and without activation: always one",
                exceptions([16; 4], &rotated),
            )
            .attacks(&["ReLU"])
            .judge()
        },
    )
}
