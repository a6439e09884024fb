//! Fills a model of Candle by the names of its variables, and measures what it got. Prints one line of JSON.
//!
//! `cargo run -q -p unit-variance-candle --example candle_model`

use candle_core::{DType, Device, Tensor};
use candle_nn::{Conv2dConfig, VarBuilder, VarMap, conv2d, linear};
use unit_variance::{Constant, Law, Orthogonal, Streams, VarianceScaling};
use unit_variance_candle::{Error, KernelLayout, Rules, initialize};

fn mean_square(tensor: &Tensor) -> Result<f64, Error> {
    let numbers = tensor.to_dtype(DType::F64)?;
    Ok(numbers.sqr()?.mean_all()?.to_scalar()?)
}

fn main() -> Result<(), Error> {
    let varmap = VarMap::new();
    let builder = VarBuilder::from_varmap(&varmap, DType::F32, &Device::Cpu);
    let depthwise = Conv2dConfig {
        groups: 64,
        ..Default::default()
    };
    let conv = conv2d(64, 64, 3, depthwise, builder.pp("conv"))?;
    let fc = linear(784, 256, builder.pp("fc"))?;
    let head = linear(256, 10, builder.pp("head"))?;

    let he = VarianceScaling::he(Law::Normal);
    let rules = Rules::new()
        .kernels_of("conv.weight", depthwise.layout(), he)
        .kernels("head.weight", Orthogonal::new(0.01))
        .kernels("*.weight", he)
        .vectors("*.bias", Constant::ZERO);
    let filled = initialize(&varmap, &rules, Streams::new(7))?;

    println!(
        "{{\"filled\":{},\"conv_variance_times_fan_in\":{},\"fc_variance_times_fan_in\":{},\"head_square_of_a_row\":{}}}",
        filled.filled.len(),
        9.0 * mean_square(conv.weight())?,
        784.0 * mean_square(fc.weight())?,
        256.0 * mean_square(head.weight())?,
    );
    Ok(())
}

#[test]
fn the_model_is_filled() {
    main().unwrap();
}
