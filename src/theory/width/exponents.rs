//! Parametrizations of width as one family: a layer has the weights `W = n^(−a) w`, where `w` is drawn with standard
//! deviation `n^(−b)` and trained with rate `n^(−c) η`; and nothing changes under
//!
//! ```text
//! gradient descent: (a, b, c) → (a + t, b − t, c − 2t) ,    Adam with ε = 0: (a + t, b − t, c − t) .
//! ```
//!
//! Written as `W = (1/θ)(θ w)` with `θ = n^t`, the stored parameter is `θ` times as large and its gradient `θ` times as
//! small. A step of gradient descent must be `θ` times as large, so its rate `θ²` times; a step of Adam has the size of its
//! rate whatever the gradient's, so `θ` times. What does not change with `t` are `a + b`, the size of `W`, and `2a + c` (or
//! `a + c`), how far `W` moves for a gradient.[^abc]
//!
//! ```text
//!                            input            hidden            output         powers of n
//! standard                   (0, 0, 0)        (0, ½, 0)         (0, ½, 0)
//! neural-tangent             (0, 0, 0)        (½, 0, 0)         (½, 0, 0)
//! maximal-update, descent    (0, 0, −1)       (0, ½, 0)         (0, 1, 1)
//! maximal-update, Adam       (0, 0, 0)        (0, ½, 1)         (0, 1, 1)
//! ```
//!
//! Biases are input weights with a fan-in of 1. With inputs of `d` numbers, input weights have `1/√d` besides: in their
//! standard deviation, or in the neural-tangent parametrization in the factor.
//!
//! [^abc]: G. Yang, E. Hu (2021). [*Tensor Programs IV: Feature Learning in Infinite-Width Neural Networks*](https://arxiv.org/abs/2011.14522). ICML;
//!     G. Yang et al. (2022). [*Tensor Programs V*](https://arxiv.org/abs/2203.03466), tables 3, 8 and 9.

use std::fmt;
use std::str::FromStr;

/// Where a layer stands, by which of its sides grow with the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayerRole {
    /// From the inputs, or a 1, to `n` units.
    Input,
    /// From `n` units to `n`.
    Hidden,
    /// From `n` units to the outputs.
    Output,
}

impl LayerRole {
    /// All of them, from the input to the output.
    pub const ALL: [Self; 3] = [Self::Input, Self::Hidden, Self::Output];
}

/// How a step follows from a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpdateRule {
    /// The rate times the gradient.
    GradientDescent,
    /// The rate times something that does not know the gradient's scale: Adam with `ε = 0`, or signs.
    Adam,
}

impl UpdateRule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::GradientDescent, Self::Adam];
}

/// `a`, `b` and `c` of a layer: powers of the width.
///
/// ```
/// use unit_variance::theory::{Exponents, LayerRole, Parametrization, UpdateRule};
///
/// let output = Parametrization::MaximalUpdate.exponents(LayerRole::Output, UpdateRule::GradientDescent);
/// // The readout of the package `mup`: drawn with variance 1, divided by n, and trained n times as fast.
/// let package = Exponents { multiplier: 1.0, std_dev: 0.0, rate: -1.0 };
/// assert_eq!(output.shifted(1.0, UpdateRule::GradientDescent), package);
/// assert!(output.is_equivalent(package, UpdateRule::GradientDescent));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponents {
    /// `a`: the layer's factor is `n^(−a)`.
    pub multiplier: f64,
    /// `b`: its parameters are drawn with standard deviation `n^(−b)`.
    pub std_dev: f64,
    /// `c`: their rate is `n^(−c) η`.
    pub rate: f64,
}

/// Factor, standard deviation and rate of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// What the parameters are multiplied by in the forward pass.
    pub multiplier: f64,
    /// The standard deviation that the parameters are drawn with.
    pub std_dev: f64,
    /// What their rate is multiplied by.
    pub rate: f64,
}

impl Exponents {
    /// The same layer with `n^t` moved from the standard deviation of its parameters to its factor, and the rate that makes
    /// the same steps.
    #[must_use]
    pub fn shifted(self, t: f64, rule: UpdateRule) -> Self {
        Self {
            multiplier: self.multiplier + t,
            std_dev: self.std_dev - t,
            rate: self.rate - power_of_rate(rule) * t,
        }
    }

    /// Whether the two are one layer, but for such a `t`: `a + b` and `2a + c` (for Adam `a + c`) are the same, up to
    /// the rounding of such sums.
    pub fn is_equivalent(self, other: Self, rule: UpdateRule) -> bool {
        let size = [self, other]
            .iter()
            .flat_map(|of| [of.multiplier, of.std_dev, of.rate])
            .fold(1.0, |largest: f64, exponent| largest.max(exponent.abs()));
        let near = |x: f64, y: f64| size.is_finite() && (x - y).abs() <= 1e-12 * size;
        let step = |of: Self| power_of_rate(rule) * of.multiplier + of.rate;
        near(
            self.multiplier + self.std_dev,
            other.multiplier + other.std_dev,
        ) && near(step(self), step(other))
    }

    /// The numbers at a width, or at a ratio of two widths, the second of which is where all parametrizations are the same.
    ///
    /// ```
    /// use unit_variance::theory::{Exponents, Scaling};
    ///
    /// let output = Exponents { multiplier: 0.5, std_dev: 0.5, rate: 0.0 };
    /// assert_eq!(output.at(64.0), Scaling { multiplier: 0.125, std_dev: 0.125, rate: 1.0 });
    /// ```
    ///
    /// # Panics
    ///
    /// If the width is not positive and finite, or an exponent is infinite or NaN.
    #[track_caller]
    pub fn at(self, width: f64) -> Scaling {
        assert!(
            width > 0.0 && width.is_finite(),
            "a width, or a ratio of widths, is positive and finite, but this one is {width}"
        );
        assert!(
            [self.multiplier, self.std_dev, self.rate]
                .iter()
                .all(|exponent| exponent.is_finite()),
            "exponents of a width are finite, but here are {self:?}"
        );
        let power = |exponent: f64| libm::pow(width, -exponent);
        Scaling {
            multiplier: power(self.multiplier),
            std_dev: power(self.std_dev),
            rate: power(self.rate),
        }
    }
}

/// The power of `θ` that a rate must be multiplied by for a parameter that is `θ` times as large.
fn power_of_rate(rule: UpdateRule) -> f64 {
    match rule {
        UpdateRule::GradientDescent => 2.0,
        UpdateRule::Adam => 1.0,
    }
}

/// How a network depends on its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parametrization {
    /// LeCun's variances and one rate for all layers, as the libraries have it.
    Standard,
    /// Parameters of variance 1, every layer divided by the root of its fan-in, and one rate for all.
    NeuralTangent,
    /// The one in which every layer learns as much as it can at any width, also called μP.
    MaximalUpdate,
}

impl Parametrization {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::NeuralTangent, Self::MaximalUpdate];

    /// `standard`, `neural-tangent` or `maximal-update`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::NeuralTangent => "neural-tangent",
            Self::MaximalUpdate => "maximal-update",
        }
    }

    /// The exponents of a layer, of the maximal-update parametrization in its [first form](MaximalUpdateForm::SmallReadout).
    pub fn exponents(self, layer: LayerRole, rule: UpdateRule) -> Exponents {
        use LayerRole::{Hidden, Input, Output};
        let (multiplier, std_dev) = match (self, layer) {
            (_, Input) => (0.0, 0.0),
            (Self::NeuralTangent, Hidden | Output) => (0.5, 0.0),
            (Self::Standard, Hidden | Output) | (Self::MaximalUpdate, Hidden) => (0.0, 0.5),
            (Self::MaximalUpdate, Output) => (0.0, 1.0),
        };
        let rate = match (self, layer, rule) {
            (Self::MaximalUpdate, Input, UpdateRule::GradientDescent) => -1.0,
            (Self::MaximalUpdate, Output, _) | (Self::MaximalUpdate, Hidden, UpdateRule::Adam) => {
                1.0
            }
            _ => 0.0,
        };
        Exponents {
            multiplier,
            std_dev,
            rate,
        }
    }

    /// The first of these layers' scaling for `d` inputs at a width of `n`: that of the exponents, with `1/√d` in the
    /// standard deviation, or for the neural-tangent one in the factor.
    ///
    /// # Panics
    ///
    /// If there are no inputs or units.
    #[track_caller]
    pub fn input_layer(self, inputs: u64, width: u64, rule: UpdateRule) -> Scaling {
        assert!(
            inputs > 0 && width > 0,
            "a layer has inputs and units, but here are {inputs} and {width}"
        );
        let root = (inputs as f64).sqrt();
        let mut scaling = self.exponents(LayerRole::Input, rule).at(width as f64);
        match self {
            Self::NeuralTangent => scaling.multiplier /= root,
            Self::Standard | Self::MaximalUpdate => scaling.std_dev /= root,
        }
        scaling
    }
}

impl fmt::Display for Parametrization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is none of a parametrization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a parametrization is standard, neural-tangent or maximal-update, but not {0:?}")]
pub struct UnknownParametrization(pub String);

impl FromStr for Parametrization {
    type Err = UnknownParametrization;

    /// # Errors
    ///
    /// If it is the name of none of them.
    fn from_str(name: &str) -> Result<Self, UnknownParametrization> {
        let found = Self::ALL.into_iter().find(|of| of.name() == name);
        found.ok_or_else(|| UnknownParametrization(name.to_owned()))
    }
}

/// The three forms in which the maximal-update parametrization is written; they train the same networks.
///
/// ```
/// use unit_variance::theory::{LayerRole, MaximalUpdateForm, UpdateRule};
///
/// // To the bit, if the powers of the width are powers of two
/// for layer in LayerRole::ALL {
///     let size = |form: MaximalUpdateForm| {
///         let scaling = form.exponents(layer, UpdateRule::GradientDescent).at(256.0);
///         (scaling.multiplier * scaling.std_dev, scaling.multiplier.powi(2) * scaling.rate)
///     };
///     let [first, second, third] = MaximalUpdateForm::ALL.map(size);
///     assert!(first == second && second == third);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MaximalUpdateForm {
    /// No factors: a readout of variance `1/n²`.
    SmallReadout,
    /// The package `mup`: a readout of variance 1, divided by `n`.
    DividedReadout,
    /// All of variance `1/n`, and for gradient descent one rate for all; input weights times `√n`, the readout divided by it.
    EqualRates,
}

impl MaximalUpdateForm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SmallReadout, Self::DividedReadout, Self::EqualRates];

    /// The exponents of a layer.
    pub fn exponents(self, layer: LayerRole, rule: UpdateRule) -> Exponents {
        let t = match (self, layer) {
            (Self::DividedReadout, LayerRole::Output) => 1.0,
            (Self::EqualRates, LayerRole::Input) => -0.5,
            (Self::EqualRates, LayerRole::Output) => 0.5,
            _ => 0.0,
        };
        let first = Parametrization::MaximalUpdate.exponents(layer, rule);
        first.shifted(t, rule)
    }
}

#[cfg(test)]
mod tests;
