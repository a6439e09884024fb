//! At which layer the signal leaves the range of `f32`, and of `f64`.
//!
//! The straight line of a typical network is
//!
//! ```text
//! log₂ rms_ℓ ≈ −½ log₂ n + ℓ · log₂(√(nσ²/2) e^(E ln r / 2)) ,
//! ```
//!
//! with `n` the width. The first term is that of the first matrix, which has one input in place of `n`; the
//! drift `E ln r` is below zero. One network scatters about the line: `ln rms_ℓ` has variance `ℓ Var(ln r) / 4`.
//! (For inputs of rms one, given that no layer is dead.)

use crate::shared::weights::of_variance;
use std::f64::consts::LN_2;

use clap::Args;
use serde::Serialize;

use crate::shared::scaled_signal::ScaledSignal;
use crate::shared::{Data, DeepSignal};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::relu_log_ratio;

/// The layer at which the signal leaves the range of f32, and of f64.
///
/// For each weight variance `c / width` or 1: the first layer whose rms is above the largest, or
/// below the smallest normal number of `f32` and of `f64`, measured and predicted.
///
/// The prediction is where the straight line of a typical network meets that end. One network scatters about
/// the line, and by how many layers stands beside the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct FloatRange {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The deepest network that is tried.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "2400")]
    pub depth: usize,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
}

impl Default for FloatRange {
    fn default() -> Self {
        without_options()
    }
}

/// The rms is taken over this many of the inputs; by homogeneity two directions are all there are.
const POINTS: usize = 16;

/// `log2` of the end of a format above, and of its smallest normal number.
const F32: [f64; 2] = [128.0, -126.0];
const F64: [f64; 2] = [1024.0, -1022.0];

/// `log2` of the rms of a typical network by layer, a straight line, and how a single network scatters.
struct Line {
    at_zero: f64,
    slope: f64,
    /// The standard deviation that one layer adds, in quadrature.
    scatter: f64,
}

impl Line {
    /// The layer at which the line meets one of the ends, and the standard deviation of that layer.
    fn meets(&self, [largest, smallest]: [f64; 2]) -> (f64, f64) {
        let end = if self.slope > 0.0 { largest } else { smallest };
        let layer = (end - self.at_zero) / self.slope;
        (layer, layer.sqrt() * self.scatter / self.slope.abs())
    }
}

impl FloatRange {
    /// What is to be expected of weights of this variance.
    fn line(&self, variance: f64) -> Line {
        let n = self.width as f64;
        let r = relu_log_ratio(self.width as u64);
        Line {
            at_zero: -libm::log2(n) / 2.0,
            slope: libm::log2(n * variance / 2.0) / 2.0 + r.mean / 2.0 / LN_2,
            scatter: r.variance.sqrt() / 2.0 / LN_2,
        }
    }

    /// The name of a variance, and its value.
    fn variances(&self) -> [(&'static str, f64); 5] {
        let n = self.width as f64;
        [
            ("1", 1.0),
            ("4/n", 4.0 / n),
            ("2/n", 2.0 / n),
            ("1/n", 1.0 / n),
            ("1/(2n)", 0.5 / n),
        ]
    }

    /// `log2` of the rms by layer, of one network whose weights have variance 1: for another
    /// variance every layer adds half of its binary logarithm, since the net is homogeneous.
    fn log2_rms(&self, progress: &mut dyn FnMut(Progress)) -> Vec<f64> {
        let config = DeepSignal {
            seed: self.seed,
            depth: self.depth,
            width: self.width,
            weights: of_variance(1.0),
            data: Data::Fresh,
        };
        let (network, inputs) = config.draw();
        let inputs = inputs
            .slice_move(ndarray::s![..POINTS])
            .insert_axis(ndarray::Axis(1));
        let mut signal = ScaledSignal::new(inputs);
        let mut log2 = vec![signal.log2_rms()];
        for (l, layer) in network.layers.iter().enumerate() {
            signal = signal.through(layer);
            log2.push(signal.log2_rms());
            progress(Progress {
                done: l as u64 + 1,
                total: self.depth as u64,
            });
        }
        log2
    }
}

impl Configuration for FloatRange {
    const NAME: &'static str = "float-range";

    fn constants() -> Vec<(String, Cell)> {
        vec![("points".into(), POINTS.into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let unscaled = self.log2_rms(progress);
        let rows = self
            .variances()
            .into_iter()
            .map(|(name, variance)| {
                let line = self.line(variance);
                let measured = |[largest, smallest]: [f64; 2]| -> Cell {
                    let leaves = unscaled.iter().enumerate().position(|(l, log)| {
                        let log = log + l as f64 * libm::log2(variance) / 2.0;
                        log > largest || log < smallest
                    });
                    leaves.map_or_else(|| format!("> {}", self.depth).as_str().into(), Cell::from)
                };
                let cells = |ends| {
                    let (layer, scatter) = line.meets(ends);
                    [measured(ends), layer.into(), scatter.into()]
                };
                let factor = libm::pow(2.0, line.slope);
                [name.into(), variance.into(), factor.into()]
                    .into_iter()
                    .chain(cells(F32))
                    .chain(cells(F64))
                    .collect()
            })
            .collect();
        let columns = [
            "weight_variance",
            "value",
            "factor",
            "leaves_f32",
            "predicted_f32",
            "scatter_f32",
            "leaves_f64",
            "predicted_f64",
            "scatter_f64",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_at_which_a_real_network_overflows_is_the_one_in_the_table() {
        // Variance 1 at width 80 leaves f64 within 420 layers; run that network without any scaling.
        let range = FloatRange {
            depth: 420,
            ..FloatRange::default()
        };
        let table = range.run(&mut |_| {});
        let config = DeepSignal {
            depth: 420,
            weights: of_variance(1.0),
            ..DeepSignal::default()
        };
        let rms = config.run(&mut |_| {}).numbers("rms");
        let first = rms
            .iter()
            .position(|rms| rms.is_infinite())
            .expect("the signal overflows");
        let Some(Cell::Count(layer)) = table.column("leaves_f64").next() else {
            panic!("no layer in {:?}", table.rows[0])
        };
        // The table's rms is over fewer inputs: the same layer, or its neighbor.
        assert!(layer.abs_diff(first as u64) <= 1, "{layer} and {first}");
    }

    #[test]
    fn what_is_deeper_than_was_tried_is_predicted_all_the_same() {
        let table = FloatRange {
            depth: 10,
            ..FloatRange::default()
        }
        .run(&mut |_| {});
        assert!(
            table
                .column("leaves_f64")
                .all(|cell| *cell == "> 10".into())
        );
        // 2/n alone drifts, and so slowly that no f64 network of that depth will be drawn.
        let [f32, f64] = ["predicted_f32", "predicted_f64"].map(|name| table.numbers(name)[2]);
        assert!(
            (5_300.0..5_400.0).contains(&f32) && f64 > 40_000.0,
            "{f32} {f64}"
        );
    }
}
