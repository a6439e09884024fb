//! The signal through several deep ReLU networks that differ in their seeds.

use super::parallel;
use super::weights::he;
use unit_variance::initializer::{Fan, Named};

use clap::Args;
use serde::Serialize;

use super::{Data, DeepSignal};
use crate::{Configuration, Experiment, Progress, Table, option, without_options};

/// The rms of the hidden activations, layer by layer, one column a network (layer 0 is the input).
///
/// Each column is that of [`DeepSignal`] under its seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct Ensemble {
    /// The seed of the first network; the others have the next.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub networks: usize,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The variance of the weights: a number, or a rule such as `2/n`, he or he-fan-out over each matrix's own fans.
    #[arg(long, allow_hyphen_values = true, value_parser = option::variance_or_rule, default_value_t = he(Fan::In))]
    pub weights: Named,
}

impl Default for Ensemble {
    fn default() -> Self {
        without_options()
    }
}

impl Ensemble {
    /// The seeds, one a network.
    fn seeds(&self) -> impl Iterator<Item = u64> {
        let first = u64::from(self.seed);
        first..first + self.networks as u64
    }
}

impl Configuration for Ensemble {
    const NAME: &'static str = "ensemble";

    fn numbers_in_memory(&self) -> f64 {
        // As many networks as there are threads are in memory at a time.
        let threads = parallel::threads().min(self.networks);
        threads as f64 * option::weights(self.depth, self.width)
            + self.networks as f64 * self.depth as f64
    }

    fn refusal(&self) -> Option<String> {
        let last = self.seeds().last()?;
        (last > u64::from(u32::MAX)).then(|| {
            format!(
                "the last of {} networks has the seed {last}, above {}",
                self.networks,
                u32::MAX
            )
        })
    }

    /// # Panics
    ///
    /// If a size is zero, a seed is above [`u32::MAX`], or a variance is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(self.networks > 0, "there are no networks");
        let seeds: Vec<u32> = self
            .seeds()
            .map(|seed| {
                u32::try_from(seed)
                    .unwrap_or_else(|_| panic!("the seed {seed} is above {}", u32::MAX))
            })
            .collect();
        let networks: Vec<Vec<f64>> = parallel::map(&seeds, |&seed| {
            let network = DeepSignal {
                seed,
                depth: self.depth,
                width: self.width,
                weights: self.weights,
                data: Data::Fresh,
            };
            Experiment::run(&network, &mut |_| {}).numbers("rms")
        });
        progress(Progress { done: 1, total: 1 });
        let rows = (0..=self.depth).map(|layer| {
            let networks = networks.iter().map(|rms| rms[layer].into());
            std::iter::once(layer.into()).chain(networks).collect()
        });
        let names: Vec<String> = seeds.iter().map(|seed| format!("seed {seed}")).collect();
        let columns: Vec<&str> = std::iter::once("layer")
            .chain(names.iter().map(String::as_str))
            .collect();
        Table::of(self, &columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_the_signal_under_its_seed() {
        let ensemble = Ensemble {
            seed: 3,
            networks: 2,
            depth: 4,
            width: 6,
            ..Ensemble::default()
        };
        let table = Experiment::run(&ensemble, &mut |_| {});
        assert_eq!(table.columns, ["layer", "seed 3", "seed 4"]);
        let alone = DeepSignal {
            seed: 4,
            depth: 4,
            width: 6,
            ..DeepSignal::default()
        };
        let alone = Experiment::run(&alone, &mut |_| {});
        assert_eq!(table.numbers("seed 4"), alone.numbers("rms"));
    }

    #[test]
    fn seeds_end_where_numpys_end() {
        let ensemble = Ensemble {
            seed: u32::MAX,
            networks: 2,
            ..Ensemble::default()
        };
        let refusal = ensemble.refusal().expect("the second seed is too large");
        assert!(refusal.contains("4294967296"), "{refusal}");
    }
}
