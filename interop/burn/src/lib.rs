#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings))))]

mod error;
mod layout;
mod mapper;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData, bf16, f16};
use rand::Rng;
use unit_variance::{Initializer, Layout, Streams};
use unit_variance_rules::weights;

pub use error::Error;
pub use layout::KernelLayout;
pub use unit_variance_rules::{Filled, RuleError, Rules};

/// Burn's data of whatever type a tensor keeps, from the weights that are drawn in that type.
macro_rules! data_of {
    ($dtype:expr, $shape:expr, $T:ident => $weights:expr) => {
        match $dtype {
            DType::F64 => {
                type $T = f64;
                Ok(TensorData::new($weights, $shape))
            }
            DType::F32 | DType::Flex32 => {
                type $T = f32;
                Ok(TensorData::new($weights, $shape))
            }
            DType::F16 => {
                type $T = f16;
                Ok(TensorData::new($weights, $shape))
            }
            DType::BF16 => {
                type $T = bf16;
                Ok(TensorData::new($weights, $shape))
            }
            other => Err(Error::DType(other)),
        }
    };
}
use data_of;

/// A new tensor with the weights that `initializer` draws for a kernel of this shape.
///
/// ```
/// use burn::module::Param;
/// use burn::nn::Linear;
/// use burn::tensor::{DType, Device};
/// use unit_variance::{Law, Layout, Streams, VarianceScaling};
/// use unit_variance_burn::tensor;
///
/// // Burn keeps the weight of a linear layer as `(in, out)`.
/// let (device, he) = (Device::default(), VarianceScaling::he(Law::Uniform));
/// let mut rng = Streams::new(7).stream("fc1.weight");
/// let weight = tensor(&he, [784, 256], Layout::InOut, DType::F32, &device, &mut rng)?;
/// let layer = Linear { weight: Param::from_tensor(weight), bias: None };
///
/// let largest: f32 = layer.weight.val().abs().max().into_scalar();
/// assert!(largest <= (6.0_f32 / 784.0).sqrt());
/// # Ok::<(), unit_variance_burn::Error>(())
/// ```
///
/// # Errors
///
/// If the initializer cannot fill such a kernel, or the type holds no weights.
pub fn tensor<const D: usize>(
    initializer: &dyn Initializer,
    shape: [usize; D],
    layout: Layout,
    dtype: DType,
    device: &Device,
    rng: &mut dyn Rng,
) -> Result<Tensor<D>, Error> {
    let data = data_of!(dtype, shape, T => weights::<T>(initializer, &shape, layout, rng)?)?;
    Ok(Tensor::from_data(data, (device, dtype)))
}

/// Fills the parameters of a model by their names, each from the stream of `streams` that has its name, and says which were filled.
///
/// A name is the path of fields and indices that Burn gives, such as `blocks.0.fc1.weight`. The kernels of `Linear`, `Conv1d` to `Conv3d`, `DeformConv2d` and
/// `ConvTranspose1d` to `3d` are known by the names of these structs, and taken to have no groups and stride 1; what has is told by
/// [`KernelLayout`]. Any other parameter of two axes or more, such as an `Embedding`, needs a layout of its own in its rule, or to be kept.
/// The gains of a norm, its running mean and its running variance have one axis, as biases have: name the biases as `fc.*.bias`, not as `*`.
///
/// ```
/// use burn::module::Module;
/// use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig};
/// use burn::tensor::Device;
/// use unit_variance::initializer::Normal;
/// use unit_variance::{Constant, Law, Layout, Streams, VarianceScaling};
/// use unit_variance_burn::{Rules, initialize};
///
/// #[derive(Module, Debug)]
/// struct Model {
///     embedding: Embedding,
///     fc: Vec<Linear>,
/// }
///
/// let device = Device::default();
/// let model = Model {
///     embedding: EmbeddingConfig::new(1000, 64).init(&device),
///     fc: (0..2).map(|_| LinearConfig::new(64, 64).init(&device)).collect(),
/// };
/// let rules = Rules::new()
///     .kernels_of("embedding.weight", Layout::InOut, Normal::new(0.0, 0.02))
///     .kernels("fc.*.weight", VarianceScaling::he(Law::Normal))
///     .vectors("fc.*.bias", Constant::ZERO);
/// let (model, filled) = initialize(model, &rules, Streams::new(7))?;
///
/// assert_eq!(filled.filled[1..3], ["fc.0.weight", "fc.0.bias"]);
/// let biases: f32 = model.fc[1].bias.as_ref().unwrap().val().abs().max().into_scalar();
/// assert_eq!(biases, 0.0);
/// # Ok::<(), unit_variance_burn::Error>(())
/// ```
///
/// A parameter that is filled has Burn's own weights first, as only then its shape is sure. Whether it requires a gradient stays as it was.
///
/// # Errors
///
/// If a parameter does not take the weights of its rule, a rule decides about no parameter, or a parameter has a type that holds no weights, as
/// one that is quantized.
pub fn initialize<M: Module>(
    model: M,
    rules: &Rules,
    streams: Streams,
) -> Result<(M, Filled), Error> {
    mapper::initialize(model, rules, streams)
}
