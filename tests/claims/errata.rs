//! The claims of the chapter on errata that no other chapter makes.

use ndarray::{Array2, array};
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, ReluMixture, Scaled};
use unit_variance::{
    Activation, Constant, Dense, Initializer, Law, Loss, Moments, Network, VarianceScaling,
};

use crate::harness::Report;

#[test]
fn a_constant_start_has_a_gradient_of_rank_one() -> Report {
    claim!(
        "errata.constant",
        r"If all weights of a network with one hidden layer start at one constant, the gradient of the
        first matrix for a single example has equal columns, and rows in proportion to the inputs.",
        |streams| {
            let mut rng = streams.stream("unused");
            let x = array![[0.3, -1.2, 2.0, 0.7]];
            // With slope and sign of a tanh, so that no unit is dead whatever the sum.
            let mut network = Network::init(&[4, 5, 2], Activation::Tanh, &Constant(0.2), &mut rng);
            network.layers[1].activation = Activation::Identity;
            let targets = array![[1.0, -0.5]];
            let gradients = network.gradients(&x, &Loss::SumOfSquares { targets });
            let gradient = &gradients.layers[0].weight;
            let unit = gradient[[0, 0]] / x[[0, 0]];
            let farthest = |expected: &dyn Fn(usize) -> f64| {
                let error = |((i, _), g): ((usize, usize), &f64)| (g - expected(i)).abs();
                gradient.indexed_iter().map(error).fold(0.0, f64::max) / gradient[[0, 0]].abs()
            };
            Exactness::of("largest relative error of an entry", gradient.len() as u64)
                .within(1e-12)
                .holds_for("rows like the inputs", farthest(&|i| unit * x[[0, i]]))
                .foil("all entries alike", farthest(&|_| gradient[[0, 0]]))
                .judge()
        },
    )
}

#[test]
fn a_linear_readout_wants_one_over_n() -> Report {
    claim!(
        "errata.readout",
        r"In a readout with no activation after it, independent weights of variance $2/n$ double, on average, the
        mean square that enters.",
        |streams| {
            const OUTPUTS: u64 = 130_000;
            let shape = (16, OUTPUTS as usize);
            let h = Array2::from_shape_fn((1, shape.0), |(_, i)| i as f64);
            let entering: Moments = h.iter().collect();
            Check::of(
                "mean square of the outputs, over twice that of the inputs",
                OUTPUTS,
                |activation: &Activation, rng| {
                    let weight = VarianceScaling::he(Law::Normal).sample(shape, rng);
                    let readout = Dense::new(weight, *activation);
                    let outputs: Moments = readout.forward(&h).activation.iter().collect();
                    outputs.second_moment() / (2.0 * entering.second_moment())
                },
            )
            .null(ChiSquareMean::new(OUTPUTS))
            .holds_for("no activation", Activation::Identity)
            .foil(
                "a ReLU, for which the two is meant",
                Activation::Relu,
                Scaled::new(0.5, &ReluMixture::new(OUTPUTS)),
            )
            .judge(streams)
        },
    )
}
