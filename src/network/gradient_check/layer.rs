//! Is the backward pass of a [`Layer`] the gradient? Four checks of any layer, of the library or of one's own.
//!
//! | check | what it compares with |
//! |---|---|
//! | [`by_coordinate`] | dual numbers, coordinate by coordinate |
//! | [`along`] | dual numbers in one direction, all coordinates at once |
//! | [`by_differences`] | central differences that cross no kink |
//! | [`euler`] | what homogeneity demands, where a layer is homogeneous |
//!
//! A general layer has no bound on its rounding, so all compare within a tolerance of yours, times the size of the
//! gradient.
//!
//! ```
//! use ndarray::array;
//! use unit_variance::network::gradient_check::layer::{LayerCase, by_coordinate, by_differences};
//! use unit_variance::{LayerNorm, Loss};
//!
//! let input = array![[0.3, -1.0, 2.0], [1.1, 0.4, -0.2]];
//! let loss = Loss::Linear { cotangent: array![[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]] };
//! let case = LayerCase { layer: Box::new(LayerNorm::new(3)), input, loss };
//! assert!(by_coordinate(&case, 1e-13, &LayerCase::gradients).passes());
//! assert!(by_differences(&case, 1e-5, 1e-8, &LayerCase::gradients).certified.passes());
//!
//! let constant_statistics = by_coordinate(&case, 1e-13, &|case| {
//!     let mut gradients = case.gradients();
//!     gradients.input += 0.1; // as if the mean were not taken out
//!     gradients
//! });
//! assert!(!constant_statistics.passes());
//! ```

mod whole;

pub use whole::{Variable, along, euler};

use ndarray::{Array2, ArrayD, ArrayViewD, Ix2};

use super::{Comparison, Differences};
use crate::activation::Dual;
use crate::network::contract::same_shape;
use crate::network::{Layer, Loss, Pullback};

/// What a gradient is taken of: a layer, a batch of shape `(batch, features)`, and a loss of its output.
#[derive(Debug, Clone)]
pub struct LayerCase {
    /// The layer.
    pub layer: Box<dyn Layer>,
    /// The batch `X`.
    pub input: Array2<f64>,
    /// The loss `L`.
    pub loss: Loss,
}

impl LayerCase {
    /// `L` at the output of the layer.
    ///
    /// # Panics
    ///
    /// As [`Layer::forward`] and [`Loss::value`].
    #[track_caller]
    pub fn value(&self) -> f64 {
        self.loss.value(&self.layer.forward(&self.input).0)
    }

    /// The gradients by the layer's own backward pass, the subject of the checks.
    ///
    /// # Panics
    ///
    /// As [`Layer::forward`], [`Loss::gradient`] and [`Layer::backward`].
    #[track_caller]
    pub fn gradients(&self) -> Pullback {
        let (output, cache) = self.layer.forward(&self.input);
        self.layer.backward(&cache, &self.loss.gradient(&output))
    }

    /// How many numbers the loss depends on: those of the parameters in their order, then the batch.
    fn coordinates(&self) -> usize {
        let parameters = self.layer.parameters();
        parameters.iter().map(ArrayViewD::len).sum::<usize>() + self.input.len()
    }

    /// Changes the number at a coordinate, and returns what it is then.
    fn shift(&mut self, coordinate: usize, step: f64) -> f64 {
        let mut parameters = self.layer.parameters_mut();
        let numbers = parameters.iter_mut().flat_map(|p| p.iter_mut());
        let number = numbers.chain(&mut self.input).nth(coordinate);
        let number = number.expect("the coordinate is one of the case");
        *number += step;
        *number
    }

    /// `Σ v ∂L/∂θ` in the direction whose coordinates are `v`, by dual numbers.
    #[track_caller]
    fn dual_slope(
        &self,
        direction: impl Fn(usize) -> f64,
        output: &Array2<f64>,
        tolerance: f64,
    ) -> f64 {
        let mut place = 0;
        // Not `map`, which goes through the numbers as they lie in memory.
        let mut dual = |x: ArrayViewD<'_, f64>| {
            let numbers = x.iter().map(|x| {
                let step = direction(place);
                place += 1;
                Dual::new(*x, step)
            });
            let numbers = numbers.collect();
            ArrayD::from_shape_vec(x.raw_dim(), numbers).expect("as many numbers as there were")
        };
        let parameters = self.layer.parameters().into_iter();
        let parameters: Vec<ArrayD<Dual>> = parameters.map(&mut dual).collect();
        let input = dual(self.input.view().into_dyn());
        let input = input.into_dimensionality::<Ix2>().expect("a matrix");
        let y = self.layer.forward_dual(&input, &parameters);
        same_shape(
            "output on dual numbers",
            y.dim(),
            "the output",
            output.dim(),
        );
        let largest = output.fold(0.0_f64, |largest, y| largest.max(y.abs()));
        for (dual, y) in y.iter().zip(output) {
            assert!(
                (dual.re - y).abs() <= tolerance * largest,
                "on dual numbers the forward pass gives {} where the layer gives {y}",
                dual.re
            );
        }
        self.loss.on(&y).eps
    }
}

/// Every entry of the gradients, in the order of the coordinates.
#[track_caller]
fn entries(case: &LayerCase, gradients: &Pullback) -> Vec<f64> {
    let parameters = case.layer.parameters();
    let shapes = parameters.iter().map(ArrayViewD::shape);
    assert!(
        shapes.eq(gradients.parameters.iter().map(ArrayD::shape)),
        "the gradients of the parameters have not the shapes of the parameters"
    );
    let input = &gradients.input;
    same_shape(
        "gradient of the input",
        input.dim(),
        "the input",
        case.input.dim(),
    );
    let parameters = gradients.parameters.iter().flatten();
    parameters.chain(input).copied().collect()
}

/// Compares every coordinate of `gradient` with dual numbers, within `tolerance` times the largest derivative. A tolerance
/// of 0 is for cases whose arithmetic is exact.
///
/// # Panics
///
/// As [`LayerCase::gradients`], if a gradient has not the shape of what it is of, the tolerance is negative or NaN, or the
/// forward pass on dual numbers is not that of the layer, within the tolerance.
#[track_caller]
pub fn by_coordinate(
    case: &LayerCase,
    tolerance: f64,
    gradient: &dyn Fn(&LayerCase) -> Pullback,
) -> Comparison {
    demand_tolerance(tolerance);
    let (output, _) = case.layer.forward(&case.input);
    let along = |i| case.dual_slope(|place| f64::from(place == i), &output, tolerance);
    let slopes = (0..case.coordinates()).map(along);
    let slopes: Vec<f64> = slopes.collect();
    let largest = slopes
        .iter()
        .fold(0.0_f64, |largest, s| largest.max(s.abs()));
    let mut report = Comparison::default();
    for (ours, slope) in entries(case, &gradient(case)).into_iter().zip(slopes) {
        report.add(ours, slope, tolerance * largest);
    }
    report
}

/// Compares every coordinate of `gradient` with `(L(θ + h) − L(θ − h)) / 2h`, within `tolerance` times the largest
/// difference quotient, where both ends are on the same [piece](Layer::pieces) of the layer. In a layer that is affine on each
/// of its pieces no kink lies between such ends; where a smooth layer comes in between, one may.
///
/// # Panics
///
/// As [`LayerCase::gradients`] and [`LayerCase::value`], if the step is not a positive finite number or moves nothing, or
/// the tolerance is negative or NaN.
#[track_caller]
pub fn by_differences(
    case: &LayerCase,
    step: f64,
    tolerance: f64,
    gradient: &dyn Fn(&LayerCase) -> Pullback,
) -> Differences {
    demand_tolerance(tolerance);
    assert!(
        step > 0.0 && step.is_finite(),
        "a step must be a positive finite number, but is {step:e}"
    );
    let end = |coordinate, step| {
        let mut moved = case.clone();
        let at = moved.shift(coordinate, step);
        let (output, cache) = moved.layer.forward(&moved.input);
        (at, moved.loss.value(&output), moved.layer.pieces(&cache))
    };
    let quotients = (0..case.coordinates()).map(|i| {
        let (above, value_above, pieces_above) = end(i, step);
        let (below, value_below, pieces_below) = end(i, -step);
        assert!(above > below, "a step of {step:e} does not move {above}");
        let slope = (value_above - value_below) / (above - below);
        (pieces_above == pieces_below).then_some(slope)
    });
    let quotients: Vec<Option<f64>> = quotients.collect();
    let certified = quotients.iter().flatten();
    let largest = certified.fold(0.0_f64, |largest, s| largest.max(s.abs()));
    let mut report = Differences::default();
    for (ours, quotient) in entries(case, &gradient(case)).into_iter().zip(quotients) {
        match quotient {
            Some(slope) => report.certified.add(ours, slope, tolerance * largest),
            None => report.crossed += 1,
        }
    }
    report
}

#[track_caller]
fn demand_tolerance(tolerance: f64) {
    assert!(
        tolerance >= 0.0,
        "a tolerance must not be negative, but is {tolerance:e}"
    );
}
