//! `Var(w) = scale / fan = gain² / fan`: one law, and the calls of six libraries that draw from it.
//!
//! A [`Recipe`] says from which law weights are drawn. [`Library::call`] writes the call of a library
//! that draws from it, where there is one, and [`str::parse`] takes a [`Call`] back to its recipe, so that
//! any of the six can be read in the words of any other.
//!
//! | number | is | in the calls |
//! |---|---|---|
//! | scale | `Var(w) · fan` | JAX, Keras |
//! | gain | `√scale` | PyTorch, Burn, Candle |
//! | standard deviation | `√Var(w)` | `normal` of all |
//! | bound | `√3 · √Var(w)`, of uniform weights | `uniform` of all |
//! | standard deviation before the cut | `√Var(w) / s(c)`, with `s(2) = 0.8796` | `truncated_normal` of all |
//!
//! [`Measure`] goes from any of them to the rule.
//!
//! ```
//! use unit_variance::initializer::convert::{Call, Library};
//! use unit_variance::{Fans, VarianceScaling};
//!
//! let call: Call = "nn.init.kaiming_uniform_(w, a=math.sqrt(5))".parse()?;
//! let (recipe, fans) = (call.recipe()?, Fans::new(256, 128));
//! assert_eq!(recipe, VarianceScaling::pytorch_linear().into());
//! assert_eq!(recipe.bound(fans), 1.0 / 16.0);
//! let keras = Library::Keras.call(recipe, fans).expect("Keras has uniform weights");
//! assert_eq!(keras.to_string(), "VarianceScaling(1 / 3, 'fan_in', 'uniform')");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The fans are those that the library takes for a kernel, and it reads them from a shape: PyTorch and
//! Candle from `(out, in, …)`, JAX and Keras from `(…, in, out)`. What a call says about axes, seeds
//! and precision is read over.

mod arguments;
mod burn;
mod call;
mod candle;
mod choices;
mod error;
mod jax;
mod keras;
mod library;
mod measure;
mod nonlinearity;
mod ours;
mod pytorch;
mod reader;
mod recipe;
mod spelling;
mod syntax;
#[cfg(test)]
mod tests;

pub use burn::Burn;
pub use call::Call;
pub use candle::{Candle, NonLinearity};
pub use choices::{Distribution, Mode, NormalOrUniform, Side};
pub use error::CallError;
pub use jax::Jax;
pub use keras::Keras;
pub use library::Library;
pub use measure::{Measure, MeasureError};
pub use nonlinearity::Nonlinearity;
pub use pytorch::PyTorch;
pub use recipe::Recipe;

use super::{Fan, Fans, Named, ParameterError, VarianceScaling};
use crate::probability::Law;

/// The number that a text stands for, as in the arguments of a call: `0.02 / math.sqrt(2 * 12)`, `2_f64.sqrt()`.
///
/// ```
/// use unit_variance::initializer::convert::number;
///
/// assert_eq!(number("0.02 / math.sqrt(2 * 8)"), Ok(0.005));
/// assert_eq!(number("nn.init.calculate_gain('tanh')"), Ok(5.0 / 3.0));
/// assert!(number("0.02 / √24").is_err());
/// ```
///
/// # Errors
///
/// If it is none.
pub fn number(text: &str) -> Result<f64, CallError> {
    reader::number(text)
}

/// `Var(w) = gain² / fan`, for a gain that may be the root of a small fraction.
fn rule_of_gain(gain: f64, fan: Fan, law: Law) -> Result<Recipe, ParameterError> {
    VarianceScaling::try_with_gain(gain, fan, law)?;
    Ok(VarianceScaling::try_new(spelling::squared(gain), fan, law)?.into())
}

/// Whether two numbers are one, but for the rounding of a root and a square.
fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 4.0 * f64::EPSILON * b.abs()
}
