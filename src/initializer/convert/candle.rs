//! `candle_nn::Init`: `Kaiming` has variance `gain² / fan`, with any gain; there is no Xavier and no rotation.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::spelling::{Language, spelled};
use super::syntax::Parsed;
use super::{CallError, NormalOrUniform, Recipe, Side, is_same, rule_of_gain};
use crate::initializer::{Fans, ParameterError};

/// A variant of `candle_nn::Init`. [`Display`](fmt::Display) writes it with its fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Candle {
    /// `Kaiming`.
    Kaiming {
        /// Which law.
        dist: NormalOrUniform,
        /// The fan that divides.
        fan: Side,
        /// What decides the gain.
        non_linearity: NonLinearity,
    },
    /// `Randn`.
    Randn {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        stdev: f64,
    },
    /// `Uniform`.
    Uniform {
        /// The lower end.
        lo: f64,
        /// The upper end.
        up: f64,
    },
}

/// `candle_nn::init::NonLinearity`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NonLinearity {
    /// Gain √2.
    ReLU,
    /// Gain 1.
    Linear,
    /// Gain 1.
    Sigmoid,
    /// Gain 5/3.
    Tanh,
    /// Gain 3/4.
    SELU,
    /// Any gain.
    ExplicitGain(f64),
}

const NONLINEARITIES: [(&str, NonLinearity); 5] = [
    ("ReLU", NonLinearity::ReLU),
    ("Linear", NonLinearity::Linear),
    ("Sigmoid", NonLinearity::Sigmoid),
    ("Tanh", NonLinearity::Tanh),
    ("SELU", NonLinearity::SELU),
];

const NAMES: [&str; 5] = [
    "Kaiming",
    "Randn",
    "Uniform",
    "DEFAULT_KAIMING_NORMAL",
    "DEFAULT_KAIMING_UNIFORM",
];

impl NonLinearity {
    /// The gain.
    pub fn gain(self) -> f64 {
        match self {
            Self::ReLU => 2_f64.sqrt(),
            Self::Tanh => 5.0 / 3.0,
            Self::Linear | Self::Sigmoid => 1.0,
            Self::SELU => 0.75,
            Self::ExplicitGain(gain) => gain,
        }
    }

    /// The gain by its name, if it has one.
    fn of_gain(gain: f64) -> Self {
        [Self::ReLU, Self::Linear, Self::Tanh, Self::SELU]
            .into_iter()
            .find(|known| is_same(known.gain(), gain))
            .unwrap_or(Self::ExplicitGain(gain))
    }
}

impl Candle {
    /// The variant for weights of this law. No variant has a cut, and none divides by an average of the fans.
    pub(super) fn of(recipe: Recipe, fans: Fans) -> Option<Self> {
        Some(match recipe {
            Recipe::VarianceScaling(rule) => {
                let dist = NormalOrUniform::of(rule.law())?;
                match Side::of(rule.fan()) {
                    Some(fan) => Self::Kaiming {
                        dist,
                        fan,
                        non_linearity: NonLinearity::of_gain(rule.scale().sqrt()),
                    },
                    None => Self::of(Recipe::fixed(rule, fans), fans)?,
                }
            }
            Recipe::Normal {
                mean,
                std_dev: stdev,
            } => Self::Randn { mean, stdev },
            Recipe::Uniform { low: lo, high: up } => Self::Uniform { lo, up },
            Recipe::TruncatedNormal { .. } | Recipe::Orthogonal { .. } => return None,
        })
    }

    pub(super) fn recipe(self) -> Result<Recipe, ParameterError> {
        Ok(match self {
            Self::Kaiming {
                dist,
                fan,
                non_linearity,
            } => rule_of_gain(non_linearity.gain(), fan.fan(), dist.law())?,
            Self::Randn {
                mean,
                stdev: std_dev,
            } => Recipe::Normal { mean, std_dev },
            Self::Uniform { lo: low, up: high } => Recipe::Uniform { low, high },
        })
    }

    /// Whether a variant with fields is Candle's and not Burn's.
    pub(super) fn is_called(call: &Parsed) -> bool {
        let has = |field: &str| {
            let mut fields = call.arguments.iter();
            fields.any(|(name, _)| name.as_deref() == Some(field))
        };
        NAMES.contains(&call.name.as_str()) && (call.name != "Uniform" || has("lo") || has("up"))
    }

    pub(super) fn read(call: &Parsed) -> Result<Self, CallError> {
        let laws = [
            ("Normal", NormalOrUniform::Normal),
            ("Uniform", NormalOrUniform::Uniform),
        ];
        let fans = [("FanIn", Side::In), ("FanOut", Side::Out)];
        let default = |dist| Self::Kaiming {
            dist,
            fan: Side::In,
            non_linearity: NonLinearity::ReLU,
        };
        Ok(match call.name.as_str() {
            "Kaiming" => {
                let given = Arguments::of(call, &["dist", "fan", "non_linearity"])?;
                let explicit = given
                    .call("non_linearity")
                    .filter(|it| it.name == "ExplicitGain");
                let non_linearity = match explicit {
                    Some(it) => {
                        let gain = Arguments::of(it, &["gain"])?.number("gain")?;
                        NonLinearity::ExplicitGain(gain)
                    }
                    None => given.choice_or("non_linearity", None, &NONLINEARITIES)?,
                };
                Self::Kaiming {
                    dist: given.choice_or("dist", None, &laws)?,
                    fan: given.choice_or("fan", None, &fans)?,
                    non_linearity,
                }
            }
            "Randn" => {
                let given = Arguments::of(call, &["mean", "stdev"])?;
                Self::Randn {
                    mean: given.number("mean")?,
                    stdev: given.number("stdev")?,
                }
            }
            "Uniform" => {
                let given = Arguments::of(call, &["lo", "up"])?;
                Self::Uniform {
                    lo: given.number("lo")?,
                    up: given.number("up")?,
                }
            }
            "DEFAULT_KAIMING_NORMAL" => default(NormalOrUniform::Normal),
            "DEFAULT_KAIMING_UNIFORM" => default(NormalOrUniform::Uniform),
            _ => return Err(unknown(&call.name, "Candle", &NAMES)),
        })
    }
}

impl fmt::Display for Candle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |x: f64| spelled(x, Language::Rust);
        f.pad(&match *self {
            Self::Kaiming {
                dist,
                fan: Side::In,
                non_linearity: NonLinearity::ReLU,
            } => match dist {
                NormalOrUniform::Normal => "DEFAULT_KAIMING_NORMAL".to_owned(),
                NormalOrUniform::Uniform => "DEFAULT_KAIMING_UNIFORM".to_owned(),
            },
            Self::Kaiming {
                dist,
                fan,
                non_linearity,
            } => {
                let gain = match non_linearity {
                    NonLinearity::ExplicitGain(gain) => format!("ExplicitGain({})", number(gain)),
                    named => format!("{named:?}"),
                };
                format!(
                    "Kaiming {{ dist: NormalOrUniform::{dist:?}, fan: FanInOut::Fan{fan:?}, non_linearity: NonLinearity::{gain} }}"
                )
            }
            Self::Randn { mean, stdev } => {
                format!("Randn {{ mean: {}, stdev: {} }}", number(mean), number(stdev))
            }
            Self::Uniform { lo, up } => {
                format!("Uniform {{ lo: {}, up: {} }}", number(lo), number(up))
            }
        })
    }
}
