//! Fills a model of Burn by the paths of its parameters, and measures what it got. Prints one line of JSON.
//!
//! `cargo run -q -p unit-variance-burn --example burn_model`

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use unit_variance::{Constant, Law, Orthogonal, Streams, VarianceScaling};
use unit_variance_burn::{Error, KernelLayout, Rules, initialize};

#[derive(Module, Debug)]
struct Model {
    conv: Conv2d,
    fc: Linear,
    head: Linear,
}

fn mean_square<const D: usize>(tensor: Tensor<D>) -> f64 {
    let mean: f32 = tensor.square().mean().into_scalar();
    mean.into()
}

fn main() -> Result<(), Error> {
    let device = Device::default();
    let model = Model {
        conv: Conv2dConfig::new([64, 64], [3, 3])
            .with_groups(64)
            .init(&device),
        fc: LinearConfig::new(784, 256).init(&device),
        head: LinearConfig::new(256, 10).init(&device),
    };

    let he = VarianceScaling::he(Law::Normal);
    let rules = Rules::new()
        .kernels_of("conv.weight", model.conv.layout(), he)
        .kernels("head.weight", Orthogonal::new(0.01))
        .kernels("*.weight", he)
        .vectors("*.bias", Constant::ZERO);
    let (model, filled) = initialize(model, &rules, Streams::new(7))?;

    println!(
        "{{\"filled\":{},\"conv_variance_times_fan_in\":{},\"fc_variance_times_fan_in\":{},\"head_square_of_a_column\":{}}}",
        filled.filled.len(),
        9.0 * mean_square(model.conv.weight.val()),
        784.0 * mean_square(model.fc.weight.val()),
        256.0 * mean_square(model.head.weight.val()),
    );
    Ok(())
}

#[test]
fn the_model_is_filled() {
    main().unwrap();
}
