//! How wrong a numerical derivative is, by its step: truncation on one side, rounding on the other.

use clap::Args;
use ndarray::Array2;
use rand::RngExt;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::VarianceScaling;
use unit_variance::network::gradient_check::{Case, Coordinate};
use unit_variance::network::{Loss, Network};
use unit_variance::probability::{Law, Moments, Streams};

/// The error of a difference quotient against its step.
///
/// It is `‖D_h L − ∇L‖ / ‖∇L‖` over all weights and biases of a small tanh network with a squared loss,
/// where `D_h L` is `(L(w + h) − L(w − h)) / 2h` or `(L(w + h) − L(w)) / h` and `∇L` comes from backpropagation.
///
/// The error is `O(h²)` or `O(h)`, plus `O(ε / h)` of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct DifferenceError {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for DifferenceError {
    fn default() -> Self {
        without_options()
    }
}

/// The widths of the network.
const WIDTHS: [usize; 4] = [3, 6, 6, 2];
/// The number of examples.
const BATCH: usize = 4;
/// Steps go from 1 down to `10^−13`, four to a decade.
const QUARTER_DECADES: u32 = 52;

impl DifferenceError {
    /// The network, its batch and its targets.
    pub(crate) fn case(self) -> Case {
        let streams = Streams::new(self.seed);
        let lecun = VarianceScaling::lecun(Law::Normal);
        let mut network = Network::init(
            &WIDTHS,
            Activation::Tanh,
            &lecun,
            &mut streams.stream("weights"),
        );
        network
            .layers
            .last_mut()
            .expect("there are layers")
            .activation = Activation::Identity;
        let mut rng = streams.stream("data");
        let mut data = |columns| {
            Array2::from_shape_simple_fn((BATCH, columns), || 2.0 * rng.random::<f64>() - 1.0)
        };
        let (input, targets) = (data(WIDTHS[0]), data(WIDTHS[3]));
        Case {
            network,
            input,
            loss: Loss::MeanOfSquares { targets },
        }
    }
}

impl Configuration for DifferenceError {
    const NAME: &'static str = "difference-error";

    fn constants() -> Vec<(String, Cell)> {
        let widths = WIDTHS.map(|width| width.to_string()).join("-");
        vec![
            ("widths".into(), widths.as_str().into()),
            ("activation".into(), "tanh".into()),
            ("batch".into(), BATCH.into()),
        ]
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let case = self.case();
        let gradients = case.gradients();
        let parameters: Vec<Coordinate> = case
            .coordinates()
            .into_iter()
            .filter(|coordinate| !matches!(coordinate, Coordinate::Input { .. }))
            .collect();
        let rms = |of: &dyn Fn(Coordinate) -> f64| -> f64 {
            parameters
                .iter()
                .map(|coordinate| of(*coordinate))
                .collect::<Moments>()
                .rms()
        };
        let size = rms(&|coordinate| gradients.at(coordinate));
        let here = case.value();
        let rows = (0..=QUARTER_DECADES).map(|k| {
            // The reciprocal of a whole power of ten is the float of that name, such as 1e-5.
            let step = libm::pow(10.0, f64::from(k) / 4.0).recip();
            // Divided by the step that was really taken, which rounding may have changed.
            let beside = |coordinate, step| {
                let mut moved = case.clone();
                *moved.at_mut(coordinate) += step;
                (moved.at(coordinate), moved.value())
            };
            let central = rms(&|coordinate| {
                let (above, value_above) = beside(coordinate, step);
                let (below, value_below) = beside(coordinate, -step);
                (value_above - value_below) / (above - below) - gradients.at(coordinate)
            });
            let forward = rms(&|coordinate| {
                let (above, value) = beside(coordinate, step);
                (value - here) / (above - case.at(coordinate)) - gradients.at(coordinate)
            });
            progress(Progress {
                done: u64::from(k) + 1,
                total: u64::from(QUARTER_DECADES) + 1,
            });
            [step, central / size, forward / size]
                .map(Cell::from)
                .into()
        });
        let rows = rows.collect();
        Table::of(self, &["step", "central", "forward"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean slope of `ln column` over `ln step` between two steps.
    fn slope(table: &Table, column: &str, (from, to): (f64, f64)) -> f64 {
        let at = |step: f64| {
            let steps = table.numbers("step");
            let row = steps.iter().position(|s| (s / step - 1.0).abs() < 1e-9);
            libm::log(table.numbers(column)[row.expect("a step of the table")])
        };
        (at(to) - at(from)) / libm::log(to / from)
    }

    #[test]
    fn truncation_falls_with_the_order_and_rounding_grows() {
        let table = DifferenceError::default().run(&mut |_| {});
        for (column, order) in [("central", 2.0), ("forward", 1.0)] {
            let truncation = slope(&table, column, (1e-4, 1e-1));
            assert!((truncation - order).abs() < 0.1, "{column}: {truncation}");
            let rounding = slope(&table, column, (1e-13, 1e-9));
            assert!((rounding + 1.0).abs() < 0.15, "{column}: {rounding}");
        }
        let best = table
            .numbers("central")
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        assert!(best < 1e-9, "{best}");
    }
}
