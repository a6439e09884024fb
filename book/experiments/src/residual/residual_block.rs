//! The first two moments of the factor of one residual block.

use clap::Args;
use serde::Serialize;
use unit_variance::theory::ResidualBlock as Block;

use crate::{Configuration, Progress, Table, option, without_options};

/// The mean and the second moment of the factor by which a residual block multiplies the squared length of its stream
///
/// Columns: `branch_variance`, `width` and `inner` as given; `mean` and `second_moment` of the factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct ResidualBlock {
    /// The expected mean square of the branch for a stream of mean square one: the square of its factor.
    #[arg(long, allow_hyphen_values = true, value_parser = option::not_negative, default_value = "1.0")]
    pub branch_variance: f64,
    /// The number of features of the stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub width: usize,
    /// The number of ReLU units in the branch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub inner: usize,
}

impl Default for ResidualBlock {
    fn default() -> Self {
        without_options()
    }
}

impl ResidualBlock {
    fn block(self) -> Block {
        Block::new(self.branch_variance, self.width as u64, self.inner as u64)
    }
}

impl Configuration for ResidualBlock {
    const NAME: &'static str = "residual-block";

    fn refusal(&self) -> Option<String> {
        self.block().second_moment().is_infinite().then(|| {
            format!(
                "the second moment of a block of branch variance {:e} is more than a float can hold, 1.8e308",
                self.branch_variance
            )
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let row = vec![
            self.branch_variance.into(),
            self.width.into(),
            self.inner.into(),
            self.block().mean().into(),
            self.block().second_moment().into(),
        ];
        let columns = ["branch_variance", "width", "inner", "mean", "second_moment"];
        Table::of(self, &columns, vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_feature_and_one_unit_are_by_hand() {
        let run = ResidualBlock {
            branch_variance: 1.0,
            width: 1,
            inner: 1,
        };
        let table = run.run(&mut |_| {});
        assert_eq!(table.numbers("mean"), [2.0]);
        // 1 + √2 u v in half of the cases, where u > 0: 1 + 6 E (√2 uv)² + E (√2 uv)⁴ = 1 + 12 + 36, and else 1.
        assert_eq!(table.numbers("second_moment"), [25.0]);
    }

    #[test]
    fn a_branch_beyond_the_floats_is_refused() {
        let of = |branch_variance| ResidualBlock {
            branch_variance,
            ..ResidualBlock::default()
        };
        assert_eq!(of(1e150).refusal(), None);
        assert!(of(1e160).refusal().is_some());
    }
}
