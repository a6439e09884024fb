//! The way back through narrow ReLU layers that are not dead.

use clap::Args;
use ndarray::{Array2, array};
use serde::Serialize;
use unit_variance::probability::{Moments, StreamRng, Streams};
use unit_variance::{Activation, Fan, Law, Network, VarianceScaling};

use crate::shared::parallel;
use crate::{Configuration, Progress, Table, option, without_options};

/// The mean factor of the gradient through a ReLU layer of `n` units that is not dead: `1 / (1 − 2⁻ⁿ)`, and measured.
///
/// Normal weights of variance two over the fan-out, one input, one output. Columns: `units`; `expected`; `measured`, the mean over
/// the networks of the mean square of the gradient that leaves the layer over that of the one that enters; `error`, the standard error of
/// that mean; and `dead`, the share of networks that were left out because all units of a layer were off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct NarrowLayers {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// The number of units of the widest layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "8")]
    pub units: usize,
    /// How many networks without a dead layer are drawn of each width.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "20000")]
    pub networks: usize,
}

impl Default for NarrowLayers {
    fn default() -> Self {
        without_options()
    }
}

/// The factor of a layer of this width in one network; `None` if a layer of it is dead.
fn factor(units: usize, rng: &mut StreamRng) -> Option<f64> {
    let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
    let mut network = Network::init(&[2, units, units, 1], Activation::Relu, &he, rng);
    network.layers[2].activation = Activation::Identity;
    let trace = network.forward(&array![[1.0, -0.5]]);
    let is_dead = |l: usize| trace.layers[l].activation.iter().all(|h| *h == 0.0);
    // After a dead layer all is zero.
    if is_dead(1) {
        return None;
    }
    let gradients = network.backward(&trace, &Array2::ones((1, 1)));
    let mean_square = |l: usize| {
        let delta = gradients.layers[l].delta.iter();
        delta.collect::<Moments>().second_moment()
    };
    Some(mean_square(0) / mean_square(1))
}

impl Configuration for NarrowLayers {
    const NAME: &'static str = "narrow-layers";

    fn numbers_in_memory(&self) -> f64 {
        option::weights(2, self.units)
    }

    /// # Panics
    ///
    /// If there are no units, or fewer than two networks.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.units > 0 && self.networks > 1,
            "there are {} units and {} networks",
            self.units,
            self.networks
        );
        let streams = Streams::new(self.seed);
        let row = |units: usize| {
            let mut rng = streams.stream(&format!("units.{units}"));
            let (mut factors, mut dead) = (Moments::new(), 0_u64);
            let mut living = 0;
            while living < self.networks {
                if let Some(factor) = factor(units, &mut rng) {
                    factors.push(factor);
                    living += 1;
                } else {
                    dead += 1;
                }
            }
            let networks = self.networks as f64;
            let alive = 1.0 - 0.5_f64.powi(i32::try_from(units).unwrap_or(i32::MAX));
            vec![
                units.into(),
                alive.recip().into(),
                factors.mean().into(),
                (factors.std_dev() / (networks - 1.0).sqrt()).into(),
                (dead as f64 / (dead as f64 + networks)).into(),
            ]
        };
        let rows = parallel::map(1..=self.units, row);
        progress(Progress { done: 1, total: 1 });
        let columns = ["units", "expected", "measured", "error", "dead"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_layers_multiply_by_the_share_that_is_alive() {
        let table = NarrowLayers::default().run(&mut |_| {});
        let [expected, measured, error, dead] =
            ["expected", "measured", "error", "dead"].map(|column| table.numbers(column));
        assert_eq!(expected[..2], [2.0, 4.0 / 3.0]);
        assert_eq!(
            table.numbers("units"),
            [1, 2, 3, 4, 5, 6, 7, 8].map(f64::from)
        );
        for (dead, alive) in dead.iter().zip(&expected) {
            // Two layers live; of 20,000 networks or more seven standard errors are 0.025.
            let share = 1.0 - alive.recip().powi(2);
            assert!((dead - share).abs() < 0.025, "{dead}, not {share}");
        }
        for (i, measured) in measured.iter().enumerate() {
            // The factor of a living layer has a variance, its inverse has none.
            assert!(error[i] < 0.1, "{} units: {error:?}", i + 1);
            // Six standard errors: once in a hundred million runs of eight rows.
            let distance = (measured - expected[i]).abs();
            assert!(distance < 6.0 * error[i], "{} units: {measured}", i + 1);
        }
    }
}
