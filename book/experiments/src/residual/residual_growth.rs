//! What a stack of residual blocks makes of the mean square.

use std::fmt;

use clap::Args;
use serde::Serialize;
use unit_variance::theory::ResidualBlock;

use crate::{Configuration, Progress, Table, option, without_options};

/// How a branch is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Not at all: it has the mean square of what it reads.
    Plain,
    /// Divided by the root of the number of blocks.
    Scaled,
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Scaled => "scaled",
        })
    }
}

fn branch(text: &str) -> Result<Branch, &'static str> {
    match text {
        "plain" => Ok(Branch::Plain),
        "scaled" => Ok(Branch::Scaled),
        _ => Err("plain or scaled"),
    }
}

/// By how much a stack of residual blocks multiplies the expected mean square of its stream
///
/// Columns: `branch` and `depth` as given, and `growth`, the expected mean square behind the last block over that of the input.
/// It depends on no width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ResidualGrowth {
    /// The number of blocks.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// Whether each branch keeps the mean square, or is divided by the root of the depth besides.
    #[arg(long, allow_hyphen_values = true, value_parser = branch, default_value_t = Branch::Plain)]
    #[serde(serialize_with = "option::shown")]
    pub branch: Branch,
}

impl Default for ResidualGrowth {
    fn default() -> Self {
        without_options()
    }
}

impl ResidualGrowth {
    fn growth(self) -> f64 {
        // No width enters the mean.
        let depth = self.depth as u64;
        match self.branch {
            Branch::Plain => ResidualBlock::plain(1, 1).growth(depth),
            Branch::Scaled => ResidualBlock::scaled(depth, 1, 1).growth(depth),
        }
    }
}

impl Configuration for ResidualGrowth {
    const NAME: &'static str = "residual-growth";

    fn refusal(&self) -> Option<String> {
        self.growth().is_infinite().then(|| {
            format!(
                "{} plain blocks multiply the mean square by 2^{0}, and a float holds less than 2^1024",
                self.depth
            )
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = vec![
            self.branch.to_string().as_str().into(),
            self.depth.into(),
            self.growth().into(),
        ];
        Table::of(self, &["branch", "depth", "growth"], vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth(depth: usize, branch: Branch) -> f64 {
        let table = ResidualGrowth { depth, branch }.run(&mut |_| {});
        table.numbers("growth")[0]
    }

    #[test]
    fn plain_blocks_double_and_two_scaled_ones_make_nine_quarters() {
        assert_eq!(growth(10, Branch::Plain), 1024.0);
        assert_eq!(growth(2, Branch::Scaled), 2.25);
    }

    #[test]
    fn what_no_float_holds_is_refused() {
        let of = |depth| ResidualGrowth {
            depth,
            branch: Branch::Plain,
        };
        assert_eq!(of(1023).refusal(), None);
        let refusal = of(1024).refusal().expect("2^1024 is no float");
        assert!(refusal.starts_with("1024 plain blocks multiply the mean square by 2^1024"));
        let scaled = ResidualGrowth {
            branch: Branch::Scaled,
            ..of(usize::MAX)
        };
        assert_eq!(scaled.refusal(), None);
    }
}
