//! The exact law of the rank of a ReLU network's Jacobian.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory;

/// The rank of a ReLU network's Jacobian at one input: its mean and its median.
///
/// The rank is the smallest number of active units of a layer. Columns: `width`, `depth`, `mean` and `median`, the smallest rank that
/// half of all networks, or more, do not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct JacobianRank {
    /// The number of units in each layer, up to a billion.
    #[arg(long, allow_hyphen_values = true, value_parser = width, default_value = "80")]
    pub width: u64,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
}

fn width(text: &str) -> Result<u64, String> {
    let widest = theory::JacobianRank::WIDEST;
    match text.parse() {
        Ok(width) if (1..=widest).contains(&width) => Ok(width),
        _ => Err(format!("a whole number from 1 to {widest}")),
    }
}

impl Default for JacobianRank {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for JacobianRank {
    const NAME: &'static str = "jacobian-rank";

    /// # Panics
    ///
    /// If there are no layers, no units, or too many of them.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let law = theory::JacobianRank::new(self.width, self.depth as u64);
        let row: Vec<Cell> = vec![
            self.width.into(),
            self.depth.into(),
            law.mean().into(),
            law.median().into(),
        ];
        Table::of(self, &["width", "depth", "mean", "median"], vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_coins_are_counted_by_hand() {
        let of = |width: u64, depth: usize| {
            let table = JacobianRank { width, depth }.run(&mut |_| {});
            ["mean", "median"].map(|column| table.numbers(column)[0])
        };
        // In both layers of two units one active unit or two: 9/16; two: 1/16.
        for ((width, depth), expected, median) in [
            ((1, 1), 0.5, 0.0),
            ((2, 1), 1.0, 1.0),
            ((2, 2), 10.0 / 16.0, 1.0),
        ] {
            let [mean, found] = of(width, depth);
            assert!((mean - expected).abs() < 1e-12, "{mean}, not {expected}");
            assert_eq!(found, median);
        }
    }
}
