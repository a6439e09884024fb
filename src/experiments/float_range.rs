//! At which layer the signal leaves the range of `f32`, and of `f64`.

use super::scaled_signal::ScaledSignal;
use super::{Cell, Data, DeepSignal, Experiment, Progress, Table, Weights};
use crate::theory::relu_log_ratio;

/// For each weight variance `c / width` or 1: the first layer whose rms is above the largest, or
/// below the smallest normal number of `f32` and of `f64`, measured and predicted.
///
/// The prediction is a straight line: a layer multiplies the rms by `√(width · Var(w) / 2)`, times
/// `e^(E ln r / 2)` for the drift of a typical net.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloatRange {
    /// The seed of NumPy's legacy stream.
    pub seed: u32,
    /// The number of units in each layer.
    pub width: usize,
    /// The deepest network that is tried.
    pub depth: usize,
}

impl Default for FloatRange {
    fn default() -> Self {
        Self {
            seed: 0,
            width: 80,
            depth: 2400,
        }
    }
}

/// The rms is taken over this many of the inputs; by homogeneity two directions are all there are.
const POINTS: usize = 16;

impl FloatRange {
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
            weights: Weights::Variance(1.0),
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

impl Experiment for FloatRange {
    fn name(&self) -> &'static str {
        "float-range"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        vec![
            ("seed".into(), u64::from(self.seed).into()),
            ("depth".into(), self.depth.into()),
            ("width".into(), self.width.into()),
            ("points".into(), POINTS.into()),
        ]
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let unscaled = self.log2_rms(progress);
        let drift = relu_log_ratio(self.width as u64).mean / 2.0 / std::f64::consts::LN_2;
        let rows = self
            .variances()
            .into_iter()
            .map(|(name, variance)| {
                let half_log = variance.log2() / 2.0;
                let slope = (self.width as f64 / 2.0 * variance).log2() / 2.0 + drift;
                let leaves = |largest: f64, smallest: f64| -> [Cell; 2] {
                    let first = unscaled.iter().enumerate().find(|(l, log)| {
                        let log = *log + *l as f64 * half_log;
                        log > largest || log < smallest
                    });
                    let edge = if slope > 0.0 { largest } else { smallest };
                    let predicted = edge / slope;
                    [
                        first.map_or_else(|| "never".into(), |(l, _)| l.into()),
                        if predicted > self.depth as f64 {
                            "never".into()
                        } else {
                            predicted.into()
                        },
                    ]
                };
                let [in_f32, predicted_f32] = leaves(128.0, -126.0);
                let [in_f64, predicted_f64] = leaves(1024.0, -1022.0);
                let factor = 2_f64.powf(slope);
                vec![
                    name.into(),
                    variance.into(),
                    factor.into(),
                    in_f32,
                    predicted_f32,
                    in_f64,
                    predicted_f64,
                ]
            })
            .collect();
        let columns = [
            "weight_variance",
            "value",
            "factor",
            "leaves_f32",
            "predicted_f32",
            "leaves_f64",
            "predicted_f64",
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
            weights: Weights::Variance(1.0),
            ..DeepSignal::default()
        };
        let rms = config.run(&mut |_| {}).numbers("rms");
        let first = rms
            .iter()
            .position(|rms| rms.is_infinite())
            .expect("the signal overflows");
        let Cell::Count(layer) = table.rows[0][5] else {
            panic!("no layer in {:?}", table.rows[0])
        };
        // The table's rms is over fewer inputs: the same layer, or its neighbor.
        assert!(layer.abs_diff(first as u64) <= 1, "{layer} and {first}");
    }
}
