//! Why a variance cannot be scaled so.

/// A scale or a gain that no weights have.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScaleError {
    /// The scale of a variance is not a positive finite number.
    #[error("the scale of a variance must be a positive finite number, but is {0:e}")]
    Scale(f64),
    /// A gain is not positive, or its square is 0 or infinite.
    #[error("a gain must be a positive finite number whose square is one, but is {0:e}")]
    Gain(f64),
}
