//! Why a text is no call of an initializer.

use super::super::ParameterError;

/// Why a text is no call of an initializer that is known here.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The text cannot be read.
    #[error("`{text}` cannot be read from `{rest}` on: there should be {expected}")]
    Syntax {
        /// The whole text.
        text: String,
        /// What is left where the reading stopped.
        rest: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// The library has no such initializer.
    #[error("`{name}` was read as a call of {library}, which has {known}")]
    Unknown {
        /// The name that was given.
        name: String,
        /// The library for whose call it was taken.
        library: &'static str,
        /// The names that there are.
        known: String,
    },
    /// The initializer takes no such argument.
    #[error("`{call}` takes no argument `{argument}`: there are {known}")]
    Argument {
        /// The initializer.
        call: String,
        /// What was given.
        argument: String,
        /// The arguments that there are.
        known: String,
    },
    /// An argument has to be given and is not.
    #[error("`{call}` needs the argument `{argument}`")]
    Missing {
        /// The initializer.
        call: String,
        /// The argument.
        argument: &'static str,
    },
    /// An argument is not what the initializer takes.
    #[error("`{call}` has {found} for `{argument}`, which is {expected}")]
    Value {
        /// The initializer.
        call: String,
        /// The argument.
        argument: &'static str,
        /// What was given.
        found: String,
        /// What is taken.
        expected: String,
    },
    /// A number is out of its range.
    #[error("`{call}`: {error}")]
    Parameter {
        /// The initializer.
        call: String,
        /// Which number, and why.
        error: ParameterError,
    },
    /// An initializer of this crate whose weights are not drawn from a law that the libraries share.
    #[error(
        "`{0}` is no law that the six libraries share: they have variance scaling, normal, uniform, truncated normal and orthogonal weights"
    )]
    NoRecipe(String),
}
