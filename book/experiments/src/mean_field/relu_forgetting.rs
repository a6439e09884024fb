//! How finite ReLU networks forget, beside infinite width.

use clap::Args;
use serde::Serialize;

use super::forgetting::DrawnPair;
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::probability::Streams;
use unit_variance::theory::MeanField;

/// What He networks leave of the difference of two inputs: `1 − c`, for infinite width and in drawn networks
///
/// whose inputs begin at this correlation. Columns: `layer`, `infinite`, and over the networks `low`, `median`, `mean`, `high` (5 and 95
/// percent) and `below`, the share of those that leave less than infinite width. A network that is dead is left out, and the table ends
/// where all are.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct ReluForgetting {
    /// The correlation of the two inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::correlation, default_value = "0.5")]
    pub start: f64,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub depth: usize,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1000")]
    pub networks: usize,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for ReluForgetting {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for ReluForgetting {
    const NAME: &'static str = "relu-forgetting";

    fn numbers_in_memory(&self) -> f64 {
        (self.depth + 2) as f64 * self.networks as f64 + 4.0 * self.width as f64
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let he = MeanField {
            activation: Activation::Relu,
            weight: 2.0,
            bias: 0.0,
        };
        let streams = Streams::new(self.seed);
        let networks: Vec<Vec<f64>> = parallel::map(0..self.networks, |i| {
            let mut rng = streams.stream(&format!("network.{i}"));
            let mut pair = DrawnPair::new(self.width, [1.0, self.start], &mut rng);
            let mut left = vec![pair.difference()];
            for _ in 1..self.depth {
                pair.step(he, &mut rng);
                left.push(pair.difference());
            }
            left
        });
        progress(Progress { done: 1, total: 1 });
        let infinite = he.iterate_pair((1.0, self.start)).map(|(_, c)| 1.0 - c);
        let alive = |layer: usize| -> Vec<f64> {
            let left = networks.iter().map(|network| network[layer]);
            left.filter(|left| !left.is_nan()).collect()
        };
        let layers = (0..self.depth).map(|layer| (layer, alive(layer)));
        let layers = layers.take_while(|(_, left)| !left.is_empty());
        let rows = layers.zip(infinite).map(|((layer, mut left), infinite)| {
            left.sort_by(f64::total_cmp);
            let mean = left.iter().sum::<f64>() / left.len() as f64;
            let below = left.partition_point(|left| *left < infinite) as f64 / left.len() as f64;
            let [low, median, high] = [0.05, 0.5, 0.95].map(|p| quantile(&left, p));
            let numbers = [infinite, low, median, mean, high, below].map(Cell::from);
            std::iter::once((layer + 1).into()).chain(numbers).collect()
        });
        let rows = rows.collect();
        let columns = [
            "layer", "infinite", "low", "median", "mean", "high", "below",
        ];
        Table::of(self, &columns, rows)
    }
}

/// What a share `p` below 1 of sorted numbers lies below.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    sorted[(p * sorted.len() as f64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_networks_forget_faster_than_wide_ones() {
        let median = |width| {
            let config = ReluForgetting {
                depth: 30,
                networks: 60,
                width,
                ..ReluForgetting::default()
            };
            config.run(&mut |_| {}).numbers("median")[29]
        };
        assert!(10.0 * median(12) < median(500));
    }

    #[test]
    fn a_table_ends_where_all_networks_are_dead() {
        let config = ReluForgetting {
            networks: 8,
            width: 1,
            ..ReluForgetting::default()
        };
        let table = config.run(&mut |_| {});
        for column in ["low", "median", "mean", "high", "below"] {
            let numbers = table.numbers(column);
            assert!(numbers.len() > 1 && numbers.len() < 60, "{numbers:?}");
            assert!(
                numbers.iter().all(|x| x.is_finite()),
                "{column}: {numbers:?}"
            );
        }
    }

    #[test]
    fn wide_networks_lie_on_both_sides_of_infinite_width() {
        let config = ReluForgetting {
            depth: 5,
            networks: 40,
            width: 4000,
            ..ReluForgetting::default()
        };
        let below = config.run(&mut |_| {}).numbers("below")[4];
        assert!((0.1..0.9).contains(&below), "{below}");
    }
}
