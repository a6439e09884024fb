//! The three forms of the maximal-update parametrization, trained beside each other.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;

use super::network::{Rule, ScaledNetwork, Shape};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::evidence::largest;
use unit_variance::initializer::Normal;
use unit_variance::theory::{LayerRole, MaximalUpdateForm};
use unit_variance::{Activation, Initializer, Loss, Streams};

/// How far the three forms of the maximal-update parametrization are from each other after some steps.
///
/// Networks of two hidden layers of tanh units learn random targets. Columns: `optimizer`, `epsilon`, `width`, and `difference`: of the
/// outputs of the second and the third form from those of the first, the largest, over the largest output.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct EquivalentForms {
    /// Units of both hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "16,32,64,128,256")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
    /// How many steps.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "10")]
    pub steps: usize,
    /// The seed of weights, inputs and targets.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for EquivalentForms {
    fn default() -> Self {
        without_options()
    }
}

/// Rules, and rates at which they learn.
const RULES: [(Rule, f64); 3] = [
    (Rule::Descent, 0.0625),
    (Rule::Adam { epsilon: 0.0 }, 0.015_625),
    (Rule::Adam { epsilon: 1e-8 }, 0.015_625),
];

const INPUTS: usize = 8;
const IMAGES: usize = 16;
const OUTPUTS: usize = 4;

/// The outputs of the three forms after some steps.
pub fn trained_forms(
    width: usize,
    (rule, rate): (Rule, f64),
    steps: usize,
    streams: Streams,
) -> [Array2<f64>; 3] {
    let normal = Normal::new(0.0, 1.0);
    let x = normal.sample((IMAGES, INPUTS), &mut streams.stream("inputs"));
    let targets = normal.sample((IMAGES, OUTPUTS), &mut streams.stream("targets"));
    let loss = Loss::MeanOfSquares { targets };
    let shape = Shape {
        inputs: INPUTS,
        width,
        outputs: OUTPUTS,
        base: 1,
    };
    MaximalUpdateForm::ALL.map(|form| {
        let exponents = LayerRole::ALL.map(|layer| form.exponents(layer, rule.of_theory()));
        let mut network = ScaledNetwork::of_exponents(exponents, shape, Activation::Tanh, streams);
        for _ in 0..steps {
            network.step(&x, &loss, rule, rate);
        }
        network.output(&x)
    })
}

/// The largest difference of two outputs, over the largest output.
pub fn difference(one: &Array2<f64>, other: &Array2<f64>) -> f64 {
    let size = |of: &Array2<f64>| largest(of.iter().map(|y| y.abs()));
    size(&(one - other)) / size(one)
}

impl Configuration for EquivalentForms {
    const NAME: &'static str = "equivalent-forms";

    fn numbers_in_memory(&self) -> f64 {
        let widest = self.widths.iter().copied().max().unwrap_or(0);
        9.0 * option::weights(1, widest)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = (RULES.len() * self.widths.len()) as u64;
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for rule in RULES {
            let (name, epsilon) = match rule.0 {
                Rule::Descent => ("sgd", 0.0),
                Rule::Adam { epsilon } => ("adam", epsilon),
            };
            for width in &self.widths {
                let [first, second, third] =
                    trained_forms(*width, rule, self.steps, Streams::new(self.seed));
                let off = largest([difference(&first, &second), difference(&first, &third)]);
                rows.push(vec![
                    name.into(),
                    epsilon.into(),
                    (*width).into(),
                    off.into(),
                ]);
                let done = rows.len() as u64;
                progress(Progress { done, total });
            }
        }
        let columns = ["optimizer", "epsilon", "width", "difference"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_make_no_difference_and_others_that_of_rounding() {
        let forms = EquivalentForms {
            widths: vec![16, 32],
            steps: 3,
            ..EquivalentForms::default()
        };
        let off = forms.run(&mut |_| {}).numbers("difference");
        assert_eq!([off[0], off[2]], [0.0, 0.0]);
        for rounding in [off[1], off[3]] {
            assert!((1e-17..1e-12).contains(&rounding), "{off:?}");
        }
        assert!(off[4] > 1e-12 && off[5] > 1e-12, "{off:?}");
    }
}
