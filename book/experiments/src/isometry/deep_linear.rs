//! Deep linear networks learn a matrix: the curves of the theory, and gradient descent on real layers.

use clap::Args;
use ndarray::{Array1, Array2};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::DeepLinearMode;
use unit_variance::{Activation, Dense, Initializer, Loss, Network, Orthogonal, Streams};

/// How deep linear networks learn the strongest mode of a matrix, by theory and by gradient descent.
///
/// The target has the singular values 3, 2, 1 and 1/2; the layers begin aligned with it, balanced, and with a product of singular values
/// `from`. Columns: `from`, `depth`, `scaled_time`, the time of gradient flow times the number of layers; `strength` of the mode that is
/// to become 3, by the closed curve; and `descent`, the same by gradient descent with the rate over the number of layers. Summary: the
/// scaled time in which each network learns nine tenths.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct DeepLinear {
    /// The learning rate of gradient descent on the half of the squared error, times the number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.01")]
    pub rate: f64,
    /// The seed of the rotations.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

/// The descent takes more steps than anybody waits for at a smaller rate.
const SLOWEST: f64 = 1e-6;

/// The target's singular values.
pub const TARGET: [f64; 4] = [3.0, 2.0, 1.0, 0.5];

/// Where the layers begin, and their numbers.
pub const STARTS: [(f64, &[u32]); 2] = [(0.001, &[1, 2, 3, 4]), (1.0, &[1, 2, 4, 16, 64])];

/// So many places on each curve.
const PLACES: u32 = 40;

/// Nine tenths of the target.
const LEARNED: f64 = 0.9;

impl Default for DeepLinear {
    fn default() -> Self {
        without_options()
    }
}

// ANCHOR: aligned
/// Layers `RₗᵀDRₗ₊₁` with rotations `R` and the diagonal `D = u^(1/L)`, and a
/// target of the same rotations: every singular vector has its place.
pub fn aligned(depth: u32, from: f64, rng: &mut StreamRng) -> (Network, Array2<f64>) {
    let n = TARGET.len();
    let mut rotation = || Orthogonal::new(1.0).sample((n, n), rng);
    let rotations: Vec<Array2<f64>> = (0..=depth).map(|_| rotation()).collect();
    let gain = libm::pow(from, f64::from(depth).recip());
    let layers = rotations.windows(2).map(|pair| {
        let weight = product(&pair[0].t(), &pair[1]) * gain;
        Dense::new(weight, Activation::Identity)
    });
    let network = Network {
        layers: layers.collect(),
    };
    let singular_values = Array1::from(TARGET.to_vec());
    let left = &rotations[0].t() * &singular_values;
    (network, product(&left, &rotations[depth as usize]))
}
// ANCHOR_END: aligned

/// One step of gradient descent on `½ |Σ − W₁ ⋯ W_L|²`, which is half of the sum of squares over the four unit inputs.
pub fn descend(network: &mut Network, target: &Array2<f64>, rate: f64) {
    let inputs = Array2::eye(target.nrows());
    let loss = Loss::SumOfSquares {
        targets: target.clone(),
    };
    let gradients = network.gradients(&inputs, &loss);
    for (layer, gradient) in network.layers.iter_mut().zip(&gradients.layers) {
        layer.weight.scaled_add(-0.5 * rate, &gradient.weight);
    }
}

/// How strong the first mode of the target is in the network: `aᵀ W₁ ⋯ W_L b` for its two singular vectors.
pub fn strength(network: &Network, target: &Array2<f64>) -> f64 {
    let outputs = network
        .forward(&Array2::eye(target.nrows()))
        .output()
        .clone();
    // By the power method; the second value is two thirds of the first.
    let mut right = Array2::from_shape_fn((target.ncols(), 1), |(i, _)| 1.0 + i as f64 / 7.0);
    for _ in 0..60 {
        right = product(&target.t(), &product(target, &right));
        let length = right.mapv(|x| x * x).sum().sqrt();
        right /= length;
    }
    let left = product(target, &right) / TARGET[0];
    product(&left.t(), &product(&outputs, &right))[[0, 0]]
}

impl DeepLinear {
    /// The strength of the first mode after each of these times, scaled by the depth.
    fn descent(&self, depth: u32, from: f64, times: &[f64]) -> Vec<f64> {
        let mut rng = Streams::new(self.seed).stream(&format!("{depth} {from}"));
        let (mut network, target) = aligned(depth, from, &mut rng);
        let mut steps = 0;
        let strengths = times.iter().map(|time| {
            let until = (time / self.rate).round() as u64;
            while steps < until {
                descend(&mut network, &target, self.rate / f64::from(depth));
                steps += 1;
            }
            strength(&network, &target)
        });
        strengths.collect()
    }
}

impl Configuration for DeepLinear {
    const NAME: &'static str = "deep-linear";

    fn refusal(&self) -> Option<String> {
        let is_slow = self.rate < SLOWEST;
        is_slow.then(|| {
            format!(
                "a rate of at least {SLOWEST:e} is followed, but this one is {:e}",
                self.rate
            )
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let target = TARGET[0];
        let total = STARTS.iter().map(|(_, depths)| depths.len() as u64).sum();
        let (mut rows, mut summary): (Vec<Vec<Cell>>, Vec<(String, Cell)>) = Default::default();
        let mut done = 0;
        for (from, depths) in STARTS {
            for &depth in depths {
                let mode = DeepLinearMode::new(depth, target);
                let layers = f64::from(depth);
                let learned = layers * mode.time(from, LEARNED * target);
                summary.push((format!("learned_{depth}_from_{from}"), learned.into()));
                // Whole numbers of steps, so that both columns are of one time.
                let times: Vec<f64> = (0..=PLACES)
                    .map(|i| 1.4 * learned * f64::from(i) / f64::from(PLACES))
                    .map(|time| (time / self.rate).round() * self.rate)
                    .collect();
                let descent = self.descent(depth, from, &times);
                rows.extend(times.iter().zip(descent).map(|(time, found)| {
                    let strength = mode.strength(from, time / layers);
                    vec![
                        from.into(),
                        u64::from(depth).into(),
                        (*time).into(),
                        strength.into(),
                        found.into(),
                    ]
                }));
                done += 1;
                progress(Progress { done, total });
            }
        }
        let columns = ["from", "depth", "scaled_time", "strength", "descent"];
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_layers_begin_aligned_and_as_strong_as_told() {
        let mut rng = Streams::new(2).stream("w");
        let (network, target) = aligned(3, 0.25, &mut rng);
        assert_relative_eq!(strength(&network, &target), 0.25, max_relative = 1e-13);
        let squares: f64 = TARGET.iter().map(|s| s * s).sum();
        let found = target.mapv(|x| x * x).sum();
        assert_relative_eq!(found, squares, max_relative = 1e-13);
    }

    #[test]
    fn a_small_step_moves_as_the_flow_says() {
        let (mut network, target) = aligned(5, 0.5, &mut Streams::new(3).stream("w"));
        descend(&mut network, &target, 1e-6);
        let moved = strength(&network, &target) - 0.5;
        let speed = DeepLinearMode::new(5, 3.0).speed(0.5);
        assert_relative_eq!(moved / 1e-6, speed, max_relative = 1e-4);
    }
}
