//! Initializers by name: one line of text for a configuration file, a table or a terminal.

mod read;
#[cfg(test)]
mod tests;
mod variance;
mod write;

use rand::Rng;

pub use read::NamedError;
use variance::GivenVariance;

use super::{
    Constant, DeltaOrthogonal, Fan, Fans, FillError, Identity, Initializer, KernelMut, Layout,
    Normal, Orthogonal, ParameterError, Siren, Sparse, TruncatedNormal, Uniform, VarianceScaling,
};
use crate::probability::Law;

/// An initializer that is written as one line: `he`, `xavier/uniform`, `normal:0.02`, `orthogonal:1.414`.
///
/// | text | weights |
/// |---|---|
/// | `lecun`, `xavier`, `he`, `pytorch-linear` | the presets of [`VarianceScaling`] |
/// | `lecun-fan-out`, `he-fan-out`, `he-fan-avg`, `he-fan-geo` | the same on another fan |
/// | `3/n`, `3/fan-out`, `3/fan-avg`, `3/fan-geo` | `Var(w) = 3 / fan`; `n` is the fan-in |
/// | `variance:0.5` | `Var(w) = 0.5`, whatever the fans |
/// | `normal:0.02`, `uniform:0.05`, `truncated-normal:0.02:3` | standard deviation 0.02; largest weight 0.05; 0.02 before a cut at three of them |
/// | `orthogonal:1.414`, `delta-orthogonal:2`, `identity:0.5` | a gain |
/// | `constant:0.1`, `zeros`, `sparse:15:1`, `siren-first`, `siren-hidden:30` | a weight; connections and standard deviation; a frequency |
///
/// A number that is not given is 1, of a cut 2, of connections 15, of a frequency 30.
/// The first four rows take a law after a slash: `/normal`, which is meant where none is given,
/// `/uniform`, `/truncated-normal` (cut at two standard deviations) or `/truncated-normal:3`.
/// [`Display`](std::fmt::Display) and serde write a text that [`str::parse`] takes back to the same value.
///
/// ```
/// use unit_variance::initializer::Named;
/// use unit_variance::{Fans, Initializer, Law, Streams, VarianceScaling};
///
/// let named: Named = "he/uniform".parse()?;
/// assert_eq!(named, VarianceScaling::he(Law::Uniform).into());
/// assert_eq!(named.variance(Fans::new(50, 10)), Some(0.04));
/// let weight = named.sample((50, 10), &mut Streams::new(1).stream("weight"));
/// assert!(weight.iter().all(|w| w.abs() <= 0.12_f64.sqrt()));
///
/// assert_eq!("2/n".parse::<Named>()?.to_string(), "he");
/// assert!("hee".parse::<Named>().unwrap_err().to_string().starts_with("no initializer is called `hee`"));
/// # Ok::<(), unit_variance::initializer::NamedError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
#[non_exhaustive]
pub enum Named {
    /// Independent weights with `Var(w) = scale / fan`.
    VarianceScaling(VarianceScaling),
    /// Independent weights of one variance, whatever the fans.
    Variance {
        /// `Var(w)`.
        variance: f64,
        /// The law of a weight over its standard deviation.
        law: Law,
    },
    /// Independent weights from `N(0, std_dev²)`.
    Normal {
        /// The standard deviation.
        std_dev: f64,
    },
    /// Independent weights from `U(−bound, bound)`.
    Uniform {
        /// The largest weight.
        bound: f64,
    },
    /// Independent weights from `N(0, std_dev²)` conditioned on `|w| ≤ cut · std_dev`.
    TruncatedNormal {
        /// The standard deviation before the cut.
        std_dev: f64,
        /// Where the law is cut, in standard deviations.
        cut: f64,
    },
    /// [`Orthogonal`] with this gain.
    Orthogonal {
        /// The factor of the rotation.
        gain: f64,
    },
    /// [`DeltaOrthogonal`] with this gain.
    DeltaOrthogonal {
        /// The factor of the rotation.
        gain: f64,
    },
    /// [`Identity`] with this gain.
    Identity {
        /// The weight from each input to its own output.
        gain: f64,
    },
    /// One number.
    Constant(f64),
    /// [`Sparse`] weights from `N(0, std_dev²)`.
    Sparse {
        /// The number of weights of each output that are not zero.
        connections: usize,
        /// Their standard deviation.
        std_dev: f64,
    },
    /// Weights for a network of sines.
    Siren(Siren),
}

/// The names that there are, each with numbers that it takes.
const NAMES: [&str; 16] = [
    "lecun",
    "xavier",
    "he",
    "pytorch-linear",
    "2/n",
    "variance:1",
    "normal:0.02",
    "uniform:0.05",
    "truncated-normal:0.02:2",
    "orthogonal:1",
    "delta-orthogonal:1",
    "identity:1",
    "constant:0",
    "sparse:15:1",
    "siren-first",
    "siren-hidden:30",
];

/// The fans as they stand behind `he-` and `2/`.
const FANS: [(&str, Fan); 4] = [
    ("fan-in", Fan::In),
    ("fan-out", Fan::Out),
    ("fan-avg", Fan::Average),
    ("fan-geo", Fan::GeometricAverage),
];

/// The rules that have names; where two are the same, the first is written.
const RULES: [(&str, f64, Fan); 3] = [
    ("lecun", 1.0, Fan::In),
    ("xavier", 1.0, Fan::Average),
    ("he", 2.0, Fan::In),
];

impl Named {
    /// `Var(w)` of independent weights with these fans; `None` of those that depend on one another
    /// or are not random.
    ///
    /// # Panics
    ///
    /// If a parameter is out of its range, which no text's is.
    #[track_caller]
    pub fn variance(self, fans: Fans) -> Option<f64> {
        match self {
            Self::VarianceScaling(rule) => Some(rule.variance(fans)),
            Self::Variance { variance, .. } => Some(variance),
            Self::Normal { std_dev } => Some(std_dev * std_dev),
            Self::Uniform { bound } => Some(bound * bound / 3.0),
            Self::TruncatedNormal { std_dev, cut } => {
                Some(TruncatedNormal::with_cut(0.0, std_dev, cut).variance())
            }
            Self::Siren(siren) => Some(siren.variance(fans)),
            Self::Orthogonal { .. }
            | Self::DeltaOrthogonal { .. }
            | Self::Identity { .. }
            | Self::Constant(_)
            | Self::Sparse { .. } => None,
        }
    }

    /// `√Var(w)` of independent weights with these fans: `std_dev` itself where that was given.
    ///
    /// # Panics
    ///
    /// If a parameter is out of its range, which no text's is.
    #[track_caller]
    pub fn std_dev(self, fans: Fans) -> Option<f64> {
        match self {
            Self::VarianceScaling(rule) => Some(rule.std_dev(fans)),
            Self::Normal { std_dev } => Some(std_dev),
            // Not by way of the square, which may leave the range.
            Self::Uniform { bound } => Some(bound / 3_f64.sqrt()),
            Self::TruncatedNormal { std_dev, cut } => {
                Some(TruncatedNormal::with_cut(0.0, std_dev, cut).std_dev())
            }
            _ => self.variance(fans).map(f64::sqrt),
        }
    }
}

impl From<VarianceScaling> for Named {
    fn from(rule: VarianceScaling) -> Self {
        Self::VarianceScaling(rule)
    }
}

impl From<Named> for String {
    fn from(named: Named) -> Self {
        named.to_string()
    }
}

impl TryFrom<String> for Named {
    type Error = NamedError;

    fn try_from(text: String) -> Result<Self, NamedError> {
        text.parse()
    }
}

impl Named {
    /// The initializer that is named.
    ///
    /// # Errors
    ///
    /// If a parameter is out of its range, which no text's is.
    fn resolve(self) -> Result<Box<dyn Initializer>, ParameterError> {
        Ok(match self {
            Self::VarianceScaling(rule) => Box::new(rule),
            Self::Variance { variance, law } => Box::new(GivenVariance::try_new(variance, law)?),
            Self::Normal { std_dev } => Box::new(Normal::try_new(0.0, std_dev)?),
            Self::Uniform { bound } => Box::new(Uniform::try_new(-bound, bound)?),
            Self::TruncatedNormal { std_dev, cut } => {
                Box::new(TruncatedNormal::try_with_cut(0.0, std_dev, cut)?)
            }
            Self::Orthogonal { gain } => Box::new(Orthogonal::try_new(gain)?),
            Self::DeltaOrthogonal { gain } => Box::new(DeltaOrthogonal::try_new(gain)?),
            Self::Identity { gain } => Box::new(Identity::try_new(gain)?),
            Self::Constant(value) => Box::new(Constant(value)),
            Self::Sparse {
                connections,
                std_dev,
            } => Box::new(Sparse::try_new(connections, std_dev)?),
            Self::Siren(siren) => Box::new(siren.checked()?),
        })
    }
}

impl Initializer for Named {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        self.resolve()?.try_fill(kernel, layout, rng)
    }

    fn try_fill_part(
        &self,
        part: KernelMut<'_>,
        first: &[usize],
        whole: &[usize],
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        self.resolve()?
            .try_fill_part(part, first, whole, layout, rng)
    }
}
