//! A call of any of the libraries, written and read.

use std::fmt;
use std::str::FromStr;

use super::syntax::Parsed;
use super::{
    Burn, CallError, Candle, Jax, Keras, Library, Named, ParameterError, PyTorch, Recipe, ours,
};

/// A call of a library's initializer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    /// A recipe is written as the line that makes it here.
    UnitVariance(Recipe),
    /// A function of `torch.nn.init`.
    PyTorch(PyTorch),
    /// A function of `jax.nn.initializers`.
    Jax(Jax),
    /// A class of `keras.initializers`.
    Keras(Keras),
    /// A variant of `burn::module::Initializer`.
    Burn(Burn),
    /// A variant of `candle_nn::Init`.
    Candle(Candle),
}

impl Call {
    /// The library whose call it is.
    pub const fn library(self) -> Library {
        match self {
            Self::UnitVariance(_) => Library::UnitVariance,
            Self::PyTorch(_) => Library::PyTorch,
            Self::Jax(_) => Library::Jax,
            Self::Keras(_) => Library::Keras,
            Self::Burn(_) => Library::Burn,
            Self::Candle(_) => Library::Candle,
        }
    }

    /// The law from which the call draws.
    ///
    /// # Errors
    ///
    /// If a parameter is out of its range, which none is that was read from a text.
    pub fn recipe(self) -> Result<Recipe, ParameterError> {
        let recipe = match self {
            Self::UnitVariance(recipe) => recipe,
            Self::PyTorch(call) => call.recipe()?,
            Self::Jax(call) => call.recipe()?,
            Self::Keras(call) => call.recipe()?,
            Self::Burn(call) => call.recipe()?,
            Self::Candle(call) => call.recipe()?,
        };
        recipe.check()?;
        Ok(recipe)
    }

    /// Whether the size of the weights follows the fans of the kernel: not in `normal(0.02)`.
    pub fn follows_fans(self) -> bool {
        matches!(self.recipe(), Ok(Recipe::VarianceScaling(_)))
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnitVariance(recipe) => recipe.fmt(f),
            Self::PyTorch(call) => call.fmt(f),
            Self::Jax(call) => call.fmt(f),
            Self::Keras(call) => call.fmt(f),
            Self::Burn(call) => call.fmt(f),
            Self::Candle(call) => call.fmt(f),
        }
    }
}

/// The library is known by the look of the call: a name that ends in `_` is PyTorch's, one in braces is Burn's or
/// Candle's, `Type::function(…)` is this crate's, as is a [`Named`] text, a name in capitals or in
/// quotes is Keras', and any other is JAX'. A path before the name, as `keras.initializers.`, goes first.
impl FromStr for Call {
    type Err = CallError;

    fn from_str(text: &str) -> Result<Self, CallError> {
        if let Ok(named) = text.trim().parse::<Named>() {
            let recipe = Recipe::try_from(named);
            return recipe.map(Self::UnitVariance);
        }
        let parsed = Parsed::read(text)?;
        let in_path = |segment: &str| parsed.path.iter().any(|part| part == segment);
        let name = parsed.name.as_str();
        let call = if parsed.has_braces || name.starts_with("DEFAULT_") {
            if Candle::is_called(&parsed) {
                Self::Candle(Candle::read(&parsed)?)
            } else {
                Self::Burn(Burn::read(&parsed)?)
            }
        } else if in_path("keras") || parsed.is_quoted {
            Self::Keras(Keras::read(&parsed)?)
        } else if in_path("initializers") {
            Self::Jax(Jax::read(&parsed)?)
        } else if name.ends_with('_') || in_path("init") {
            Self::PyTorch(PyTorch::read(&parsed)?)
        } else if parsed.is_rust {
            Self::UnitVariance(ours::read(&parsed)?)
        } else if name.starts_with(char::is_uppercase) {
            Self::Keras(Keras::read(&parsed)?)
        } else {
            Self::Jax(Jax::read(&parsed)?)
        };
        match call.recipe() {
            Ok(_) => Ok(call),
            Err(error) => Err(CallError::Parameter {
                call: parsed.name,
                error,
            }),
        }
    }
}
