//! A net of the spiral in training, and what is recorded of it.

use std::ops::Range;

use ndarray::Array2;

use super::{GradientOver, VanishingGradient};
use crate::shared::data::Spiral;
use unit_variance::network::{Dense, Network, Optimizer, Trainer, guesses};

/// The learning rate, and the factor of `½ Σ w²` in the loss.
const RATE: f64 = 0.1;
const DECAY: f64 = 1e-3;

/// A net in training.
#[derive(Debug, Clone)]
pub(super) struct Training {
    trainer: Trainer,
    /// At the recorded steps: the loss, the magnitude of the gradients of the first two weight matrices, and
    /// that of the gradients of the first two layers' neurons.
    pub(super) records: Vec<[f64; 5]>,
}

impl Training {
    pub(super) fn of(network: Network, spiral: &Spiral, config: &VanishingGradient) -> Self {
        Self {
            trainer: Trainer::new(network, spiral.labels.len()),
            records: Vec::with_capacity(config.nets.steps / config.every + 2),
        }
    }

    pub(super) fn network(&self) -> &Network {
        self.trainer.network()
    }

    pub(super) fn advance(
        &mut self,
        steps: Range<usize>,
        spiral: &Spiral,
        config: &VanishingGradient,
    ) {
        let Spiral { points, labels } = spiral;
        for step in steps {
            self.trainer.forward(&**points);
            self.trainer.backward(labels);
            if step % config.every == 0 || step + 1 == config.nets.steps {
                let [first, second] = [0, 1].map(|l| {
                    let gradient = self.trainer.weight_gradient(&**points, l);
                    magnitude(&gradient, config.gradient_over)
                });
                let loss = self.trainer.loss(labels) + penalty(self.trainer.network());
                let [at_first, at_second] = [0, 1].map(|l| mean_magnitude(self.trainer.delta(l)));
                self.records
                    .push([loss, first, second, at_first, at_second]);
            }
            self.trainer.step(&**points, Optimizer::Sgd, RATE, DECAY);
        }
    }

    /// The share of the points that the net puts into their class, and how many units of each
    /// hidden layer are 0 at all of them.
    pub(super) fn judge(&mut self, spiral: &Spiral) -> (f64, [usize; 2]) {
        let right = guesses(self.trainer.forward(&*spiral.points))
            .zip(&spiral.labels)
            .filter(|(guess, label)| *guess == usize::from(**label))
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

fn magnitude(gradient: &Array2<f64>, over: GradientOver) -> f64 {
    let (rows, columns) = gradient.dim();
    match over {
        GradientOver::Entries => mean_magnitude(gradient),
        GradientOver::RowsPlusColumns => sum_of_magnitudes(gradient) / (rows + columns) as f64,
    }
}

fn mean_magnitude(gradient: &Array2<f64>) -> f64 {
    sum_of_magnitudes(gradient) / gradient.len() as f64
}

fn sum_of_magnitudes(gradient: &Array2<f64>) -> f64 {
    gradient.iter().map(|g| g.abs()).sum()
}

fn penalty(network: &Network) -> f64 {
    let squares = |layer: &Dense| layer.weight.iter().map(|w| w * w).sum::<f64>();
    0.5 * DECAY * network.layers.iter().map(squares).sum::<f64>()
}
