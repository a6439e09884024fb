//! Sigmoid against ReLU on the spiral: Stanford's CS224d notebook on the vanishing gradient.
//!
//! Two nets of the same shape, 2 inputs, two hidden layers of `width` units and 3 logits, learn
//! the notebook's spiral by gradient descent on all of its points: mean cross-entropy plus
//! `10⁻³ / 2` times the sum of the squared weights, learning rate 0.1. The numbers come from NumPy's
//! legacy stream in the notebook's order: the points, the sigmoid net, the ReLU net.
//!
//! The notebook compares the layers by `Σ|∂L/∂W| / (rows + columns)`, which makes a matrix look as
//! large as its gradient is long. What a step does to a typical weight is the mean,
//! `Σ|∂L/∂W| / (rows · columns)`, and it orders the layers the other way around.

use clap::{ArgAction, Args, ValueEnum};
use ndarray::Array2;
use serde::Serialize;

use super::learned::{Learned, slot};
use super::training::Training;
use crate::shared::data::Spiral;
use crate::shared::parallel;
use crate::shared::weights::std_dev;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::Named;
use unit_variance::network::{Dense, Network};
use unit_variance::probability::NumpyLegacy;

/// Sigmoid against ReLU on a spiral: losses and gradients, step by step.
///
/// Loss and gradient magnitudes of both nets, before step 0, every so many steps, and before the
/// last step; the accuracies, and the dead ReLU units, at the end.
///
/// Columns: `step`, `sigmoid_loss`, `relu_loss`, and the magnitude of the gradients of the first
/// two weight matrices, `sigmoid_gradient_1`, `sigmoid_gradient_2`, `relu_gradient_1`,
/// `relu_gradient_2`, without the part of the penalty; and the mean magnitude, over points and units, of the
/// gradients with respect to the pre-activations of the two hidden layers, `sigmoid_neuron_1`,
/// `sigmoid_neuron_2`, `relu_neuron_1`, `relu_neuron_2`. Summary: `sigmoid_accuracy`,
/// `relu_accuracy`, `relu_dead_1`, `relu_dead_2` (units that are 0 at every point).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct VanishingGradient {
    /// The nets that are looked at.
    #[command(flatten)]
    #[serde(flatten)]
    pub nets: SpiralNets,
    /// How many steps lie between two rows; the last step always has one.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1000")]
    pub every: usize,
    /// Divide the gradients of a matrix by rows plus columns, as the notebook does, and not by their number.
    #[arg(long = "as-written", action = ArgAction::SetTrue, value_enum, default_value_t = GradientOver::Entries, default_missing_value = "rows + columns")]
    pub gradient_over: GradientOver,
}

/// The two nets of the spiral, and how long they learn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct SpiralNets {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// How many steps of gradient descent both nets take.
    #[arg(long = "iterations", allow_hyphen_values = true, value_parser = option::count, default_value = "50000")]
    pub steps: usize,
    /// The number of units in each of the two hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub width: usize,
    /// The number of points in each of the three arms of the spiral.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub points: usize,
    /// The weights at the start: their standard deviation, or a rule such as lecun (`1/n`) or he (`2/n`) for their variance.
    #[arg(long, allow_hyphen_values = true, value_parser = option::std_dev_or_rule, default_value_t = Named::Normal { std_dev: 0.1 })]
    pub weights: Named,
}

/// What the sum of the magnitudes of a matrix's gradients is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
pub enum GradientOver {
    /// The number of its entries: the mean.
    #[value(name = "rows · columns")]
    #[serde(rename = "rows · columns")]
    Entries,
    /// Rows plus columns, as the notebook does.
    #[value(name = "rows + columns")]
    #[serde(rename = "rows + columns")]
    RowsPlusColumns,
}

/// Between two reports of progress.
const REPORT_EVERY: usize = 500;

impl Default for VanishingGradient {
    fn default() -> Self {
        without_options()
    }
}

impl Default for SpiralNets {
    fn default() -> Self {
        VanishingGradient::default().nets
    }
}

impl SpiralNets {
    /// About how many numbers are in memory while they learn.
    pub(super) fn numbers_in_memory(&self) -> f64 {
        let signals = 12.0 * self.points as f64 * (2.0 * self.width as f64 + 3.0);
        signals + option::weights(6, self.width)
    }

    fn draw(&self, activation: Activation, numpy: &mut NumpyLegacy) -> Network {
        let mut layer = |fan_in: usize, fan_out: usize, activation| {
            let std_dev = std_dev(self.weights, fan_in, fan_out);
            let weight = Array2::from_shape_simple_fn((fan_in, fan_out), || {
                std_dev * numpy.standard_normal()
            });
            Dense::new(weight, activation)
        };
        Network {
            layers: vec![
                layer(2, self.width, activation),
                layer(self.width, self.width, activation),
                layer(self.width, 3, Activation::Identity),
            ],
        }
    }
}

impl VanishingGradient {
    /// The spiral, and both nets after all steps.
    ///
    /// # Panics
    ///
    /// If a size, the number of steps or the interval is zero, or the weights have no positive finite standard
    /// deviation.
    #[track_caller]
    pub(super) fn train(&self, progress: &mut dyn FnMut(Progress)) -> (Spiral, [Training; 2]) {
        let SpiralNets {
            seed,
            steps,
            width,
            points,
            ..
        } = self.nets;
        let every = self.every;
        assert!(
            steps > 0 && every > 0 && width > 0,
            "steps, every and width must be positive, but are {steps}, {every} and {width}"
        );
        let mut numpy = NumpyLegacy::new(seed);
        let spiral = Spiral::notebook(points, &mut numpy);
        let [mut sigmoid, mut relu] = [Activation::Sigmoid, Activation::Relu]
            .map(|activation| Training::of(self.nets.draw(activation, &mut numpy), &spiral, self));
        for start in (0..steps).step_by(REPORT_EVERY) {
            let end = (start + REPORT_EVERY).min(steps);
            parallel::map([&mut sigmoid, &mut relu], |training| {
                training.advance(start..end, &spiral, self);
            });
            progress(Progress {
                done: end as u64,
                total: steps as u64,
            });
        }
        (spiral, [sigmoid, relu])
    }
}

impl Configuration for VanishingGradient {
    const NAME: &'static str = "vanishing-gradient";

    fn numbers_in_memory(&self) -> f64 {
        let rows = self.nets.steps as f64 / self.every as f64;
        self.nets.numbers_in_memory() + 40.0 * rows
    }

    /// # Panics
    ///
    /// If a size, the number of steps or the interval is zero, or the weights have no positive finite standard
    /// deviation.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        // What nobody has left yet, this run leaves.
        let mut trained = None;
        slot(self.nets).get_or_init(|| {
            let (spiral, nets) = trained.insert(self.train(progress));
            Learned::of(spiral, nets)
        });
        let (spiral, [mut sigmoid, mut relu]) = trained.unwrap_or_else(|| self.train(progress));
        let steps = self.nets.steps;
        let recorded = (0..steps).filter(|step| step % self.every == 0 || step + 1 == steps);
        let rows = recorded
            .zip(sigmoid.records.iter().zip(&relu.records))
            .map(|(step, (sigmoid, relu))| {
                let numbers = [
                    sigmoid[0], relu[0], sigmoid[1], sigmoid[2], relu[1], relu[2], sigmoid[3],
                    sigmoid[4], relu[3], relu[4],
                ];
                std::iter::once(step.into())
                    .chain(numbers.map(Cell::from))
                    .collect()
            })
            .collect();
        let columns = [
            "step",
            "sigmoid_loss",
            "relu_loss",
            "sigmoid_gradient_1",
            "sigmoid_gradient_2",
            "relu_gradient_1",
            "relu_gradient_2",
            "sigmoid_neuron_1",
            "sigmoid_neuron_2",
            "relu_neuron_1",
            "relu_neuron_2",
        ];
        let (sigmoid_accuracy, _) = sigmoid.judge(&spiral);
        let (relu_accuracy, [dead_1, dead_2]) = relu.judge(&spiral);
        Table::of(self, &columns, rows).with_summary(vec![
            ("sigmoid_accuracy".into(), sigmoid_accuracy.into()),
            ("relu_accuracy".into(), relu_accuracy.into()),
            ("relu_dead_1".into(), dead_1.into()),
            ("relu_dead_2".into(), dead_2.into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use serde_json::Value;

    fn reference(net: &str, pointer: &str) -> f64 {
        let all: Value = serde_json::from_str(include_str!("../../../../tests/data/spiral.json"))
            .expect("the reference is JSON");
        let number = all[net].pointer(pointer).expect("the reference has it");
        number.as_f64().expect("a number")
    }

    fn short(steps: usize, every: usize) -> VanishingGradient {
        VanishingGradient {
            nets: SpiralNets {
                steps,
                ..SpiralNets::default()
            },
            every,
            ..VanishingGradient::default()
        }
    }

    #[test]
    fn the_notebooks_losses_and_gradients_come_out_again() {
        // A product of ours has the same bits on every processor; NumPy's have not, and two of its
        // kernels were 5e-14 apart in the end. 1e-9 leaves room for them and for another system's
        // logarithm, whose last digit 1000 steps on the sigmoid's plateau amplify some hundredfold.
        let written = VanishingGradient {
            gradient_over: GradientOver::RowsPlusColumns,
            ..short(1001, 1)
        };
        let table = written.run(&mut |_| {});
        for net in ["sigmoid", "relu"] {
            let losses = table.numbers(&format!("{net}_loss"));
            for (at, step) in [0, 1000].into_iter().enumerate() {
                let theirs = reference(net, &format!("/loss_every_1000_first10/{at}"));
                assert_relative_eq!(losses[step], theirs, max_relative = 1e-9);
            }
            for layer in ["1", "2"] {
                let ours = table.numbers(&format!("{net}_gradient_{layer}"));
                for step in [0, 1, 10, 100, 1000] {
                    let at = format!("/as_written_gradient_heuristic/layer{layer}/{step}");
                    assert_relative_eq!(ours[step], reference(net, &at), max_relative = 1e-9);
                }
            }
        }
    }

    #[test]
    fn rows_are_the_multiples_of_the_interval_and_the_last_step() {
        let steps = |config: VanishingGradient| config.run(&mut |_| {}).numbers("step");
        assert_eq!(steps(short(7, 3)), [0.0, 3.0, 6.0]);
        assert_eq!(steps(short(6, 4)), [0.0, 4.0, 5.0]);
        assert_eq!(steps(short(1, 9)), [0.0]);
    }

    #[test]
    fn the_right_normalization_is_the_mean() {
        let written = VanishingGradient {
            gradient_over: GradientOver::RowsPlusColumns,
            ..short(1, 1)
        };
        let (written, right) = (written.run(&mut |_| {}), short(1, 1).run(&mut |_| {}));
        for (column, factor) in [("relu_gradient_1", 100.0 / 52.0), ("relu_gradient_2", 25.0)] {
            let ratio = written.numbers(column)[0] / right.numbers(column)[0];
            assert_relative_eq!(ratio, factor, max_relative = 1e-14);
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool")
                .install(|| short(60, 20).run(&mut |_| {}))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 0, 1000 and 50")]
    fn a_run_without_steps_is_refused() {
        let _ = short(0, 1000).run(&mut |_| {});
    }
}
