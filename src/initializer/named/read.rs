//! From a name to its initializer, or to what is wrong with it.

use std::str::FromStr;

use super::{FANS, NAMES, Named, RULES};
use crate::initializer::{Fan, ParameterError, Siren, VarianceScaling};
use crate::probability::Law;

/// Why a text names no initializer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NamedError {
    /// No initializer begins so.
    #[error("no initializer is called `{0}`: there are {names}", names = NAMES.join(", "))]
    Unknown(String),
    /// A law that weights are not drawn from.
    #[error("`{text}` has the law `{law}`: there are normal, uniform, truncated-normal")]
    Law {
        /// The whole text.
        text: String,
        /// What stands for the law.
        law: String,
    },
    /// A number is not what the initializer takes.
    #[error("`{text}` has `{found}` where {expected} is expected")]
    Number {
        /// The whole text.
        text: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The numbers are none that the initializer has, such as a frequency whose square is 0.
    #[error("`{text}`: {error}")]
    Parameter {
        /// The whole text.
        text: String,
        /// Which number, and why.
        error: ParameterError,
    },
}

impl FromStr for Named {
    type Err = NamedError;

    fn from_str(text: &str) -> Result<Self, NamedError> {
        let named = Reader { text }.named()?;
        named.resolve().map_err(|error| NamedError::Parameter {
            text: text.to_owned(),
            error,
        })?;
        Ok(named)
    }
}

/// A text that is read, for the messages of what is wrong with it.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn named(self) -> Result<Named, NamedError> {
        let (read, text) = (self, self.text);
        if let Some(named) = read.rule()? {
            return Ok(named);
        }
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let (first, second) = (parts.next(), parts.next());
        if let Some(rest) = parts.next() {
            return Err(read.expected(rest, "the end"));
        }
        let one_number = || match second {
            Some(rest) => Err(read.expected(rest, "the end")),
            None => Ok(()),
        };
        if !matches!(name, "truncated-normal" | "sparse") {
            one_number()?;
        }
        let positive = |text, default| read.positive(text, default);
        Ok(match name {
            "normal" => Named::Normal {
                std_dev: positive(first, 1.0)?,
            },
            "uniform" => Named::Uniform {
                bound: positive(first, 1.0)?,
            },
            "truncated-normal" => Named::TruncatedNormal {
                std_dev: positive(first, 1.0)?,
                cut: positive(second, 2.0)?,
            },
            "orthogonal" => Named::Orthogonal {
                gain: positive(first, 1.0)?,
            },
            "delta-orthogonal" => Named::DeltaOrthogonal {
                gain: positive(first, 1.0)?,
            },
            "identity" => Named::Identity {
                gain: positive(first, 1.0)?,
            },
            "constant" => Named::Constant(read.finite(first.unwrap_or_default())?),
            "sparse" => Named::Sparse {
                connections: read.count(first.unwrap_or("15"))?,
                std_dev: positive(second, 1.0)?,
            },
            "siren-hidden" => Named::Siren(Siren::Hidden {
                omega: positive(first, 30.0)?,
            }),
            "zeros" | "siren-first" if first.is_some() => {
                return Err(read.expected(first.unwrap_or_default(), "no number"));
            }
            "zeros" => Named::Constant(0.0),
            "siren-first" => Named::Siren(Siren::First),
            _ => return Err(NamedError::Unknown(text.to_owned())),
        })
    }

    /// A rule with a law: `he`, `he-fan-out/uniform`, `3/n`, `variance:0.5`.
    fn rule(self) -> Result<Option<Named>, NamedError> {
        let is_fan = |name: &str| name == "n" || FANS.iter().any(|(fan, _)| *fan == name);
        // In `3/n` the slash is part of the rule.
        let (rule, law) = match self.text.rsplit_once('/') {
            Some((rule, law)) if !is_fan(law) => (rule, Some(law)),
            _ => (self.text, None),
        };
        if rule == "pytorch-linear" && law.is_none() {
            return Ok(Some(VarianceScaling::pytorch_linear().into()));
        }
        if let Some(variance) = rule.strip_prefix("variance:") {
            let variance = self.positive(Some(variance), 1.0)?;
            let law = self.law(law)?;
            return Ok(Some(Named::Variance { variance, law }));
        }
        let Some((scale, fan)) = self.scale_and_fan(rule)? else {
            return Ok(None);
        };
        Ok(Some(
            VarianceScaling::new(scale, fan, self.law(law)?).into(),
        ))
    }

    fn scale_and_fan(self, rule: &str) -> Result<Option<(f64, Fan)>, NamedError> {
        let fan = |name: &str| {
            FANS.iter()
                .find(|(fan, _)| *fan == name)
                .map(|(_, fan)| *fan)
        };
        if let Some((scale, on)) = rule.split_once('/') {
            let on = if on == "n" { Some(Fan::In) } else { fan(on) };
            let Some(on) = on else { return Ok(None) };
            return Ok(Some((self.positive(Some(scale), 1.0)?, on)));
        }
        for (name, scale, on) in RULES {
            match rule.strip_prefix(name) {
                Some("") => return Ok(Some((scale, on))),
                // Xavier's fan is the average already.
                Some(rest) if on == Fan::In => {
                    if let Some(on) = rest.strip_prefix('-').and_then(fan) {
                        return Ok(Some((scale, on)));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn law(self, law: Option<&str>) -> Result<Law, NamedError> {
        match law {
            None | Some("normal") => Ok(Law::Normal),
            Some("uniform") => Ok(Law::Uniform),
            Some("truncated-normal") => Ok(Law::TRUNCATED_NORMAL),
            Some(law) => match law.strip_prefix("truncated-normal:") {
                Some(cut) => Ok(Law::TruncatedNormal {
                    cut: self.positive(Some(cut), 2.0)?,
                }),
                None => Err(NamedError::Law {
                    text: self.text.to_owned(),
                    law: law.to_owned(),
                }),
            },
        }
    }

    fn positive(self, text: Option<&str>, default: f64) -> Result<f64, NamedError> {
        let Some(text) = text else {
            return Ok(default);
        };
        let number = text.parse().ok();
        number
            .filter(|x: &f64| *x > 0.0 && x.is_finite())
            .ok_or_else(|| self.expected(text, "a positive finite number"))
    }

    fn finite(self, text: &str) -> Result<f64, NamedError> {
        let number = text.parse().ok();
        number
            .filter(|x: &f64| x.is_finite())
            .ok_or_else(|| self.expected(text, "a finite number"))
    }

    fn count(self, text: &str) -> Result<usize, NamedError> {
        let number = text.parse().ok();
        number
            .filter(|n| *n > 0)
            .ok_or_else(|| self.expected(text, "a number of connections, at least 1,"))
    }

    fn expected(self, found: &str, expected: &'static str) -> NamedError {
        NamedError::Number {
            text: self.text.to_owned(),
            found: found.to_owned(),
            expected,
        }
    }
}
