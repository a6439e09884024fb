//! Why a file cannot be written or read.

use safetensors::{Dtype, SafeTensorError};
use unit_variance::initializer::FillError;

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A tensor does not take the weights of its initializer.
    #[error("`{name}`: {error}")]
    Fill {
        /// The name of the tensor.
        name: String,
        /// Why it does not.
        error: FillError,
    },
    /// It is not said which axes of a kernel are inputs and outputs.
    #[error(
        "`{name}` of shape {shape:?} needs a layout: only a parameter of one axis can do without"
    )]
    NoLayout {
        /// The name of the tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// Weights are not kept in numbers of this type.
    #[error("weights are kept in F64, F32, F16 or BF16, but `{name}` has {dtype}")]
    Dtype {
        /// The name of the tensor.
        name: String,
        /// Its type.
        dtype: Dtype,
    },
    /// Two tensors have the same name.
    #[error("two tensors are called `{0}`")]
    Twice(String),
    /// The format keeps this name for itself.
    #[error(
        "no tensor can be called `__metadata__`: there the format keeps what is said of the file"
    )]
    Reserved,
    /// A file does not say from which model it was written.
    #[error("the file does not say which initializers it was written by: it has no `{key}` in its metadata", key = crate::model::KEY)]
    NoModel,
    /// What a file says of its model cannot be read.
    #[error("what the file says of its initializers cannot be read: {0}")]
    Model(serde_json::Error),
    /// A file cannot be written, or is none of the format.
    #[error(transparent)]
    SafeTensors(#[from] SafeTensorError),
}
