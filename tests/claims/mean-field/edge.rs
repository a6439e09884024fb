//! The edge of chaos.

use unit_variance::Activation;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::{EdgePoint, MeanField};

use crate::harness::Report;

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
                    largest([variance, difference])
                };
                largest(cases.iter().map(off))
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
                // A start that is neither is an exception, and so is a NaN.
                let far = repelling.iter().filter(|growth| **growth > 2.0).count();
                let near = attracting.iter().filter(|growth| growth.abs() < 1e-6);
                (4 - far - near.count()) as f64
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
