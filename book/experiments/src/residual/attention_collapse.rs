//! What layers of attention leave of the differences of tokens.

use clap::Args;
use serde::Serialize;

use super::attention_layers::{Around, difference};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Streams;

/// The differences of tokens behind layers of attention, with a skip and without.
///
/// One head of LeCun's weights a layer, and no feed-forward branches. Columns: `layer`, and medians over networks of the length of all tokens'
/// differences from their mean, over that of the tokens: `bare` attention, `norm` with an `RMSNorm` in front, `skip` with a `LayerNorm` in front and a skip
/// around, and `shared_skip`, whose branch is divided by the root of the number of layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct AttentionCollapse {
    /// The number of tokens.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "16")]
    pub tokens: usize,
    /// The number of features.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "64")]
    pub features: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "48")]
    pub layers: usize,
    /// The number of networks.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "15")]
    pub networks: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for AttentionCollapse {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for AttentionCollapse {
    const NAME: &'static str = "attention-collapse";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (tokens, features) = (self.tokens as f64, self.features as f64);
        let signals = (self.layers + 1) as f64 * tokens * features;
        threads as f64 * (signals + 4.0 * features * features + 2.0 * tokens * tokens)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = Around::ALL.len() as u64;
        let medians = (1..).zip(Around::ALL).map(|(done, around)| {
            let streams = Streams::new(self.seed).family(around.name());
            let networks: Vec<Vec<f64>> = parallel::map(0..self.networks as u64, |i| {
                let shape = (self.tokens, self.features);
                let signals = around.signals(shape, self.layers, &mut streams.block(i));
                signals.iter().map(difference).collect()
            });
            progress(Progress { done, total });
            let median = |layer: usize| {
                let mut sorted: Vec<f64> = networks.iter().map(|of| of[layer]).collect();
                sorted.sort_by(f64::total_cmp);
                f64::midpoint(sorted[(self.networks - 1) / 2], sorted[self.networks / 2])
            };
            (0..=self.layers).map(median).collect::<Vec<f64>>()
        });
        let medians: Vec<Vec<f64>> = medians.collect();
        let rows = (0..=self.layers).map(|layer| {
            let of_layer = medians.iter().map(|medians| medians[layer]);
            std::iter::once(Cell::from(layer))
                .chain(of_layer.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        let columns = ["layer", "bare", "norm", "skip", "shared_skip"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_equal_without_a_skip_and_stay_different_with_one() {
        let small = AttentionCollapse {
            tokens: 6,
            features: 16,
            layers: 6,
            networks: 7,
            ..AttentionCollapse::default()
        };
        let table = small.run(&mut |_| {});
        let last = |name: &str| table.numbers(name)[6];
        assert!(last("bare") < 1e-12 && last("norm") < 1e-6);
        assert!(last("skip") > 0.2 && last("shared_skip") > last("skip"));
        assert!(table.numbers("bare")[0] > 0.8);
    }
}
