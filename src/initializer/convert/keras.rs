//! `keras.initializers`: `VarianceScaling` has variance `scale / fan`; its truncated law is scaled back, and is what
//! `"normal"` means.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::jax::name_in;
use super::spelling::{Language, spelled};
use super::syntax::Parsed;
use super::{CallError, Distribution, Mode, Recipe, is_same};
use crate::initializer::parameter_error::positive;
use crate::initializer::{Fans, ParameterError, VarianceScaling};

/// A class of `keras.initializers`. [`Display`](fmt::Display) writes the call, by its shortest name.
///
/// A fan below 1 counts as 1 in Keras, and as it is here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keras {
    /// `VarianceScaling`, and its presets `Lecun`, `Glorot` and `He`, whose `Normal` is truncated.
    VarianceScaling {
        /// The variance times the fan.
        scale: f64,
        /// The fan that divides.
        mode: Mode,
        /// The law.
        distribution: Distribution,
    },
    /// `RandomNormal`.
    RandomNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        stddev: f64,
    },
    /// `RandomUniform`.
    RandomUniform {
        /// The lower end.
        minval: f64,
        /// The upper end.
        maxval: f64,
    },
    /// `TruncatedNormal`, cut at two `stddev` from the mean and not scaled back.
    TruncatedNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation before the cut.
        stddev: f64,
    },
    /// `Orthogonal`.
    Orthogonal {
        /// The factor.
        gain: f64,
    },
}

const MODES: [(&str, Mode); 3] = [
    ("fan_in", Mode::FanIn),
    ("fan_out", Mode::FanOut),
    ("fan_avg", Mode::FanAvg),
];

/// Where two names are of one law, the first is written.
const DISTRIBUTIONS: [(&str, Distribution); 4] = [
    ("truncated_normal", Distribution::TruncatedNormal),
    ("untruncated_normal", Distribution::Normal),
    ("uniform", Distribution::Uniform),
    ("normal", Distribution::TruncatedNormal),
];

const PRESETS: [(&str, &str, f64, Mode, Distribution); 6] = [
    (
        "LecunNormal",
        "lecun_normal",
        1.0,
        Mode::FanIn,
        Distribution::TruncatedNormal,
    ),
    (
        "LecunUniform",
        "lecun_uniform",
        1.0,
        Mode::FanIn,
        Distribution::Uniform,
    ),
    (
        "GlorotNormal",
        "glorot_normal",
        1.0,
        Mode::FanAvg,
        Distribution::TruncatedNormal,
    ),
    (
        "GlorotUniform",
        "glorot_uniform",
        1.0,
        Mode::FanAvg,
        Distribution::Uniform,
    ),
    (
        "HeNormal",
        "he_normal",
        2.0,
        Mode::FanIn,
        Distribution::TruncatedNormal,
    ),
    (
        "HeUniform",
        "he_uniform",
        2.0,
        Mode::FanIn,
        Distribution::Uniform,
    ),
];

const NAMES: [&str; 11] = [
    "VarianceScaling",
    "LecunNormal",
    "LecunUniform",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "Orthogonal",
];

impl Keras {
    /// The call for weights of this law. `TruncatedNormal` cuts at two standard deviations and nowhere else.
    pub(super) fn of(recipe: Recipe, fans: Fans) -> Option<Self> {
        Some(match recipe {
            Recipe::VarianceScaling(rule) => {
                match (Mode::of(rule.fan()), Distribution::of(rule.law())) {
                    (Some(mode), Some(distribution)) => Self::VarianceScaling {
                        scale: rule.scale(),
                        mode,
                        distribution,
                    },
                    _ => Self::of(Recipe::fixed(rule, fans), fans)?,
                }
            }
            Recipe::Normal { mean, std_dev } => Self::RandomNormal {
                mean,
                stddev: std_dev,
            },
            Recipe::Uniform { low, high } => Self::RandomUniform {
                minval: low,
                maxval: high,
            },
            Recipe::TruncatedNormal { .. } => {
                let (mean, stddev, lower, upper) = recipe.cuts()?;
                let is_two = (lower, upper) == (-2.0, 2.0);
                is_two.then_some(Self::TruncatedNormal { mean, stddev })?
            }
            Recipe::Orthogonal { gain } => Self::Orthogonal { gain },
        })
    }

    pub(super) fn recipe(self) -> Result<Recipe, ParameterError> {
        Ok(match self {
            Self::VarianceScaling {
                scale,
                mode,
                distribution,
            } => VarianceScaling::try_new(scale, mode.fan(), distribution.law())?.into(),
            Self::RandomNormal { mean, stddev } => Recipe::Normal {
                mean,
                std_dev: stddev,
            },
            Self::RandomUniform { minval, maxval } => Recipe::Uniform {
                low: minval,
                high: maxval,
            },
            Self::TruncatedNormal { mean, stddev } => {
                let std_dev = positive("a standard deviation", stddev)?;
                Recipe::TruncatedNormal {
                    mean,
                    std_dev,
                    low: mean - 2.0 * std_dev,
                    high: mean + 2.0 * std_dev,
                }
            }
            Self::Orthogonal { gain } => Recipe::Orthogonal { gain },
        })
    }

    pub(super) fn read(call: &Parsed) -> Result<Self, CallError> {
        const AXES: [&str; 3] = ["seed", "input_axes", "output_axes"];
        let name = call.name.as_str();
        let preset = PRESETS
            .iter()
            .find(|(class, function, ..)| [*class, *function].contains(&name));
        if let Some(&(.., scale, mode, distribution)) = preset {
            Arguments::of(call, &AXES)?;
            return Ok(Self::VarianceScaling {
                scale,
                mode,
                distribution,
            });
        }
        Ok(match name {
            "VarianceScaling" | "variance_scaling" => {
                let signature = [&["scale", "mode", "distribution"][..], &AXES].concat();
                let given = Arguments::of(call, &signature)?;
                let truncated = Some(Distribution::TruncatedNormal);
                Self::VarianceScaling {
                    scale: given.number_or("scale", 1.0)?,
                    mode: given.choice_or("mode", Some(Mode::FanIn), &MODES)?,
                    distribution: given.choice_or("distribution", truncated, &DISTRIBUTIONS)?,
                }
            }
            "RandomNormal" | "random_normal" => {
                let given = Arguments::of(call, &["mean", "stddev", "seed"])?;
                Self::RandomNormal {
                    mean: given.number_or("mean", 0.0)?,
                    stddev: given.number_or("stddev", 0.05)?,
                }
            }
            "RandomUniform" | "random_uniform" => {
                let given = Arguments::of(call, &["minval", "maxval", "seed"])?;
                Self::RandomUniform {
                    minval: given.number_or("minval", -0.05)?,
                    maxval: given.number_or("maxval", 0.05)?,
                }
            }
            "TruncatedNormal" | "truncated_normal" => {
                let given = Arguments::of(call, &["mean", "stddev", "seed"])?;
                Self::TruncatedNormal {
                    mean: given.number_or("mean", 0.0)?,
                    stddev: given.number_or("stddev", 0.05)?,
                }
            }
            "Orthogonal" | "orthogonal" | "OrthogonalInitializer" => Self::Orthogonal {
                gain: Arguments::of(call, &["gain", "seed"])?.number_or("gain", 1.0)?,
            },
            _ => return Err(unknown(name, "Keras", &NAMES)),
        })
    }
}

impl fmt::Display for Keras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |x: f64| spelled(x, Language::Python);
        f.pad(&match *self {
            Self::VarianceScaling {
                scale,
                mode,
                distribution,
            } => {
                let mut presets = PRESETS.iter();
                let preset = presets.find(|(_, _, its_scale, its_mode, its_law)| {
                    is_same(scale, *its_scale) && mode == *its_mode && distribution == *its_law
                });
                match preset {
                    Some((name, ..)) => format!("{name}()"),
                    None => format!(
                        "VarianceScaling({}, '{}', '{}')",
                        number(scale),
                        name_in(&MODES, mode),
                        name_in(&DISTRIBUTIONS, distribution),
                    ),
                }
            }
            Self::RandomNormal { mean, stddev } => {
                format!("RandomNormal({}, {})", number(mean), number(stddev))
            }
            Self::RandomUniform { minval, maxval } => {
                format!("RandomUniform({}, {})", number(minval), number(maxval))
            }
            Self::TruncatedNormal { mean, stddev } => {
                format!("TruncatedNormal({}, {})", number(mean), number(stddev))
            }
            Self::Orthogonal { gain } if is_same(gain, 1.0) => "Orthogonal()".to_owned(),
            Self::Orthogonal { gain } => format!("Orthogonal({})", number(gain)),
        })
    }
}
