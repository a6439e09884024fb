//! Why an expectation under a Gaussian cannot be had, with the numbers that say so.

/// What cannot be integrated against a Gaussian density, and why.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpectationError {
    /// The variance is negative, infinite or NaN.
    #[error("the variance of a Gaussian must be finite and not negative, but is {0}")]
    Variance(f64),
    /// The function times the density is infinite or NaN somewhere.
    #[error("the function times the density at x = {x} is {product}")]
    NotFinite {
        /// Where.
        x: f64,
        /// What it is there.
        product: f64,
    },
    /// Between two points even 64 pieces and 128 do not agree: there is a kink that was not given, or
    /// there are too many waves.
    #[error(
        "between x = {from} and {to} the integral over 1/64 of a panel differs from that over its halves by {difference:e}, with E |f(x)| = {size:e}: a kink that is not given, or too many waves"
    )]
    Rough {
        /// One end of the panel.
        from: f64,
        /// The other end.
        to: f64,
        /// The largest difference.
        difference: f64,
        /// `E |f(x)|`.
        size: f64,
    },
    /// At 38 standard deviations, where the density leaves the range of `f64`, the function still counts.
    #[error(
        "at x = {x}, 38 standard deviations out, the function times the density is still {product:e}"
    )]
    Tail {
        /// Where.
        x: f64,
        /// What is left there.
        product: f64,
    },
    /// The correlation of a pair is no correlation.
    #[error("the correlation of two Gaussians must be between −1 and 1, but is {0}")]
    Correlation(f64),
    /// A function of two Gaussians has no finite expectation.
    #[error("the function of two Gaussians has no finite expectation: the sum is {0}")]
    PairNotFinite(f64),
    /// Two rules for a function of two Gaussians do not agree.
    #[error(
        "a rule of 32 nodes a panel and one of 24 differ by {difference:e}, with E |f(x, y)| = {size:e}: a kink that is not given, or too many waves"
    )]
    RoughPair {
        /// The difference.
        difference: f64,
        /// `E |f(x, y)|`.
        size: f64,
    },
    /// A function of two Gaussians grows faster than any power.
    #[error(
        "at the edge, 14 standard deviations out, the function times the density is still {0:e}"
    )]
    PairTail(f64),
}
