//! Checks of all coordinates at once: in one direction, and by homogeneity.

use ndarray::{Array2, ArrayD, ArrayViewD, IxDyn};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{LayerCase, demand_tolerance, entries};
use crate::network::gradient_check::Comparison;
use crate::network::{Loss, Pullback};

/// What a layer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// The batch `X`.
    Input,
    /// One of [`Layer::parameters`](crate::Layer::parameters), counted from 0.
    Parameter(usize),
}

impl LayerCase {
    /// A direction: independent standard normal numbers in the shapes of the gradients.
    pub fn normal_direction(&self, rng: &mut dyn Rng) -> Pullback {
        let mut draw = || -> f64 { StandardNormal.sample(rng) };
        let parameters = self.layer.parameters();
        let parameters = parameters
            .iter()
            .map(|p| ArrayD::from_shape_simple_fn(IxDyn(p.shape()), &mut draw))
            .collect();
        Pullback {
            input: Array2::from_shape_simple_fn(self.input.dim(), draw),
            parameters,
        }
    }

    /// The numbers of a variable and, in the same order, those of its gradient.
    fn beside(&self, variable: Variable, gradients: &Pullback) -> Vec<(f64, f64)> {
        let pairs = |values: ArrayViewD<'_, f64>, gradient: ArrayViewD<'_, f64>| {
            let pairs = values.iter().zip(&gradient).map(|(v, g)| (*v, *g));
            pairs.collect()
        };
        match variable {
            Variable::Input => pairs(
                self.input.view().into_dyn(),
                gradients.input.view().into_dyn(),
            ),
            Variable::Parameter(i) => pairs(
                self.layer.parameters()[i].view(),
                gradients.parameters[i].view(),
            ),
        }
    }

    /// The output with these variables doubled, which rounds nothing.
    fn doubled(&self, variables: &[Variable]) -> Array2<f64> {
        let mut doubled = self.clone();
        for variable in variables {
            match variable {
                Variable::Input => doubled.input *= 2.0,
                Variable::Parameter(i) => doubled.layer.parameters_mut()[*i] *= 2.0,
            }
        }
        doubled.layer.forward(&doubled.input).0
    }
}

/// Compares `gradient · v` with one pass on dual numbers in the direction `v`, within `tolerance · Σ |gradient ⊙ v|`: all
/// coordinates for the price of one.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::gradient_check::layer::{LayerCase, along};
/// use unit_variance::{Loss, RmsNorm, Streams};
///
/// let input = array![[0.3, -1.0, 2.0], [1.1, 0.4, -0.2]];
/// let loss = Loss::Linear { cotangent: array![[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]] };
/// let case = LayerCase { layer: Box::new(RmsNorm::new(3)), input, loss };
/// let direction = case.normal_direction(&mut Streams::new(1).stream("direction"));
/// assert!(along(&case, &direction, 1e-13, &LayerCase::gradients).passes());
/// ```
///
/// # Panics
///
/// As [`by_coordinate`](super::by_coordinate), and if the direction has not the shapes of the gradients.
#[track_caller]
pub fn along(
    case: &LayerCase,
    direction: &Pullback,
    tolerance: f64,
    gradient: &dyn Fn(&LayerCase) -> Pullback,
) -> Comparison {
    demand_tolerance(tolerance);
    let (output, _) = case.layer.forward(&case.input);
    let direction = entries(case, direction);
    let slope = case.dual_slope(|i| direction[i], &output, tolerance);
    let ours = entries(case, &gradient(case));
    let terms = ours.iter().zip(&direction).map(|(g, v)| g * v);
    let (sum, size) = sum_and_size(terms);
    let mut report = Comparison::default();
    report.add(sum, slope, tolerance * size);
    report
}

/// Checks Euler's identity `Σ θ · ∂L/∂θ = k L` over variables in which the output is homogeneous of degree `k`, within
/// `tolerance · (Σ |θ ∂L/∂θ| + |k L|)`: twice such a `θ` gives `2ᵏ` times the output.
///
/// | layer | degree 0 | degree 1 |
/// |---|---|---|
/// | [`LayerNorm`](crate::LayerNorm), [`BatchNorm`](crate::BatchNorm) in training | `X`, if `ε = 0` | gain and shift together |
/// | [`RmsNorm`](crate::RmsNorm) | `X`, if `ε = 0` | gain |
/// | [`Attention`](crate::Attention) | | `W_v`, and `W_o` |
/// | [`Residual`](crate::Residual) around what is homogeneous | | `X` |
/// | [`Dense`](crate::Dense) with a ReLU | | weight and bias together; without biases `X` |
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::gradient_check::layer::{LayerCase, Variable, euler};
/// use unit_variance::{LayerNorm, Loss};
///
/// let input = array![[0.3, -1.0, 2.0], [1.1, 0.4, -0.2]];
/// let loss = Loss::Linear { cotangent: array![[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]] };
/// let case = LayerCase { layer: Box::new(LayerNorm::new(3).with_epsilon(0.0)), input, loss };
/// assert!(euler(&case, &[Variable::Input], 0, 1e-13, &LayerCase::gradients).passes());
/// let both = [Variable::Parameter(0), Variable::Parameter(1)];
/// assert!(euler(&case, &both, 1, 1e-13, &LayerCase::gradients).passes());
/// ```
///
/// # Panics
///
/// As [`LayerCase::gradients`], if there is no such parameter, the loss is not linear, the tolerance is negative or NaN, or the output is not
/// homogeneous in these variables, within the tolerance.
#[track_caller]
pub fn euler(
    case: &LayerCase,
    variables: &[Variable],
    degree: u32,
    tolerance: f64,
    gradient: &dyn Fn(&LayerCase) -> Pullback,
) -> Comparison {
    demand_tolerance(tolerance);
    assert!(
        matches!(case.loss, Loss::Linear { .. }),
        "Euler's identity needs a linear loss, but it is {:?}",
        case.loss
    );
    let count = case.layer.parameters().len();
    for variable in variables {
        assert!(
            !matches!(variable, Variable::Parameter(i) if *i >= count),
            "there is no {variable:?}: the layer has {count}, counted from 0"
        );
    }
    let (output, _) = case.layer.forward(&case.input);
    let factor = libm::exp2(f64::from(degree));
    let largest = output.fold(0.0_f64, |largest, y| largest.max(y.abs()));
    for (y, doubled) in output.iter().zip(&case.doubled(variables)) {
        assert!(
            (factor * y - doubled).abs() <= tolerance * factor * largest,
            "the output is not homogeneous of degree {degree} in {variables:?}: doubled they make {doubled} of {y}"
        );
    }
    let gradients = gradient(case);
    let _ = entries(case, &gradients); // their shapes
    let pairs = variables
        .iter()
        .flat_map(|variable| case.beside(*variable, &gradients));
    let (sum, size) = sum_and_size(pairs.map(|(value, gradient)| value * gradient));
    let expected = f64::from(degree) * case.loss.value(&output);
    let mut report = Comparison::default();
    report.add(sum, expected, tolerance * (size + expected.abs()));
    report
}

/// `Σ x` and `Σ |x|`.
fn sum_and_size(terms: impl Iterator<Item = f64>) -> (f64, f64) {
    terms.fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()))
}
