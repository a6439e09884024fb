//! `torch.nn.init`: `kaiming_` has variance `gain² / fan`, the gain by a nonlinearity; `xavier_` has `gain² / average`.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::nonlinearity::NONLINEARITIES;
use super::spelling::{Language, spelled, squared};
use super::syntax::Parsed;
use super::{CallError, Nonlinearity, NormalOrUniform, Recipe, Side, is_same, rule_of_gain};
use crate::initializer::{Fan, Fans, ParameterError, VarianceScaling};

/// A function of `torch.nn.init`, which fills the tensor `w`. [`Display`](fmt::Display) writes the call.
///
/// `kaiming_uniform_` and `kaiming_normal_` take no gain but a [`Nonlinearity`], so that of all gains they have 1, 5/3, 3/4, and any
/// up to √2 by a negative slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PyTorch {
    /// `kaiming_normal_`, `kaiming_uniform_`.
    Kaiming {
        /// Which of the two.
        law: NormalOrUniform,
        /// The negative slope, where the nonlinearity has one.
        a: f64,
        /// The fan that divides.
        mode: Side,
        /// What decides the gain.
        nonlinearity: Nonlinearity,
    },
    /// `xavier_normal_`, `xavier_uniform_`.
    Xavier {
        /// Which of the two.
        law: NormalOrUniform,
        /// The factor of the standard deviation.
        gain: f64,
    },
    /// `normal_`.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std: f64,
    },
    /// `uniform_`.
    Uniform {
        /// The lower end.
        a: f64,
        /// The upper end.
        b: f64,
    },
    /// `trunc_normal_`, whose cuts are weights, not multiples of `std`.
    TruncNormal {
        /// The mean before the cut.
        mean: f64,
        /// The standard deviation before the cut.
        std: f64,
        /// The lower end.
        a: f64,
        /// The upper end.
        b: f64,
    },
    /// `orthogonal_`.
    Orthogonal {
        /// The factor.
        gain: f64,
    },
}

const MODES: [(&str, Side); 2] = [("fan_in", Side::In), ("fan_out", Side::Out)];

const NAMES: [&str; 8] = [
    "kaiming_normal_",
    "kaiming_uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "normal_",
    "uniform_",
    "trunc_normal_",
    "orthogonal_",
];

impl PyTorch {
    /// The call for weights of this law.
    pub(super) fn of(recipe: Recipe, fans: Fans) -> Option<Self> {
        Some(match recipe {
            Recipe::VarianceScaling(rule) => {
                Self::of_rule(rule).or_else(|| Self::of(Recipe::fixed(rule, fans), fans))?
            }
            Recipe::Normal { mean, std_dev: std } => Self::Normal { mean, std },
            Recipe::Uniform { low: a, high: b } => Self::Uniform { a, b },
            Recipe::TruncatedNormal {
                mean,
                std_dev: std,
                low: a,
                high: b,
            } => Self::TruncNormal { mean, std, a, b },
            Recipe::Orthogonal { gain } => Self::Orthogonal { gain },
        })
    }

    /// The call that follows the fans, if there is one.
    fn of_rule(rule: VarianceScaling) -> Option<Self> {
        let law = NormalOrUniform::of(rule.law())?;
        let scale = rule.scale();
        let Some(mode) = Side::of(rule.fan()) else {
            let gain = scale.sqrt();
            return (rule.fan() == Fan::Average).then_some(Self::Xavier { law, gain });
        };
        let (nonlinearity, a) = [
            Nonlinearity::Relu,
            Nonlinearity::Linear,
            Nonlinearity::Tanh,
            Nonlinearity::Selu,
        ]
        .into_iter()
        .find(|known| is_same(known.gain(0.0).powi(2), scale))
        .map(|known| (known, 0.0))
        .or_else(|| {
            let slope = (2.0 / scale - 1.0).sqrt();
            (scale < 2.0).then_some((Nonlinearity::LeakyRelu, slope))
        })?;
        Some(Self::Kaiming {
            law,
            a,
            mode,
            nonlinearity,
        })
    }

    pub(super) fn recipe(self) -> Result<Recipe, ParameterError> {
        Ok(match self {
            Self::Kaiming {
                law,
                a,
                mode,
                nonlinearity,
            } => {
                let scale = match nonlinearity {
                    Nonlinearity::LeakyRelu => 2.0 / (1.0 + squared(a)),
                    other => squared(other.gain(a)),
                };
                VarianceScaling::try_new(scale, mode.fan(), law.law())?.into()
            }
            Self::Xavier { law, gain } => rule_of_gain(gain, Fan::Average, law.law())?,
            Self::Normal { mean, std: std_dev } => Recipe::Normal { mean, std_dev },
            Self::Uniform { a: low, b: high } => Recipe::Uniform { low, high },
            Self::TruncNormal {
                mean,
                std: std_dev,
                a: low,
                b: high,
            } => Recipe::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            },
            Self::Orthogonal { gain } => Recipe::Orthogonal { gain },
        })
    }

    pub(super) fn read(call: &Parsed) -> Result<Self, CallError> {
        // `init.xavier_uniform` is the deprecated name of `init.xavier_uniform_`.
        let name = format!("{}_", call.name.trim_end_matches('_'));
        let of = |signature: &[&'static str]| {
            let signature = [&["tensor"], signature, &["generator"]].concat();
            let arguments = Arguments::of(call, &signature)?;
            arguments.require_tensor().map(|()| arguments)
        };
        let law = if name.contains("uniform") {
            NormalOrUniform::Uniform
        } else {
            NormalOrUniform::Normal
        };
        Ok(match name.as_str() {
            "kaiming_normal_" | "kaiming_uniform_" => {
                let given = of(&["a", "mode", "nonlinearity"])?;
                let leaky = Some(Nonlinearity::LeakyRelu);
                Self::Kaiming {
                    law,
                    a: given.number_or("a", 0.0)?,
                    mode: given.choice_or("mode", Some(Side::In), &MODES)?,
                    nonlinearity: given.choice_or("nonlinearity", leaky, &NONLINEARITIES)?,
                }
            }
            "xavier_normal_" | "xavier_uniform_" => Self::Xavier {
                law,
                gain: of(&["gain"])?.number_or("gain", 1.0)?,
            },
            "normal_" => {
                let given = of(&["mean", "std"])?;
                Self::Normal {
                    mean: given.number_or("mean", 0.0)?,
                    std: given.number_or("std", 1.0)?,
                }
            }
            "uniform_" => {
                let given = of(&["a", "b"])?;
                Self::Uniform {
                    a: given.number_or("a", 0.0)?,
                    b: given.number_or("b", 1.0)?,
                }
            }
            "trunc_normal_" => {
                let given = of(&["mean", "std", "a", "b"])?;
                Self::TruncNormal {
                    mean: given.number_or("mean", 0.0)?,
                    std: given.number_or("std", 1.0)?,
                    a: given.number_or("a", -2.0)?,
                    b: given.number_or("b", 2.0)?,
                }
            }
            "orthogonal_" => Self::Orthogonal {
                gain: of(&["gain"])?.number_or("gain", 1.0)?,
            },
            _ => return Err(unknown(&call.name, "PyTorch", &NAMES)),
        })
    }
}

impl fmt::Display for PyTorch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |x: f64| spelled(x, Language::Python);
        let name = |law: NormalOrUniform| match law {
            NormalOrUniform::Normal => "normal",
            NormalOrUniform::Uniform => "uniform",
        };
        let call = match *self {
            Self::Kaiming {
                law,
                a,
                mode,
                nonlinearity,
            } => {
                let slope = match nonlinearity {
                    Nonlinearity::LeakyRelu => format!(", a={}", number(a)),
                    _ => String::new(),
                };
                let mode = match mode {
                    Side::In => "",
                    Side::Out => ", mode='fan_out'",
                };
                // A leaky ReLU is meant where none is named.
                let nonlinearity = match nonlinearity {
                    Nonlinearity::LeakyRelu => String::new(),
                    other => format!(", nonlinearity='{}'", other.name()),
                };
                format!("kaiming_{}_(w{slope}{mode}{nonlinearity})", name(law))
            }
            Self::Xavier { law, gain } if is_same(gain, 1.0) => format!("xavier_{}_(w)", name(law)),
            Self::Xavier { law, gain } => {
                format!("xavier_{}_(w, gain={})", name(law), number(gain))
            }
            Self::Normal { mean, std } => format!("normal_(w, {}, {})", number(mean), number(std)),
            Self::Uniform { a, b } => format!("uniform_(w, {}, {})", number(a), number(b)),
            Self::TruncNormal { mean, std, a, b } => {
                let numbers = [mean, std, a, b].map(number).join(", ");
                format!("trunc_normal_(w, {numbers})")
            }
            Self::Orthogonal { gain } if is_same(gain, 1.0) => "orthogonal_(w)".to_owned(),
            Self::Orthogonal { gain } => format!("orthogonal_(w, gain={})", number(gain)),
        };
        f.pad(&format!("nn.init.{call}"))
    }
}
