//! Builds a network layer by layer, each with its own stream, rule, activation and biases, and follows a signal through it.
//!
//! `cargo run -q --example network`

use ndarray::Array2;
use unit_variance::{Activation, Fan, Law, Moments, Network, Orthogonal, Streams, VarianceScaling};

fn main() {
    let streams = Streams::new(42);
    let he = VarianceScaling::he(Law::Normal);
    let silu = VarianceScaling::with_gain(Activation::Silu.gain(), Fan::In, Law::TRUNCATED_NORMAL);
    let rotation = Orthogonal::new(Activation::Tanh.gain());
    let lecun = VarianceScaling::lecun(Law::Normal);
    let torch = VarianceScaling::pytorch_linear();

    let stem = Network::builder(784)
        .layer("stem", 512, Activation::Relu, &he)
        .with_biases(&torch);
    let plan = stem
        .clone()
        .layer("middle", 512, Activation::Silu, &silu)
        .layer("turn", 512, Activation::Tanh, &rotation)
        .with_bias(0.1);
    let network = plan.readout(10, &lecun).init(streams);

    // Without two of the layers, the others are what they were.
    let short = stem.readout(10, &lecun).init(streams);
    assert_eq!(network.layers[0], short.layers[0]);
    assert_eq!(network.layers[3], short.layers[1]);

    let trace = network.forward(&Array2::ones((8, 784)));
    let rms = |l: usize| {
        let signal = &trace.layers[l].preactivation;
        signal.iter().collect::<Moments>().rms()
    };
    let rms: Vec<f64> = (0..network.layers.len()).map(rms).collect();

    // Rectifiers with a hundred thousand times He's variance: how far does a signal come?
    let wild = VarianceScaling::new(2e5, Fan::In, Law::Normal);
    let tower = (0..200).fold(Network::builder(64), |tower, l| {
        tower.layer(&format!("tower.{l}"), 64, Activation::Relu, &wild)
    });
    let stopped = tower.init(streams).try_forward(&Array2::ones((1, 64)));
    let stopped = stopped.expect_err("a factor of 316 a layer passes 1e308 within 200 layers");
    assert!(stopped.trace.layers.len() > 100);
    println!(
        "{}",
        serde_json::json!({
            "rms_by_layer": rms,
            "layers_before_the_range_is_left": stopped.trace.layers.len(),
            "why": stopped.to_string(),
        })
    );
}

#[test]
fn layers_have_streams_of_their_own_and_a_pass_says_how_far_it_came() {
    main();
}
