//! What ReLU layers forget, and what helps.

use std::f64::consts::PI;

use experiments::Configuration;
use experiments::mean_field::ReluForgetting;
use rand::RngExt;
use unit_variance::Activation;
use unit_variance::evidence::{BinomialShare, Check, Exactness, largest};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{Dropout, MeanField, leaky_correlation};

use crate::harness::{Report, half_digits};

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
                largest([printed, share])
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
        r"With probability *at least $0.7$*, two inputs whose first pre-activations are jointly normal with mean zero, one
        variance and correlation *one half*, independently in every unit, have a *larger* cosine in the *fiftieth* layer
        of pre-activations of a He network of *$80$* units a layer, with normal weights and without biases, than in that
        of an infinitely wide one.",
        |streams| {
            const NETWORKS: u64 = 3_000;
            let networks = |start, depth, width| ReluForgetting {
                start,
                depth,
                networks: NETWORKS as usize,
                width,
                seed: 0,
            };
            // In the first layer the cosine of eighty pairs lies above one half hardly more often than below.
            let first = BinomialShare::at_most(NETWORKS, 0.55);
            Check::of(
                "share of the networks with such a cosine",
                NETWORKS,
                |(networks, more): &(ReluForgetting, bool), rng: &mut StreamRng| {
                    let networks = ReluForgetting {
                        seed: rng.random(),
                        ..networks.clone()
                    };
                    let below = networks.run(&mut |_| {}).numbers("below")[networks.depth - 1];
                    if *more { below } else { 1.0 - below }
                },
            )
            .null(BinomialShare::at_least(NETWORKS, 0.7))
            .holds_for("the fiftieth layer", (networks(0.5, 50, 80), true))
            .foil("the first layer", (networks(0.5, 1, 80), true), first)
            .attacks(&["fiftieth", "at least $0.7$"])
            .foil(
                "smaller",
                (networks(0.5, 50, 80), false),
                BinomialShare::at_most(NETWORKS, 0.3),
            )
            .attacks(&["larger"])
            .foil(
                // As the width grows the share falls to one half; of 24,000 networks of this width it was 0.573.
                "eight hundred units",
                (networks(0.5, 50, 800), true),
                BinomialShare::at_most(NETWORKS, 0.59),
            )
            .attacks(&["$80$"])
            .foil(
                "correlation one: both cosines are one",
                (networks(1.0, 50, 80), true),
                BinomialShare::new(NETWORKS, 0.0),
            )
            .attacks(&["one half"])
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
                    largest([half_digits(c, "0.6271"), (q - 1.0).abs() / 1e-12])
                };
                largest(STARTS.iter().map(off))
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
