//! What twenty tanh layers leave of a signal, by the rule that scales their weights.

use clap::Args;
use serde::Serialize;

use crate::shared::parallel;
use crate::shared::tanh_network::{infinite, std_devs};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::probability::{Moments, Streams};

/// What twenty tanh layers leave of a signal, by the rule that scales their weights.
///
/// For rules that give a square layer weights of variance `scale / n`: the standard deviation behind
/// the last of `depth` tanh layers for infinite width (`q' = scale · E tanh²(√q Z)`), and `measured`, its
/// average over networks of normal weights. The input has standard deviation 1.
///
/// All rules scale the same weights. Only their variance counts: for the size of a signal it
/// makes no difference that PyTorch draws them from a uniform law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TanhDepth {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "8")]
    pub networks: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "500")]
    pub width: usize,
}

impl Default for TanhDepth {
    fn default() -> Self {
        without_options()
    }
}

/// Rules by name, and `n` times their variance in a square layer.
const RULES: [(&str, f64); 5] = [
    ("PyTorch's default", 1.0 / 3.0),
    ("1/(n + m)", 0.5),
    ("Xavier", 1.0),
    ("He", 2.0),
    ("gain 5/3", 25.0 / 9.0),
];

impl Configuration for TanhDepth {
    const NAME: &'static str = "tanh-depth";

    fn numbers_in_memory(&self) -> f64 {
        // A layer of each network is in memory at a time, and every measured number is kept.
        option::weights(1, self.width) + self.networks as f64 * self.depth as f64
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.networks > 0 && self.depth > 0 && self.width > 0,
            "networks, depth and width must be positive, but are {}, {} and {}",
            self.networks,
            self.depth,
            self.width
        );
        let streams = Streams::new(self.seed);
        let gains = RULES.map(|(_, scale)| scale.sqrt());
        let ends: Vec<Vec<f64>> = parallel::map(0..self.networks, |i| {
            let mut rng = streams.stream(&format!("network.{i}"));
            let mut by_layer = std_devs(&gains, self.depth, self.width, &mut rng);
            by_layer.swap_remove(self.depth)
        });
        progress(Progress { done: 1, total: 1 });
        let rows = RULES.into_iter().enumerate().map(|(rule, (name, scale))| {
            let measured: Moments = ends.iter().map(|end| end[rule]).collect();
            let infinite = infinite(gains[rule], self.depth)[self.depth];
            let numbers = [scale, infinite, measured.mean()];
            std::iter::once(name.into())
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        Table::of(self, &["rule", "scale", "infinite", "measured"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn twenty_layers_leave_what_infinite_width_predicts() {
        let table = TanhDepth::default().run(&mut |_| {});
        let [infinite, measured] = ["infinite", "measured"].map(|column| table.numbers(column));
        assert_relative_eq!(infinite[2], 0.1609, max_relative = 1e-3);
        for (infinite, measured) in infinite.iter().zip(measured) {
            assert_relative_eq!(measured, *infinite, max_relative = 0.2);
        }
    }
}
