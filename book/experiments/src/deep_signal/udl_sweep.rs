//! The experiment that the notebook's boxes ask for: one network under many variances.
//!
//! All matrices have the variance `s / n`. From the first hidden layer to the last the signal is
//! multiplied by a number that depends on the network, times `(s/2)^((L−1)/2)`, and so is the gradient on
//! its way back. So each network has one `s` at which its signal is level, and one for its gradient:
//!
//! ```text
//! s* = 2 g^(−2/(L−1)) ,   where g is the growth at s = 2 .
//! ```

use crate::shared::parallel;
use crate::shared::weights::of_variance;
use clap::Args;
use ndarray::{Array2, array};
use serde::Serialize;

use super::udl_response::{LEAST_WIDTH, units};
use crate::shared::deep_signal::draw_layers;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::evidence::{largest, smallest};
use unit_variance::network::Loss;
use unit_variance::probability::{Moments, NumpyLegacy};
use unit_variance::theory::ReluProduct;

/// Signal and gradient of the notebook's network by the variance of its weights, for several seeds.
///
/// What becomes of the signal and of the gradient between the first and the last hidden layer, by the
/// variance of the weights.
///
/// Columns: `scale`, the variance times the width; `variance`; `expected`, the root of the expected growth
/// of the mean square; for each seed `s`, `signal_s`, the rms of the last hidden layer's answer to the
/// input 1 over that of the first, and `gradient_s`, the rms of `∂L/∂Z` in the first over that in the last,
/// for the loss `y²`. Summary: the scale at which each grows to one, of the first seed (`signal_level`,
/// `gradient_level`) and the least and the most of all seeds (`signal_least`, ...); and between which
/// scales the signal of nineteen of twenty networks is level (`low`, `high`), and of half of them
/// (`median`), by the exact law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct UdlSweep {
    /// The first seed of NumPy's legacy stream: the notebook's is 0.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// How many consecutive seeds there are.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub seeds: usize,
    /// The number of hidden layers, from 2 to 500.
    #[arg(long, allow_hyphen_values = true, value_parser = layers, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them, 8 or more.
    #[arg(long, allow_hyphen_values = true, value_parser = units, default_value = "80")]
    pub width: usize,
}

/// Scales are `2 · 2^(i / 8)` for `i` from minus this number to this number: from 1 to 4.
const STEPS: i32 = 8;

/// Deeper networks leave the range of `f64` at the ends of the sweep.
const MOST_LAYERS: usize = 500;

/// One layer has no way to grow on.
fn layers(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(depth) if (2..=MOST_LAYERS).contains(&depth) => Ok(depth),
        _ => Err(format!("a whole number from 2 to {MOST_LAYERS}")),
    }
}

impl Default for UdlSweep {
    fn default() -> Self {
        without_options()
    }
}

impl UdlSweep {
    /// The growth of the signal and of the gradient under weights of variance `scale / width`.
    fn growth(&self, seed: u32, scale: f64) -> [f64; 2] {
        let weights = of_variance(scale / self.width as f64);
        let mut numpy = NumpyLegacy::new(seed);
        let (mut network, readout) = draw_layers(self.depth, self.width, weights, &mut numpy);
        network.layers.push(readout);
        let trace = network.forward(&array![[1.0]]);
        let targets = Array2::zeros((1, 1));
        let cotangent = Loss::SumOfSquares { targets }.gradient(trace.output());
        let gradients = network.backward(&trace, &cotangent).layers;
        let rms = |x: &Array2<f64>| x.iter().collect::<Moments>().rms();
        let signal = |l: usize| rms(&trace.layers[l].activation);
        let last = self.depth - 1;
        [
            signal(last) / signal(0),
            rms(&gradients[0].delta) / rms(&gradients[last].delta),
        ]
    }

    /// Where something that grows by `growth` at scale 2 stays level.
    fn level(&self, growth: f64) -> f64 {
        2.0 * libm::pow(growth, -2.0 / (self.depth as f64 - 1.0))
    }
}

impl Configuration for UdlSweep {
    const NAME: &'static str = "udl-sweep";

    fn numbers_in_memory(&self) -> f64 {
        // The weights, and their gradients, of as many networks as there are threads.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        2.0 * threads.min(self.seeds) as f64 * option::weights(self.depth, self.width)
            + 300.0 * self.seeds as f64
    }

    /// # Panics
    ///
    /// If there are no seeds, fewer than 2 or more than 500 hidden layers, or fewer than 8 units in one.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.seeds > 0 && (2..=MOST_LAYERS).contains(&self.depth) && self.width >= LEAST_WIDTH,
            "a sweep needs a seed, from 2 to {MOST_LAYERS} layers and {LEAST_WIDTH} units or more in each, but has {} seeds, {} layers and {} units",
            self.seeds,
            self.depth,
            self.width
        );
        let seeds: Vec<u32> = (0..self.seeds)
            .map(|i| self.seed.wrapping_add(i as u32))
            .collect();
        let between = i32::try_from(self.depth).expect("at most MOST_LAYERS") - 1;
        let mut at_two = Vec::new();
        let mut rows = Vec::new();
        for i in -STEPS..=STEPS {
            let scale = 2.0 * libm::exp2(f64::from(i) / f64::from(STEPS));
            let growths: Vec<[f64; 2]> = parallel::map(&seeds, |seed| self.growth(*seed, scale));
            let mut row: Vec<Cell> = vec![
                scale.into(),
                (scale / self.width as f64).into(),
                (scale / 2.0).sqrt().powi(between).into(),
            ];
            row.extend(growths.iter().flatten().map(|growth| Cell::from(*growth)));
            rows.push(row);
            if i == 0 {
                at_two = growths;
            }
            progress(Progress {
                done: rows.len() as u64,
                total: 2 * STEPS as u64 + 1,
            });
        }
        let mut columns: Vec<String> = ["scale", "variance", "expected"].map(str::to_owned).into();
        columns.extend(
            seeds
                .iter()
                .flat_map(|seed| ["signal", "gradient"].map(|pass| format!("{pass}_{seed}"))),
        );
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();

        let mut summary: Vec<(String, Cell)> = Vec::new();
        for (at, pass) in ["signal", "gradient"].into_iter().enumerate() {
            let levels = || at_two.iter().map(|growth| self.level(growth[at]));
            let least = smallest(levels());
            let most = largest(levels());
            summary.push((format!("{pass}_level"), self.level(at_two[0][at]).into()));
            summary.push((format!("{pass}_least"), least.into()));
            summary.push((format!("{pass}_most"), most.into()));
        }
        let product = ReluProduct::new(self.width as u64, between as u32);
        for (name, below) in [("low", 0.975), ("median", 0.5), ("high", 0.025)] {
            let growth = product.quantile(below).sqrt();
            summary.push((name.into(), self.level(growth).into()));
        }
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn small() -> UdlSweep {
        UdlSweep {
            seeds: 2,
            depth: 7,
            width: 16,
            ..UdlSweep::default()
        }
    }

    #[test]
    fn growth_is_a_power_of_the_variance_and_one_at_the_level() {
        let (sweep, table) = (small(), small().run(&mut |_| {}));
        let scales = table.numbers("scale");
        for pass in ["signal_1", "gradient_1"] {
            let growth = table.numbers(pass);
            for (scale, here) in scales.iter().zip(&growth) {
                let power = growth[8] * libm::pow(scale / 2.0, 3.0);
                assert_relative_eq!(*here, power, max_relative = 1e-11);
            }
        }
        let [signal, gradient] = sweep.growth(0, 2.0);
        for (at, growth) in [signal, gradient].into_iter().enumerate() {
            let level = sweep.growth(0, sweep.level(growth))[at];
            assert_relative_eq!(level, 1.0, max_relative = 1e-11);
        }
    }

    #[test]
    #[should_panic(expected = "but has 2 seeds, 1 layers and 16 units")]
    fn one_layer_has_no_way_to_grow() {
        let one = UdlSweep {
            depth: 1,
            ..small()
        };
        let _ = one.run(&mut |_| {});
    }
}
