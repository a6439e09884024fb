//! What a layer transmits when its input has a mean: the second moment, not the variance.

use clap::Args;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Initializer, VarianceScaling};
use unit_variance::network::Dense;
use unit_variance::probability::{Law, Moments, Streams};

/// A linear layer under inputs of growing mean: what it transmits is the second moment.
///
/// `E z² = n σ² E x² = 1 + mean²` for a linear layer with weights of variance `σ² = 1 / n` whose
/// inputs have variance 1; measured, and beside it `n σ² Var(x) = 1`.
///
/// For every mean, `draws` layers are drawn, each with an input of its own: `measured` is the average of
/// the mean squares of their outputs, `low` and `high` are one standard deviation of a single draw
/// away from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct SecondMoment {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// The number of inputs, `n`.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub fan_in: usize,
    /// The number of outputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub fan_out: usize,
    /// How many layers are drawn for every mean.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "40")]
    pub draws: usize,
}

impl Default for SecondMoment {
    fn default() -> Self {
        without_options()
    }
}

/// The means of the input: 0 to 3 in quarters.
const QUARTERS: u32 = 12;

impl SecondMoment {
    /// The mean square of the outputs of one layer.
    fn one(&self, mean: f64, streams: Streams) -> f64 {
        let mut rng = streams.stream("input");
        let input = Array2::from_shape_simple_fn((1, self.fan_in), || {
            let z: f64 = StandardNormal.sample(&mut rng);
            mean + z
        });
        let shape = (self.fan_in, self.fan_out);
        let weight =
            VarianceScaling::lecun(Law::Normal).sample(shape, &mut streams.stream("weights"));
        let output = Dense::new(weight, Activation::Identity).forward(&input);
        output
            .activation
            .iter()
            .collect::<Moments>()
            .second_moment()
    }
}

impl Configuration for SecondMoment {
    const NAME: &'static str = "second-moment";

    fn numbers_in_memory(&self) -> f64 {
        self.fan_in as f64 * self.fan_out as f64 + self.draws as f64
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.fan_in > 0 && self.fan_out > 0 && self.draws > 0,
            "fan_in, fan_out and draws must be positive, but are {}, {} and {}",
            self.fan_in,
            self.fan_out,
            self.draws
        );
        let streams = Streams::new(self.seed);
        let rows = (0..=QUARTERS).map(|quarter| {
            let mean = f64::from(quarter) / 4.0;
            let squares: Moments = (0..self.draws)
                .map(|draw| self.one(mean, streams.family(&format!("mean {mean}, draw {draw}"))))
                .collect();
            progress(Progress {
                done: u64::from(quarter) + 1,
                total: u64::from(QUARTERS) + 1,
            });
            let (measured, spread) = (squares.mean(), squares.std_dev());
            let numbers = [
                mean,
                measured,
                measured - spread,
                measured + spread,
                1.0 + mean * mean,
                1.0,
            ];
            numbers.map(Cell::from).into()
        });
        let rows = rows.collect();
        Table::of(
            self,
            &[
                "mean",
                "measured",
                "low",
                "high",
                "second_moment",
                "variance",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_moment_is_transmitted_and_the_variance_is_not() {
        // 400 draws: where the mean is 1/2, the two predictions are twenty standard errors apart.
        let config = SecondMoment {
            draws: 400,
            ..SecondMoment::default()
        };
        let table = config.run(&mut |_| {});
        let [measured, low, high, second_moment, variance] =
            ["measured", "low", "high", "second_moment", "variance"]
                .map(|column| table.numbers(column));
        let draws = config.draws as f64;
        for i in 0..table.rows.len() {
            let standard_error = (high[i] - low[i]) / 2.0 / draws.sqrt();
            let off = |prediction: f64| (measured[i] - prediction).abs() / standard_error;
            // Thirteen rows of t₃₉₉ beyond 6.5: a probability of 3e-9.
            assert!(off(second_moment[i]) < 6.5, "row {i}");
            assert!(i < 2 || off(variance[i]) > 6.5, "row {i}");
        }
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 64, 0 and 40")]
    fn a_layer_without_outputs_is_refused() {
        let _ = SecondMoment {
            fan_out: 0,
            ..SecondMoment::default()
        }
        .run(&mut |_| {});
    }
}
