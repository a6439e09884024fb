//! From an initializer to its name.

use std::fmt;

use super::{FANS, Named, RULES};
use crate::initializer::{Fan, Siren, VarianceScaling};
use crate::probability::Law;

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
