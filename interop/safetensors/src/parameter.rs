//! One tensor of a file: its name, its shape, and the rule that fills it.

use std::borrow::Cow;

use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, View};
use serde::{Deserialize, Serialize};
use unit_variance::initializer::{Named, Weight};
use unit_variance::{Layout, Streams};
use unit_variance_rules::weights;

use crate::Error;
use crate::numbers::Bytes;

/// One tensor of a file: its name, its shape, and the rule that fills it.
///
/// ```
/// use unit_variance::Layout;
/// use unit_variance_safetensors::Parameter;
///
/// let text = r#"{"name": "fc1.weight", "shape": [256, 784], "initializer": "he/uniform", "layout": "OutIn"}"#;
/// let weight: Parameter = serde_json::from_str(text)?;
/// assert_eq!(weight.layout, Some(Layout::OutIn));
/// assert_eq!(weight.dtype, safetensors::Dtype::F32); // unless it says `"dtype": "BF16"`
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The name, which is also that of the stream that draws the weights.
    pub name: String,
    /// The lengths of the axes.
    pub shape: Vec<usize>,
    /// What draws the weights.
    pub initializer: Named,
    /// What the axes mean. It may be left out where there is one axis, which is then that of [biases](Layout::Bias).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// The numbers that are kept: `F64`, `F32`, `F16` or `BF16`, each rounded once.
    #[serde(default = "single")]
    pub dtype: Dtype,
}

const fn single() -> Dtype {
    Dtype::F32
}

impl Parameter {
    /// The weights, as the file has them.
    pub(crate) fn drawn(&self, streams: Streams) -> Result<Drawn<'_>, Error> {
        let bytes = match self.dtype {
            Dtype::F64 => self.bytes::<f64>(streams),
            Dtype::F32 => self.bytes::<f32>(streams),
            Dtype::F16 => self.bytes::<f16>(streams),
            Dtype::BF16 => self.bytes::<bf16>(streams),
            dtype => Err(Error::Dtype {
                name: self.name.clone(),
                dtype,
            }),
        }?;
        Ok(Drawn {
            parameter: self,
            bytes,
        })
    }

    fn bytes<T: Weight + Bytes>(&self, streams: Streams) -> Result<Vec<u8>, Error> {
        let mut stream = streams.stream(&self.name);
        let bias = (self.shape.len() == 1).then_some(Layout::Bias);
        let layout = self.layout.or(bias).ok_or_else(|| Error::NoLayout {
            name: self.name.clone(),
            shape: self.shape.clone(),
        })?;
        let drawn = weights::<T>(&self.initializer, &self.shape, layout, &mut stream);
        let drawn = drawn.map_err(|error| Error::Fill {
            name: self.name.clone(),
            error,
        })?;
        let mut bytes = Vec::with_capacity(size_of_val(&drawn[..]));
        for weight in drawn {
            weight.append(&mut bytes);
        }
        Ok(bytes)
    }
}

/// A parameter and the bytes of its weights.
pub(crate) struct Drawn<'a> {
    parameter: &'a Parameter,
    bytes: Vec<u8>,
}

impl Drawn<'_> {
    /// Whether a tensor is this parameter with these weights.
    pub(crate) fn is_in(&self, tensor: &TensorView<'_>) -> bool {
        tensor.dtype() == self.parameter.dtype
            && tensor.shape() == self.parameter.shape
            && tensor.data() == self.bytes
    }
}

impl View for Drawn<'_> {
    fn dtype(&self) -> Dtype {
        self.parameter.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.parameter.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}
