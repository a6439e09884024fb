//! Builds a pre-LN transformer block, checks its gradients, and follows the mean square of its stream.
//!
//! `cargo run --example normalized_block`

use ndarray::Array2;
use serde_json::json;
use unit_variance::network::gradient_check::layer::{LayerCase, by_coordinate};
use unit_variance::{
    Activation, Attention, Chain, Fan, Initializer, Law, LayerNorm, Loss, Moments, Network,
    Residual, Streams, VarianceScaling,
};

/// Norm, attention, skip; norm, perceptron, skip.
fn block(features: usize, heads: usize) -> Chain {
    let streams = Streams::new(2);
    let lecun = VarianceScaling::lecun(Law::Normal);
    let mut rng = streams.stream("attention");
    let attention = Attention::init(features, heads, &lecun, &mut rng).causal();
    let widths = [features, 4 * features, features];
    let mut rng = streams.stream("perceptron");
    let mut perceptron = Network::init(&widths, Activation::GeluTanh, &lecun, &mut rng);
    perceptron.layers[1].activation = Activation::Identity;

    let norm = || Chain::default().then(LayerNorm::new(features));
    Chain::default()
        .then(Residual::new(norm().then(attention)))
        .then(Residual::new(norm().then(perceptron)))
}

fn main() {
    let normal = VarianceScaling::new(64.0, Fan::Out, Law::Normal);
    let input = normal.sample((16, 64), &mut Streams::new(3).stream("tokens"));
    let mean_square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
    let signals = block(64, 4).signals(&input);
    let stream: Vec<f64> = std::iter::once(&input)
        .chain(&signals)
        .map(mean_square)
        .collect();
    // A branch reads mean square 1 whatever the stream is, and makes at most about 1 of it.
    assert!(stream.windows(2).all(|pair| pair[1] < pair[0] + 2.0));

    let input = Array2::from_shape_fn((3, 4), |(i, j)| {
        (i * i + 2 * j) as f64 - 3.0 * (j / 2) as f64
    });
    let case = LayerCase {
        layer: Box::new(block(4, 2)),
        loss: Loss::SumOfSquares {
            targets: Array2::zeros((3, 4)),
        },
        input,
    };
    let check = by_coordinate(&case, 1e-11, &LayerCase::gradients);
    assert!(check.passes(), "{check:?}");
    let line = json!({
        "mean_squares": stream,
        "gradient_check": { "coordinates": check.coordinates, "largest_difference": check.largest_difference },
    });
    println!("{line}");
}

#[test]
fn the_block_passes_its_check() {
    main();
}
