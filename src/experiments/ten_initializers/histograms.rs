//! How the signals and gradients of the ten initializers are distributed.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::TenInitializers;
use crate::experiments::{Cell, Experiment, Progress, Table};

/// Histograms of every layer's signal and gradient in one epoch, by initializer.
///
/// Columns: `initializer`, `layer`, `pass` (`forward` or `backward`), `low`, `high`, `count`: from
/// the smallest value to the largest in `bins` bins of equal width, each without its upper edge but
/// the last. Where all values are equal there is one bin, from the value to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenHistograms {
    /// The run whose signals are counted.
    pub run: TenInitializers,
    /// The epoch, from 0.
    pub epoch: usize,
    /// The number of bins.
    pub bins: usize,
}

impl Default for TenHistograms {
    fn default() -> Self {
        Self {
            run: TenInitializers::default(),
            epoch: 0,
            bins: 20,
        }
    }
}

impl Experiment for TenHistograms {
    fn name(&self) -> &'static str {
        "ten-initializers-histograms"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let mut parameters = self.run.parameters();
        parameters.push(("epoch".into(), self.epoch.into()));
        parameters.push(("bins".into(), self.bins.into()));
        parameters
    }

    /// # Panics
    ///
    /// As [`TenInitializers`]; if there is no such epoch, or there are no bins.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.epoch < self.run.epochs && self.bins > 0,
            "there is no epoch {} of {}, counted from 0, in {} bins",
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

/// Lower edge, upper edge and count of every bin.
fn histogram(values: &Array2<f64>, bins: usize) -> Vec<(f64, f64, u64)> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return vec![(low, high, values.len() as u64)];
    }
    let width = (high - low) / bins as f64;
    let mut counts = vec![0; bins];
    for value in values {
        counts[(((value - low) / width) as usize).min(bins - 1)] += 1;
    }
    let edge = |bin: usize| {
        if bin == bins {
            high
        } else {
            low + width * bin as f64
        }
    };
    let bins = counts.into_iter().enumerate();
    bins.map(|(bin, count)| (edge(bin), edge(bin + 1), count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_last_bin_holds_the_largest_value() {
        let values = ndarray::array![[0.0, 1.0, 2.0, 3.9, 4.0]];
        let counts: Vec<u64> = histogram(&values, 4).iter().map(|bin| bin.2).collect();
        assert_eq!(counts, [1, 1, 1, 2]);
    }
}
