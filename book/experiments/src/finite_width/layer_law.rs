//! The law of one layer's factor: its moments, and those of its logarithm.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde::{Serialize, Serializer};
use unit_variance::theory::{LayerKind, LayerLaw as Law};

use crate::{Cell, Configuration, Progress, Table, without_options};

/// The factor by which a layer multiplies the mean square of one input: its moments, and those of its logarithm.
///
/// Linear layers of Gaussian weights of variance `1/n`, ReLU layers of variance `2/n`, and ReLU layers of square orthogonal
/// weights times `√2`, all without biases.
///
/// Columns: `kind`, `width`; `mean` and `variance` of the factor; `log_mean`, `log_variance` and `log_third_cumulant` of its
/// logarithm, given that the layer is not dead; and `dead`, the probability that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct LayerLaw {
    /// The kind of layer: linear, relu, orthogonal-relu, or `all` of them.
    #[arg(long, allow_hyphen_values = true, value_parser = Kinds::from_str, default_value_t = Kinds::All)]
    pub kind: Kinds,
    /// The number of units.
    #[arg(long, allow_hyphen_values = true, value_parser = width, default_value = "80")]
    pub width: u64,
}

/// The kinds of layers of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// All that the library has.
    All,
    /// This one.
    One(LayerKind),
}

/// The name that stands for all kinds.
const ALL: &str = "all";

/// The widest layer.
const WIDEST: u64 = 1_000_000_000_000;

/// A number of units that a float counts, whatever is added to it.
fn width(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(width) if (1..=WIDEST).contains(&width) => Ok(width),
        _ => Err(format!("a whole number from 1 to {WIDEST}")),
    }
}

impl Default for LayerLaw {
    fn default() -> Self {
        without_options()
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str(ALL),
            Self::One(kind) => kind.fmt(f),
        }
    }
}

impl FromStr for Kinds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == ALL {
            return Ok(Self::All);
        }
        text.parse().map(Self::One).map_err(|_| {
            let names = LayerKind::ALL.map(LayerKind::name).join(", ");
            format!("one of: {ALL}, {names}")
        })
    }
}

impl Serialize for Kinds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Configuration for LayerLaw {
    const NAME: &'static str = "layer-law";

    /// # Panics
    ///
    /// If there are no units.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let kinds = match self.kind {
            Kinds::All => LayerKind::ALL.to_vec(),
            Kinds::One(kind) => vec![kind],
        };
        let row = |kind: LayerKind| {
            let law = Law::new(kind, self.width);
            let log = law.log();
            let numbers = [
                law.mean(),
                law.variance(),
                log.mean,
                log.variance,
                log.third,
                law.dead(),
            ];
            [Cell::from(kind.name()), Cell::from(self.width)]
                .into_iter()
                .chain(numbers.map(Cell::from))
                .collect()
        };
        let rows = kinds.into_iter().map(row).collect();
        progress(Progress { done: 1, total: 1 });
        Table::of(
            self,
            &[
                "kind",
                "width",
                "mean",
                "variance",
                "log_mean",
                "log_variance",
                "log_third_cumulant",
                "dead",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_is_a_row_of_the_whole() {
        let all = LayerLaw::default().run(&mut |_| {});
        assert_eq!(all.rows.len(), LayerKind::ALL.len());
        for (kind, row) in LayerKind::ALL.into_iter().zip(&all.rows) {
            let one = LayerLaw {
                kind: kind.name().parse().unwrap(),
                ..LayerLaw::default()
            };
            assert_eq!(one.run(&mut |_| {}).rows, std::slice::from_ref(row));
        }
    }

    #[test]
    fn a_width_is_a_whole_number() {
        assert_eq!(width("1"), Ok(1));
        for text in ["0", "-3", "1.5", "", "1000000000001"] {
            assert_eq!(
                width(text).unwrap_err(),
                "a whole number from 1 to 1000000000000"
            );
        }
        assert_eq!(
            "tanh".parse::<Kinds>().unwrap_err(),
            "one of: all, linear, relu, orthogonal-relu"
        );
    }
}
