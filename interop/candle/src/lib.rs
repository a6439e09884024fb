#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings))))]

mod error;
mod layout;

use std::sync::PoisonError;

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::VarMap;
use rand::Rng;
use unit_variance::{Initializer, Layout, Streams};
use unit_variance_rules::weights;

pub use error::Error;
pub use layout::{KernelLayout, usual_layout};
pub use unit_variance_rules::{Filled, RuleError, Rules};

/// Does the same with the numbers of whatever type a tensor keeps.
macro_rules! in_numbers_of {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::F64 => {
                type $T = f64;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F16 => {
                type $T = half::f16;
                $body
            }
            DType::BF16 => {
                type $T = half::bf16;
                $body
            }
            other => Err(Error::DType(other)),
        }
    };
}

/// A new tensor with the weights that `initializer` draws for a kernel of this shape.
///
/// ```
/// use candle_core::{DType, Device};
/// use unit_variance::{Convolution, KernelOrder, Law, Orthogonal, Streams, VarianceScaling};
/// use unit_variance::Layout::OutIn;
/// use unit_variance_candle::tensor;
///
/// let (streams, cpu) = (Streams::new(7), Device::Cpu);
/// let rotation = tensor(&Orthogonal::new(1.0), (64, 64), OutIn, DType::F64, &cpu, &mut streams.stream("w"))?;
/// let product = rotation.matmul(&rotation.t()?)?;
/// let identity = candle_core::Tensor::eye(64, DType::F64, &cpu)?;
/// assert!((product - identity)?.abs()?.max_all()?.to_scalar::<f64>()? < 1e-13);
///
/// // The kernel of a convolution: `fan_in` is 3 · 5 · 5.
/// let (he, order) = (VarianceScaling::he(Law::Uniform), KernelOrder::OutInSpace);
/// let kernel = tensor(&he, (16, 3, 5, 5), Convolution::new(order).into(), DType::BF16, &cpu, &mut streams.stream("k"))?;
/// let largest = kernel.abs()?.max_all()?.to_dtype(DType::F64)?.to_scalar::<f64>()?;
/// assert!(largest <= (6.0_f64 / 75.0).sqrt() * 1.004); // rounded to eight bits
/// # Ok::<(), unit_variance_candle::Error>(())
/// ```
///
/// # Errors
///
/// If the initializer cannot fill such a kernel, the type holds no weights, or Candle cannot make the tensor.
pub fn tensor(
    initializer: &dyn Initializer,
    shape: impl Into<Shape>,
    layout: Layout,
    dtype: DType,
    device: &Device,
    rng: &mut dyn Rng,
) -> Result<Tensor, Error> {
    let shape = shape.into();
    in_numbers_of!(dtype, T => {
        let weights = weights::<T>(initializer, shape.dims(), layout, rng)?;
        Ok(Tensor::from_vec(weights, shape, device)?)
    })
}

/// Fills the variables of a model by their names, each from the stream of `streams` that has its name, and says which were filled.
///
/// Layers that were built on the map see the new weights. Kernels are read in the [usual layout](usual_layout) where their rule gives none; so an
/// embedding or a transposed convolution, whose shape looks like that of another layer, needs a rule of its own.
///
/// ```
/// use candle_core::{DType, Device, Module, Tensor};
/// use candle_nn::{VarBuilder, VarMap, linear};
/// use unit_variance::{Constant, Streams};
/// use unit_variance_candle::{Rules, initialize};
///
/// let varmap = VarMap::new();
/// let layer = linear(3, 2, VarBuilder::from_varmap(&varmap, DType::F32, &Device::Cpu).pp("fc"))?;
/// let rules = Rules::new().kernels("fc.weight", Constant(0.5)).vectors("fc.bias", Constant::ZERO);
/// let filled = initialize(&varmap, &rules, Streams::new(7))?;
/// assert_eq!((filled.filled.len(), filled.kept.len()), (2, 0));
///
/// let y = layer.forward(&Tensor::new(&[[1_f32, 2.0, 5.0]], &Device::Cpu)?)?;
/// assert_eq!(y.to_vec2::<f32>()?, [[4.0, 4.0]]);
/// # Ok::<(), unit_variance_candle::Error>(())
/// ```
///
/// # Errors
///
/// If a variable does not take the weights of its rule, a rule decides about no variable, or a variable has a type that holds no weights. Then
/// no variable has changed.
pub fn initialize(varmap: &VarMap, rules: &Rules, streams: Streams) -> Result<Filled, Error> {
    let variables = varmap.data().lock();
    let variables = variables.unwrap_or_else(PoisonError::into_inner);
    let mut names: Vec<_> = variables.keys().collect();
    names.sort();
    let mut filling = rules.filling(streams);
    let mut filled = Vec::new();
    for name in names {
        let variable = &variables[name];
        let shape = variable.dims();
        if let Some(choice) = filling.choose(name, shape.len()) {
            let tensor = in_numbers_of!(variable.dtype(), T => {
                let weights = choice.weights::<T>(shape, usual_layout(shape.len()))?;
                Ok(Tensor::from_vec(weights, shape, variable.device())?)
            })?;
            filled.push((variable, tensor));
        }
    }
    let done = filling.finish()?;
    for (variable, tensor) in filled {
        variable.set(&tensor)?;
    }
    Ok(done)
}
