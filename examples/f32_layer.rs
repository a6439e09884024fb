//! Fills a slice of `f32` that is a dense layer in PyTorch's order, `(out, in)`, without a second matrix.
//!
//! `cargo run -q --example f32_layer`

use unit_variance::initializer::KernelMut;
use unit_variance::{Initializer, Law, Layout, Moments, Streams, VarianceScaling};

fn main() {
    let he = VarianceScaling::he(Law::Normal);
    let shape = [256, 784];

    let mut weight = vec![0_f32; 256 * 784];
    let mut rng = Streams::new(42).stream("fc1.weight");
    he.fill(KernelMut::of(&mut weight, &shape), Layout::OutIn, &mut rng);

    // Every precision holds the same network: the f64 weights, rounded once.
    let mut double = vec![0_f64; 256 * 784];
    let mut rng = Streams::new(42).stream("fc1.weight");
    he.fill(KernelMut::of(&mut double, &shape), Layout::OutIn, &mut rng);
    let rounded_once = weight
        .iter()
        .zip(&double)
        .all(|(w, d)| w.to_bits() == (*d as f32).to_bits());
    assert!(rounded_once);

    let moments: Moments = double.iter().collect();
    println!(
        "{}",
        serde_json::json!({
            "shape": shape,
            "fan_in": 784,
            "variance_times_fan_in": 784.0 * moments.variance(),
            "first": weight[0],
            "rounded_once": rounded_once,
        })
    );
}

#[test]
fn a_slice_holds_the_layer() {
    main();
}
