//! What a standard normal signal feels of an activation, and the gain that makes up for it.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde::{Serialize, Serializer};

use crate::{Cell, Configuration, Progress, Table, without_options};
use unit_variance::activation::Activation;

/// What a normal signal feels of an activation, and the gains that make up for it.
///
/// For `z ~ N(0, 1)`: `E φ(z)`, `E φ(z)²`, `E φ'(z)²`, the gains `1/√E φ²` and `1/√E φ'²` that keep the signal
/// and the gradient, and `χ = E φ'² / E φ²`, by which the squared gradient grows where the signal
/// is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct Gains {
    /// The activation, or `all` of them.
    #[arg(long, value_parser = Chosen::from_str, default_value_t = Chosen::All)]
    pub activation: Chosen,
}

/// The activations of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chosen {
    /// All that the library has.
    All,
    /// This one.
    One(Activation),
}

impl Default for Gains {
    fn default() -> Self {
        without_options()
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str(ALL),
            Self::One(activation) => activation.fmt(f),
        }
    }
}

/// The name that stands for all activations.
const ALL: &str = "all";

impl FromStr for Chosen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == ALL {
            return Ok(Self::All);
        }
        text.parse().map(Self::One).map_err(|_| {
            let names = Activation::ALL.map(Activation::name).join(", ");
            format!("one of: {ALL}, {names}, and leaky_relu_ with any slope")
        })
    }
}

impl Serialize for Chosen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Configuration for Gains {
    const NAME: &'static str = "gains";

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let activations = match self.activation {
            Chosen::All => Activation::ALL.to_vec(),
            Chosen::One(activation) => vec![activation],
        };
        let total = activations.len() as u64;
        let rows = (1..).zip(activations).map(|(done, phi)| {
            let numbers = [
                phi.mean(),
                phi.second_moment(),
                phi.slope_moment(),
                phi.gain(),
                phi.backward_gain(),
                phi.chi(),
            ];
            progress(Progress { done, total });
            std::iter::once(phi.name().as_str().into())
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        Table::of(
            self,
            &[
                "activation",
                "mean",
                "second_moment",
                "slope_moment",
                "gain",
                "backward_gain",
                "chi",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn one_activation_is_a_row_of_the_whole() {
        let all = Gains::default().run(&mut |_| {});
        assert_eq!(all.rows.len(), 18);
        for (phi, row) in Activation::ALL.into_iter().zip(&all.rows) {
            let activation = Chosen::One(phi);
            let alone = Gains { activation }.run(&mut |_| {});
            assert_eq!(alone.rows, std::slice::from_ref(row));
            assert_eq!(alone.parameters[0].1.to_string(), phi.name());
        }
    }

    #[test]
    fn chi_is_what_the_gain_leaves_to_the_gradient() {
        let table = Gains::default().run(&mut |_| {});
        let [gain, backward_gain, chi] =
            ["gain", "backward_gain", "chi"].map(|column| table.numbers(column));
        for i in 0..chi.len() {
            let ratio = gain[i] / backward_gain[i];
            assert_relative_eq!(chi[i], ratio * ratio, max_relative = 1e-14);
        }
    }

    #[test]
    fn a_relu_is_by_hand_in_every_column() {
        let activation = Chosen::One(Activation::Relu);
        let table = Gains { activation }.run(&mut |_| {});
        for (column, value) in [
            ("mean", (2.0 * std::f64::consts::PI).sqrt().recip()),
            ("second_moment", 0.5),
            ("slope_moment", 0.5),
            ("gain", 2_f64.sqrt()),
            ("backward_gain", 2_f64.sqrt()),
            ("chi", 1.0),
        ] {
            assert_relative_eq!(table.numbers(column)[0], value, max_relative = 1e-12);
        }
    }
}
