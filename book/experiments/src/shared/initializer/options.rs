//! What initializers take besides fans and a seed, and why an initialization cannot be run.

use clap::Args;
use serde::Serialize;

use super::catalogue;
use crate::option;
use unit_variance::initializer::{Fan, ParameterError};
use unit_variance::probability::Law;

/// What some initializers take; the [`catalogue`] says which, and what holds where nothing is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Args)]
pub struct Options {
    /// The law: normal, uniform or truncated-normal.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// Where a truncated normal law is cut, in its standard deviations.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<f64>,
    /// The fan: in, out, average or geometric-average.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan: Option<String>,
    /// A factor of the standard deviation.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// A standard deviation.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std_dev: Option<f64>,
    /// The largest weight of a uniform law.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// A weight.
    #[arg(long, allow_hyphen_values = true, value_parser = option::finite)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The frequency of a network of sines.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omega: Option<f64>,
    /// The share of zeros.
    #[arg(long, allow_hyphen_values = true, value_parser = option::finite)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparsity: Option<f64>,
}

/// Why an [`Initialization`](super::Initialization) cannot be run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InitializationError {
    /// There is no such initializer.
    #[error("unknown initializer `{0}`; there are {names}", names = names())]
    Name(String),
    /// There is no such law.
    #[error("unknown law `{0}`; there are normal, uniform, truncated-normal")]
    Law(String),
    /// There is no such fan.
    #[error("unknown fan `{0}`; there are in, out, average, geometric-average")]
    Fan(String),
    /// The initializer has no such option.
    #[error("{name} takes no {option}; it takes {}", taken(name))]
    NotTaken {
        /// The initializer.
        name: String,
        /// The option.
        option: &'static str,
    },
    /// A law without a cut was given one.
    #[error("only the law truncated-normal takes a cut")]
    NoCut,
    /// A number must be positive.
    #[error("{option} must be a positive finite number, but is {value}")]
    NotPositive {
        /// The option.
        option: &'static str,
        /// What was given.
        value: f64,
    },
    /// A number leads to weights that no `f64` holds, or only with few digits.
    #[error("{option} must be between {LEAST:e} and {LARGEST:e}, but is {value:e}")]
    OutOfRange {
        /// The option, or what follows from it.
        option: &'static str,
        /// What was given.
        value: f64,
    },
    /// No weights have such a gain.
    #[error(transparent)]
    Scale(#[from] ParameterError),
    /// A value is infinite or NaN.
    #[error("value must be finite, but is {0}")]
    NotFinite(f64),
    /// A sparsity leaves nothing, or more than all.
    #[error(
        "sparsity must be at least 0 and leave an output one of its {fan_in} weights, but is {value}"
    )]
    Sparsity {
        /// What was given.
        value: f64,
        /// The weights of an output.
        fan_in: usize,
    },
    /// The layer has fewer outputs than inputs.
    #[error("delta-orthogonal needs as many outputs as inputs, or more, but has {1} and {0}")]
    Narrowing(usize, usize),
    /// A fan is zero.
    #[error("fan_in and fan_out must be positive, but are {0} and {1}")]
    Empty(usize, usize),
    /// The groups do not divide the channels.
    #[error(
        "groups must divide inputs and outputs, but {groups} do not divide {fan_in} and {fan_out}"
    )]
    Groups {
        /// The number of groups.
        groups: usize,
        /// The number of inputs.
        fan_in: usize,
        /// The number of outputs.
        fan_out: usize,
    },
    /// The kernel would not fit into memory.
    #[error("a kernel may have up to {MOST} weights, but {0} x {1} was asked for")]
    TooLarge(usize, usize),
}

/// The smallest size of weights that is drawn: the square of a smaller one has fewer digits.
const LEAST: f64 = 1e-150;

/// The largest: its square is still finite, however far out a draw is.
const LARGEST: f64 = 1e150;

/// The most weights of a kernel: a gigabyte of them.
pub(super) const MOST: usize = 1 << 27;

/// The options of an initializer, in a sentence.
fn taken(name: &str) -> String {
    match catalogue().iter().find(|entry| entry.name == name) {
        Some(entry) if !entry.options.is_empty() => entry.options.join(", "),
        _ => "no options".to_owned(),
    }
}

fn names() -> String {
    let names: Vec<_> = catalogue().iter().map(|entry| entry.name).collect();
    names.join(", ")
}

impl Options {
    /// The names of the options that are given.
    pub(super) fn given(&self) -> impl Iterator<Item = &'static str> {
        let options = [
            ("law", self.law.is_some()),
            ("cut", self.cut.is_some()),
            ("fan", self.fan.is_some()),
            ("gain", self.gain.is_some()),
            ("std-dev", self.std_dev.is_some()),
            ("bound", self.bound.is_some()),
            ("value", self.value.is_some()),
            ("omega", self.omega.is_some()),
            ("sparsity", self.sparsity.is_some()),
        ];
        let given = options.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(name, _)| name)
    }

    pub(super) fn law(&self) -> Result<Law, InitializationError> {
        let cut = positive("cut", self.cut.unwrap_or(2.0))?;
        match self.law.as_deref() {
            Some("truncated-normal") => Ok(Law::TruncatedNormal { cut }),
            Some(other) if !["normal", "uniform"].contains(&other) => {
                Err(InitializationError::Law(other.into()))
            }
            _ if self.cut.is_some() => Err(InitializationError::NoCut),
            Some("uniform") => Ok(Law::Uniform),
            _ => Ok(Law::Normal),
        }
    }

    pub(super) fn fan(&self) -> Result<Fan, InitializationError> {
        match self.fan.as_deref() {
            None | Some("in") => Ok(Fan::In),
            Some("out") => Ok(Fan::Out),
            Some("average") => Ok(Fan::Average),
            Some("geometric-average") => Ok(Fan::GeometricAverage),
            Some(other) => Err(InitializationError::Fan(other.into())),
        }
    }
}

/// `value`, if it is a positive finite number.
pub(super) fn positive(option: &'static str, value: f64) -> Result<f64, InitializationError> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(InitializationError::NotPositive { option, value })
    }
}

/// `value`, if weights of that size are drawn.
pub(super) fn in_range(option: &'static str, value: f64) -> Result<f64, InitializationError> {
    // First what is no size at all, as a user would say it.
    if value <= 0.0 || value.is_nan() {
        return positive(option, value);
    }
    if (LEAST..=LARGEST).contains(&value) {
        Ok(value)
    } else {
        Err(InitializationError::OutOfRange { option, value })
    }
}
