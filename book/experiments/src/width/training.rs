//! Some steps on pooled digits, and the loss on others.

use std::fmt;
use std::str::FromStr;

use ndarray::{Array2, ArrayRef2};
use rand::seq::index;
use serde::Serialize;

use super::network::{Rule, ScaledNetwork};
use super::pooled::pooled;
use crate::shared::data::{LabeledImages, Mnist};
use unit_variance::{Loss, Streams};

/// What is learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Error {
    /// Half of the squared distance from a one for the class and zeros.
    Squared,
    /// The cross-entropy.
    CrossEntropy,
    /// Minus the output of the class: a slope that does not depend on the outputs.
    Linear,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Squared => "squared",
            Self::CrossEntropy => "cross-entropy",
            Self::Linear => "linear",
        })
    }
}

impl FromStr for Error {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "squared" => Ok(Self::Squared),
            "cross-entropy" => Ok(Self::CrossEntropy),
            "linear" => Ok(Self::Linear),
            _ => Err("squared, cross-entropy or linear"),
        }
    }
}

const CLASSES: usize = 10;

/// How many test images the loss is measured on.
const JUDGED: usize = 500;

/// What a network may lose until it is stopped, over the loss of outputs of zero.
const MOST: f64 = 10.0;

/// At larger rates numbers may leave the range of floats in one step.
const LARGEST_RATE: f64 = 1000.0;

/// Why these rates and this batch cannot be learned with.
pub(super) fn refusal(data: &Mnist, rates: &[f64], batch: usize) -> Option<String> {
    if let Some(rate) = rates.iter().find(|rate| **rate > LARGEST_RATE) {
        return Some(format!(
            "rates of at most {LARGEST_RATE} are followed, but one of these is {rate}"
        ));
    }
    let there = data.train().count();
    (batch > there && there > 0)
        .then(|| format!("there are {there} images, but a batch of {batch} is asked for"))
}

/// A batch of images and their classes.
#[derive(Debug, Clone)]
struct Batch {
    x: Array2<f64>,
    labels: Vec<usize>,
}

impl Batch {
    fn of(images: &LabeledImages, which: Vec<usize>) -> Self {
        let labels = which.iter().map(|i| usize::from(images.labels[*i]));
        Self {
            labels: labels.collect(),
            x: pooled(images, which.into_iter()),
        }
    }
}

impl Error {
    /// The loss of outputs of zero.
    fn of_nothing(self) -> f64 {
        match self {
            Self::Squared => 0.5,
            Self::CrossEntropy => libm::log(CLASSES as f64),
            // That of one class is as good as another.
            Self::Linear => 1.0,
        }
    }

    /// The mean loss of these outputs and its gradient, or nothing if it is out of reach.
    fn on(self, outputs: &ArrayRef2<f64>, labels: &[usize]) -> Option<(f64, Array2<f64>)> {
        if !outputs.iter().all(|y| y.is_finite()) {
            return None;
        }
        let found = match self {
            Self::CrossEntropy => {
                let loss = Loss::CrossEntropy {
                    labels: labels.to_vec(),
                };
                (loss.value(outputs), loss.gradient(outputs))
            }
            Self::Squared => {
                let mut errors = outputs.to_owned();
                for (mut row, label) in errors.rows_mut().into_iter().zip(labels) {
                    row[*label] -= 1.0;
                }
                let rows = labels.len() as f64;
                let loss = errors.mapv(|e| e * e).sum() / (2.0 * rows);
                (loss, errors / rows)
            }
            Self::Linear => {
                let rows = labels.len() as f64;
                let mut slope = Array2::zeros(outputs.dim());
                for (mut row, label) in slope.rows_mut().into_iter().zip(labels) {
                    row[*label] = -1.0 / rows;
                }
                let terms = slope.iter().zip(outputs).map(|(c, y)| c * y);
                (terms.sum::<f64>(), slope)
            }
        };
        (found.0 <= MOST * self.of_nothing()).then_some(found)
    }
}

/// Batches to learn from, and images to be judged on.
#[derive(Debug, Clone)]
pub(super) struct Training {
    batches: Vec<Batch>,
    judged: Batch,
    error: Error,
}

impl Training {
    /// So many batches of images, each drawn without repetition, and the first test images.
    pub(super) fn new(
        data: &Mnist,
        streams: Streams,
        batch: usize,
        steps: usize,
        error: Error,
    ) -> Self {
        let train = data.train();
        let mut rng = streams.stream("batches");
        let batches = (0..steps).map(|_| {
            let which = index::sample(&mut rng, train.count(), batch);
            Batch::of(train, which.into_vec())
        });
        let batches = batches.collect();
        let judged = (0..data.test().count().min(JUDGED)).collect();
        Self {
            batches,
            judged: Batch::of(data.test(), judged),
            error,
        }
    }

    /// The mean squares of what pre-activations change in all steps, layer by layer, on the first batch; they are those of the last
    /// step before a loss out of reach.
    pub(super) fn changes(&self, mut network: ScaledNetwork, rule: Rule, rate: f64) -> Vec<f64> {
        let x = &self.batches[0].x;
        let start = network.effective().forward(x);
        for Batch { x, labels } in &self.batches {
            let effective = network.effective();
            let trace = effective.forward(x);
            let Some((_, slope)) = self.error.on(trace.output(), labels) else {
                break;
            };
            network.advance(&effective.backward(&trace, &slope), rule, rate);
        }
        let end = network.effective().forward(x);
        let layers = start.layers.iter().zip(&end.layers);
        let changes = layers.map(|(start, end)| &end.preactivation - &start.preactivation);
        changes
            .map(|change| change.mapv(|z| z * z).sum() / change.len() as f64)
            .collect()
    }

    /// The loss behind all steps, and whether they were too large: then it is the loss at which a network is stopped.
    pub(super) fn run(&self, mut network: ScaledNetwork, rule: Rule, rate: f64) -> (f64, bool) {
        let stopped = (MOST * self.error.of_nothing(), true);
        for Batch { x, labels } in &self.batches {
            let effective = network.effective();
            let trace = effective.forward(x);
            let Some((_, slope)) = self.error.on(trace.output(), labels) else {
                return stopped;
            };
            network.advance(&effective.backward(&trace, &slope), rule, rate);
        }
        let Batch { x, labels } = &self.judged;
        let found = self.error.on(&network.output(x), labels);
        found.map_or(stopped, |(loss, _)| (loss, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_squared_error_and_its_slope_are_by_hand() {
        let mut outputs = Array2::zeros((2, CLASSES));
        outputs[[0, 3]] = 0.5;
        let (loss, slope) = Error::Squared.on(&outputs, &[3, 4]).expect("it is small");
        assert_eq!(loss, (0.25 + 1.0) / 4.0);
        assert_eq!(
            (slope[[0, 3]], slope[[1, 4]], slope[[1, 3]]),
            (-0.25, -0.5, 0.0)
        );
    }

    #[test]
    fn what_is_out_of_reach_is_not_computed() {
        assert!(Error::Squared.on(&array![[f64::INFINITY]], &[0]).is_none());
        assert!(Error::Squared.on(&array![[1e200]], &[0]).is_none());
        assert!(Error::CrossEntropy.on(&array![[1e5, 0.0]], &[1]).is_none());
    }
}
