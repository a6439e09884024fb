//! Why a tensor cannot be filled.

use candle_core::DType;
use unit_variance::initializer::FillError;
use unit_variance_rules::RuleError;

/// Why a tensor, or a model, cannot be filled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The initializer cannot fill such a kernel.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The variables of a model do not fit the rules.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Weights are not kept in numbers of this type.
    #[error("weights are kept in F64, F32, F16 or BF16, but the tensor has {0:?}")]
    DType(DType),
    /// Candle cannot make the tensor.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}
