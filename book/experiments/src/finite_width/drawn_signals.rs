//! Networks that are drawn with all their weights, beside the exact law of their signal.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;
use unit_variance::network::Dense;
use unit_variance::probability::{Moments, Streams};
use unit_variance::theory::LayerKind;
use unit_variance::{Activation, Fan, Initializer, Law, VarianceScaling};

use super::bands::Bands;
use super::layer_list::LayerList;
use super::product_law::QUANTILES;
use crate::shared::parallel;
use crate::shared::scaled_signal::ScaledSignal;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The mean square of the signal in drawn ReLU networks, layer by layer, and the band that holds 95 percent of them by the exact law.
///
/// Normal weights of variance `scale / width`, no biases, as many inputs as units, all of them one. The law of a network in which no
/// layer is dead is the same for every input but zero.
///
/// Columns: `layer`, 0 for the input; of the mean square over that of the input, `infinite`, what it is at infinite width,
/// `(scale / 2)^layer`; `low`, `median` and `high`, its quantiles of probability 0.025, 0.5 and 0.975, given that no layer is dead; and
/// `network_1`, `network_2` and so on, the networks that were drawn: zero behind a dead layer, or below the range of `f64`. Of a deep network at most fifty layers
/// are printed besides the input. Summary: behind the last layer, how many networks are `alive`, and of these `inside` the band and `below` infinite width.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct DrawnSignals {
    /// The seed.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub networks: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "50")]
    pub depth: u32,
    /// The number of units in each of them, and of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The variance of the weights, times the number of units: 2 is He's.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "2.0")]
    pub scale: f64,
}

impl Default for DrawnSignals {
    fn default() -> Self {
        without_options()
    }
}

/// At how many layers, at most, the signal is printed.
const PLACES: usize = 50;

impl DrawnSignals {
    /// The mean square behind every layer of a network, the input first.
    fn signal(&self, network: usize) -> Vec<f64> {
        let weights = VarianceScaling::new(self.scale, Fan::In, Law::Normal);
        let mut rng = Streams::new(self.seed).block(network as u64);
        let mut signal = ScaledSignal::new(Array2::ones((1, self.width)));
        let mut squares = vec![1.0];
        for _ in 0..self.depth {
            // What is dead stays dead.
            if !signal.is_zero() {
                let weight = weights.sample((self.width, self.width), &mut rng);
                signal = signal.through(&Dense::new(weight, Activation::Relu));
            }
            squares.push(mean_square(&signal));
        }
        squares
    }

    /// The mean square behind `layer` layers of infinite width.
    fn infinite(&self, layer: u64) -> f64 {
        libm::pow(self.scale / 2.0, layer as f64)
    }
}

/// It is `inf` above the range of `f64`, and 0 below it.
fn mean_square(signal: &ScaledSignal) -> f64 {
    let moments: Moments = signal.matrix.iter().collect();
    libm::scalbn(moments.second_moment(), 2 * signal.exponent)
}

impl Configuration for DrawnSignals {
    const NAME: &'static str = "drawn-signals";

    fn numbers_in_memory(&self) -> f64 {
        // As many networks as there are threads have a matrix in memory at a time.
        let threads = parallel::threads().min(self.networks);
        threads as f64 * option::weights(1, self.width)
            + self.networks as f64 * f64::from(self.depth)
    }

    /// # Panics
    ///
    /// If there are no layers, no units in one, or the scale is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = 2;
        let networks = parallel::map(0..self.networks, |network| self.signal(network));
        progress(Progress { done: 1, total });
        let he = Bands {
            layers: LayerList::equal(LayerKind::Relu, self.width as u64, self.depth),
            places: PLACES,
        };
        let band = he.quantiles(QUANTILES);
        progress(Progress { done: 2, total });

        let row = |(layer, quantiles): &(u64, [f64; 3])| -> Vec<Cell> {
            let infinite = self.infinite(*layer);
            std::iter::once(Cell::from(*layer))
                .chain([infinite.into()])
                .chain(quantiles.map(|factor| (infinite * factor).into()))
                .chain(networks.iter().map(|signal| signal[*layer as usize].into()))
                .collect()
        };
        let names = (1..=self.networks).map(|network| format!("network_{network}"));
        let columns: Vec<String> = ["layer", "infinite", "low", "median", "high"]
            .map(str::to_owned)
            .into_iter()
            .chain(names)
            .collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();

        let (_, [low, _, high]) = band[band.len() - 1];
        let infinite = self.infinite(self.depth.into());
        let alive = || {
            let ends = networks.iter().map(|signal| signal[signal.len() - 1]);
            ends.filter(|end| *end > 0.0)
        };
        let inside = alive().filter(|end| (infinite * low..=infinite * high).contains(end));
        let below = alive().filter(|end| *end < infinite);
        let summary = [
            ("alive", alive().count()),
            ("inside", inside.count()),
            ("below", below.count()),
        ];
        Table::of(self, &columns, band.iter().map(row).collect()).with_summary(
            summary
                .map(|(name, count)| (name.into(), count.into()))
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite_width::LAB;
    use crate::lab::drawn;
    use approx::assert_relative_eq;
    use unit_variance::evidence::{BinomialShare, NullLaw};

    fn run(values: DrawnSignals) -> Table {
        values.run(&mut |_| {})
    }

    /// The numbers of the networks, layer by layer.
    fn signals(table: &Table) -> Vec<Vec<f64>> {
        let numbers = |row: &Vec<Cell>| {
            let cells = row[5..].iter();
            cells
                .map(|cell| cell.number().expect("a mean square"))
                .collect()
        };
        table.rows.iter().map(numbers).collect()
    }

    #[test]
    fn hes_variance_keeps_the_signal_at_infinite_width() {
        let table = run(DrawnSignals {
            depth: 100,
            width: 8,
            ..DrawnSignals::default()
        });
        assert!(
            table
                .numbers("infinite")
                .iter()
                .all(|square| *square == 1.0)
        );
        assert_eq!(table.rows.len(), 51);
        assert_eq!(table.numbers("layer")[50], 100.0);
    }

    #[test]
    fn the_band_is_that_of_the_exact_law() {
        let table = run(DrawnSignals {
            networks: 1,
            depth: 60,
            width: 16,
            ..DrawnSignals::default()
        });
        let bands = Bands {
            layers: "relu:16x60".parse().unwrap(),
            places: PLACES,
        };
        let bands = bands.run(&mut |_| {});
        for column in ["layer", "low", "median", "high"] {
            assert_eq!(table.numbers(column), bands.numbers(column), "{column}");
        }
    }

    #[test]
    fn another_variance_tilts_the_same_networks_and_their_band() {
        let he = DrawnSignals {
            depth: 40,
            width: 20,
            ..DrawnSignals::default()
        };
        let kept = run(he);
        for scale in [1.0, 2.2, 4.0] {
            let tilted = run(DrawnSignals { scale, ..he });
            for (layer, (tilted, kept)) in (0..).zip(tilted.rows.iter().zip(&kept.rows)) {
                for (tilted, kept) in tilted.iter().zip(kept).skip(1) {
                    let [tilted, kept] =
                        [tilted, kept].map(|cell| cell.number().expect("a mean square"));
                    let expected = kept * (scale / 2.0).powi(layer);
                    assert_relative_eq!(tilted, expected, max_relative = 1e-11);
                }
            }
        }
    }

    /// Each network is above an end of the band with the probability that the end is for: the counts are binomial.
    #[test]
    fn networks_lie_in_the_band_as_often_as_it_says() {
        let table = run(DrawnSignals {
            networks: 20_000,
            depth: 3,
            width: 8,
            ..DrawnSignals::default()
        });
        let signals = signals(&table);
        let alive: Vec<f64> = signals[3]
            .iter()
            .copied()
            .filter(|end| *end > 0.0)
            .collect();
        for (column, probability) in ["low", "median", "high"].into_iter().zip(QUANTILES) {
            let end = table.numbers(column)[3];
            let below = alive.iter().filter(|square| **square <= end).count();
            let share = below as f64 / alive.len() as f64;
            let (least, most) = BinomialShare::new(alive.len() as u64, probability).interval(1e-10);
            assert!(
                (least..=most).contains(&share),
                "{share} of the networks are below {column}, which is not in {least}..{most}"
            );
        }
    }

    #[test]
    fn behind_a_dead_layer_all_is_zero() {
        let table = run(DrawnSignals {
            networks: 40,
            depth: 50,
            width: 2,
            ..DrawnSignals::default()
        });
        // A network of fifty layers of two units lives with probability 0.75^50, one in two million: of forty some are dead.
        assert!(table.total("alive") < 40.0);
        let signals = signals(&table);
        for pair in signals.windows(2) {
            for (before, behind) in pair[0].iter().zip(&pair[1]) {
                assert!(before.is_finite() && (*before > 0.0 || *behind == 0.0));
            }
        }
    }

    #[test]
    fn every_corner_of_the_controls_can_be_drawn() {
        let ends = |values: &'static [f64]| [values[0], values[values.len() - 1]];
        let [scales, widths, depths, seeds] =
            [0, 1, 2, 3].map(|place: usize| ends(LAB.controls[place].values));
        for scale in scales {
            for width in widths {
                for depth in depths {
                    for seed in seeds {
                        drawn(&LAB, &[scale, width, depth, seed]);
                    }
                }
            }
        }
        // Narrow and deep, in which layers are dead, under every seed.
        for seed in LAB.controls[3].values {
            drawn(&LAB, &[2.0, widths[0], depths[1], *seed]);
        }
    }
}
