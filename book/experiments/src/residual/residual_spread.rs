//! How far networks of one kind differ in the size of their signal, with skips and without.

use clap::Args;
use serde::Serialize;
use unit_variance::theory::{ResidualBlock, feed_forward_spread};

use crate::{Configuration, Progress, Table, option, without_options};

/// The spread of the squared length behind residual blocks and behind layers without skips
///
/// The spread is the second moment of the squared length over the square of its mean; the branches have as many ReLU units as the
/// stream has features. Columns: `depth` and `width` as given; the spread of `plain` blocks, of blocks `scaled` by the root of the
/// depth, and of `feed_forward` He layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ResidualSpread {
    /// The number of blocks or layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of features, and of units.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub width: usize,
}

impl Default for ResidualSpread {
    fn default() -> Self {
        without_options()
    }
}

/// The spreads of plain blocks, scaled blocks and layers without skips.
pub(super) fn spreads(depth: u64, width: u64) -> [f64; 3] {
    [
        ResidualBlock::plain(width, width).spread(depth),
        ResidualBlock::scaled(depth, width, width).spread(depth),
        feed_forward_spread(width, depth),
    ]
}

impl ResidualSpread {
    fn spreads(self) -> [f64; 3] {
        spreads(self.depth as u64, self.width as u64)
    }
}

impl Configuration for ResidualSpread {
    const NAME: &'static str = "residual-spread";

    fn refusal(&self) -> Option<String> {
        let Self { depth, width } = self;
        self.spreads().iter().any(|spread| spread.is_infinite()).then(|| {
            format!("the spread of {depth} layers of {width} units is more than a float can hold, 1.8e308")
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let [plain, scaled, feed_forward] = self.spreads();
        let row = vec![
            self.depth.into(),
            self.width.into(),
            plain.into(),
            scaled.into(),
            feed_forward.into(),
        ];
        let columns = ["depth", "width", "plain", "scaled", "feed_forward"];
        Table::of(self, &columns, vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_its_second_moment_over_the_square_of_its_mean() {
        let run = ResidualSpread { depth: 1, width: 1 };
        let table = run.run(&mut |_| {});
        // At depth one the root of the depth is one: 25 over the square of 2.
        assert_eq!(table.numbers("plain"), [6.25]);
        assert_eq!(table.numbers("scaled"), [6.25]);
        assert_eq!(table.numbers("feed_forward"), [6.0]);
    }

    #[test]
    fn a_spread_beyond_the_floats_is_refused() {
        let of = |depth| ResidualSpread { depth, width: 1 };
        assert_eq!(of(100).refusal(), None);
        assert!(of(1000).refusal().is_some());
    }
}
