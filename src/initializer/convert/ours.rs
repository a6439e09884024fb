//! The lines that make an initializer of this crate, written and read.

use std::fmt;

use super::arguments::{Arguments, unknown};
use super::spelling::{Language, spelled};
use super::syntax::Parsed;
use super::{CallError, Recipe, is_same};
use crate::initializer::parameter_error::{positive, require};
use crate::initializer::{Fan, ParameterError, VarianceScaling};
use crate::probability::Law;

const FANS: [(&str, Fan); 4] = [
    ("In", Fan::In),
    ("Out", Fan::Out),
    ("Average", Fan::Average),
    ("GeometricAverage", Fan::GeometricAverage),
];

const LAWS: [(&str, Law); 3] = [
    ("Normal", Law::Normal),
    ("Uniform", Law::Uniform),
    ("TRUNCATED_NORMAL", Law::TRUNCATED_NORMAL),
];

const NAMES: [&str; 11] = [
    "VarianceScaling::new",
    "VarianceScaling::with_gain",
    "VarianceScaling::lecun",
    "VarianceScaling::xavier",
    "VarianceScaling::he",
    "VarianceScaling::pytorch_linear",
    "Normal::new",
    "Uniform::new",
    "TruncatedNormal::new",
    "TruncatedNormal::with_cut",
    "Orthogonal::new",
];

/// `VarianceScaling::he(Law::Normal)`, `Normal::new(0.0, 0.02)`.
pub(super) fn read(call: &Parsed) -> Result<Recipe, CallError> {
    let wrong = |error: ParameterError| CallError::Parameter {
        call: call.name.clone(),
        error,
    };
    let of = |signature: &[&'static str]| Arguments::of(call, signature);
    let law_alone = || law(&of(&["law"])?);
    let kind = call.path.last().map_or("", String::as_str);
    Ok(match (kind, call.name.as_str()) {
        ("VarianceScaling", name @ ("new" | "with_gain")) => {
            let given = of(&["size", "fan", "law"])?;
            let size = given.number("size")?;
            let fan = given.choice_or("fan", None, &FANS)?;
            let law = law(&given)?;
            let rule = if name == "new" {
                VarianceScaling::try_new(size, fan, law)
            } else {
                VarianceScaling::try_with_gain(size, fan, law)
            };
            rule.map_err(wrong)?.into()
        }
        ("VarianceScaling", "lecun") => VarianceScaling::lecun(law_alone()?).into(),
        ("VarianceScaling", "xavier") => VarianceScaling::xavier(law_alone()?).into(),
        ("VarianceScaling", "he") => VarianceScaling::he(law_alone()?).into(),
        ("VarianceScaling", "pytorch_linear") => {
            of(&[])?;
            VarianceScaling::pytorch_linear().into()
        }
        ("Normal", "new") => {
            let given = of(&["mean", "std_dev"])?;
            Recipe::Normal {
                mean: given.number("mean")?,
                std_dev: given.number("std_dev")?,
            }
        }
        ("Uniform", "new") => {
            let given = of(&["low", "high"])?;
            Recipe::Uniform {
                low: given.number("low")?,
                high: given.number("high")?,
            }
        }
        ("TruncatedNormal", "new") => {
            let given = of(&["mean", "std_dev", "low", "high"])?;
            Recipe::TruncatedNormal {
                mean: given.number("mean")?,
                std_dev: given.number("std_dev")?,
                low: given.number("low")?,
                high: given.number("high")?,
            }
        }
        ("TruncatedNormal", "with_cut") => {
            let given = of(&["mean", "std_dev", "cut"])?;
            let (mean, std_dev) = (given.number("mean")?, given.number("std_dev")?);
            let cut = given.number("cut")?;
            require(cut > 0.0, "a cut", "positive", cut).map_err(wrong)?;
            Recipe::TruncatedNormal {
                mean,
                std_dev,
                low: mean - cut * std_dev,
                high: mean + cut * std_dev,
            }
        }
        ("Orthogonal", "new") => Recipe::Orthogonal {
            gain: of(&["gain"])?.number("gain")?,
        },
        _ => return Err(unknown(&full_name(call), "unit-variance", &NAMES)),
    })
}

/// `Law::Normal`, or `Law::TruncatedNormal { cut: 3.0 }`.
fn law(given: &Arguments) -> Result<Law, CallError> {
    if let Some(call) = given
        .call("law")
        .filter(|call| call.name == "TruncatedNormal")
    {
        let cut = Arguments::of(call, &["cut"])?.number("cut")?;
        let cut = positive("the cut of a normal law", cut);
        return match cut {
            Ok(cut) => Ok(Law::TruncatedNormal { cut }),
            Err(error) => Err(CallError::Parameter {
                call: call.name.clone(),
                error,
            }),
        };
    }
    given.choice_or("law", None, &LAWS)
}

fn full_name(call: &Parsed) -> String {
    let mut parts = call.path.clone();
    parts.push(call.name.clone());
    parts.join("::")
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rust = |x: f64| spelled(x, Language::Rust);
        f.pad(&match *self {
            Self::VarianceScaling(rule) => rule_text(rule),
            Self::Normal { mean, std_dev } => {
                format!("Normal::new({}, {})", rust(mean), rust(std_dev))
            }
            Self::Uniform { low, high } => format!("Uniform::new({}, {})", rust(low), rust(high)),
            Self::TruncatedNormal {
                mean,
                std_dev,
                low,
                high,
            } => format!(
                "TruncatedNormal::new({}, {}, {}, {})",
                rust(mean),
                rust(std_dev),
                rust(low),
                rust(high)
            ),
            Self::Orthogonal { gain } => format!("Orthogonal::new({})", rust(gain)),
        })
    }
}

/// The line that makes a rule: by its name, if it has one.
fn rule_text(rule: VarianceScaling) -> String {
    let law = match rule.law() {
        Law::Normal => "Law::Normal".to_owned(),
        Law::Uniform => "Law::Uniform".to_owned(),
        Law::TRUNCATED_NORMAL => "Law::TRUNCATED_NORMAL".to_owned(),
        Law::TruncatedNormal { cut } => {
            let cut = spelled(cut, Language::Rust);
            format!("Law::TruncatedNormal {{ cut: {cut} }}")
        }
    };
    let scale = rule.scale();
    match rule.fan() {
        Fan::In if is_same(scale, 1.0 / 3.0) && rule.law() == Law::Uniform => {
            "VarianceScaling::pytorch_linear()".to_owned()
        }
        Fan::In if is_same(scale, 1.0) => format!("VarianceScaling::lecun({law})"),
        Fan::In if is_same(scale, 2.0) => format!("VarianceScaling::he({law})"),
        Fan::Average if is_same(scale, 1.0) => format!("VarianceScaling::xavier({law})"),
        fan => {
            let scale = spelled(scale, Language::Rust);
            format!("VarianceScaling::new({scale}, Fan::{fan:?}, {law})")
        }
    }
}
