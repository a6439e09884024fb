//! The first step of networks whose branches start at zero, taken, beside what the theory says of it.

use clap::Args;
use ndarray::{Array2, ArrayD};
use serde::Serialize;
use unit_variance::network::{Chain, Layer, Residual};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{ZeroStart, fixup_scale};
use unit_variance::{
    Activation, Constant, Dense, Initializer, Law, Moments, Streams, VarianceScaling,
};

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// How fast the output moves in the first step of residual networks whose branches start at zero
///
/// The branches have one layer of ReLU units, as many as the stream has features. Columns: `start`, what is zero and how the layer before it is drawn;
/// `depth`, the number of blocks; `predicted` and `measured`, the mean of `−Δf / (η g ‖v‖² ‖x‖²)` over networks, by the theory and by a step that is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct ZeroStartSteps {
    /// The numbers of blocks, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "1,4,16,64")]
    #[serde(serialize_with = "option::joined")]
    pub depths: Vec<usize>,
    /// How many networks of each kind are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub networks: usize,
    /// The number of features, and of units.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "16")]
    pub width: usize,
    /// The learning rate.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "1e-6")]
    pub rate: f64,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

/// What is zero at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The last layer, behind a He layer.
    He,
    /// The last layer, behind Fixup's.
    Fixup,
    /// The factor of the branch.
    ReZero,
}

impl Start {
    const ALL: [Self; 3] = [Self::He, Self::Fixup, Self::ReZero];

    fn name(self) -> &'static str {
        match self {
            Self::He => "last layer zero",
            Self::Fixup => "Fixup",
            Self::ReZero => "ReZero",
        }
    }

    fn theory(self, depth: u64, width: u64) -> ZeroStart {
        match self {
            Self::He => ZeroStart::fixup(depth, 1.0, width, &[width]),
            Self::Fixup => ZeroStart::fixup(depth, fixup_scale(depth, 2), width, &[width]),
            Self::ReZero => ZeroStart::rezero(depth, width, width),
        }
    }

    fn block(self, depth: usize, width: usize, rng: &mut StreamRng) -> Residual {
        let shape = (width, width);
        let mut first: Array2<f64> = VarianceScaling::he(Law::Normal).sample(shape, rng);
        if self == Self::Fixup {
            first *= fixup_scale(depth as u64, 2);
        }
        let last = match self {
            Self::ReZero => VarianceScaling::lecun(Law::Normal).sample(shape, rng),
            _ => Constant::ZERO.sample(shape, rng),
        };
        let branch = Chain::default()
            .then(Dense::new(first, Activation::Relu))
            .then(Dense::new(last, Activation::Identity));
        match self {
            Self::ReZero => Residual::rezero(branch),
            _ => Residual::new(branch),
        }
    }
}

impl Default for ZeroStartSteps {
    fn default() -> Self {
        without_options()
    }
}

impl ZeroStartSteps {
    /// `−Δf / (η ‖v‖² ‖x‖²)` of one network for a loss of slope 1.
    fn speed(&self, start: Start, depth: usize, rng: &mut StreamRng) -> f64 {
        let width = self.width;
        let block = |_| start.block(depth, width, rng);
        let mut network = (0..depth).map(block).fold(Chain::default(), Chain::then);
        let x = Array2::from_shape_fn((1, width), |(_, i)| libm::cos(i as f64));
        let v = Array2::from_shape_fn((1, width), |(_, i)| libm::sin(1.0 + i as f64));
        let square = |a: &Array2<f64>| a.iter().map(|a| a * a).sum::<f64>();
        let output = |network: &Chain| (network.forward(&x).0 * &v).sum();
        let before: f64 = output(&network);
        let (_, cache) = network.forward(&x);
        let gradients = network.backward(&cache, &v).parameters;
        for (mut parameter, gradient) in network.parameters_mut().into_iter().zip(gradients) {
            // Biases have a part of their own, which is the same in every network of one depth.
            if gradient.ndim() == 2 || gradient.len() == 1 && start == Start::ReZero {
                let step: ArrayD<f64> = self.rate * gradient;
                parameter -= &step;
            }
        }
        (before - output(&network)) / (self.rate * square(&v) * square(&x))
    }
}

impl Configuration for ZeroStartSteps {
    const NAME: &'static str = "zero-start-steps";

    fn numbers_in_memory(&self) -> f64 {
        let deepest = self.depths.iter().max().copied().unwrap_or(0);
        4.0 * option::weights(deepest, self.width)
    }

    fn refusal(&self) -> Option<String> {
        (!(1e-9..=1e-3).contains(&self.rate)).then(|| {
            format!(
                "a rate of {:e} is no small step that floats resolve: 1e-9 to 1e-3 are accepted",
                self.rate
            )
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (done, start) in (1..).zip(Start::ALL) {
            for &depth in &self.depths {
                let streams = Streams::new(self.seed).family(&format!("{} {depth}", start.name()));
                let speeds: Vec<f64> = parallel::map(0..self.networks as u64, |network| {
                    self.speed(start, depth, &mut streams.block(network))
                });
                let measured = speeds.iter().collect::<Moments>().mean();
                rows.push(vec![
                    start.name().into(),
                    depth.into(),
                    start.theory(depth as u64, self.width as u64).mean().into(),
                    measured.into(),
                ]);
            }
            progress(Progress {
                done,
                total: Start::ALL.len() as u64,
            });
        }
        let columns = ["start", "depth", "predicted", "measured"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_that_is_taken_is_the_one_that_is_predicted() {
        let run = ZeroStartSteps {
            depths: vec![1, 9],
            networks: 2000,
            width: 4,
            ..ZeroStartSteps::default()
        };
        let table = run.run(&mut |_| {});
        let [predicted, measured] = ["predicted", "measured"].map(|column| table.numbers(column));
        assert_eq!(predicted[..4], [1.0, 9.0, 1.0, 1.0]);
        for (predicted, measured) in predicted.iter().zip(measured) {
            assert!(
                (measured / predicted - 1.0).abs() < 0.2,
                "{predicted} {measured}"
            );
        }
    }
}
