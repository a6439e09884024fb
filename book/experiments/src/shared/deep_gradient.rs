//! The gradient through a deep ReLU net, as the *Understanding Deep Learning* notebook 7.3 draws it.
//!
//! The backward half of [`DeepSignal`](crate::shared::DeepSignal): the same network, 100 inputs drawn after
//! the weights, a linear readout, and `Σ (y − 0)²` as loss, for every input by itself.

use super::weights::he;
use unit_variance::initializer::{Fan, Named};

use clap::Args;
use ndarray::{Array2, Axis};
use serde::Serialize;

use super::deep_signal::{draw_inputs, draw_layers};
use super::scaled_signal::ScaledSignal;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::network::Loss;
use unit_variance::probability::NumpyLegacy;

/// Mean, standard deviation and rms of `∂L/∂f` over units and inputs, layer by layer.
///
/// Layers are numbered as in the notebook: `f_l` is the pre-activation that feeds `h_{l+1}`, so
/// `f_0` is the first, and the table shows layers 1 to `depth − 1`. (What the notebook labels
/// `dl_dh` is `dl_df`.) Its indicator is 1 at `f = 0` where ours is 0; a continuous draw hits that
/// point only after a layer whose units are all off.
///
/// Forward and backward, the signal is kept as a matrix times a power of two, so the table goes on
/// where the numbers have left the range of `f64`: what is too large prints as `inf`, never NaN.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct DeepGradient {
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
    #[arg(long, allow_hyphen_values = true, value_parser = option::variance_or_rule, default_value_t = he(Fan::Out))]
    pub weights: Named,
}

/// How many inputs the notebook sends through the network, one after the other.
const POINTS: usize = 100;

impl Default for DeepGradient {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for DeepGradient {
    const NAME: &'static str = "deep-gradient";

    fn constants() -> Vec<(String, Cell)> {
        vec![("points".into(), POINTS.into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If depth or width is zero, or a variance is not a positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut numpy = NumpyLegacy::new(self.seed);
        let (hidden, readout) = draw_layers(self.depth, self.width, self.weights, &mut numpy);
        let inputs = draw_inputs(POINTS, &mut numpy).insert_axis(Axis(1));
        let mut steps = 0;
        let mut step = || {
            steps += 1;
            let total = 2 * self.depth as u64;
            progress(Progress { done: steps, total });
        };

        let mut entering = vec![ScaledSignal::new(inputs)];
        let mut preactivations = Vec::with_capacity(self.depth);
        for (l, layer) in hidden.layers.iter().enumerate() {
            let signal = layer.forward(&entering[l].matrix);
            preactivations.push(signal.preactivation);
            entering.push(entering[l].times(signal.activation));
            step();
        }

        let last = &entering[self.depth];
        let f = readout.forward(&last.matrix);
        let loss = Loss::SumOfSquares {
            targets: Array2::zeros((POINTS, 1)),
        };
        let df = last.times(loss.gradient(&f.activation));
        let (_, dh) = readout.backward(&last.matrix, &f.preactivation, df.matrix.clone());
        let mut dh = df.times(dh);

        let mut rows = Vec::with_capacity(self.depth);
        for (l, layer) in hidden.layers.iter().enumerate().rev() {
            let ScaledSignal { matrix, exponent } = dh;
            let (gradient, below) = layer.backward(&entering[l].matrix, &preactivations[l], matrix);
            let delta = ScaledSignal {
                matrix: gradient.delta,
                exponent,
            };
            dh = delta.times(below);
            if l > 0 {
                rows.push(delta.row(l));
            }
            step();
        }
        rows.reverse();
        Table::of(self, &["layer", "mean", "std", "rms"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::deep_signal::printed;
    use crate::shared::weights::of_variance;
    use approx::assert_relative_eq;
    use unit_variance::network::Network;

    fn run(config: DeepGradient) -> Table {
        config.run(&mut |_| {})
    }

    #[test]
    fn the_notebooks_four_numbers_come_out_again() {
        let small = DeepGradient {
            depth: 5,
            width: 8,
            weights: of_variance(1.0),
            ..DeepGradient::default()
        };
        let expected = printed("backward_5x8_sigma1");
        let table = run(small);
        assert_eq!(table.numbers("layer"), [1.0, 2.0, 3.0, 4.0]);
        for (ours, theirs) in table.numbers("std").iter().zip(expected) {
            assert_relative_eq!(*ours, theirs, epsilon = 5.000_001e-4);
        }
    }

    #[test]
    fn the_solved_notebooks_layers_come_out_again() {
        let expected = printed("fanout_backward_50x80");
        assert_eq!(expected.len(), 32);
        let std_devs = run(DeepGradient::default()).numbers("std");
        assert_eq!(std_devs.len(), 49);
        for (ours, theirs) in std_devs.iter().zip(expected) {
            assert_relative_eq!(*ours, theirs, epsilon = 5.000_001e-4);
        }
    }

    #[test]
    fn the_table_is_that_of_one_plain_backward_pass() {
        let config = DeepGradient {
            depth: 6,
            width: 10,
            ..DeepGradient::default()
        };
        let mut numpy = NumpyLegacy::new(0);
        let (mut network, readout) = draw_layers(6, 10, config.weights, &mut numpy);
        network.layers.push(readout);
        let x = draw_inputs(POINTS, &mut numpy).insert_axis(Axis(1));
        let targets = Array2::zeros((POINTS, 1));
        let gradients = Network::gradients(&network, &x, &Loss::SumOfSquares { targets });
        for (l, rms) in run(config).numbers("rms").into_iter().enumerate() {
            let delta = &gradients.layers[l + 1].delta;
            let plain: unit_variance::probability::Moments = delta.iter().collect();
            assert_relative_eq!(rms, plain.rms(), max_relative = 1e-14);
        }
    }

    #[test]
    fn beyond_the_range_of_f64_a_gradient_is_infinite_or_zero_and_never_nan() {
        for (variance, end) in [(1e60, f64::INFINITY), (1e-60, 0.0)] {
            let table = run(DeepGradient {
                depth: 20,
                width: 16,
                weights: of_variance(variance),
                ..DeepGradient::default()
            });
            for column in ["mean", "std", "rms"] {
                assert!(
                    table.numbers(column).iter().all(|x| !x.is_nan()),
                    "{column}"
                );
            }
            assert_relative_eq!(table.numbers("rms")[0], end);
        }
    }

    #[test]
    fn a_network_of_one_hidden_layer_has_no_layer_between() {
        let table = run(DeepGradient {
            depth: 1,
            ..DeepGradient::default()
        });
        assert!(table.rows.is_empty());
    }

    #[test]
    #[should_panic(expected = "depth 5 and width 0 must be positive")]
    fn a_network_without_units_is_refused() {
        let _ = run(DeepGradient {
            depth: 5,
            width: 0,
            ..DeepGradient::default()
        });
    }
}
