//! From which law weights are drawn, in numbers.

use super::super::{
    Fan, Fans, Initializer, Named, Normal, Orthogonal, ParameterError, TruncatedNormal, Uniform,
    VarianceScaling,
};
use super::CallError;
use super::is_same;
use crate::probability::Law;

/// From which law weights are drawn, in numbers.
///
/// [`Display`](std::fmt::Display) writes the line that makes the initializer in this crate.
///
/// ```
/// use unit_variance::initializer::convert::Recipe;
/// use unit_variance::{Fans, Law, VarianceScaling};
///
/// let recipe = Recipe::from(VarianceScaling::he(Law::TRUNCATED_NORMAL));
/// assert_eq!(recipe.to_string(), "VarianceScaling::he(Law::TRUNCATED_NORMAL)");
/// let fans = Fans::new(200, 100);
/// assert_eq!(recipe.std_dev(fans), 0.1);
/// // What a function needs to be told that cuts and does not scale back.
/// let before = recipe.std_dev_before_cut(fans).unwrap();
/// assert!((before * 0.879_625_661 - 0.1).abs() < 1e-10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Recipe {
    /// `Var(w) = scale / fan`.
    VarianceScaling(VarianceScaling),
    /// `N(mean, std_dev²)`.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std_dev: f64,
    },
    /// `U(low, high)`.
    Uniform {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// `N(mean, std_dev²)` given `low ≤ w ≤ high`.
    TruncatedNormal {
        /// The mean before the cut.
        mean: f64,
        /// The standard deviation before the cut.
        std_dev: f64,
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// Orthonormal rows or columns, times a gain.
    Orthogonal {
        /// The factor.
        gain: f64,
    },
}

impl Recipe {
    /// `E[w]`.
    ///
    /// # Panics
    ///
    /// If a parameter is out of its range.
    #[track_caller]
    pub fn mean(self) -> f64 {
        match self {
            Self::VarianceScaling(_) | Self::Orthogonal { .. } => 0.0,
            Self::Normal { mean, .. } => mean,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            } => TruncatedNormal::new(mean, std_dev, low, high).mean(),
        }
    }

    /// `Var(w)` in a kernel with these fans: `scale / fan`, `(high − low)² / 12`, or, of a dense matrix with
    /// orthonormal rows or columns, `gain² / max(n, m)`.
    ///
    /// # Panics
    ///
    /// If a parameter is out of its range.
    #[track_caller]
    pub fn variance(self, fans: Fans) -> f64 {
        match self {
            Self::VarianceScaling(rule) => rule.variance(fans),
            Self::Normal { std_dev, .. } => std_dev * std_dev,
            Self::Uniform { low, high } => (high - low).powi(2) / 12.0,
            Self::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            } => TruncatedNormal::new(mean, std_dev, low, high).variance(),
            Self::Orthogonal { gain } => gain * gain / fans.fan_in().max(fans.fan_out()),
        }
    }

    /// `√Var(w)` in a kernel with these fans.
    ///
    /// # Panics
    ///
    /// If a parameter is out of its range.
    #[track_caller]
    pub fn std_dev(self, fans: Fans) -> f64 {
        match self {
            Self::VarianceScaling(rule) => rule.std_dev(fans),
            Self::Normal { std_dev, .. } => std_dev,
            // Not by way of the squares, which may leave the range.
            Self::Uniform { low, high } => (0.5 * high - 0.5 * low) / 3_f64.sqrt(),
            Self::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            } => TruncatedNormal::new(mean, std_dev, low, high).std_dev(),
            Self::Orthogonal { gain } => gain.abs() / fans.fan_in().max(fans.fan_out()).sqrt(),
        }
    }

    /// The largest weight in size that there can be: infinite of normal weights.
    pub fn bound(self, fans: Fans) -> f64 {
        match self {
            Self::VarianceScaling(rule) => rule.bound(fans),
            Self::Normal { .. } => f64::INFINITY,
            Self::Uniform { low, high } | Self::TruncatedNormal { low, high, .. } => {
                low.abs().max(high.abs())
            }
            Self::Orthogonal { gain } => gain,
        }
    }

    /// The standard deviation of the normal law that is cut, `√Var(w) / s(c)`; `None` where none is.
    pub fn std_dev_before_cut(self, fans: Fans) -> Option<f64> {
        match self {
            Self::VarianceScaling(rule) => match rule.law() {
                Law::TruncatedNormal { cut } => Some(rule.bound(fans) / cut),
                Law::Normal | Law::Uniform => None,
            },
            Self::TruncatedNormal { std_dev, .. } => Some(std_dev),
            Self::Normal { .. } | Self::Uniform { .. } | Self::Orthogonal { .. } => None,
        }
    }

    /// The initializer that draws such weights.
    ///
    /// # Errors
    ///
    /// If a parameter is out of its range.
    pub fn initializer(self) -> Result<Box<dyn Initializer>, ParameterError> {
        Ok(match self {
            Self::VarianceScaling(rule) => Box::new(rule),
            Self::Normal { mean, std_dev } => Box::new(Normal::try_new(mean, std_dev)?),
            Self::Uniform { low, high } => Box::new(Uniform::try_new(low, high)?),
            Self::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            } => Box::new(TruncatedNormal::try_new(mean, std_dev, low, high)?),
            Self::Orthogonal { gain } => Box::new(Orthogonal::try_new(gain)?),
        })
    }

    /// Whether there are such weights.
    pub(super) fn check(self) -> Result<(), ParameterError> {
        self.initializer().map(drop)
    }

    /// The numbers of this rule in a kernel with these fans, as a law that does not ask for them.
    pub(super) fn fixed(rule: VarianceScaling, fans: Fans) -> Self {
        let bound = rule.bound(fans);
        match rule.law() {
            Law::Normal => Self::Normal {
                mean: 0.0,
                std_dev: rule.std_dev(fans),
            },
            Law::Uniform => Self::Uniform {
                low: -bound,
                high: bound,
            },
            Law::TruncatedNormal { cut } => Self::TruncatedNormal {
                mean: 0.0,
                std_dev: bound / cut,
                low: -bound,
                high: bound,
            },
        }
    }

    /// `mean`, `std_dev` and the cuts in standard deviations, of a truncated normal law.
    pub(super) fn cuts(self) -> Option<(f64, f64, f64, f64)> {
        let Self::TruncatedNormal {
            mean,
            std_dev,
            low,
            high,
        } = self
        else {
            return None;
        };
        let cut = |end: f64| {
            let cut = (end - mean) / std_dev;
            let whole = cut.round();
            if is_same(cut, whole) { whole } else { cut }
        };
        Some((mean, std_dev, cut(low), cut(high)))
    }
}

impl From<VarianceScaling> for Recipe {
    fn from(rule: VarianceScaling) -> Self {
        Self::VarianceScaling(rule)
    }
}

/// # Errors
///
/// [`CallError::NoRecipe`] for weights that are not drawn from a law that the six libraries share.
impl TryFrom<Named> for Recipe {
    type Error = CallError;

    fn try_from(named: Named) -> Result<Self, CallError> {
        let recipe = match named {
            Named::VarianceScaling(rule) => Self::VarianceScaling(rule),
            Named::Variance { variance, law } => {
                let one = Fans::new(1, 1);
                let rule = VarianceScaling::try_new(variance, Fan::In, law);
                let rule = rule.map_err(|error| CallError::Parameter {
                    call: named.to_string(),
                    error,
                })?;
                Self::fixed(rule, one)
            }
            Named::Normal { std_dev } => Self::Normal { mean: 0.0, std_dev },
            Named::Uniform { bound } => Self::Uniform {
                low: -bound,
                high: bound,
            },
            Named::TruncatedNormal { std_dev, cut } => Self::TruncatedNormal {
                mean: 0.0,
                std_dev,
                low: -cut * std_dev,
                high: cut * std_dev,
            },
            Named::Orthogonal { gain } => Self::Orthogonal { gain },
            Named::DeltaOrthogonal { .. }
            | Named::Identity { .. }
            | Named::Constant(_)
            | Named::Sparse { .. }
            | Named::Siren(_) => return Err(CallError::NoRecipe(named.to_string())),
        };
        Ok(recipe)
    }
}
