//! The numbers that a loss depends on, one by one and all together.

use ndarray::{Array1, Array2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::Case;
use crate::network::Gradients;

/// One number that a loss depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coordinate {
    /// An entry of a layer's weight `(fan_in, fan_out)`.
    Weight {
        /// The layer, counted from 0.
        layer: usize,
        /// The input of the layer.
        row: usize,
        /// The unit.
        column: usize,
    },
    /// An entry of a layer's bias.
    Bias {
        /// The layer, counted from 0.
        layer: usize,
        /// The unit.
        unit: usize,
    },
    /// An entry of the batch.
    Input {
        /// The example.
        row: usize,
        /// The feature.
        column: usize,
    },
}

/// A step in the space of all that a loss depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// The step of every weight, layer by layer.
    pub weights: Vec<Array2<f64>>,
    /// The step of every bias, layer by layer.
    pub biases: Vec<Array1<f64>>,
    /// The step of the batch.
    pub input: Array2<f64>,
}

impl Case {
    /// Every weight, bias and input, layer by layer, the batch last.
    pub fn coordinates(&self) -> Vec<Coordinate> {
        let mut all = Vec::new();
        for (l, layer) in self.network.layers.iter().enumerate() {
            let weights =
                layer
                    .weight
                    .indexed_iter()
                    .map(|((row, column), _)| Coordinate::Weight {
                        layer: l,
                        row,
                        column,
                    });
            all.extend(weights);
            all.extend((0..layer.bias.len()).map(|unit| Coordinate::Bias { layer: l, unit }));
        }
        let inputs = self.input.indexed_iter();
        all.extend(inputs.map(|((row, column), _)| Coordinate::Input { row, column }));
        all
    }

    /// The number at a coordinate.
    ///
    /// # Panics
    ///
    /// If there is no such coordinate.
    pub fn at(&self, coordinate: Coordinate) -> f64 {
        match coordinate {
            Coordinate::Weight { layer, row, column } => {
                self.network.layers[layer].weight[[row, column]]
            }
            Coordinate::Bias { layer, unit } => self.network.layers[layer].bias[unit],
            Coordinate::Input { row, column } => self.input[[row, column]],
        }
    }

    /// The number at a coordinate, to be changed.
    pub fn at_mut(&mut self, coordinate: Coordinate) -> &mut f64 {
        match coordinate {
            Coordinate::Weight { layer, row, column } => {
                &mut self.network.layers[layer].weight[[row, column]]
            }
            Coordinate::Bias { layer, unit } => &mut self.network.layers[layer].bias[unit],
            Coordinate::Input { row, column } => &mut self.input[[row, column]],
        }
    }
}

impl Gradients {
    /// The derivative with respect to one number.
    ///
    /// # Panics
    ///
    /// If there is no such coordinate.
    pub fn at(&self, coordinate: Coordinate) -> f64 {
        match coordinate {
            Coordinate::Weight { layer, row, column } => self.layers[layer].weight[[row, column]],
            Coordinate::Bias { layer, unit } => self.layers[layer].bias[unit],
            Coordinate::Input { row, column } => self.input[[row, column]],
        }
    }
}

impl Direction {
    /// The same step in every coordinate.
    pub(super) fn constant(case: &Case, step: f64) -> Self {
        let layers = &case.network.layers;
        Self {
            weights: layers
                .iter()
                .map(|layer| layer.weight.mapv(|_| step))
                .collect(),
            biases: layers
                .iter()
                .map(|layer| layer.bias.mapv(|_| step))
                .collect(),
            input: case.input.mapv(|_| step),
        }
    }

    /// A step of 1 in one coordinate.
    pub fn unit(case: &Case, coordinate: Coordinate) -> Self {
        let mut direction = Self::constant(case, 0.0);
        match coordinate {
            Coordinate::Weight { layer, row, column } => {
                direction.weights[layer][[row, column]] = 1.0;
            }
            Coordinate::Bias { layer, unit } => direction.biases[layer][unit] = 1.0,
            Coordinate::Input { row, column } => direction.input[[row, column]] = 1.0,
        }
        direction
    }

    /// Independent standard normal steps.
    ///
    /// A gradient that is off by `e` shows `e · v ~ N(0, ‖e‖²)` along such a `v`, so it slips
    /// through a tolerance `t` with probability below `0.8 t / ‖e‖`.
    pub fn normal(case: &Case, rng: &mut dyn Rng) -> Self {
        let mut direction = Self::constant(case, 0.0);
        let Self {
            weights,
            biases,
            input,
        } = &mut direction;
        for step in weights
            .iter_mut()
            .flatten()
            .chain(biases.iter_mut().flatten())
            .chain(input)
        {
            *step = StandardNormal.sample(rng);
        }
        direction
    }

    /// `gradients · v`, and how many terms it has.
    pub(super) fn dot(&self, gradients: &Gradients) -> (f64, usize) {
        let mut terms: Vec<f64> = Vec::new();
        for (l, layer) in gradients.layers.iter().enumerate() {
            terms.extend(
                layer
                    .weight
                    .iter()
                    .zip(&self.weights[l])
                    .map(|(g, v)| g * v),
            );
            terms.extend(layer.bias.iter().zip(&self.biases[l]).map(|(g, v)| g * v));
        }
        terms.extend(gradients.input.iter().zip(&self.input).map(|(g, v)| g * v));
        (terms.iter().sum(), terms.len())
    }
}
