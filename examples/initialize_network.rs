//! Initializes a small network, and plain ndarray matrices for a network of your own.
//!
//! `cargo run --example initialize_network`

use ndarray::{Array1, Array2};
use unit_variance::matrix::product;
use unit_variance::{Activation, Initializer, Law, Moments, Network, Streams, VarianceScaling};

fn main() {
    let streams = Streams::new(42);
    let he = VarianceScaling::he(Law::Normal);

    // The crate's own network: ten ReLU layers of width 256.
    let network = Network::init(
        &[256; 11],
        Activation::Relu,
        &he,
        &mut streams.stream("network"),
    );
    let trace = network.forward(&Array2::ones((1, 256)));
    println!("rms of the activations, layer by layer:");
    for (l, signal) in trace.layers.iter().enumerate() {
        let moments: Moments = signal.activation.iter().collect();
        println!("{:>4}  {:.3}", l + 1, moments.rms());
    }

    // Matrices for code of your own. Each draws from a stream named after it, so that adding a
    // layer changes no other, in whatever order they are drawn.
    let hidden: Array2<f64> = he.sample((784, 128), &mut streams.stream("hidden.weight"));
    let readout = VarianceScaling::lecun(Law::Normal)
        .sample((128, 10), &mut streams.stream("readout.weight"));
    let bias = Array1::<f64>::zeros(128);
    let x = Array2::ones((32, 784));
    let h = (product(&x, &hidden) + &bias).mapv(|z| z.max(0.0));
    let z = product(&h, &readout);
    println!(
        "outputs of {:?}, in f32: {:?}",
        z.dim(),
        z.mapv(|z| z as f32).dim()
    );
}
