//! Why there is no initializer with these parameters.

/// A parameter that no initializer has, and what was given for it.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A number is outside of its range.
    #[error("{parameter} must be {expected}, but is {found:?}")]
    Number {
        /// Which parameter, with its article.
        parameter: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// The ends of an interval are not in order, or the interval has no end where it needs one.
    #[error("an interval must {expected}, but is from {low} to {high}")]
    Interval {
        /// What it must do.
        expected: &'static str,
        /// The lower end that was given.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// An output would have no connection.
    #[error("an output needs at least one connection, but is given 0")]
    NoConnection,
}

const POSITIVE: &str = "a positive finite number";

/// `found`, if it is positive and finite.
pub(super) fn positive(parameter: &'static str, found: f64) -> Result<f64, ParameterError> {
    require(found > 0.0 && found.is_finite(), parameter, POSITIVE, found)
}

/// `found`, if it is finite.
pub(crate) fn finite(parameter: &'static str, found: f64) -> Result<f64, ParameterError> {
    require(found.is_finite(), parameter, "finite", found)
}

/// `found`, if `holds`.
pub(crate) fn require(
    holds: bool,
    parameter: &'static str,
    expected: &'static str,
    found: f64,
) -> Result<f64, ParameterError> {
    if holds {
        return Ok(found);
    }
    Err(ParameterError::Number {
        parameter,
        expected,
        found,
    })
}
