//! The length of a matrix in front of a normalization, under weight decay: where it starts is forgotten.

use clap::Args;
use ndarray::{Array1, Array2, ArrayRef2};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Normal;
use unit_variance::network::Loss;
use unit_variance::{
    Activation, Chain, Dense, Fan, Initializer, Law, Layer, LayerNorm, Streams, VarianceScaling,
};

/// Gradient descent of a small network with a layer normalization, from three scales of the weights before it.
///
/// Columns: `step`, and for each start the `length` of the matrix and the `angle` by which the step turns it, in degrees. Summary: the angle
/// `acos(1 − rate · decay)` at rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct DecayRest {
    /// The number of steps.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "400")]
    pub steps: usize,
    /// Every which step has a row.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "4")]
    pub every: usize,
    /// The learning rate.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.1")]
    pub rate: f64,
    /// The weight decay of the matrix.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, default_value = "0.2")]
    pub decay: f64,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for DecayRest {
    fn default() -> Self {
        without_options()
    }
}

/// What the weights of the first layer are multiplied by at the start.
pub const STARTS: [(&str, f64); 3] = [("small", 0.25), ("fair", 1.0), ("large", 4.0)];

/// Inputs, units and outputs of the network, and rows of a batch.
const SIZES: (usize, usize, usize, usize) = (16, 32, 4, 32);

/// Where a matrix is before a step, and by which angle the step turns it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    length: f64,
    angle: f64,
}

fn dot(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl DecayRest {
    fn walk(&self, scale: f64) -> Vec<Step> {
        let (inputs, units, outputs, rows) = SIZES;
        let streams = Streams::new(self.seed);
        let draw = |name: &str, shape: (usize, usize)| -> Array2<f64> {
            let lecun = VarianceScaling::new(1.0, Fan::In, Law::Normal);
            lecun.sample(shape, &mut streams.stream(name))
        };
        let first = Dense::new(scale * draw("first", (inputs, units)), Activation::Identity);
        let head = draw("head", (units, outputs));
        let mut network = Chain::default()
            .then(first)
            .then(LayerNorm::new(units).with_epsilon(0.0))
            .then(Dense::new(Array2::eye(units), Activation::Tanh))
            .then(Dense::new(head, Activation::Identity));
        let mut batches = streams.stream("batches");
        let normal = Normal::new(0.0, 1.0);
        let mut steps = Vec::with_capacity(self.steps);
        for _ in 0..self.steps {
            // A new batch each time, of labels that nobody can learn: the gradient keeps its size.
            let x: Array2<f64> = normal.sample((rows, inputs), &mut batches);
            let target: Array1<f64> = normal.sample((1, rows), &mut batches).row(0).to_owned();
            let labels = target.iter().map(|t| usize::from(*t > 0.0)).collect();
            let (y, cache) = network.forward(&x);
            let pullback = network.backward(&cache, &Loss::CrossEntropy { labels }.gradient(&y));
            let mut parameters = network.parameters_mut();
            let weight = &mut parameters[0];
            let before = weight.to_owned().into_dimensionality().expect("a matrix");
            weight.mapv_inplace(|w| (1.0 - self.rate * self.decay) * w);
            weight.scaled_add(-self.rate, &pullback.parameters[0]);
            let after = weight.to_owned().into_dimensionality().expect("a matrix");
            let (old, new) = (dot(&before, &before).sqrt(), dot(&after, &after).sqrt());
            let cosine = dot(&before, &after) / (old * new);
            steps.push(Step {
                length: old,
                angle: libm::acos(cosine.min(1.0)).to_degrees(),
            });
        }
        steps
    }
}

impl Configuration for DecayRest {
    const NAME: &'static str = "decay-rest";

    fn numbers_in_memory(&self) -> f64 {
        6.0 * self.steps as f64
    }

    fn refusal(&self) -> Option<String> {
        let product = self.rate * self.decay;
        (product >= 1.0).then(|| {
            format!("a rate times its decay must be below 1, or a step turns the matrix over, but here it is {product}")
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut columns = vec!["step".to_owned()];
        let mut walks = Vec::new();
        for (done, (name, scale)) in (1..).zip(STARTS) {
            walks.push(self.walk(scale));
            columns.extend([format!("{name}_length"), format!("{name}_angle")]);
            let total = STARTS.len() as u64;
            progress(Progress { done, total });
        }
        let row = |step: usize| -> Vec<Cell> {
            let cells = walks
                .iter()
                .flat_map(|walk| [walk[step].length, walk[step].angle]);
            let step: Cell = step.into();
            std::iter::once(step).chain(cells.map(Cell::from)).collect()
        };
        let rows = (0..self.steps).step_by(self.every).map(row).collect();
        let angle = libm::acos(1.0 - self.rate * self.decay).to_degrees();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows).with_summary(vec![("angle".to_owned(), angle.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starts_are_forgotten() {
        let table = DecayRest::default().run(&mut |_| {});
        let lengths = STARTS.map(|(name, _)| table.numbers(&format!("{name}_length")));
        let last = lengths[0].len() - 1;
        assert!(lengths[2][0] > 15.0 * lengths[0][0]);
        assert!(
            (lengths[2][last] / lengths[0][last] - 1.0).abs() < 0.05,
            "{lengths:?}"
        );
        for (name, _) in STARTS {
            let angles = table.numbers(&format!("{name}_angle"));
            let late = &angles[angles.len() / 2..];
            let mean = late.iter().sum::<f64>() / late.len() as f64;
            assert!((mean / table.total("angle") - 1.0).abs() < 0.2, "{mean}");
        }
    }

    #[test]
    fn a_decay_that_turns_the_matrix_over_is_refused() {
        let over = DecayRest {
            rate: 2.0,
            decay: 0.5,
            ..DecayRest::default()
        };
        assert!(over.refusal().is_some_and(|why| why.contains("below 1")));
    }
}
