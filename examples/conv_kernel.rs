//! The same convolution layer as PyTorch and as Keras keep it, in one call each.
//!
//! `cargo run -q --example conv_kernel`

use ndarray::Array4;
use unit_variance::{
    Convolution, Initializer, KernelOrder, Law, Layout, Moments, Streams, VarianceScaling,
};

fn main() {
    let he = VarianceScaling::he(Law::TRUNCATED_NORMAL);
    let streams = Streams::new(42);

    let out_in_space = Layout::from(Convolution::new(KernelOrder::OutInSpace));
    let mut torch = Array4::<f32>::zeros((128, 64, 3, 3));
    he.fill(
        (&mut torch).into(),
        out_in_space,
        &mut streams.stream("conv1"),
    );

    let space_in_out = Layout::from(Convolution::new(KernelOrder::SpaceInOut));
    let mut keras = Array4::<f32>::zeros((3, 3, 64, 128));
    he.fill(
        (&mut keras).into(),
        space_in_out,
        &mut streams.stream("conv1"),
    );

    let fans = out_in_space.fans(torch.shape());
    let weights: Moments = torch.iter().map(|&w| f64::from(w)).collect();
    let same = torch.view().permuted_axes([2, 3, 1, 0]) == keras;
    assert!(same, "a layer has the same weights in every layout");
    println!(
        "{}",
        serde_json::json!({
            "fan_in": fans.fan_in(),
            "fan_out": fans.fan_out(),
            "variance_times_fan_in": fans.fan_in() * weights.variance(),
            "same_weights": same,
        })
    );
}

#[test]
fn both_layouts_hold_the_same_layer() {
    main();
}
