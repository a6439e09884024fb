//! The claims of the chapter on activations.

use ndarray::Array2;
use num_dual::Dual64;
use unit_variance::evidence::{BinomialShare, Check, Exactness};
use unit_variance::probability::gaussian_upper_tail;
use unit_variance::{Activation, Dense, Fan, Initializer, Law, Network, VarianceScaling};

use crate::harness::{Report, draw_cases};

#[test]
fn slopes_are_derivatives() -> Report {
    claim!(
        "activations.slopes",
        r"For all eighteen activations and any $z$ between $-25$ and $25$ the slope is the derivative of the
        value, as computed by dual numbers, to a relative error of $10^{-12}$ or an absolute one of
        $10^{-15}$.",
        |streams| {
            const POINTS: usize = 400;
            let points = draw_cases(&(-25.0..25.0), POINTS, streams);
            // In units of what the sentence allows.
            let farthest = |slope: &dyn Fn(Activation, f64) -> f64| {
                let error = |phi: Activation, z: f64| {
                    let derivative = phi.on(Dual64::from(z).derivative()).eps;
                    (slope(phi, z) - derivative).abs() / (1e-12 * derivative.abs()).max(1e-15)
                };
                let all = Activation::ALL
                    .iter()
                    .flat_map(|&phi| points.iter().map(move |&z| error(phi, z)));
                all.fold(0.0, f64::max)
            };
            let with = |mistaken: Activation, wrong: fn(f64) -> f64| {
                farthest(&|phi, z| {
                    if phi == mistaken {
                        wrong(z)
                    } else {
                        phi.slope(z)
                    }
                })
            };
            Exactness::of("error, in units of what is allowed", (18 * POINTS) as u64)
                .sampled()
                .within(1.0)
                .holds_for("the library's slopes", farthest(&Activation::slope))
                .foil(
                    "1 − tanh, the square forgotten",
                    with(Activation::Tanh, |z| 1.0 - libm::tanh(z)),
                )
                .foil(
                    "a sigmoid's slope of φ(1 + φ)",
                    with(Activation::Sigmoid, |z| {
                        let s = Activation::Sigmoid.value(z);
                        s * (1.0 + s)
                    }),
                )
                .foil(
                    "a leaky ReLU's slope on the wrong side",
                    with(Activation::LeakyRelu { slope: 0.01 }, |z| {
                        if z > 0.0 { 0.01 } else { 1.0 }
                    }),
                )
                .judge()
        },
    )
}

#[test]
fn saturated_units_are_counted_by_a_normal_tail() -> Report {
    claim!(
        "activations.saturation",
        r"In a layer with normal weights, for an input of mean square one and $n\sigma^2 = 4$, the share of
        units with $|z| > 2$ is that of a normal number beyond one standard deviation, $31.7\,\%$.",
        |streams| {
            const UNITS: u64 = 20_000;
            let shape = (16, UNITS as usize);
            let input =
                Array2::from_shape_fn((1, 16), |(_, i)| if i % 2 == 0 { 1.0 } else { -1.0 });
            let beyond = |variance: f64| 2.0 * gaussian_upper_tail(2.0 / variance.sqrt());
            assert_eq!(format!("{:.3}", beyond(4.0)), "0.317");

            Check::of(
                "share of saturated units",
                UNITS,
                |scheme: &VarianceScaling, rng| {
                    let layer = Dense::new(scheme.sample(shape, rng), Activation::Tanh);
                    let z = layer.forward(&input).preactivation;
                    z.iter().filter(|z| z.abs() > 2.0).count() as f64 / UNITS as f64
                },
            )
            .null(BinomialShare::new(UNITS, beyond(4.0)))
            .holds_for("nσ² = 4", VarianceScaling::new(4.0, Fan::In, Law::Normal))
            .foil(
                "nσ² = 2",
                VarianceScaling::new(2.0, Fan::In, Law::Normal),
                BinomialShare::new(UNITS, beyond(2.0)),
            )
            .judge(streams)
        },
    )
}

#[test]
fn narrow_networks_are_born_dead() -> Report {
    claim!(
        "activations.dead",
        r"For a given input, a bias-free ReLU network of twenty layers with three units each is dead at
        birth with probability $1 - (1 - 2^{-3})^{20} = 93.1\,\%$.",
        |streams| {
            const NETWORKS: u64 = 4_000;
            let dead = |layers| 1.0 - (1.0 - 0.125_f64).powi(layers);
            let probability = dead(20);
            assert_eq!(format!("{probability:.3}"), "0.931");
            let he = VarianceScaling::he(Law::Normal);

            Check::of(
                "share of dead networks",
                NETWORKS,
                |(phi, layers): &(Activation, usize), rng| {
                    let dead = (0..NETWORKS).filter(|_| {
                        let network = Network::init(&vec![3; layers + 1], *phi, &he, rng);
                        network
                            .forward(&Array2::ones((1, 3)))
                            .output()
                            .iter()
                            .all(|&h| h == 0.0)
                    });
                    dead.count() as f64 / NETWORKS as f64
                },
            )
            .null(BinomialShare::new(NETWORKS, probability))
            .holds_for("ReLU", (Activation::Relu, 20))
            .foil(
                "leaky ReLU",
                (Activation::LeakyRelu { slope: 0.01 }, 20),
                BinomialShare::new(NETWORKS, 0.0),
            )
            .foil(
                "fifteen layers",
                (Activation::Relu, 15),
                BinomialShare::new(NETWORKS, dead(15)),
            )
            .judge(streams)
        },
    )
}
