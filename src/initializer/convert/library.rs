//! The libraries, and which call of each draws from a law.

use std::fmt;

use super::{Burn, Call, Candle, Fans, Jax, Keras, PyTorch, Recipe};

/// A library whose calls are known. Each was read in the source of its [version](Self::version).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Library {
    /// This crate.
    UnitVariance,
    /// `torch/nn/init.py`
    PyTorch,
    /// `jax/_src/nn/initializers.py`
    Jax,
    /// `keras/src/initializers/random_initializers.py`
    Keras,
    /// `crates/burn-core/src/module/initializer.rs`
    Burn,
    /// `candle-nn/src/init.rs`
    Candle,
}

impl Library {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::UnitVariance,
        Self::PyTorch,
        Self::Jax,
        Self::Keras,
        Self::Burn,
        Self::Candle,
    ];

    /// The name, as the library writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnitVariance => "unit-variance",
            Self::PyTorch => "PyTorch",
            Self::Jax => "JAX",
            Self::Keras => "Keras",
            Self::Burn => "Burn",
            Self::Candle => "Candle",
        }
    }

    /// The version whose source was read.
    pub const fn version(self) -> &'static str {
        match self {
            Self::UnitVariance => env!("CARGO_PKG_VERSION"),
            Self::PyTorch => "2.15.0 (d0f2af8)",
            Self::Jax => "cec06d1, of 2026-08-08",
            Self::Keras => "3422977, of 2026-08-21",
            Self::Burn => "0.22.0-pre.2 (2c06be3)",
            Self::Candle => "0.11.0 (2a13b0f)",
        }
    }

    /// The library's call for weights of this law in a kernel with these fans; `None` where it has none.
    ///
    /// A rule that divides by a fan becomes a call that does so where the library has one. Otherwise the call states
    /// the numbers for these fans, as PyTorch's `normal_` for He's variance on a geometric mean;
    /// then [`Call::follows_fans`] is false.
    ///
    /// ```
    /// use unit_variance::initializer::convert::Library;
    /// use unit_variance::{Activation, Fans, Law, VarianceScaling};
    ///
    /// let gelu = VarianceScaling::for_activation(Activation::Gelu, Law::Normal).into();
    /// let fans = Fans::new(256, 64);
    /// // PyTorch's Kaiming takes a slope and no gain, so none above √2 but 5/3: it needs the number.
    /// let torch = Library::PyTorch.call(gelu, fans).unwrap();
    /// assert!(torch.to_string().starts_with("nn.init.normal_(w, 0.0, 0.0958"));
    /// assert!(!torch.follows_fans());
    /// // Candle has no truncated law.
    /// assert_eq!(Library::Candle.call(VarianceScaling::he(Law::TRUNCATED_NORMAL).into(), fans), None);
    /// ```
    pub fn call(self, recipe: Recipe, fans: Fans) -> Option<Call> {
        match self {
            Self::UnitVariance => Some(Call::UnitVariance(recipe)),
            Self::PyTorch => PyTorch::of(recipe, fans).map(Call::PyTorch),
            Self::Jax => Jax::of(recipe, fans).map(Call::Jax),
            Self::Keras => Keras::of(recipe, fans).map(Call::Keras),
            Self::Burn => Burn::of(recipe, fans).map(Call::Burn),
            Self::Candle => Candle::of(recipe, fans).map(Call::Candle),
        }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
