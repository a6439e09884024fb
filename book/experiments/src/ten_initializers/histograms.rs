//! How the signals and gradients of the ten initializers are distributed.

use std::collections::BTreeMap;

use clap::Args;
use ndarray::Array2;
use serde::Serialize;

use super::TenInitializers;
use crate::{Configuration, Progress, Table, option, without_options};

/// Histograms of every layer's signal and gradient in one epoch, by initializer.
///
/// Columns: `initializer`, `layer`, `pass` (`forward` or `backward`), `low`, `high`, `count`: how many
/// values have a magnitude from `low` to `high`, the upper edge not included, with `bins` bins of
/// equal ratio to a decade. Bins without a value are left out; zeros are in a bin from 0 to 0.
///
/// On a logarithmic scale all ten share one axis, and what a layer does is a shift. (With an axis for each,
/// from its smallest value to its largest, as the notebook has it, they look alike.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TenHistograms {
    /// The run whose signals are counted.
    #[command(flatten)]
    #[serde(flatten)]
    pub run: TenInitializers,
    /// The epoch that is shown, from 0.
    #[arg(long, allow_hyphen_values = true, value_parser = option::index, default_value = "0")]
    pub epoch: usize,
    /// The number of bins to a decade.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "10")]
    pub bins: usize,
}

impl Default for TenHistograms {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for TenHistograms {
    const NAME: &'static str = "ten-histograms";

    fn refusal(&self) -> Option<String> {
        let (epoch, epochs) = (self.epoch, self.run.epochs);
        (epoch >= epochs).then(|| {
            format!(
                "--epoch is `{epoch}`, but --epochs {epochs} takes a whole number from 0 to {}",
                epochs - 1
            )
        })
    }

    fn numbers_in_memory(&self) -> f64 {
        // Six signals and six gradients of ten nets, over at most some forty decades.
        let bins = 6.0 * 120.0 * 40.0 * self.bins as f64;
        bins.max(self.run.numbers_in_memory())
    }

    /// # Panics
    ///
    /// As [`TenInitializers`]; if there is no such epoch, or there are no bins.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.epoch < self.run.epochs && self.bins > 0,
            "there is no epoch {} of {}, counted from 0, in {} bins to a decade",
            self.epoch,
            self.run.epochs,
            self.bins
        );
        let mut rows = Vec::new();
        self.run.watch(progress, |name, epoch, seen| {
            if epoch != self.epoch {
                return;
            }
            for (pass, signals) in [("forward", &seen.forward), ("backward", &seen.backward)] {
                for (layer, signal) in signals.iter().enumerate() {
                    for (low, high, count) in histogram(signal, self.bins) {
                        rows.push(vec![
                            name.into(),
                            layer.into(),
                            pass.into(),
                            low.into(),
                            high.into(),
                            count.into(),
                        ]);
                    }
                }
            }
        });
        let columns = ["initializer", "layer", "pass", "low", "high", "count"];
        Table::of(self, &columns, rows)
    }
}

/// Lower edge, upper edge and count of every bin that holds a value, from the smallest.
fn histogram(values: &Array2<f64>, bins: usize) -> Vec<(f64, f64, u64)> {
    let (mut zeros, mut counts) = (0, BTreeMap::new());
    for value in values {
        if *value == 0.0 {
            zeros += 1;
        } else {
            let bin = (libm::log10(value.abs()) * bins as f64).floor() as i64;
            *counts.entry(bin).or_insert(0) += 1;
        }
    }
    // The reciprocal of a whole power of ten is the float of that name, such as 1e-5.
    let edge = |bin: i64| {
        let power = libm::pow(10.0, bin.unsigned_abs() as f64 / bins as f64);
        if bin < 0 { power.recip() } else { power }
    };
    let zeros = (zeros > 0).then_some((0.0, 0.0, zeros));
    let others = counts.into_iter();
    let others = others.map(|(bin, count)| (edge(bin), edge(bin + 1), count));
    zeros.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cell;

    #[test]
    fn a_histogram_counts_every_value_once() {
        let config = TenHistograms {
            run: TenInitializers {
                epochs: 2,
                width: 7,
                points: 30,
                ..TenInitializers::default()
            },
            epoch: 1,
            bins: 4,
        };
        let table = config.run(&mut |_| {});
        assert_eq!(
            table.numbers("count").iter().sum::<f64>(),
            10.0 * 12.0 * 210.0
        );
        let zero = table.rows.iter().filter(|row| row[0] == Cell::from("zero"));
        assert!(
            zero.filter(|row| row[2] == Cell::from("forward"))
                .all(|row| row[5] == Cell::Count(210))
        );
    }

    #[test]
    fn a_bin_holds_the_magnitudes_between_its_edges() {
        let values = ndarray::array![[0.0, -1.0, 2.0, 5.0, -9.9, 1000.0, 0.0]];
        let bins = histogram(&values, 2);
        let counts: Vec<u64> = bins.iter().map(|bin| bin.2).collect();
        assert_eq!(counts, [2, 2, 2, 1]);
        assert_eq!(
            (bins[0].1, bins[1].0, bins[2].1, bins[3].0),
            (0.0, 1.0, 10.0, 1000.0)
        );
    }
}
