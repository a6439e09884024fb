//! The spread of networks with and without skips, from one block to a thousand.

use clap::Args;
use serde::Serialize;
use unit_variance::theory::scaled_spread_bound;

use super::residual_spread::spreads;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The spread of the squared length at depths from one to a thousand
///
/// Columns: `depth`; the spread of `plain` blocks, of blocks `scaled` by the root of the depth, and of `feed_forward` He layers. The summary
/// has the `bound` of the scaled ones, which is their limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct SpreadByDepth {
    /// The number of features, and of units.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub width: usize,
}

/// About four to an octave.
const DEPTHS: [u64; 31] = [
    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 50, 64, 80, 100, 128, 160, 200,
    256, 320, 400, 500, 640, 800, 1000,
];

impl Default for SpreadByDepth {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for SpreadByDepth {
    const NAME: &'static str = "spread-by-depth";

    fn refusal(&self) -> Option<String> {
        let deepest = spreads(DEPTHS[DEPTHS.len() - 1], self.width as u64);
        deepest.iter().any(|spread| spread.is_infinite()).then(|| {
            format!(
                "the spread of a thousand layers of {} units is more than a float can hold, 1.8e308",
                self.width
            )
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let width = self.width as u64;
        let row = |depth: u64| {
            let [plain, scaled, feed_forward] = spreads(depth, width).map(Cell::from);
            vec![depth.into(), plain, scaled, feed_forward]
        };
        let columns = ["depth", "plain", "scaled", "feed_forward"];
        let bound = scaled_spread_bound(width);
        Table::of(self, &columns, DEPTHS.map(row).into())
            .with_summary(vec![("bound".into(), bound.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_scaled_blocks_alone_the_spread_has_a_bound() {
        let table = SpreadByDepth::default().run(&mut |_| {});
        let [plain, scaled, feed_forward] =
            ["plain", "scaled", "feed_forward"].map(|column| table.numbers(column));
        let bound = table.total("bound");
        assert!(scaled.iter().all(|spread| *spread < bound));
        let last = DEPTHS.len() - 1;
        assert!(
            bound / scaled[last] < 1.0001 && plain[last] > 1e15 && feed_forward[last] > plain[last]
        );
    }
}
