//! The claims of the chapter on activations.

use ndarray::Array2;
use unit_variance::activation::Dual;
use unit_variance::evidence::{BinomialShare, Check, Exactness, largest};
use unit_variance::probability::gaussian_upper_tail;
use unit_variance::{Activation, Dense, Fan, Initializer, Law, Network, VarianceScaling};

use crate::harness::{Report, draw_cases};

#[test]
fn slopes_are_derivatives() -> Report {
    claim!(
        "activations.slopes",
        r"For *all eighteen* activations and *any $z$* between $-25$ and $25$ the slope is the derivative of
        the value, as computed by dual numbers, to a relative error of *$10^{-12}$* or an absolute one of
        $10^{-15}$.",
        |streams| {
            const POINTS: usize = 400;
            let points = draw_cases(&(-25.0..25.0), POINTS, streams);
            // In units of what the sentence allows.
            let farthest = |slope: &dyn Fn(Activation, f64) -> f64| {
                let error = |phi: Activation, z: f64| {
                    let derivative = phi.value_dual(Dual::new(z, 1.0)).eps;
                    (slope(phi, z) - derivative).abs() / (1e-12 * derivative.abs()).max(1e-15)
                };
                let all = Activation::ALL
                    .iter()
                    .flat_map(|&phi| points.iter().map(move |&z| error(phi, z)));
                largest(all)
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
            Exactness::of("error, in units of what is allowed", POINTS as u64)
                .sampled()
                .within(1.0)
                .over(
                    "any $z$",
                    "400 points drawn uniformly, the same for all activations",
                )
                .holds_for("the library's slopes", farthest(&Activation::slope))
                .foil(
                    "1 − tanh, the square forgotten",
                    with(Activation::Tanh, |z| 1.0 - libm::tanh(z)),
                )
                .attacks(&["all eighteen"])
                .foil(
                    "a sigmoid's slope of φ(1 + φ)",
                    with(Activation::Sigmoid, |z| {
                        let s = Activation::Sigmoid.value(z);
                        s * (1.0 + s)
                    }),
                )
                .attacks(&["all eighteen"])
                .foil(
                    "a leaky ReLU's slope on the wrong side",
                    with(Activation::LeakyRelu { slope: 0.01 }, |z| {
                        if z > 0.0 { 0.01 } else { 1.0 }
                    }),
                )
                .attacks(&["all eighteen"])
                .foil(
                    "tanh's slope too large by one part in 10¹¹",
                    with(Activation::Tanh, |z| {
                        (1.0 + 1e-11) * Activation::Tanh.slope(z)
                    }),
                )
                .attacks(&["$10^{-12}$"])
                .judge()
        },
    )
}

#[test]
fn saturated_units_are_counted_by_a_normal_tail() -> Report {
    claim!(
        "activations.saturation",
        r"In a layer with *normal* weights, for an input of mean square one and *$n\sigma^2 = 4$*, the share
        of units with $|z| > 2$ is that of a normal number beyond one standard deviation, *$31.7\,\%$*.",
        |streams| {
            struct Weights {
                scheme: VarianceScaling,
                /// Whether each weight is one half or minus one half, which have variance 4/16.
                of_two_values: bool,
            }
            const UNITS: u64 = 20_000;
            let normal = |scale| Weights {
                scheme: VarianceScaling::new(scale, Fan::In, Law::Normal),
                of_two_values: false,
            };
            let shape = (16, UNITS as usize);
            let input =
                Array2::from_shape_fn((1, 16), |(_, i)| if i % 2 == 0 { 1.0 } else { -1.0 });
            let beyond = |variance: f64| 2.0 * gaussian_upper_tail(2.0 / variance.sqrt());
            assert_eq!(format!("{:.3}", beyond(4.0)), "0.317");
            // |z| > 2 where at least eleven of sixteen signs are alike.
            let alike = [4368.0, 1820.0, 560.0, 120.0, 16.0, 1.0];
            let of_two_values = 2.0 * alike.iter().sum::<f64>() / 65_536.0;

            Check::of(
                "share of saturated units",
                UNITS,
                |weights: &Weights, rng| {
                    let mut weight = weights.scheme.sample(shape, rng);
                    if weights.of_two_values {
                        weight.mapv_inplace(|w| 0.5_f64.copysign(w));
                    }
                    let layer = Dense::new(weight, Activation::Tanh);
                    let z = layer.forward(&input).preactivation;
                    z.iter().filter(|z| z.abs() > 2.0).count() as f64 / UNITS as f64
                },
            )
            .null(BinomialShare::new(UNITS, beyond(4.0)))
            .holds_for("nσ² = 4", normal(4.0))
            .foil(
                "nσ² = 2",
                normal(2.0),
                BinomialShare::new(UNITS, beyond(2.0)),
            )
            .attacks(&[r"$n\sigma^2 = 4$", r"$31.7\,\%$"])
            .foil(
                "weights of two values",
                Weights {
                    of_two_values: true,
                    ..normal(4.0)
                },
                BinomialShare::new(UNITS, of_two_values),
            )
            .attacks(&["normal"])
            .judge(streams)
        },
    )
}

#[test]
fn narrow_networks_are_born_dead() -> Report {
    claim!(
        "activations.dead",
        r"For a given input, a *bias-free* *ReLU* network of *twenty layers* with *three units* each is dead
        at birth with probability $1 - (1 - 2^{-3})^{20} = 93.1\,\%$.",
        |streams| {
            #[derive(Clone, Copy)]
            struct Born {
                phi: Activation,
                width: usize,
                layers: usize,
                biased: bool,
            }
            const NETWORKS: u64 = 4_000;
            let born = Born {
                phi: Activation::Relu,
                width: 3,
                layers: 20,
                biased: false,
            };
            let dead = |width, layers| 1.0 - (1.0 - 0.5_f64.powi(width)).powi(layers);
            let probability = dead(3, 20);
            assert_eq!(format!("{probability:.3}"), "0.931");
            let he = VarianceScaling::he(Law::Normal);

            Check::of("share of dead networks", NETWORKS, |born: &Born, rng| {
                let widths = vec![born.width; born.layers + 1];
                let dead = (0..NETWORKS).filter(|_| {
                    let mut network = Network::init(&widths, born.phi, &he, rng);
                    if born.biased {
                        // A thousand times the biases before: larger than any sum.
                        let mut bias = 1.0;
                        for layer in &mut network.layers {
                            bias *= 1e3;
                            layer.bias.fill(bias);
                        }
                    }
                    network
                        .forward(&Array2::ones((1, born.width)))
                        .output()
                        .iter()
                        .all(|&h| h == 0.0)
                });
                dead.count() as f64 / NETWORKS as f64
            })
            .null(BinomialShare::new(NETWORKS, probability))
            .holds_for("ReLU", born)
            .foil(
                "leaky ReLU",
                Born {
                    phi: Activation::LeakyRelu { slope: 0.01 },
                    ..born
                },
                BinomialShare::new(NETWORKS, 0.0),
            )
            .attacks(&["ReLU"])
            .foil(
                "fifteen layers",
                Born { layers: 15, ..born },
                BinomialShare::new(NETWORKS, dead(3, 15)),
            )
            .attacks(&["twenty layers"])
            .foil(
                "four units",
                Born { width: 4, ..born },
                BinomialShare::new(NETWORKS, dead(4, 20)),
            )
            .attacks(&["three units"])
            .foil(
                "biases that switch every unit on",
                Born {
                    biased: true,
                    ..born
                },
                BinomialShare::new(NETWORKS, 0.0),
            )
            .attacks(&["bias-free"])
            .judge(streams)
        },
    )
}
