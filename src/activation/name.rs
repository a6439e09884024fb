//! Activations by name.

use std::fmt;
use std::str::FromStr;

use super::Activation;

/// A name that no activation has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no activation is called `{name}`: there are {}", known())]
pub struct UnknownActivation {
    /// The name that was given.
    pub name: String,
}

/// What the leaky ReLU's name begins with, its slope follows.
const LEAKY: &str = "leaky_relu_";

impl Activation {
    /// The name in the tables and in the terminal; [`str::parse`] takes it back, with `-` for `_` too.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// assert_eq!(Activation::LeakyRelu { slope: 0.2 }.name(), "leaky_relu_0.2");
    /// assert_eq!("gelu-tanh".parse(), Ok(Activation::GeluTanh));
    /// ```
    pub fn name(self) -> String {
        match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            // A slope of 1e200 has 201 digits.
            Self::LeakyRelu { slope } if slope != 0.0 && !(1e-5..1e16).contains(&slope.abs()) => {
                return format!("{LEAKY}{slope:e}");
            }
            Self::LeakyRelu { slope } => return format!("{LEAKY}{slope}"),
            Self::ReluSquared => "relu_squared",
            Self::Elu => "elu",
            Self::Selu => "selu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_tanh",
            Self::Silu => "silu",
            Self::Mish => "mish",
            Self::Softplus => "softplus",
            Self::Softsign => "softsign",
            Self::HardTanh => "hard_tanh",
            Self::Tanh => "tanh",
            Self::LecunTanh => "lecun_tanh",
            Self::Sigmoid => "sigmoid",
            Self::Erf => "erf",
            Self::Sine => "sine",
        }
        .to_owned()
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

impl FromStr for Activation {
    type Err = UnknownActivation;

    fn from_str(name: &str) -> Result<Self, UnknownActivation> {
        let unknown = || UnknownActivation {
            name: name.to_owned(),
        };
        if let Some((start, slope)) = name.split_at_checked(LEAKY.len())
            && start.replace('-', "_") == LEAKY
        {
            let slope = slope.parse().ok().filter(|slope: &f64| slope.is_finite());
            return slope
                .map(|slope| Self::LeakyRelu { slope })
                .ok_or_else(unknown);
        }
        let plain = name.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|activation| activation.name() == plain)
            .ok_or_else(unknown)
    }
}

/// The names that there are, in one line.
fn known() -> String {
    Activation::ALL
        .map(|activation| match activation {
            Activation::LeakyRelu { slope } => format!("{LEAKY}<slope> as in {LEAKY}{slope}"),
            other => other.name(),
        })
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let leaky =
            [0.2, 1e-3, 0.0, -0.5, 1e200, -1e-300].map(|slope| Activation::LeakyRelu { slope });
        for activation in Activation::ALL.into_iter().chain(leaky) {
            assert_eq!(activation.name().parse(), Ok(activation));
            let kebab = activation.name().replace("_relu_", "-relu-");
            assert_eq!(kebab.parse(), Ok(activation));
        }
    }

    #[test]
    fn a_name_is_short_whatever_the_slope() {
        let name = |slope| Activation::LeakyRelu { slope }.name();
        assert_eq!(name(1e200), "leaky_relu_1e200");
        assert_eq!(name(-2.5e-9), "leaky_relu_-2.5e-9");
        assert_eq!(name(1000.0), "leaky_relu_1000");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        for name in [
            "swoosh",
            "",
            "leaky_relu",
            "leaky_relu_",
            "leaky_relu_inf",
            "leaky_relu_x",
        ] {
            let error = name.parse::<Activation>().expect_err(name).to_string();
            assert!(error.starts_with(&format!("no activation is called `{name}`")));
            assert!(error.contains("leaky_relu_<slope> as in leaky_relu_0.01, relu_squared"));
        }
    }
}
