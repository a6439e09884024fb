//! Fills convolution kernels as PyTorch and as Keras keep them, with the fans they really have.
//!
//! `cargo run --example convolution_kernel`

use ndarray::Array4;
use unit_variance::matrix::product;
use unit_variance::{
    Convolution, Depthwise, Initializer, KernelOrder, Law, Layout, Orthogonal, Streams,
    VarianceScaling,
};

fn main() {
    let streams = Streams::new(42);
    let he = VarianceScaling::he(Law::TRUNCATED_NORMAL);

    let pytorch = Convolution::new(KernelOrder::OutInSpace);
    let keras = Convolution::new(KernelOrder::SpaceInOut);
    let kernels = [
        ("Conv2d(64, 128, 3)", Layout::from(pytorch), (128, 64, 3, 3)),
        (
            "Conv2d(64, 64, 3, groups=8)",
            pytorch.groups(8).into(),
            (64, 8, 3, 3),
        ),
        ("Conv2D(128, 3), 64 channels", keras.into(), (3, 3, 64, 128)),
        (
            "DepthwiseConv2D(3), 512 channels",
            Depthwise::new().into(),
            (3, 3, 512, 1),
        ),
        (
            "ConvTranspose2d(64, 32, 4, stride=2)",
            Convolution::new(KernelOrder::InOutSpace)
                .transposed()
                .stride(2)
                .into(),
            (64, 32, 4, 4),
        ),
    ];
    for (name, layout, shape) in kernels {
        let mut kernel = Array4::zeros(shape);
        he.fill(
            kernel.view_mut().into_dyn(),
            layout,
            &mut streams.stream(name),
        );
        let fans = layout.fans(kernel.shape());
        let variance = kernel.mapv(|w: f64| w * w).mean().unwrap_or(f64::NAN);
        println!(
            "{name}: fan_in {}, fan_out {}, fan_in · Var(w) = {:.3}",
            fans.fan_in(),
            fans.fan_out(),
            fans.fan_in() * variance
        );
    }

    // What needs to know which axes are inputs, outputs and space takes the same layouts.
    let mut kernel = Array4::zeros((64, 32, 3, 3));
    Orthogonal::new(1.0).fill(
        kernel.view_mut().into_dyn(),
        pytorch.into(),
        &mut streams.stream("orthogonal"),
    );
    let filters = kernel
        .into_shape_with_order((64, 32 * 9))
        .expect("the same entries");
    println!(
        "an orthogonal kernel's filters: F Fᵀ has trace {:.12}",
        product(&filters, &filters.t()).diag().sum()
    );
}
