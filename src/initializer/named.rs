//! Initializers by name: one line of text for a configuration file, a table or a terminal.

use std::fmt;
use std::str::FromStr;

use ndarray::ArrayViewMutD;
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    Constant, DeltaOrthogonal, Fan, Fans, Identity, Initializer, Layout, Normal, Orthogonal, Siren,
    Sparse, TruncatedNormal, Uniform, VarianceScaling,
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
/// [`Display`](fmt::Display) and serde write a text that [`str::parse`] takes back to the same value.
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
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

/// Why a text names no initializer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    pub fn std_dev(self, fans: Fans) -> Option<f64> {
        match self {
            Self::VarianceScaling(rule) => Some(rule.std_dev(fans)),
            Self::Normal { std_dev } => Some(std_dev),
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

impl Initializer for Named {
    /// # Panics
    ///
    /// As the initializer that is named.
    #[track_caller]
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng) {
        match *self {
            Self::VarianceScaling(rule) => rule.fill(kernel, layout, rng),
            Self::Variance { variance, law } => {
                let fan_in = layout.fans(kernel.shape()).of(Fan::In);
                VarianceScaling::new(variance * fan_in, Fan::In, law).fill(kernel, layout, rng);
            }
            Self::Normal { std_dev } => Normal::new(0.0, std_dev).fill(kernel, layout, rng),
            Self::Uniform { bound } => Uniform::new(-bound, bound).fill(kernel, layout, rng),
            Self::TruncatedNormal { std_dev, cut } => {
                TruncatedNormal::with_cut(0.0, std_dev, cut).fill(kernel, layout, rng);
            }
            Self::Orthogonal { gain } => Orthogonal::new(gain).fill(kernel, layout, rng),
            Self::DeltaOrthogonal { gain } => DeltaOrthogonal::new(gain).fill(kernel, layout, rng),
            Self::Identity { gain } => Identity::new(gain).fill(kernel, layout, rng),
            Self::Constant(value) => Constant(value).fill(kernel, layout, rng),
            Self::Sparse {
                connections,
                std_dev,
            } => Sparse::new(connections, std_dev).fill(kernel, layout, rng),
            Self::Siren(siren) => siren.fill(kernel, layout, rng),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match *self {
            Self::VarianceScaling(rule) if rule == VarianceScaling::pytorch_linear() => {
                "pytorch-linear".into()
            }
            Self::VarianceScaling(rule) => {
                rule_name(rule.scale(), rule.fan()) + &law_suffix(rule.law())
            }
            Self::Variance { variance, law } => format!("variance:{variance}{}", law_suffix(law)),
            Self::Normal { std_dev } => with_factor("normal", std_dev),
            Self::Uniform { bound } => with_factor("uniform", bound),
            Self::TruncatedNormal { std_dev, cut } => format!("truncated-normal:{std_dev}:{cut}"),
            Self::Orthogonal { gain } => with_factor("orthogonal", gain),
            Self::DeltaOrthogonal { gain } => with_factor("delta-orthogonal", gain),
            Self::Identity { gain } => with_factor("identity", gain),
            Self::Constant(0.0) => "zeros".into(),
            Self::Constant(value) => format!("constant:{value}"),
            Self::Sparse {
                connections,
                std_dev,
            } => format!("sparse:{connections}:{std_dev}"),
            Self::Siren(Siren::First) => "siren-first".into(),
            Self::Siren(Siren::Hidden { omega }) => format!("siren-hidden:{omega}"),
        })
    }
}

/// `orthogonal` or `orthogonal:1.414`.
fn with_factor(name: &str, factor: f64) -> String {
    if factor == 1.0 {
        name.to_owned()
    } else {
        format!("{name}:{factor}")
    }
}

/// `he`, `he-fan-out`, `3/n` or `3/fan-out`.
fn rule_name(scale: f64, fan: Fan) -> String {
    let named = |on: Fan| {
        RULES
            .iter()
            .find(|(_, of, base)| *of == scale && *base == on)
    };
    let fan_name = FANS
        .iter()
        .find(|(_, known)| *known == fan)
        .map_or("", |(name, _)| name);
    match (named(fan), named(Fan::In)) {
        (Some((name, ..)), _) => (*name).to_owned(),
        (None, Some((name, ..))) => format!("{name}-{fan_name}"),
        (None, None) if fan == Fan::In => format!("{scale}/n"),
        (None, None) => format!("{scale}/{fan_name}"),
    }
}

/// Nothing for the normal law, else a slash and the law.
fn law_suffix(law: Law) -> String {
    match law {
        Law::Normal => String::new(),
        Law::Uniform => "/uniform".into(),
        Law::TRUNCATED_NORMAL => "/truncated-normal".into(),
        Law::TruncatedNormal { cut } => format!("/truncated-normal:{cut}"),
    }
}

impl FromStr for Named {
    type Err = NamedError;

    fn from_str(text: &str) -> Result<Self, NamedError> {
        let unknown = || NamedError::Unknown(text.to_owned());
        let read = Reader { text };
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
            "normal" => Self::Normal {
                std_dev: positive(first, 1.0)?,
            },
            "uniform" => Self::Uniform {
                bound: positive(first, 1.0)?,
            },
            "truncated-normal" => Self::TruncatedNormal {
                std_dev: positive(first, 1.0)?,
                cut: positive(second, 2.0)?,
            },
            "orthogonal" => Self::Orthogonal {
                gain: positive(first, 1.0)?,
            },
            "delta-orthogonal" => Self::DeltaOrthogonal {
                gain: positive(first, 1.0)?,
            },
            "identity" => Self::Identity {
                gain: positive(first, 1.0)?,
            },
            "constant" => Self::Constant(read.finite(first.unwrap_or_default())?),
            "sparse" => Self::Sparse {
                connections: read.count(first.unwrap_or("15"))?,
                std_dev: positive(second, 1.0)?,
            },
            "siren-hidden" => Self::Siren(Siren::Hidden {
                omega: positive(first, 30.0)?,
            }),
            "zeros" | "siren-first" if first.is_some() => {
                return Err(read.expected(first.unwrap_or_default(), "no number"));
            }
            "zeros" => Self::Constant(0.0),
            "siren-first" => Self::Siren(Siren::First),
            _ => return Err(unknown()),
        })
    }
}

/// A text that is read, for the messages of what is wrong with it.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;
    use proptest::prelude::*;

    fn named(text: &str) -> Named {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_name_is_its_presets() {
        let law = Law::TruncatedNormal { cut: 3.0 };
        for (text, rule) in [
            ("lecun", VarianceScaling::lecun(Law::Normal)),
            ("lecun/normal", VarianceScaling::lecun(Law::Normal)),
            ("xavier/uniform", VarianceScaling::xavier(Law::Uniform)),
            (
                "he/truncated-normal",
                VarianceScaling::he(Law::TRUNCATED_NORMAL),
            ),
            (
                "he-fan-out/truncated-normal:3",
                VarianceScaling::he(law).on(Fan::Out),
            ),
            ("2/n", VarianceScaling::he(Law::Normal)),
            ("2/fan-out", VarianceScaling::he(Law::Normal).on(Fan::Out)),
            (
                "0.5/n/uniform",
                VarianceScaling::new(0.5, Fan::In, Law::Uniform),
            ),
            ("1/fan-avg", VarianceScaling::xavier(Law::Normal)),
            ("pytorch-linear", VarianceScaling::pytorch_linear()),
        ] {
            assert_eq!(named(text), rule.into(), "{text}");
        }
        assert_eq!(named("normal"), Named::Normal { std_dev: 1.0 });
        assert_eq!(named("zeros"), Named::Constant(0.0));
        assert_eq!(named("sparse"), named("sparse:15:1"));
    }

    #[test]
    fn each_known_name_is_read_written_and_draws() {
        for text in NAMES
            .into_iter()
            .chain(["zeros", "he-fan-geo", "3/fan-geo/uniform"])
        {
            let initializer = named(text);
            assert_eq!(named(&initializer.to_string()), initializer, "{text}");
            let weight = initializer.sample((20, 30), &mut Streams::new(1).stream("w"));
            assert!(weight.iter().all(|w| w.is_finite()), "{text}");
        }
    }

    #[test]
    fn weights_have_the_variance_of_the_name() {
        let fans = Fans::new(300, 200);
        for text in NAMES {
            let initializer = named(text);
            let Some(variance) = initializer.variance(fans) else {
                continue;
            };
            let weight = initializer.sample((300, 200), &mut Streams::new(2).stream("w"));
            let measured = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
            // 60 000 normal weights: a relative standard error of 0.6 %.
            assert!(
                (measured / variance - 1.0).abs() < 0.06,
                "{text}: {measured}"
            );
        }
    }

    #[test]
    fn a_file_holds_the_name() {
        let text = serde_json::to_string(&named("2/fan-out/uniform")).expect("a text");
        assert_eq!(text, "\"he-fan-out/uniform\"");
        assert_eq!(
            serde_json::from_str::<Named>(&text).expect("a name"),
            named("he-fan-out/uniform")
        );
        let error = serde_json::from_str::<Named>("\"hee\"").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no initializer is called `hee`")
        );
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (text, why) in [
            (
                "hee",
                "no initializer is called `hee`: there are lecun, xavier",
            ),
            ("", "no initializer is called ``"),
            ("xavier-fan-in", "no initializer is called `xavier-fan-in`"),
            (
                "he/cauchy",
                "`he/cauchy` has the law `cauchy`: there are normal, uniform",
            ),
            (
                "orthogonal/uniform",
                "no initializer is called `orthogonal/uniform`",
            ),
            (
                "-2/n",
                "`-2/n` has `-2` where a positive finite number is expected",
            ),
            ("2/m", "no initializer is called `2/m`"),
            ("normal:0", "`normal:0` has `0` where a positive"),
            ("normal:NaN", "`normal:NaN` has `NaN` where a positive"),
            (
                "normal:1:2",
                "`normal:1:2` has `2` where the end is expected",
            ),
            ("constant", "`constant` has `` where a finite number"),
            (
                "sparse:0",
                "`sparse:0` has `0` where a number of connections",
            ),
            ("zeros:1", "`zeros:1` has `1` where no number is expected"),
            ("he/truncated-normal:x", "has `x` where a positive"),
        ] {
            let error = text.parse::<Named>().expect_err(text).to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_written_rule_reads_back_to_the_same_bits(
            scale in prop_oneof![Just(1.0), Just(2.0), 1e-300..1e300_f64],
            fan in prop::sample::select(FANS.map(|(_, fan)| fan).to_vec()),
            law in prop_oneof![
                Just(Law::Normal), Just(Law::Uniform), Just(Law::TRUNCATED_NORMAL),
                (0.1..9.0_f64).prop_map(|cut| Law::TruncatedNormal { cut }),
            ],
        ) {
            let rule = Named::from(VarianceScaling::new(scale, fan, law));
            prop_assert_eq!(named(&rule.to_string()), rule);
            let fixed = Named::Variance { variance: scale, law };
            prop_assert_eq!(named(&fixed.to_string()), fixed);
        }
    }
}
