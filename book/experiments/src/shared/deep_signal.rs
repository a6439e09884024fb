//! The signal through a deep ReLU net, as the *Understanding Deep Learning* notebook 7.3 draws it.
//!
//! One input, `depth` hidden layers of `width` ReLU units without biases, 1000 standard normal
//! inputs. The numbers come from NumPy's legacy stream in the notebook's order, so that what it
//! prints comes out again to the last digit.

use clap::{Args, ValueEnum};
use ndarray::{Array1, Array2};
use serde::Serialize;

use super::scaled_signal::ScaledSignal;
use super::weights::{he, of_variance, std_dev};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Fan, Named};
use unit_variance::network::{Dense, Network};
use unit_variance::probability::NumpyLegacy;

/// Mean, standard deviation and rms of the hidden activations, layer by layer (layer 0 is the input).
///
/// The signal is kept as a matrix times a power of two. A ReLU net without biases is positively
/// homogeneous, so this changes no digit, and the table goes on where an `f64` network has long
/// become infinite or zero: there `rms` is what rounds to `inf` or to 0, never NaN. Where all units of a
/// layer are off, the summary names the layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct DeepSignal {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
    /// The variance of the weights: a number, or a rule such as `2/n`, he or he-fan-out over each matrix's own fans.
    #[arg(long, allow_hyphen_values = true, value_parser = option::variance_or_rule, default_value_t = he(Fan::In))]
    pub weights: Named,
    /// Where the inputs come from.
    #[arg(long, value_enum, default_value_t = Data::Fresh)]
    pub data: Data,
}

/// Where the inputs of [`DeepSignal`] come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Data {
    /// Drawn right after the weights.
    Fresh,
    /// Drawn after a 5 × 8 network under the same seed, before the stream starts again for the
    /// weights: what a reader gets who runs the notebook from top to bottom.
    Notebook,
}

/// How many inputs the notebook sends through the network.
pub(crate) const POINTS: usize = 1000;

/// Depth and width of the notebook's first network, which [`Data::Notebook`] draws before its inputs.
const FIRST_NETWORK: (usize, usize) = (5, 8);

impl Default for DeepSignal {
    fn default() -> Self {
        without_options()
    }
}

impl DeepSignal {
    /// The hidden layers and the inputs, from one stream in the notebook's order: first matrix,
    /// readout, the matrices in between, then the data.
    ///
    /// # Panics
    ///
    /// If depth or width is zero, or the weights are not independent, or of no positive finite variance.
    #[track_caller]
    pub(crate) fn draw(&self) -> (Network, Array1<f64>) {
        let mut numpy = NumpyLegacy::new(self.seed);
        match self.data {
            Data::Fresh => {
                let (hidden, _) = draw_layers(self.depth, self.width, self.weights, &mut numpy);
                let inputs = draw_inputs(POINTS, &mut numpy);
                (hidden, inputs)
            }
            Data::Notebook => {
                let (depth, width) = FIRST_NETWORK;
                draw_layers(depth, width, of_variance(1.0), &mut numpy);
                let inputs = draw_inputs(POINTS, &mut numpy);
                let mut again = NumpyLegacy::new(self.seed);
                let (hidden, _) = draw_layers(self.depth, self.width, self.weights, &mut again);
                (hidden, inputs)
            }
        }
    }
}

pub(crate) fn draw_inputs(points: usize, numpy: &mut NumpyLegacy) -> Array1<f64> {
    Array1::from_shape_simple_fn(points, || numpy.standard_normal())
}

/// The hidden layers and the readout, from the stream in the notebook's order.
///
/// # Panics
///
/// If depth or width is zero, or the weights are not independent, or of no positive finite variance.
#[track_caller]
pub(crate) fn draw_layers(
    depth: usize,
    width: usize,
    weights: Named,
    numpy: &mut NumpyLegacy,
) -> (Network, Dense) {
    assert!(
        depth > 0 && width > 0,
        "depth {depth} and width {width} must be positive"
    );
    // NumPy fills (fan_out, fan_in) row by row; a layer of ours wants the transpose.
    let mut matrix = |fan_in: usize, fan_out: usize| {
        let std_dev = std_dev(weights, fan_in, fan_out);
        Array2::from_shape_simple_fn((fan_out, fan_in), || std_dev * numpy.standard_normal())
            .reversed_axes()
    };
    let first = matrix(1, width);
    let readout = Dense::new(matrix(width, 1), Activation::Identity);
    let layers = std::iter::once(first)
        .chain((1..depth).map(|_| matrix(width, width)))
        .map(|weight| Dense::new(weight, Activation::Relu))
        .collect();
    (Network { layers }, readout)
}

impl Configuration for DeepSignal {
    const NAME: &'static str = "deep-signal";

    fn constants() -> Vec<(String, Cell)> {
        vec![("points".into(), POINTS.into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If depth or width is zero, or the weights are not independent, or of no positive finite variance.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let (network, inputs) = self.draw();
        let mut signal = ScaledSignal::new(inputs.insert_axis(ndarray::Axis(1)));
        let mut rows = vec![signal.row(0)];
        let mut dead = None;
        for (l, layer) in network.layers.iter().enumerate() {
            signal = signal.through(layer);
            rows.push(signal.row(l + 1));
            if dead.is_none() && signal.is_zero() {
                dead = Some(l + 1);
            }
            progress(Progress {
                done: l as u64 + 1,
                total: self.depth as u64,
            });
        }
        let said = dead.map(|layer| ("all_units_off_from_layer".to_owned(), layer.into()));
        Table::of(self, &["layer", "mean", "std", "rms"], rows)
            .with_summary(said.into_iter().collect())
    }
}

/// What the two notebooks print in the run with this name.
#[cfg(test)]
pub(crate) fn printed(run: &str) -> Vec<f64> {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/data/udl_printed.json"))
            .expect("the printed numbers are JSON");
    let printed = all[run]["printed"].as_array().expect("a list");
    printed
        .iter()
        .map(|x| x.as_f64().expect("a number"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn std_devs(config: DeepSignal) -> Vec<f64> {
        config.run(&mut |_| {}).numbers("std")
    }

    #[test]
    fn the_notebooks_five_numbers_come_out_again() {
        let small = DeepSignal {
            depth: 5,
            width: 8,
            weights: of_variance(1.0),
            ..DeepSignal::default()
        };
        let expected = printed("forward_5x8_sigma1");
        assert_eq!(expected.len(), 5);
        for (ours, theirs) in std_devs(small).iter().zip(expected) {
            assert_relative_eq!(*ours, theirs, epsilon = 5.000_001e-4);
        }
        let table = small.run(&mut |_| {});
        assert_eq!(table.numbers("layer"), [0, 1, 2, 3, 4, 5].map(f64::from));
        let [mean, std, rms] = ["mean", "std", "rms"].map(|column| table.numbers(column));
        for layer in 0..=5 {
            let square = mean[layer].powi(2) + std[layer].powi(2);
            assert_relative_eq!(rms[layer].powi(2), square, max_relative = 1e-12);
        }
    }

    #[test]
    fn the_solved_notebooks_layers_come_out_again() {
        let deep = DeepSignal {
            data: Data::Notebook,
            ..DeepSignal::default()
        };
        let expected = printed("he_forward_50x80");
        assert_eq!(expected.len(), 26);
        for (ours, theirs) in std_devs(deep).iter().zip(expected) {
            assert_relative_eq!(*ours, theirs, epsilon = 5.000_001e-4);
        }
    }

    #[test]
    fn beyond_the_range_of_f64_the_rms_is_infinite_and_never_nan() {
        let explosion = DeepSignal {
            depth: 12,
            width: 16,
            weights: of_variance(1e60),
            ..DeepSignal::default()
        };
        let table = explosion.run(&mut |_| {});
        let rms = table.numbers("rms");
        assert!(rms[1] > 1e28 && rms[8] > 1e200 && rms[8].is_finite());
        assert!(rms[12].is_infinite());
        let collapse = DeepSignal {
            depth: 20,
            width: 16,
            weights: of_variance(1e-60),
            ..DeepSignal::default()
        };
        let rms = collapse.run(&mut |_| {}).numbers("rms");
        assert!(rms[9] > 0.0 && rms[20] == 0.0);
    }

    #[test]
    fn a_dead_layer_far_beyond_the_range_of_f64_is_zero() {
        let lonely = DeepSignal {
            depth: 60,
            width: 1,
            weights: of_variance(1e300),
            ..DeepSignal::default()
        };
        let rms = lonely.run(&mut |_| {}).numbers("rms");
        assert!(rms.iter().all(|rms| !rms.is_nan()), "{rms:?}");
        assert_relative_eq!(rms[60], 0.0);
    }

    #[test]
    fn a_network_that_dies_says_where() {
        let narrow = DeepSignal {
            seed: 3,
            depth: 20,
            width: 2,
            ..DeepSignal::default()
        };
        let table = narrow.run(&mut |_| {});
        let dead = table.total("all_units_off_from_layer") as usize;
        let rms = table.numbers("rms");
        assert!(rms[dead - 1] > 0.0 && rms[dead..].iter().all(|rms| *rms == 0.0));
        let alive = DeepSignal {
            width: 80,
            ..narrow
        }
        .run(&mut |_| {});
        assert!(alive.summary.is_empty());
        // A signal that is only too small for an f64 is not dead.
        let tiny = DeepSignal {
            width: 80,
            weights: of_variance(1e-60),
            ..narrow
        };
        assert!(tiny.run(&mut |_| {}).summary.is_empty());
    }

    #[test]
    #[should_panic(expected = "depth 0 and width 8 must be positive")]
    fn a_network_without_layers_is_refused() {
        let _ = DeepSignal {
            depth: 0,
            width: 8,
            ..DeepSignal::default()
        }
        .run(&mut |_| {});
    }

    #[test]
    #[should_panic(expected = "`variance:NaN` has no standard deviation: Some(NaN)")]
    fn a_nan_variance_is_refused() {
        let _ = DeepSignal {
            weights: of_variance(f64::NAN),
            ..DeepSignal::default()
        }
        .run(&mut |_| {});
    }
}
