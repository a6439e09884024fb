//! `burn::module::Initializer`: Kaiming has variance `gain² / fan`, Xavier `gain² / average`, with any gain.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::spelling::{Language, spelled};
use super::syntax::Parsed;
use super::{CallError, NormalOrUniform, Recipe, Side, rule_of_gain};
use crate::initializer::{Fan, Fans, ParameterError};

/// A variant of `burn::module::Initializer`. [`Display`](fmt::Display) writes it with its fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Burn {
    /// `KaimingNormal`, `KaimingUniform`.
    Kaiming {
        /// Which of the two.
        law: NormalOrUniform,
        /// The factor of the standard deviation.
        gain: f64,
        /// Whether the fan-out divides.
        fan_out_only: bool,
    },
    /// `XavierNormal`, `XavierUniform`.
    Xavier {
        /// Which of the two.
        law: NormalOrUniform,
        /// The factor of the standard deviation.
        gain: f64,
    },
    /// `Normal`.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std: f64,
    },
    /// `Uniform`.
    Uniform {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
    },
    /// `Orthogonal`.
    Orthogonal {
        /// The factor.
        gain: f64,
    },
}

const NAMES: [&str; 7] = [
    "KaimingNormal",
    "KaimingUniform",
    "XavierNormal",
    "XavierUniform",
    "Normal",
    "Uniform",
    "Orthogonal",
];

impl Burn {
    /// The variant for weights of this law. No variant has a cut.
    pub(super) fn of(recipe: Recipe, fans: Fans) -> Option<Self> {
        Some(match recipe {
            Recipe::VarianceScaling(rule) => {
                let law = NormalOrUniform::of(rule.law())?;
                let gain = rule.scale().sqrt();
                match (Side::of(rule.fan()), rule.fan()) {
                    (Some(side), _) => Self::Kaiming {
                        law,
                        gain,
                        fan_out_only: side == Side::Out,
                    },
                    (None, Fan::Average) => Self::Xavier { law, gain },
                    (None, _) => Self::of(Recipe::fixed(rule, fans), fans)?,
                }
            }
            Recipe::Normal { mean, std_dev: std } => Self::Normal { mean, std },
            Recipe::Uniform {
                low: min,
                high: max,
            } => Self::Uniform { min, max },
            Recipe::Orthogonal { gain } => Self::Orthogonal { gain },
            Recipe::TruncatedNormal { .. } => return None,
        })
    }

    pub(super) fn recipe(self) -> Result<Recipe, ParameterError> {
        Ok(match self {
            Self::Kaiming {
                law,
                gain,
                fan_out_only,
            } => {
                let fan = if fan_out_only { Fan::Out } else { Fan::In };
                rule_of_gain(gain, fan, law.law())?
            }
            Self::Xavier { law, gain } => rule_of_gain(gain, Fan::Average, law.law())?,
            Self::Normal { mean, std: std_dev } => Recipe::Normal { mean, std_dev },
            Self::Uniform {
                min: low,
                max: high,
            } => Recipe::Uniform { low, high },
            Self::Orthogonal { gain } => Recipe::Orthogonal { gain },
        })
    }

    pub(super) fn read(call: &Parsed) -> Result<Self, CallError> {
        let law = if call.name.ends_with("Uniform") {
            NormalOrUniform::Uniform
        } else {
            NormalOrUniform::Normal
        };
        Ok(match call.name.as_str() {
            "KaimingNormal" | "KaimingUniform" => {
                let given = Arguments::of(call, &["gain", "fan_out_only"])?;
                let choices = [("false", false), ("true", true)];
                Self::Kaiming {
                    law,
                    gain: given.number("gain")?,
                    fan_out_only: given.choice_or("fan_out_only", None, &choices)?,
                }
            }
            "XavierNormal" | "XavierUniform" => Self::Xavier {
                law,
                gain: Arguments::of(call, &["gain"])?.number("gain")?,
            },
            "Normal" => {
                let given = Arguments::of(call, &["mean", "std"])?;
                Self::Normal {
                    mean: given.number("mean")?,
                    std: given.number("std")?,
                }
            }
            "Uniform" => {
                let given = Arguments::of(call, &["min", "max"])?;
                Self::Uniform {
                    min: given.number("min")?,
                    max: given.number("max")?,
                }
            }
            "Orthogonal" => Self::Orthogonal {
                gain: Arguments::of(call, &["gain"])?.number("gain")?,
            },
            _ => return Err(unknown(&call.name, "Burn", &NAMES)),
        })
    }
}

impl fmt::Display for Burn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |x: f64| spelled(x, Language::Rust);
        f.pad(&match *self {
            Self::Kaiming {
                law,
                gain,
                fan_out_only,
            } => format!(
                "Kaiming{law:?} {{ gain: {}, fan_out_only: {fan_out_only} }}",
                number(gain)
            ),
            Self::Xavier { law, gain } => format!("Xavier{law:?} {{ gain: {} }}", number(gain)),
            Self::Normal { mean, std } => {
                format!("Normal {{ mean: {}, std: {} }}", number(mean), number(std))
            }
            Self::Uniform { min, max } => {
                format!("Uniform {{ min: {}, max: {} }}", number(min), number(max))
            }
            Self::Orthogonal { gain } => format!("Orthogonal {{ gain: {} }}", number(gain)),
        })
    }
}
