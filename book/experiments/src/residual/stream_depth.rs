//! The rms of the stream of networks that are drawn, block by block.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;
use unit_variance::network::{Chain, Layer, Residual, RmsNorm};
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Dense, Initializer, Law, Streams, VarianceScaling};

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The rms of the stream of drawn networks, block by block, for four kinds of blocks
///
/// Columns: `depth`, the number of blocks that are passed; for each kind of network the rms over that of the input at the fifth of a hundred networks
/// from below, `_low`, in the middle, `_median`, and at the fifth from above, `_high`. The kinds are `plain` residual blocks, blocks `scaled` by the root of the
/// depth, blocks with `normalized` branches, and He layers without skips, `feed_forward`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct StreamDepth {
    /// How many networks of each kind are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub networks: usize,
    /// The number of blocks.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub depth: usize,
    /// The number of features, and of units in a branch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub width: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

/// The kinds of networks, as the columns have them.
pub(super) const KINDS: [&str; 4] = ["plain", "scaled", "normalized", "feed_forward"];

impl Default for StreamDepth {
    fn default() -> Self {
        without_options()
    }
}

impl StreamDepth {
    // ANCHOR: block
    /// A new block of this kind.
    fn block(&self, kind: &str, rng: &mut StreamRng) -> Box<dyn Layer> {
        let shape = (self.width, self.width);
        let first = VarianceScaling::he(Law::Normal).sample(shape, rng);
        let first = Dense::new(first, Activation::Relu);
        if kind == "feed_forward" {
            return Box::new(first);
        }
        let last = VarianceScaling::lecun(Law::Normal).sample(shape, rng);
        let last = Dense::new(last, Activation::Identity);
        let branch = Chain::default();
        match kind {
            "plain" => Box::new(Residual::new(branch.then(first).then(last))),
            "scaled" => {
                let block = Residual::new(branch.then(first).then(last));
                Box::new(block.scaled((self.depth as f64).sqrt().recip()))
            }
            _ => {
                let norm = RmsNorm::new(self.width).with_epsilon(0.0);
                Box::new(Residual::new(branch.then(norm).then(first).then(last)))
            }
        }
    }
    // ANCHOR_END: block

    /// The rms behind each block of a network.
    fn stream(&self, kind: &str, rng: &mut StreamRng) -> Vec<f64> {
        let mut signal = Array2::ones((1, self.width));
        let mut behind = || {
            signal = self.block(kind, rng).forward(&signal).0;
            (signal.iter().map(|h| h * h).sum::<f64>() / self.width as f64).sqrt()
        };
        (0..self.depth).map(|_| behind()).collect()
    }
}

impl Configuration for StreamDepth {
    const NAME: &'static str = "stream-depth";

    fn numbers_in_memory(&self) -> f64 {
        let [networks, depth, width] =
            [self.networks, self.depth, self.width].map(|count| count as f64);
        networks * depth + 2.0 * width * width
    }

    fn refusal(&self) -> Option<String> {
        // The rms grows by the root of two on average, and a network may be above it.
        (self.depth > 1000).then(|| {
            format!(
                "{} plain blocks make more of a stream than a float can hold: 1000 is the most",
                self.depth
            )
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut columns = vec!["depth".to_owned()];
        let mut rows: Vec<Vec<Cell>> = (1..=self.depth).map(|depth| vec![depth.into()]).collect();
        for (done, kind) in (1..).zip(KINDS) {
            let streams = Streams::new(self.seed).family(kind);
            let networks: Vec<Vec<f64>> = parallel::map(0..self.networks as u64, |network| {
                self.stream(kind, &mut streams.block(network))
            });
            for (depth, row) in rows.iter_mut().enumerate() {
                let mut here: Vec<f64> = networks.iter().map(|network| network[depth]).collect();
                here.sort_by(f64::total_cmp);
                let at = |share: f64| here[(share * (here.len() - 1) as f64).round() as usize];
                row.extend([0.05, 0.5, 0.95].map(|share| Cell::from(at(share))));
            }
            columns.extend(["low", "median", "high"].map(|what| format!("{kind}_{what}")));
            progress(Progress {
                done,
                total: KINDS.len() as u64,
            });
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_networks_grow_as_their_means_say() {
        let run = StreamDepth {
            networks: 9,
            depth: 4,
            width: 200,
            ..StreamDepth::default()
        };
        let table = run.run(&mut |_| {});
        for (kind, square) in [
            ("plain", 16.0),
            ("scaled", 1.25_f64.powi(4)),
            ("normalized", 5.0),
            ("feed_forward", 1.0_f64),
        ] {
            let median = table.numbers(&format!("{kind}_median"))[3];
            assert!(
                (median / square.sqrt() - 1.0).abs() < 0.15,
                "{kind}: {median}"
            );
        }
    }
}
