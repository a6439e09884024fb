//! The table of the chapter: common rules, each in the words of six libraries.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Fans;
use unit_variance::initializer::convert::{Call, Library, Recipe};

/// Common rules, each in the words of six libraries.
///
/// A call that states numbers states them for these fans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct Calls {
    /// The fan-in of the kernel.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "256")]
    pub fan_in: usize,
    /// Its fan-out.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "128")]
    pub fan_out: usize,
}

/// The rules, each by a name and a call that is read.
pub const SCHEMES: [(&str, &str); 12] = [
    ("He, normal", "VarianceScaling::he(Law::Normal)"),
    ("He, uniform", "VarianceScaling::he(Law::Uniform)"),
    (
        "He, truncated",
        "VarianceScaling::he(Law::TRUNCATED_NORMAL)",
    ),
    (
        "He on the fan-out, normal",
        "VarianceScaling::new(2.0, Fan::Out, Law::Normal)",
    ),
    ("LeCun, normal", "VarianceScaling::lecun(Law::Normal)"),
    (
        "LeCun, truncated",
        "VarianceScaling::lecun(Law::TRUNCATED_NORMAL)",
    ),
    ("Xavier, uniform", "VarianceScaling::xavier(Law::Uniform)"),
    (
        "Xavier, normal, gain 5/3",
        "nn.init.xavier_normal_(w, gain=5 / 3)",
    ),
    (
        "PyTorch's linear layer",
        "VarianceScaling::pytorch_linear()",
    ),
    ("orthogonal, gain √2", "Orthogonal::new(2_f64.sqrt())"),
    ("normal, 0.02", "Normal::new(0.0, 0.02)"),
    ("uniform, ±0.05", "Uniform::new(-0.05, 0.05)"),
];

impl Default for Calls {
    fn default() -> Self {
        without_options()
    }
}

/// The recipe of a call that is known to be one.
pub(super) fn recipe(call: &str) -> Recipe {
    let call: Call = call.parse().unwrap_or_else(|error| panic!("{error}"));
    call.recipe().expect("what was read is in its range")
}

impl Configuration for Calls {
    const NAME: &'static str = "calls";

    fn constants() -> Vec<(String, Cell)> {
        let others = Library::ALL.into_iter().skip(1);
        let version = |library: Library| (library.name().to_lowercase(), library.version().into());
        others.map(version).collect()
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let fans = Fans::new(self.fan_in, self.fan_out);
        let rows = SCHEMES.map(|(name, call)| {
            let said = |library: Library| {
                let call = library.call(recipe(call), fans);
                call.map_or_else(|| "none".to_owned(), |call| call.to_string())
            };
            let cells = Library::ALL.map(|library| Cell::from(said(library).as_str()));
            std::iter::once(name.into()).chain(cells).collect()
        });
        let columns = [
            "rule",
            "unit_variance",
            "pytorch",
            "jax",
            "keras",
            "burn",
            "candle",
        ];
        Table::of(self, &columns, rows.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_a_call_of_its_column_with_the_variance_of_its_row() {
        let calls = Calls {
            fan_in: 60,
            fan_out: 20,
        };
        let (table, fans) = (calls.run(&mut |_| {}), Fans::new(60, 20));
        let mut seen = 0;
        for (row, (name, call)) in table.rows.iter().zip(SCHEMES) {
            assert_eq!(row[0], Cell::from(name));
            let variance = recipe(call).variance(fans);
            for (library, cell) in Library::ALL.into_iter().zip(&row[1..]) {
                let text = cell.to_string();
                if text == "none" {
                    continue;
                }
                let call: Call = text.parse().unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(call.library(), library, "{name}: {text}");
                let found = call.recipe().expect("it is in its range").variance(fans);
                assert!((found / variance - 1.0).abs() < 1e-12, "{name}: {text}");
                seen += 1;
            }
        }
        assert!(seen > 60, "{seen} calls");
    }
}
