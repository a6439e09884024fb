//! The claims of the chapter on errata that no other chapter makes.

use ndarray::{Array2, s};
use rand::RngExt;
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, ReluMixture, Scaled, largest};
use unit_variance::probability::StreamRng;
use unit_variance::{
    Activation, Constant, Dense, Initializer, Law, Loss, Moments, Network, VarianceScaling,
};

use crate::harness::Report;

/// What the rows of a gradient are said to be.
#[derive(Clone, Copy)]
enum Rows {
    LikeTheInputs,
    Alike,
}

#[test]
fn a_constant_start_has_a_gradient_of_rank_one() -> Report {
    claim!(
        "errata.constant",
        r"If *all* weights of a network with one hidden layer start at *one constant*, and its biases *at zero*,
        the gradient of the first matrix, with a row for each input, for *a single example* has *equal columns*,
        and rows *in proportion to the inputs*, up to rounding.",
        |streams| {
            const DRAWS: usize = 1000;
            let mut rng = streams.stream("networks");
            let mut one = || rng.random_range(-1.0..1.0);
            // Constants, and inputs and targets of two examples.
            let draws: Vec<(f64, Array2<f64>, Array2<f64>)> = (0..DRAWS)
                .map(|_| {
                    let x = Array2::from_shape_simple_fn((2, 4), &mut one);
                    (one(), x, Array2::from_shape_simple_fn((2, 2), &mut one))
                })
                .collect();
            let size = |x: &Array2<f64>| largest(x.iter().map(|x| x.abs()));
            let farthest = |change: fn(&mut Network), examples: usize, rows: Rows| {
                let of_draw = |(constant, x, targets): &(f64, Array2<f64>, Array2<f64>)| {
                    let weights = Constant(*constant);
                    let mut rng = streams.stream("unused");
                    // With slope and sign of a tanh, so that no unit is dead whatever the sum.
                    let mut network =
                        Network::init(&[4, 5, 2], Activation::Tanh, &weights, &mut rng);
                    network.layers[1].activation = Activation::Identity;
                    change(&mut network);
                    let targets = targets.slice(s![..examples, ..]).to_owned();
                    let loss = Loss::SumOfSquares { targets };
                    let gradients = network.gradients(&x.slice(s![..examples, ..]), &loss);
                    let gradient = &gradients.layers[0].weight;
                    let expected = Array2::from_shape_fn(gradient.dim(), |(i, _)| match rows {
                        Rows::LikeTheInputs => gradient[[0, 0]] / x[[0, 0]] * x[[0, i]],
                        Rows::Alike => gradient[[0, 0]],
                    });
                    size(&(gradient - &expected)) / size(gradient)
                };
                largest(draws.iter().map(of_draw))
            };
            let readout = |network: &mut Network| network.layers[1].weight[[0, 0]] += 1.0;
            let biases = |network: &mut Network| network.layers[0].bias[0] = 1.0;
            Exactness::of(
                "largest error of an entry, over the largest entry",
                DRAWS as u64,
            )
            .sampled()
            .over(
                "one constant",
                "1000 between −1 and 1, in tanh networks of 4, 5 and 2 units",
            )
            .within(1e-12)
            .holds_for("one constant", farthest(|_| {}, 1, Rows::LikeTheInputs))
            .foil("all entries alike", farthest(|_| {}, 1, Rows::Alike))
            .attacks(&["in proportion to the inputs"])
            .foil(
                "one weight of the readout larger by one",
                farthest(readout, 1, Rows::LikeTheInputs),
            )
            .attacks(&["all", "equal columns"])
            .foil("one bias of one", farthest(biases, 1, Rows::LikeTheInputs))
            .attacks(&["at zero"])
            .foil("two examples", farthest(|_| {}, 2, Rows::LikeTheInputs))
            .attacks(&["a single example"])
            .judge()
        },
    )
}

/// How the weights of a readout are drawn.
type Draw = fn((usize, usize), &mut StreamRng) -> Array2<f64>;

#[test]
fn a_linear_readout_wants_one_over_n() -> Report {
    claim!(
        "errata.readout",
        r"In a readout of $n$ inputs with *no activation* after it and no biases, *independent* normal weights of
        mean zero and variance *$2/n$* *double*, *on average*, the mean square that enters.",
        |streams| {
            const OUTPUTS: u64 = 130_000;
            let shape = (16, OUTPUTS as usize);
            let h = Array2::from_shape_fn((1, shape.0), |(_, i)| i as f64);
            let entering: Moments = h.iter().collect();
            let he: Draw = |shape, rng| VarianceScaling::he(Law::Normal).sample(shape, rng);
            let lecun: Draw = |shape, rng| VarianceScaling::lecun(Law::Normal).sample(shape, rng);
            // The first weight of each output, for all of its inputs: the inputs add up before they are squared.
            let repeated: Draw = |shape, rng| {
                let weight = VarianceScaling::he(Law::Normal).sample(shape, rng);
                Array2::from_shape_fn(shape, |(_, output)| weight[[0, output]])
            };
            let added_up = h.sum().powi(2) / (shape.0 as f64 * entering.second_moment());
            Check::of(
                "mean square of the outputs, over twice that of the inputs",
                OUTPUTS,
                |(draw, activation): &(Draw, Activation), rng| {
                    let readout = Dense::new(draw(shape, rng), *activation);
                    let outputs: Moments = readout.forward(&h).activation.iter().collect();
                    outputs.second_moment() / (2.0 * entering.second_moment())
                },
            )
            .null(ChiSquareMean::new(OUTPUTS))
            .over(
                "on average",
                "130,000 outputs with weights of their own, of the sixteen inputs 0 to 15",
            )
            .holds_for("no activation", (he, Activation::Identity))
            .foil(
                "a ReLU, for which the two is meant",
                (he, Activation::Relu),
                Scaled::new(0.5, &ReluMixture::new(OUTPUTS)),
            )
            .attacks(&["no activation"])
            .foil_scaled("1/n", (lecun, Activation::Identity), 0.5)
            .attacks(&["$2/n$", "double"])
            .foil_scaled(
                "one weight for all inputs of an output",
                (repeated, Activation::Identity),
                added_up,
            )
            .attacks(&["independent"])
            .judge(streams)
        },
    )
}
