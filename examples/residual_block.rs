//! Follows the mean square along a residual net whose branches are scaled by 1, and by `1/√L`.
//!
//! `cargo run --example residual_block`

use ndarray::Array2;
use serde_json::json;
use unit_variance::network::gradient_check::layer::{LayerCase, by_coordinate};
use unit_variance::{
    Activation, Chain, Dense, Fan, Initializer, Law, Loss, Moments, Residual, Streams,
    VarianceScaling,
};

/// `L` blocks `h + a F(h)`, where `F` keeps the mean square: He's ReLU layer, then LeCun's linear one.
fn net(depth: usize, width: usize, scale: f64) -> Chain {
    let streams = Streams::new(1);
    (0..depth).fold(Chain::default(), |net, block| {
        let mut rng = streams.stream(&format!("block.{block}"));
        let [inner, outer] =
            [(2.0, Activation::Relu), (1.0, Activation::Identity)].map(|(scale, phi)| {
                let init = VarianceScaling::new(scale, Fan::In, Law::Normal);
                Dense::new(init.sample((width, width), &mut rng), phi)
            });
        let branch = Chain::default().then(inner).then(outer);
        net.then(Residual::new(branch).scaled(scale))
    })
}

fn main() {
    let (depth, width) = (10, 256);
    let fair = (depth as f64).sqrt().recip();
    let [plain, scaled] = [1.0, fair].map(|scale| {
        let signals = net(depth, width, scale).signals(&Array2::ones((1, width)));
        let stream = signals.iter().map(|h| h.iter().collect::<Moments>());
        stream.map(|h| h.second_moment()).collect::<Vec<f64>>()
    });
    assert!(plain[depth - 1] > 100.0); // 2^L = 1024 on average
    assert!(scaled[depth - 1] < 10.0); // (1 + 1/L)^L < e

    let case = LayerCase {
        layer: Box::new(net(3, 4, fair)),
        input: Array2::from_shape_fn((2, 4), |(i, j)| 1.0 + i as f64 - 0.7 * j as f64),
        loss: Loss::SumOfSquares {
            targets: Array2::zeros((2, 4)),
        },
    };
    let check = by_coordinate(&case, 1e-12, &LayerCase::gradients);
    assert!(check.passes(), "{check:?}");
    let line = json!({
        "depth": depth,
        "mean_squares": { "scale_1": plain, "scale_1_over_sqrt_depth": scaled },
        "gradient_check": { "coordinates": check.coordinates, "largest_difference": check.largest_difference },
    });
    println!("{line}");
}

#[test]
fn the_root_of_the_depth_keeps_the_stream() {
    main();
}
