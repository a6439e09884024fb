//! Why a model cannot be filled by these rules.

use unit_variance::initializer::FillError;

/// Why a model cannot be filled by these rules.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// A parameter does not take such weights.
    #[error("`{name}`: {error}")]
    Fill {
        /// The name of the parameter.
        name: String,
        /// Why it does not.
        error: FillError,
    },
    /// It is not known which axes of a kernel are inputs and outputs.
    #[error(
        "`{name}` of shape {shape:?} is no kernel of a known layer: its rule has to give a layout (`kernels_of`), or to `keep` it"
    )]
    NoLayout {
        /// The name of the parameter.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A rule decides about no parameter: its names are mistaken, or rules before it fit all of them.
    #[error("the rule {rule} decides about none of the parameters {parameters:?}")]
    Unused {
        /// The rule.
        rule: String,
        /// The names of all parameters of the model.
        parameters: Vec<String>,
    },
}
