//! Three answers to the notebook's question, one network: the sizes that it has under each rule.
//!
//! Between matrices of `width × width`, fan-in and fan-out are one number. The rules differ in the
//! first matrix, which has one input, and in the readout, which has one output.

use crate::shared::weights::{he, of_variance};
use clap::Args;
use ndarray::{Array2, Axis};
use serde::Serialize;
use unit_variance::initializer::{Fan, Fans, Named};

use crate::shared::deep_signal::{draw_inputs, draw_layers};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::network::{Loss, Network};
use unit_variance::probability::{Moments, NumpyLegacy};

/// The notebook's network under one variance for all, under 2 / `fan_in`, and under 2 / `fan_out`.
///
/// The rms of the last hidden layer, of the output, of the first gradient and of the weight gradient
/// in the middle, under three rules for the variance of a matrix.
///
/// Columns: `rule`, `first` and `readout` (the variances of the two end matrices), `signal` (`H` of the
/// last hidden layer), `output`, `gradient` (`∂L/∂Z` of layer 1, counted from 0 as the notebook does) and
/// `weight_gradient` (`∂L/∂W` of the layer in the middle), for the loss `Σ y²` over 100 inputs. All three
/// networks are made of the same standard normal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct UdlRules {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
}

/// How many inputs the loss is summed over: as many as the notebook's backward pass sees.
const POINTS: usize = 100;

impl Default for UdlRules {
    fn default() -> Self {
        without_options()
    }
}

impl UdlRules {
    /// The rules by name: one variance for all matrices, and two over a fan of each.
    pub fn rules(&self) -> [(&'static str, Named); 3] {
        [
            ("2/D", of_variance(2.0 / self.width as f64)),
            ("2/fan_in", he(Fan::In)),
            ("2/fan_out", he(Fan::Out)),
        ]
    }

    /// `signal`, `output`, `gradient` and `weight_gradient` under these weights.
    ///
    /// # Panics
    ///
    /// If there are fewer than two hidden layers, or no units.
    #[track_caller]
    pub fn sizes(&self, weights: Named) -> [f64; 4] {
        let mut numpy = NumpyLegacy::new(self.seed);
        let (mut network, readout) = draw_layers(self.depth, self.width, weights, &mut numpy);
        network.layers.push(readout);
        let x = draw_inputs(POINTS, &mut numpy).insert_axis(Axis(1));
        sizes(&network, &x)
    }
}

/// `signal`, `output`, `gradient` and `weight_gradient` of a network of hidden layers and a readout, for these inputs.
///
/// # Panics
///
/// If there are fewer than two hidden layers.
#[track_caller]
pub(super) fn sizes(network: &Network, x: &Array2<f64>) -> [f64; 4] {
    let depth = network.layers.len() - 1;
    assert!(
        depth >= 2,
        "a network of {depth} hidden layers has no layer 1"
    );
    let trace = network.forward(x);
    let targets = Array2::zeros((x.nrows(), 1));
    let cotangent = Loss::SumOfSquares { targets }.gradient(trace.output());
    let gradients = network.backward(&trace, &cotangent);
    [
        &trace.layers[depth - 1].activation,
        trace.output(),
        &gradients.layers[1].delta,
        &gradients.layers[depth / 2].weight,
    ]
    .map(|matrix| matrix.iter().collect::<Moments>().rms())
}

impl Configuration for UdlRules {
    const NAME: &'static str = "udl-rules";

    fn constants() -> Vec<(String, Cell)> {
        vec![("points".into(), POINTS.into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        2.0 * option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If there are fewer than two hidden layers, or no units.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rules = self.rules();
        let rows = rules
            .iter()
            .zip(1..)
            .map(|((name, weights), done)| {
                let ends = [(1, self.width), (self.width, 1)].map(|(fan_in, fan_out)| {
                    let variance = weights.variance(Fans::new(fan_in, fan_out));
                    variance.expect("the weights of a rule are independent")
                });
                let sizes = self.sizes(*weights);
                progress(Progress {
                    done,
                    total: rules.len() as u64,
                });
                std::iter::once((*name).into())
                    .chain(ends.into_iter().chain(sizes).map(Into::into))
                    .collect()
            })
            .collect();
        Table::of(
            self,
            &[
                "rule",
                "first",
                "readout",
                "signal",
                "output",
                "gradient",
                "weight_gradient",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{DeepGradient, DeepSignal};
    use approx::assert_relative_eq;

    #[test]
    fn the_sizes_are_those_of_the_two_runs() {
        let rules = UdlRules {
            depth: 6,
            width: 10,
            ..UdlRules::default()
        };
        let [_, _, gradient, _] = rules.sizes(he(Fan::Out));
        let run = DeepGradient {
            depth: 6,
            width: 10,
            ..DeepGradient::default()
        };
        let expected = run.run(&mut |_| {}).numbers("rms")[0];
        assert_relative_eq!(gradient, expected, max_relative = 1e-12);

        // The signals of the two runs see other inputs, but two networks of one run have one ratio.
        let ratio = rules.sizes(he(Fan::In))[0] / rules.sizes(he(Fan::Out))[0];
        let last = |weights| {
            let run = DeepSignal {
                depth: 6,
                width: 10,
                weights,
                ..DeepSignal::default()
            };
            run.run(&mut |_| {}).numbers("rms")[6]
        };
        let expected = last(he(Fan::In)) / last(he(Fan::Out));
        assert_relative_eq!(ratio, expected, max_relative = 1e-12);
    }

    #[test]
    fn every_rule_has_a_row() {
        let table = UdlRules {
            depth: 2,
            width: 4,
            ..UdlRules::default()
        }
        .run(&mut |_| {});
        assert_eq!(table.numbers("first"), [0.5, 2.0, 0.5]);
        assert_eq!(table.numbers("readout"), [0.5, 0.5, 2.0]);
    }

    #[test]
    #[should_panic(expected = "a network of 1 hidden layers has no layer 1")]
    fn a_shallow_network_is_refused() {
        let _ = UdlRules {
            depth: 1,
            ..UdlRules::default()
        }
        .run(&mut |_| {});
    }
}
