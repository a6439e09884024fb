//! How far a correct network wanders: the law of what the notebook prints, over many networks.

use super::{Cell, Experiment, Progress, Table};
use crate::activation::Activation;
use crate::initializer::VarianceScaling;
use crate::network::Network;
use crate::probability::{Law, Moments, Streams};
use ndarray::Array1;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// Quantiles, layer by layer, of the standard deviation that [`DeepSignal`](super::DeepSignal)
/// prints under He initialization, over fresh networks and fresh inputs.
///
/// Two inputs suffice. A net without biases is positively homogeneous, so the activation at `x` is
/// `|x|` times that at 1 or at −1, and mean and mean square over all inputs follow from the two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The seed of the streams.
    pub seed: u64,
    /// How many networks are drawn.
    pub networks: usize,
    /// The number of hidden layers.
    pub depth: usize,
    /// The number of units in each of them.
    pub width: usize,
    /// How many standard normal inputs each network sees.
    pub points: usize,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            seed: 1,
            networks: 1000,
            depth: 50,
            width: 80,
            points: 1000,
        }
    }
}

/// The probabilities whose quantiles are printed.
const QUANTILES: [f64; 5] = [0.025, 0.25, 0.5, 0.75, 0.975];

impl Spread {
    /// The printed standard deviation of one network, layer by layer, the input first.
    fn one(&self, streams: Streams) -> Vec<f64> {
        let mut rng = streams.stream("inputs");
        let inputs: Vec<f64> = (0..self.points)
            .map(|_| StandardNormal.sample(&mut rng))
            .collect();
        let (mut sizes, mut squares) = ([0.0; 2], [0.0; 2]);
        for x in &inputs {
            let direction = usize::from(*x < 0.0);
            sizes[direction] += x.abs() / self.points as f64;
            squares[direction] += x * x / self.points as f64;
        }

        let mut widths = vec![self.width; self.depth + 1];
        widths[0] = 1;
        let he = VarianceScaling::he(Law::Normal);
        let network = Network::init(
            &widths,
            Activation::Relu,
            &he,
            &mut streams.stream("weights"),
        );
        let trace = network.forward(&ndarray::array![[1.0], [-1.0]]);

        let input: Moments = inputs.iter().collect();
        std::iter::once(input.std_dev())
            .chain(trace.layers.iter().map(|signal| {
                let by_direction: Vec<Moments> = signal
                    .activation
                    .rows()
                    .into_iter()
                    .map(|row| row.iter().collect())
                    .collect();
                let total = |of: fn(&Moments) -> f64, by: &[f64; 2]| -> f64 {
                    by_direction
                        .iter()
                        .zip(by)
                        .map(|(moments, weight)| weight * of(moments))
                        .sum()
                };
                let (mean, second) = (
                    total(Moments::mean, &sizes),
                    total(Moments::second_moment, &squares),
                );
                (second - mean * mean).max(0.0).sqrt()
            }))
            .collect()
    }
}

impl Experiment for Spread {
    fn name(&self) -> &'static str {
        "spread"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        vec![
            ("seed".into(), self.seed.into()),
            ("networks".into(), self.networks.into()),
            ("depth".into(), self.depth.into()),
            ("width".into(), self.width.into()),
            ("points".into(), self.points.into()),
        ]
    }

    /// # Panics
    ///
    /// If a size is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.networks > 0 && self.depth > 0 && self.width > 0 && self.points > 0,
            "networks, depth, width and points must be positive, but are {}, {}, {} and {}",
            self.networks,
            self.depth,
            self.width,
            self.points
        );
        let streams = Streams::new(self.seed);
        let mut runs = Vec::with_capacity(self.networks);
        for first in (0..self.networks).step_by(100) {
            let last = (first + 100).min(self.networks);
            runs.par_extend(
                (first..last)
                    .into_par_iter()
                    .map(|i| self.one(streams.family(&format!("network.{i}")))),
            );
            progress(Progress {
                done: last as u64,
                total: self.networks as u64,
            });
        }
        let rows = (0..=self.depth)
            .map(|layer| {
                let mut at_layer: Array1<f64> = runs.iter().map(|run| run[layer]).collect();
                at_layer
                    .as_slice_mut()
                    .expect("a fresh array is contiguous")
                    .sort_by(f64::total_cmp);
                let quantile =
                    |p: f64| at_layer[((p * self.networks as f64) as usize).min(self.networks - 1)];
                std::iter::once(layer.into())
                    .chain(QUANTILES.map(|p| quantile(p).into()))
                    .collect()
            })
            .collect();
        Table::of(
            self,
            &[
                "layer",
                "low",
                "lower_quartile",
                "median",
                "upper_quartile",
                "high",
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
    fn two_directions_give_the_standard_deviation_of_all_inputs() {
        let spread = Spread {
            networks: 1,
            depth: 3,
            width: 7,
            points: 50,
            seed: 4,
        };
        let streams = Streams::new(4).family("network.0");
        let by_directions = spread.one(streams);

        let mut rng = streams.stream("inputs");
        let inputs =
            ndarray::Array2::from_shape_simple_fn((50, 1), || StandardNormal.sample(&mut rng));
        let he = VarianceScaling::he(Law::Normal);
        let network = Network::init(
            &[1, 7, 7, 7],
            Activation::Relu,
            &he,
            &mut streams.stream("weights"),
        );
        for (l, signal) in network.forward(&inputs).layers.iter().enumerate() {
            let all: Moments = signal.activation.iter().collect();
            assert_relative_eq!(by_directions[l + 1], all.std_dev(), max_relative = 1e-9);
        }
    }
}
