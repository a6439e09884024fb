//! `jax.nn.initializers`: `variance_scaling` has variance `scale / fan`; its truncated law is scaled back.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::spelling::{Language, spelled};
use super::syntax::Parsed;
use super::{CallError, Distribution, Recipe, is_same};
use crate::initializer::parameter_error::{positive, require};
use crate::initializer::{Fan, Fans, ParameterError, VarianceScaling};

/// A function of `jax.nn.initializers`. [`Display`](fmt::Display) writes the call, by its shortest name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Jax {
    /// `variance_scaling`, and its presets `lecun_`, `glorot_` and `he_`, whose `normal` is truncated.
    VarianceScaling {
        /// The variance times the fan.
        scale: f64,
        /// The fan that divides.
        mode: Fan,
        /// The law.
        distribution: Distribution,
    },
    /// `normal`.
    Normal {
        /// The standard deviation.
        stddev: f64,
    },
    /// `uniform`: between 0 and `scale`.
    Uniform {
        /// The upper end.
        scale: f64,
    },
    /// `truncated_normal`, cut at multiples of `stddev` and not scaled back.
    TruncatedNormal {
        /// The standard deviation before the cut.
        stddev: f64,
        /// The lower end over the standard deviation.
        lower: f64,
        /// The upper end over the standard deviation.
        upper: f64,
    },
    /// `orthogonal`.
    Orthogonal {
        /// The factor.
        scale: f64,
    },
}

const MODES: [(&str, Fan); 4] = [
    ("fan_in", Fan::In),
    ("fan_out", Fan::Out),
    ("fan_avg", Fan::Average),
    ("fan_geo_avg", Fan::GeometricAverage),
];

const DISTRIBUTIONS: [(&str, Distribution); 3] = [
    ("truncated_normal", Distribution::TruncatedNormal),
    ("normal", Distribution::Normal),
    ("uniform", Distribution::Uniform),
];

/// The functions that are a `variance_scaling`; where two are the same, the first is written.
const PRESETS: [(&str, f64, Fan, Distribution); 10] = [
    ("lecun_normal", 1.0, Fan::In, Distribution::TruncatedNormal),
    ("lecun_uniform", 1.0, Fan::In, Distribution::Uniform),
    (
        "glorot_normal",
        1.0,
        Fan::Average,
        Distribution::TruncatedNormal,
    ),
    ("glorot_uniform", 1.0, Fan::Average, Distribution::Uniform),
    ("he_normal", 2.0, Fan::In, Distribution::TruncatedNormal),
    ("he_uniform", 2.0, Fan::In, Distribution::Uniform),
    (
        "xavier_normal",
        1.0,
        Fan::Average,
        Distribution::TruncatedNormal,
    ),
    ("xavier_uniform", 1.0, Fan::Average, Distribution::Uniform),
    (
        "kaiming_normal",
        2.0,
        Fan::In,
        Distribution::TruncatedNormal,
    ),
    ("kaiming_uniform", 2.0, Fan::In, Distribution::Uniform),
];

const NAMES: [&str; 11] = [
    "variance_scaling",
    "lecun_normal",
    "lecun_uniform",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "normal",
    "uniform",
    "truncated_normal",
    "orthogonal",
];

impl Jax {
    /// The call for weights of this law. `normal` and `truncated_normal` have no mean, and `uniform`
    /// begins at 0: a symmetric uniform law is `variance_scaling` with the scale that gives this bound for these fans.
    pub(super) fn of(recipe: Recipe, fans: Fans) -> Option<Self> {
        Some(match recipe {
            Recipe::VarianceScaling(rule) => match Distribution::of(rule.law()) {
                Some(distribution) => Self::VarianceScaling {
                    scale: rule.scale(),
                    mode: rule.fan(),
                    distribution,
                },
                None => Self::of(Recipe::fixed(rule, fans), fans)?,
            },
            Recipe::Normal { mean: 0.0, std_dev } => Self::Normal { stddev: std_dev },
            Recipe::Uniform { low: 0.0, high } => Self::Uniform { scale: high },
            Recipe::Uniform { low, high } if low == -high => {
                let variance = recipe.variance(fans);
                let scale = variance * fans.of(Fan::In);
                // A bound whose square leaves the range has no call.
                let is_in_range = variance >= f64::MIN_POSITIVE && scale.is_finite();
                is_in_range.then_some(Self::VarianceScaling {
                    scale,
                    mode: Fan::In,
                    distribution: Distribution::Uniform,
                })?
            }
            Recipe::TruncatedNormal { .. } => {
                let (mean, stddev, lower, upper) = recipe.cuts()?;
                (mean == 0.0).then_some(Self::TruncatedNormal {
                    stddev,
                    lower,
                    upper,
                })?
            }
            Recipe::Orthogonal { gain } => Self::Orthogonal { scale: gain },
            Recipe::Normal { .. } | Recipe::Uniform { .. } => return None,
        })
    }

    pub(super) fn recipe(self) -> Result<Recipe, ParameterError> {
        Ok(match self {
            Self::VarianceScaling {
                scale,
                mode,
                distribution,
            } => VarianceScaling::try_new(scale, mode, distribution.law())?.into(),
            Self::Normal { stddev } => Recipe::Normal {
                mean: 0.0,
                std_dev: stddev,
            },
            Self::Uniform { scale } => Recipe::Uniform {
                low: 0.0,
                high: positive("the upper end", scale)?,
            },
            Self::TruncatedNormal {
                stddev,
                lower,
                upper,
            } => {
                let std_dev = positive("a standard deviation", stddev)?;
                require(!lower.is_nan(), "a cut", "a number", lower)?;
                Recipe::TruncatedNormal {
                    mean: 0.0,
                    std_dev,
                    low: lower * std_dev,
                    high: upper * std_dev,
                }
            }
            Self::Orthogonal { scale } => Recipe::Orthogonal { gain: scale },
        })
    }

    pub(super) fn read(call: &Parsed) -> Result<Self, CallError> {
        const AXES: [&str; 4] = ["in_axis", "out_axis", "batch_axis", "dtype"];
        let name = call.name.as_str();
        if let Some(&(_, scale, mode, distribution)) = PRESETS.iter().find(|(it, ..)| *it == name) {
            Arguments::of(call, &AXES)?;
            return Ok(Self::VarianceScaling {
                scale,
                mode,
                distribution,
            });
        }
        Ok(match name {
            "variance_scaling" => {
                let signature = [&["scale", "mode", "distribution"][..], &AXES].concat();
                let given = Arguments::of(call, &signature)?;
                Self::VarianceScaling {
                    scale: given.number("scale")?,
                    mode: given.choice_or("mode", None, &MODES)?,
                    distribution: given.choice_or("distribution", None, &DISTRIBUTIONS)?,
                }
            }
            "normal" => Self::Normal {
                stddev: Arguments::of(call, &["stddev", "dtype"])?.number_or("stddev", 0.01)?,
            },
            "uniform" => Self::Uniform {
                scale: Arguments::of(call, &["scale", "dtype"])?.number_or("scale", 0.01)?,
            },
            "truncated_normal" => {
                let given = Arguments::of(call, &["stddev", "dtype", "lower", "upper"])?;
                Self::TruncatedNormal {
                    stddev: given.number_or("stddev", 0.01)?,
                    lower: given.number_or("lower", -2.0)?,
                    upper: given.number_or("upper", 2.0)?,
                }
            }
            "orthogonal" => {
                let given = Arguments::of(call, &["scale", "column_axis", "dtype"])?;
                Self::Orthogonal {
                    scale: given.number_or("scale", 1.0)?,
                }
            }
            _ => return Err(unknown(name, "JAX", &NAMES)),
        })
    }
}

impl fmt::Display for Jax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |x: f64| spelled(x, Language::Python);
        let call = match *self {
            Self::VarianceScaling {
                scale,
                mode,
                distribution,
            } => {
                let is_it = |&&(_, its_scale, its_mode, its_law): &&(_, f64, _, _)| {
                    is_same(scale, its_scale) && mode == its_mode && distribution == its_law
                };
                match PRESETS.iter().find(is_it) {
                    Some((name, ..)) => format!("{name}()"),
                    None => format!(
                        "variance_scaling({}, '{}', '{}')",
                        number(scale),
                        name_in(&MODES, mode),
                        name_in(&DISTRIBUTIONS, distribution),
                    ),
                }
            }
            Self::Normal { stddev } => format!("normal({})", number(stddev)),
            Self::Uniform { scale } => format!("uniform({})", number(scale)),
            Self::TruncatedNormal {
                stddev,
                lower: -2.0,
                upper: 2.0,
            } => format!("truncated_normal({})", number(stddev)),
            Self::TruncatedNormal {
                stddev,
                lower,
                upper,
            } => format!(
                "truncated_normal({}, lower={}, upper={})",
                number(stddev),
                number(lower),
                number(upper)
            ),
            Self::Orthogonal { scale } if is_same(scale, 1.0) => "orthogonal()".to_owned(),
            Self::Orthogonal { scale } => format!("orthogonal({})", number(scale)),
        };
        f.pad(&call)
    }
}

/// The name of a choice.
pub(super) fn name_in<T: Copy + PartialEq>(
    choices: &[(&'static str, T)],
    choice: T,
) -> &'static str {
    let mut known = choices.iter();
    known
        .find(|(_, it)| *it == choice)
        .map_or("", |(name, _)| name)
}
