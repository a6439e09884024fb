//! The signal through tanh layers, beside what infinite width predicts.

use clap::Args;
use serde::Serialize;

use crate::shared::parallel;
use crate::shared::tanh_network::{infinite, std_devs};
use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::probability::Streams;

/// The signal through tanh layers under LeCun's weights, and for infinite width.
///
/// `√E tanh²(√q Z)` with `q' = E tanh²(√q Z)`, layer by layer, and the standard deviation over units in
/// square tanh networks with LeCun's normal weights, one column a network.
///
/// All begin with an input of mean 0 and standard deviation 1 (layer 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct LecunTanh {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "8")]
    pub networks: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "500")]
    pub width: usize,
}

impl Default for LecunTanh {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for LecunTanh {
    const NAME: &'static str = "lecun-tanh";

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
        let runs: Vec<Vec<Vec<f64>>> = parallel::map(0..self.networks, |i| {
            let mut rng = streams.stream(&format!("network.{i}"));
            std_devs(&[1.0], self.depth, self.width, &mut rng)
        });
        progress(Progress { done: 1, total: 1 });
        let infinite = infinite(1.0, self.depth);
        let rows = (0..=self.depth).map(|layer| {
            let networks = runs.iter().map(|run| run[layer][0].into());
            let both = std::iter::once(infinite[layer].into()).chain(networks);
            std::iter::once(layer.into()).chain(both).collect()
        });
        let rows = rows.collect();
        let networks: Vec<String> = (1..=self.networks)
            .map(|network| format!("network_{network}"))
            .collect();
        let columns = ["layer", "infinite"].into_iter();
        let columns: Vec<&str> = columns.chain(networks.iter().map(String::as_str)).collect();
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn wide_networks_follow_the_recursion() {
        let config = LecunTanh {
            networks: 2,
            depth: 6,
            width: 800,
            ..LecunTanh::default()
        };
        let table = config.run(&mut |_| {});
        let infinite = table.numbers("infinite");
        for network in ["network_1", "network_2"] {
            for (measured, infinite) in table.numbers(network).iter().zip(&infinite) {
                assert_relative_eq!(measured, infinite, max_relative = 0.15);
            }
        }
        assert_relative_eq!(infinite[1], 0.394_294_f64.sqrt(), max_relative = 1e-5);
    }

    #[test]
    fn the_decay_is_that_of_one_over_twice_the_depth() {
        let far = infinite(1.0, 1000)[1000];
        assert_relative_eq!(2000.0 * far * far, 1.0, max_relative = 0.01);
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 8, 50 and 0")]
    fn a_network_without_units_is_refused() {
        let _ = LecunTanh {
            width: 0,
            ..LecunTanh::default()
        }
        .run(&mut |_| {});
    }
}
