//! The largest rate at which gradient descent on the squared error is stable, before the first step.

use std::sync::Arc;

use clap::Args;
use ndarray::{Array2, ArrayRef2};
use serde::Serialize;

use super::network::{ScaledNetwork, Shape};
use super::pooled::{pooled, pooled_size};
use crate::shared::data::{Mnist, write_digest};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Streams;
use unit_variance::evidence::{largest, smallest};
use unit_variance::matrix::product;
use unit_variance::theory::{Parametrization, UpdateRule};

/// The largest stable rate of gradient descent against the width, for networks of two hidden layers of ReLU units on digits.
///
/// The loss is half of the mean squared error of one output over pooled images, and the rate is two over the largest eigenvalue of
/// its kernel at the start. Columns: `parametrization`, `width`, `rate`, the mean over seeds, and `least` and `most` of them.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct LargestRate {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// Parametrizations, with commas: standard, neural-tangent, maximal-update.
    #[arg(long, value_delimiter = ',', default_values_t = Parametrization::ALL, value_parser = super::parametrization)]
    #[serde(serialize_with = "option::joined")]
    pub parametrizations: Vec<Parametrization>,
    /// Units of both hidden layers, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::count, default_value = "32,64,128,256,512,1024")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
    /// The width at which all parametrizations are the same.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub base: usize,
    /// How many images there are.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "96")]
    pub images: usize,
    /// The first seed of the weights.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many seeds from there on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "6")]
    pub seeds: usize,
}

impl LargestRate {
    /// The rates of the terminal without options, on these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            ..without_options()
        }
    }
}

// ANCHOR: kernel
/// `K(x, x') = Σ over the layers of e m² (h · h') (δ · δ')`: the first order of what a step of rate 1 on the error of `x'` does to the
/// output of `x`. `h` is what enters the layer, and `δ` the slope of the output by its pre-activations.
pub fn kernel(network: &ScaledNetwork, x: &ArrayRef2<f64>) -> Array2<f64> {
    let effective = network.effective();
    let trace = effective.forward(x);
    let slopes = effective.backward(&trace, &Array2::ones(trace.output().dim()));
    let mut kernel = Array2::zeros((x.nrows(), x.nrows()));
    for (l, layer) in network.layers.iter().enumerate() {
        let (h, delta) = (trace.entering(l), &slopes.layers[l].delta);
        let size = layer.rate * layer.multiplier * layer.multiplier;
        kernel = kernel + size * product(h, &h.t()) * product(delta, &delta.t());
    }
    kernel
}
// ANCHOR_END: kernel

/// The largest eigenvalue of a symmetric matrix without negative ones, by the power method.
pub fn largest_eigenvalue(matrix: &Array2<f64>) -> f64 {
    let mut vector = Array2::from_elem((matrix.nrows(), 1), 1.0);
    let mut value = 0.0;
    for _ in 0..1000 {
        let next = product(matrix, &vector);
        let length = next.mapv(|x| x * x).sum().sqrt();
        if length == 0.0 {
            return 0.0;
        }
        vector = next / length;
        if (length - value).abs() <= 1e-13 * length {
            return length;
        }
        value = length;
    }
    value
}

impl Configuration for LargestRate {
    const NAME: &'static str = "largest-rate";

    fn numbers_in_memory(&self) -> f64 {
        let widest = self.widths.iter().copied().max().unwrap_or(0);
        8.0 * option::weights(1, widest) + (self.images as f64).powi(2)
    }

    fn refusal(&self) -> Option<String> {
        let there = self.data.train().count();
        (self.images > there && there > 0).then(|| {
            format!(
                "there are {there} images, but {} are asked for",
                self.images
            )
        })
    }

    /// # Panics
    ///
    /// If there is no parametrization, width or seed.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let images = self.data.train();
        let x = pooled(images, 0..self.images.min(images.count()));
        let inputs = pooled_size(images);
        let total = (self.parametrizations.len() * self.widths.len()) as u64;
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for parametrization in &self.parametrizations {
            for width in &self.widths {
                let shape = Shape {
                    inputs,
                    width: *width,
                    outputs: 1,
                    base: self.base,
                };
                let rate = |i: u64| {
                    let streams = Streams::new(self.seed.wrapping_add(i));
                    let rule = UpdateRule::GradientDescent;
                    let network = ScaledNetwork::draw(*parametrization, rule, shape, streams);
                    let curvature = largest_eigenvalue(&kernel(&network, &x)) / x.nrows() as f64;
                    2.0 / curvature
                };
                let rates: Vec<f64> = parallel::map(0..self.seeds as u64, rate);
                let mean = rates.iter().sum::<f64>() / rates.len() as f64;
                rows.push(vec![
                    parametrization.name().into(),
                    (*width).into(),
                    mean.into(),
                    smallest(rates.iter().copied()).into(),
                    largest(rates.iter().copied()).into(),
                ]);
                let done = rows.len() as u64;
                progress(Progress { done, total });
            }
        }
        let columns = ["parametrization", "width", "rate", "least", "most"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::width::network::Rule;
    use approx::assert_relative_eq;
    use ndarray::array;
    use unit_variance::Loss;

    #[test]
    fn the_kernel_says_what_a_small_step_does() {
        let shape = Shape {
            inputs: 2,
            width: 6,
            outputs: 1,
            base: 3,
        };
        for parametrization in Parametrization::ALL {
            let rule = UpdateRule::GradientDescent;
            let mut network = ScaledNetwork::draw(parametrization, rule, shape, Streams::new(5));
            let x = array![[1.0, -0.5], [0.25, 2.0]];
            let kernel = kernel(&network, &x);
            let before = network.output(&x);
            // An error of one at the second input alone.
            let loss = Loss::Linear {
                cotangent: array![[0.0], [-1.0]],
            };
            network.step(&x, &loss, Rule::Descent, 1e-7);
            let moved = (network.output(&x) - before) / 1e-7;
            assert_relative_eq!(moved[[0, 0]], kernel[[0, 1]], max_relative = 1e-4);
            assert_relative_eq!(moved[[1, 0]], kernel[[1, 1]], max_relative = 1e-4);
        }
    }

    #[test]
    fn two_parametrizations_have_one_kernel() {
        let shape = Shape {
            inputs: 2,
            width: 24,
            outputs: 1,
            base: 3,
        };
        let x = array![[1.0, -0.5], [0.25, 2.0]];
        let [standard, tangent, maximal] = Parametrization::ALL.map(|of| {
            let rule = UpdateRule::GradientDescent;
            kernel(&ScaledNetwork::draw(of, rule, shape, Streams::new(7)), &x)
        });
        for (one, other) in tangent.iter().zip(&maximal) {
            assert_relative_eq!(one, other, max_relative = 1e-12);
        }
        assert!(standard[[0, 0]] > 1.5 * maximal[[0, 0]]);
    }

    #[test]
    fn the_largest_eigenvalue_is_found() {
        let matrix = array![[2.0, 1.0], [1.0, 2.0]];
        assert_relative_eq!(largest_eigenvalue(&matrix), 3.0, max_relative = 1e-12);
        assert_eq!(largest_eigenvalue(&Array2::zeros((3, 3))), 0.0);
    }
}
