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

use std::ops::Range;

use ndarray::{Array2, s};
use serde::{Deserialize, Serialize};

use super::{Cell, Experiment, Progress, Table};
use crate::activation::Activation;
use crate::data::Spiral;
use crate::network::{Dense, Network, Trainer};
use crate::probability::NumpyLegacy;

/// Loss and gradient magnitudes of both nets, before step 0, every so many steps, and before the
/// last step; the accuracies, and the dead ReLU units, at the end.
///
/// Columns: `step`, `sigmoid_loss`, `relu_loss`, and the magnitude of the gradients of the first
/// two weight matrices, `sigmoid_gradient_1`, `sigmoid_gradient_2`, `relu_gradient_1`,
/// `relu_gradient_2`, without the part of the penalty. Summary: `sigmoid_accuracy`,
/// `relu_accuracy`, `relu_dead_1`, `relu_dead_2` (units that are 0 at every point).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VanishingGradient {
    /// The seed of NumPy's legacy stream.
    pub seed: u32,
    /// The number of steps.
    pub steps: usize,
    /// How many steps lie between two rows.
    pub every: usize,
    /// The number of units in each hidden layer.
    pub width: usize,
    /// The number of points in each of the three classes.
    pub points: usize,
    /// How far the weights are spread at the start.
    pub weights: SpiralWeights,
    /// Whether gradients are divided by rows plus columns, as the notebook does, or by their product.
    pub as_written: bool,
}

/// The standard deviation of the weights of [`VanishingGradient`], normal in each case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum SpiralWeights {
    /// One standard deviation for every matrix; the notebook takes 0.1.
    StdDev(f64),
    /// This number over `√fan_in`, for each matrix: 1 is LeCun, `√2` is He.
    GainOverFanIn(f64),
}

/// The learning rate, and the factor of `½ Σ w²` in the loss.
const RATE: f64 = 0.1;
const DECAY: f64 = 1e-3;

/// Between two reports of progress.
const CHUNK: usize = 500;

impl Default for VanishingGradient {
    fn default() -> Self {
        Self {
            seed: 0,
            steps: 50_000,
            every: 1000,
            width: 50,
            points: 100,
            weights: SpiralWeights::StdDev(0.1),
            as_written: false,
        }
    }
}

impl SpiralWeights {
    fn std_dev(self, fan_in: usize) -> f64 {
        match self {
            Self::StdDev(std_dev) => std_dev,
            Self::GainOverFanIn(gain) => gain / (fan_in as f64).sqrt(),
        }
    }

    fn parameter(self) -> (String, Cell) {
        match self {
            Self::StdDev(std_dev) => ("weight_std_dev".into(), std_dev.into()),
            Self::GainOverFanIn(gain) => ("gain_over_fan_in".into(), gain.into()),
        }
    }
}

impl VanishingGradient {
    /// Everything that the run depends on but how it is reported.
    pub(super) fn shared_parameters(&self) -> Vec<(String, Cell)> {
        vec![
            ("seed".into(), u64::from(self.seed).into()),
            ("steps".into(), self.steps.into()),
            ("width".into(), self.width.into()),
            ("points".into(), self.points.into()),
            self.weights.parameter(),
        ]
    }

    /// The spiral, and both nets after all steps.
    ///
    /// # Panics
    ///
    /// If a size, the number of steps or the interval is zero, or the weights' spread is not a
    /// positive finite number.
    #[track_caller]
    pub(super) fn train(&self, progress: &mut dyn FnMut(Progress)) -> (Spiral, [Training; 2]) {
        assert!(
            self.steps > 0 && self.every > 0 && self.width > 0,
            "steps, every and width must be positive, but are {}, {} and {}",
            self.steps,
            self.every,
            self.width
        );
        let (SpiralWeights::StdDev(spread) | SpiralWeights::GainOverFanIn(spread)) = self.weights;
        assert!(
            spread > 0.0 && spread.is_finite(),
            "the spread of the weights must be positive and finite, but is {spread}"
        );
        let mut numpy = NumpyLegacy::new(self.seed);
        let spiral = Spiral::notebook(self.points, &mut numpy);
        let [mut sigmoid, mut relu] = [Activation::Sigmoid, Activation::Relu]
            .map(|activation| Training::of(self.draw(activation, &mut numpy), &spiral, self));
        for start in (0..self.steps).step_by(CHUNK) {
            let end = (start + CHUNK).min(self.steps);
            rayon::join(
                || sigmoid.advance(start..end, &spiral, self),
                || relu.advance(start..end, &spiral, self),
            );
            progress(Progress {
                done: end as u64,
                total: self.steps as u64,
            });
        }
        (spiral, [sigmoid, relu])
    }

    fn draw(&self, activation: Activation, numpy: &mut NumpyLegacy) -> Network {
        let mut layer = |fan_in: usize, fan_out: usize, activation| {
            let std_dev = self.weights.std_dev(fan_in);
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

/// One net on its way.
pub(super) struct Training {
    trainer: Trainer,
    /// At the recorded steps: the loss, and the magnitude of the first two gradients.
    records: Vec<[f64; 3]>,
}

impl Training {
    fn of(network: Network, spiral: &Spiral, config: &VanishingGradient) -> Self {
        Self {
            trainer: Trainer::new(network, spiral.labels.len()),
            records: Vec::with_capacity(config.steps / config.every + 2),
        }
    }

    pub(super) fn network(&self) -> &Network {
        self.trainer.network()
    }

    fn advance(&mut self, steps: Range<usize>, spiral: &Spiral, config: &VanishingGradient) {
        let Spiral { points, labels } = spiral;
        for step in steps {
            self.trainer.forward(points);
            self.trainer.backward(points, labels);
            if step % config.every == 0 || step + 1 == config.steps {
                let [first, second] =
                    [0, 1].map(|l| magnitude(self.trainer.weight_gradient(l), config.as_written));
                let loss = self.trainer.loss(labels) + penalty(self.trainer.network());
                self.records.push([loss, first, second]);
            }
            self.trainer.descend(RATE, DECAY);
        }
    }

    /// The share of the points that the net puts into their class, and how many units of each
    /// hidden layer are 0 at all of them.
    fn judge(&mut self, spiral: &Spiral) -> (f64, [usize; 2]) {
        let right = classes(self.trainer.forward(&spiral.points))
            .zip(&spiral.labels)
            .filter(|(class, label)| class == *label)
            .count();
        let dead = [0, 1].map(|l| {
            let columns = self.trainer.activation(l).columns().into_iter();
            columns
                .filter(|unit| unit.iter().all(|h| *h == 0.0))
                .count()
        });
        (right as f64 / spiral.labels.len() as f64, dead)
    }
}

/// The column of the largest logit of every row, the first of equals.
pub(super) fn classes(logits: &Array2<f64>) -> impl Iterator<Item = u8> {
    logits.rows().into_iter().map(|row| {
        let mut largest = 0;
        for (column, logit) in row.iter().enumerate() {
            if *logit > row[largest] {
                largest = column;
            }
        }
        u8::try_from(largest).expect("labels are bytes")
    })
}

fn magnitude(gradient: &Array2<f64>, as_written: bool) -> f64 {
    let (rows, columns) = gradient.dim();
    let by = if as_written {
        rows + columns
    } else {
        rows * columns
    };
    gradient.iter().map(|g| g.abs()).sum::<f64>() / by as f64
}

fn penalty(network: &Network) -> f64 {
    let squares = |layer: &Dense| layer.weight.iter().map(|w| w * w).sum::<f64>();
    0.5 * DECAY * network.layers.iter().map(squares).sum::<f64>()
}

impl Experiment for VanishingGradient {
    fn name(&self) -> &'static str {
        "vanishing-gradient"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let by = if self.as_written {
            "rows + columns"
        } else {
            "rows · columns"
        };
        let mut parameters = self.shared_parameters();
        parameters.push(("every".into(), self.every.into()));
        parameters.push(("gradient_over".into(), by.into()));
        parameters
    }

    /// # Panics
    ///
    /// If a size, the number of steps or the interval is zero, or the weights' spread is not a
    /// positive finite number.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let (spiral, [mut sigmoid, mut relu]) = self.train(progress);
        let recorded =
            (0..self.steps).filter(|step| step % self.every == 0 || step + 1 == self.steps);
        let rows = recorded
            .zip(sigmoid.records.iter().zip(&relu.records))
            .map(|(step, (sigmoid, relu))| {
                let numbers = [
                    sigmoid[0], relu[0], sigmoid[1], sigmoid[2], relu[1], relu[2],
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

/// Which class each net of [`VanishingGradient`] gives to every point of a grid, in the end.
///
/// Columns: `x`, `y`, `sigmoid_class`, `relu_class`, row after row of the grid, which reaches 1
/// beyond the outermost points, as in the notebook.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DecisionBoundaries {
    /// The run whose nets are asked.
    pub run: VanishingGradient,
    /// The number of grid points on each side.
    pub resolution: usize,
}

impl Default for DecisionBoundaries {
    fn default() -> Self {
        Self {
            run: VanishingGradient::default(),
            resolution: 101,
        }
    }
}

impl Experiment for DecisionBoundaries {
    fn name(&self) -> &'static str {
        "decision-boundaries"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let mut parameters = self.run.shared_parameters();
        parameters.push(("resolution".into(), self.resolution.into()));
        parameters
    }

    /// # Panics
    ///
    /// As [`VanishingGradient`]; if the resolution is below 2.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let n = self.resolution;
        assert!(
            n >= 2,
            "a grid has at least 2 points on each side, but this one has {n}"
        );
        let (spiral, nets) = self.run.train(progress);
        let sides = [0, 1].map(|axis| {
            let along = spiral.points.slice(s![.., axis]);
            let low = along.iter().copied().fold(f64::INFINITY, f64::min) - 1.0;
            let high = along.iter().copied().fold(f64::NEG_INFINITY, f64::max) + 1.0;
            move |i: usize| low + (high - low) * i as f64 / (n - 1) as f64
        });
        let grid = Array2::from_shape_fn((n * n, 2), |(point, axis)| {
            sides[axis](if axis == 0 { point % n } else { point / n })
        });
        let [sigmoid, relu] = nets.map(|net| net.network().outputs(&grid));
        let rows = grid
            .rows()
            .into_iter()
            .zip(classes(&sigmoid).zip(classes(&relu)))
            .map(|(point, (sigmoid, relu))| {
                vec![
                    point[0].into(),
                    point[1].into(),
                    u64::from(sigmoid).into(),
                    u64::from(relu).into(),
                ]
            })
            .collect();
        Table::of(self, &["x", "y", "sigmoid_class", "relu_class"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use serde_json::Value;

    fn reference(net: &str, pointer: &str) -> f64 {
        let all: Value = serde_json::from_str(include_str!("../../tests/data/spiral.json"))
            .expect("the reference is JSON");
        let number = all[net].pointer(pointer).expect("the reference has it");
        number.as_f64().expect("a number")
    }

    fn short(steps: usize, every: usize) -> VanishingGradient {
        VanishingGradient {
            steps,
            every,
            ..VanishingGradient::default()
        }
    }

    #[test]
    fn the_notebooks_first_losses_and_gradients_come_out_again() {
        // The tolerance leaves room for processors that multiply and add apart, and for another
        // exponential; 1000 steps on the sigmoid's plateau amplify a last digit some hundredfold.
        let written = VanishingGradient {
            as_written: true,
            ..short(101, 1)
        };
        let table = written.run(&mut |_| {});
        for net in ["sigmoid", "relu"] {
            let losses = table.numbers(&format!("{net}_loss"));
            let first = reference(net, "/loss_every_1000_first10/0");
            assert_relative_eq!(losses[0], first, max_relative = 1e-12);
            for layer in ["1", "2"] {
                let ours = table.numbers(&format!("{net}_gradient_{layer}"));
                for step in [0, 1, 10, 100] {
                    let theirs = reference(
                        net,
                        &format!("/as_written_gradient_heuristic/layer{layer}/{step}"),
                    );
                    assert_relative_eq!(ours[step], theirs, max_relative = 1e-10);
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
            as_written: true,
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
    fn boundaries_cover_the_grid_row_by_row() {
        let boundaries = DecisionBoundaries {
            run: short(1, 1),
            resolution: 3,
        };
        let table = boundaries.run(&mut |_| {});
        let (x, y) = (table.numbers("x"), table.numbers("y"));
        assert_eq!(table.rows.len(), 9);
        assert!(x[0] < x[1] && y[0] == y[2] && y[2] < y[3] && x[0] == x[3]);
        assert!(table.numbers("relu_class").iter().all(|class| *class < 3.0));
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 0, 1000 and 50")]
    fn a_run_without_steps_is_refused() {
        let _ = short(0, 1000).run(&mut |_| {});
    }
}
