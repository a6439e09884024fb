//! `scale = Var(w) · fan`, `gain = √scale`, `σ = √Var(w)`, `bound = σ · √3`, `σ₀ = σ / s(c)`: any one gives the others.

use super::super::parameter_error::positive;
use super::super::{Fan, Fans, ParameterError, VarianceScaling};
use crate::probability::Law;

/// One number that says how large weights are.
///
/// ```
/// use unit_variance::initializer::convert::Measure;
/// use unit_variance::{Fan, Fans, Law};
///
/// // Somebody drew from U(±1/16) with 256 inputs.
/// let fans = Fans::new(256, 128);
/// let rule = Measure::Bound(1.0 / 16.0).rule(Fan::In, Law::Uniform, fans)?;
/// assert!((rule.scale() - 1.0 / 3.0).abs() < 1e-15);
///
/// // A gain of √2 in each of two libraries, of which one calls it scale: twice the variance.
/// let gain = Measure::Gain(2_f64.sqrt()).rule(Fan::In, Law::Normal, fans)?;
/// let scale = Measure::Scale(2_f64.sqrt()).rule(Fan::In, Law::Normal, fans)?;
/// assert!((gain.variance(fans) / scale.variance(fans) - 2_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), unit_variance::initializer::convert::MeasureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// `Var(w) · fan`.
    Scale(f64),
    /// `√(Var(w) · fan)`.
    Gain(f64),
    /// `Var(w)`.
    Variance(f64),
    /// `√Var(w)`.
    StdDev(f64),
    /// The largest weight in size: of uniform weights `√3 · √Var(w)`, of truncated ones the cut.
    Bound(f64),
    /// The standard deviation of the normal law before it is cut, `√Var(w) / s(c)`.
    StdDevBeforeCut(f64),
}

/// Why no weights are of this size.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// The law has no bound.
    #[error("a normal law has no bound: give its standard deviation, or a law that ends")]
    NoBound,
    /// The law has no cut.
    #[error("only a truncated normal law has a standard deviation before the cut")]
    NoCut,
    /// A number is out of its range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
}

impl Measure {
    /// The rule whose weights are of this size in a kernel with these fans.
    ///
    /// # Errors
    ///
    /// If the number is not positive and finite, or the law has no such measure.
    pub fn rule(self, fan: Fan, law: Law, fans: Fans) -> Result<VarianceScaling, MeasureError> {
        // A cut that is none is refused before it is divided by.
        VarianceScaling::try_new(1.0, fan, law)?;
        let of_std_dev = |std_dev: f64| -> Result<VarianceScaling, MeasureError> {
            let root = fans.of(fan).sqrt();
            Ok(VarianceScaling::try_with_gain(std_dev * root, fan, law)?)
        };
        match (self, law) {
            (Self::Scale(scale), _) => Ok(VarianceScaling::try_new(scale, fan, law)?),
            (Self::Gain(gain), _) => Ok(VarianceScaling::try_with_gain(gain, fan, law)?),
            (Self::Variance(variance), _) => {
                let variance = positive("a variance", variance)?;
                Ok(VarianceScaling::try_new(variance * fans.of(fan), fan, law)?)
            }
            (Self::StdDev(std_dev), _) => of_std_dev(positive("a standard deviation", std_dev)?),
            (Self::Bound(_), Law::Normal) => Err(MeasureError::NoBound),
            (Self::Bound(bound), _) => of_std_dev(positive("a bound", bound)? / law.bound()),
            (Self::StdDevBeforeCut(std_dev), Law::TruncatedNormal { cut }) => {
                let std_dev = positive("a standard deviation", std_dev)?;
                of_std_dev(std_dev * (cut / law.bound()))
            }
            (Self::StdDevBeforeCut(_), _) => Err(MeasureError::NoCut),
        }
    }
}
