//! What Xavier's variance does to a signal and to a gradient, by the shape of the layer.

use clap::Args;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Initializer, VarianceScaling};
use unit_variance::network::Dense;
use unit_variance::probability::{Law, Moments, Streams};

/// What Xavier's variance does to a signal and to a gradient, by the shape of the layer.
///
/// `n σ² = 2n / (n + m)` forward and `m σ² = 2m / (n + m)` backward for a linear layer of `n` inputs
/// and `m` outputs, and both as measured: the mean square behind the layer over that before it,
/// averaged over `draws` layers, for a fixed input and for a fixed gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct XavierFactors {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// The smaller of the two widths of a layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "16")]
    pub width: usize,
    /// How many layers of each shape are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "800")]
    pub draws: usize,
}

impl Default for XavierFactors {
    fn default() -> Self {
        without_options()
    }
}

/// The ratio of the widths goes from `2^−4` to `2^4`, in so many half powers.
const HALF_POWERS: i32 = 8;

impl XavierFactors {
    /// `n` and `m`: the one has the given width, the other is wider by half powers of two.
    fn widths(&self, half_power: i32) -> (usize, usize) {
        let wide = self.width as f64 * libm::pow(2.0, f64::from(half_power.abs()) / 2.0);
        let wide = wide.round() as usize;
        if half_power > 0 {
            (wide, self.width)
        } else {
            (self.width, wide)
        }
    }

    /// The factors of one layer, forward and backward.
    fn one((n, m): (usize, usize), streams: Streams) -> [f64; 2] {
        let mut rng = streams.stream("signals");
        let mut signal =
            |width| Array2::from_shape_simple_fn((1, width), || StandardNormal.sample(&mut rng));
        let (input, gradient) = (signal(n), signal(m));
        let xavier = VarianceScaling::xavier(Law::Normal);
        let weight = xavier.sample((n, m), &mut streams.stream("weights"));
        let layer = Dense::new(weight, Activation::Identity);

        let square = |signal: &Array2<f64>| signal.iter().collect::<Moments>().second_moment();
        let before = [square(&input), square(&gradient)];
        let output = layer.forward(&input);
        let (_, returned) = layer.backward(&input, &output.preactivation, gradient);
        [
            square(&output.activation) / before[0],
            square(&returned) / before[1],
        ]
    }
}

impl Configuration for XavierFactors {
    const NAME: &'static str = "xavier-factors";

    fn numbers_in_memory(&self) -> f64 {
        // The widest layer has 16 times as many units on its other side.
        option::weights(16, self.width) + self.draws as f64
    }

    /// # Panics
    ///
    /// If the width or the number of draws is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.width > 0 && self.draws > 0,
            "width and draws must be positive, but are {} and {}",
            self.width,
            self.draws
        );
        let streams = Streams::new(self.seed);
        let shapes = -HALF_POWERS..=HALF_POWERS;
        let rows = (1..).zip(shapes).map(|(done, half_power)| {
            let (n, m) = self.widths(half_power);
            let mut measured = [Moments::default(); 2];
            for draw in 0..self.draws {
                let streams = streams.family(&format!("{n} to {m}, draw {draw}"));
                for (factors, factor) in measured.iter_mut().zip(Self::one((n, m), streams)) {
                    factors.push(factor);
                }
            }
            progress(Progress {
                done,
                total: 2 * HALF_POWERS as u64 + 1,
            });
            let [forward, backward] = measured.map(|factors| factors.mean());
            let (n, m) = (n as f64, m as f64);
            let numbers = [
                n / m,
                2.0 * n / (n + m),
                forward,
                2.0 * m / (n + m),
                backward,
            ];
            numbers.map(Cell::from).into()
        });
        let rows = rows.collect();
        Table::of(
            self,
            &[
                "ratio",
                "forward",
                "forward_measured",
                "backward",
                "backward_measured",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_factors_are_as_predicted_and_sum_to_two() {
        let table = XavierFactors::default().run(&mut |_| {});
        let [forward, forward_measured, backward, backward_measured] = [
            "forward",
            "forward_measured",
            "backward",
            "backward_measured",
        ]
        .map(|column| table.numbers(column));
        for i in 0..forward.len() {
            assert_relative_eq!(forward[i] + backward[i], 2.0, max_relative = 1e-15);
            // Chi-square with at least 800 · 16 degrees of freedom: off by 8 % with probability 2.5e-10.
            assert_relative_eq!(forward_measured[i], forward[i], max_relative = 0.08);
            assert_relative_eq!(backward_measured[i], backward[i], max_relative = 0.08);
        }
    }
}
