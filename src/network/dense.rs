//! One dense layer: forward `Z = X W + b`, `H = φ(Z)`, and backward the four lines that follow
//! from the chain rule.

use ndarray::{Array1, Array2, ArrayRef2, Axis};

use super::contract::{bias_fits, refuse_nan, same_shape};
use crate::activation::Activation;
use crate::matrix::product;

/// A dense layer: weights `(fan_in, fan_out)`, biases `(fan_out)`, an activation.
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Activation, Dense};
///
/// let layer = Dense::new(array![[1.0, -1.0], [2.0, 0.0]], Activation::Relu);
/// let signal = layer.forward(&array![[1.0, 1.0]]);
/// assert_eq!(signal.preactivation, array![[3.0, -1.0]]);
/// assert_eq!(signal.activation, array![[3.0, 0.0]]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// `W`, of shape `(fan_in, fan_out)`.
    pub weight: Array2<f64>,
    /// `b`, of shape `(fan_out)`.
    pub bias: Array1<f64>,
    /// `φ`.
    pub activation: Activation,
}

/// What one layer makes of a batch: `Z` before and `H = φ(Z)` after the activation.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// `Z = X W + b`, of shape `(batch, fan_out)`.
    pub preactivation: Array2<f64>,
    /// `H = φ(Z)`, of shape `(batch, fan_out)`.
    pub activation: Array2<f64>,
}

/// The gradient of a loss `L` with respect to all that one layer holds and makes.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerGradient {
    /// `∂L/∂H`, of shape `(batch, fan_out)`: what came down from the layers above.
    pub activation: Array2<f64>,
    /// `∂L/∂Z = ∂L/∂H ⊙ φ'(Z)`, of shape `(batch, fan_out)`.
    pub delta: Array2<f64>,
    /// `∂L/∂W`, of shape `(fan_in, fan_out)`.
    pub weight: Array2<f64>,
    /// `∂L/∂b`, of shape `(fan_out)`.
    pub bias: Array1<f64>,
}

impl Dense {
    /// A layer with these weights and zero biases.
    pub fn new(weight: Array2<f64>, activation: Activation) -> Self {
        let bias = Array1::zeros(weight.ncols());
        Self {
            weight,
            bias,
            activation,
        }
    }

    /// `Z = X W + b`, `H = φ(Z)`, for a batch `X` of shape `(batch, fan_in)`.
    ///
    /// # Panics
    ///
    /// If the batch has not `fan_in` columns, the biases are not one a unit, or an entry of `Z` or `H` is
    /// NaN: because there was one before, because infinities of both signs met in a sum, or because `φ`
    /// has no limit at infinity, as the sine has none. An infinite signal is passed on.
    // ANCHOR: forward
    #[track_caller]
    pub fn forward(&self, x: &ArrayRef2<f64>) -> Signal {
        assert!(
            x.ncols() == self.weight.nrows(),
            "input has {} columns but the layer takes {}",
            x.ncols(),
            self.weight.nrows()
        );
        bias_fits(self);
        let preactivation = product(x, &self.weight) + &self.bias;
        refuse_nan(
            "the pre-activation",
            &preactivation,
            &[("input", x), ("weight", &self.weight)],
        );
        let activation = preactivation.mapv(|z| self.activation.value(z));
        refuse_nan(
            "the activation",
            &activation,
            &[("pre-activation", &preactivation)],
        );
        Signal {
            preactivation,
            activation,
        }
    }
    // ANCHOR_END: forward

    /// From `dH = ∂L/∂H` to all the others: `dZ = dH ⊙ φ'(Z)`, `dW = Xᵀ dZ`, `db = Σ` rows of `dZ`,
    /// and `dX = dZ Wᵀ` for the layer below.
    ///
    /// `x`, of shape `(batch, fan_in)`, is what [`forward`](Self::forward) was given, and `z`, of
    /// shape `(batch, fan_out)`, the pre-activation that it returned.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Dense};
    ///
    /// let layer = Dense::new(array![[1.0, -1.0], [2.0, 0.0]], Activation::Relu);
    /// let x = array![[1.0, 1.0]];
    /// let z = layer.forward(&x).preactivation; // [[3, −1]]: the second unit is off
    /// let (gradient, dx) = layer.backward(&x, &z, array![[10.0, 100.0]]);
    /// assert_eq!(gradient.delta, array![[10.0, 0.0]]);
    /// assert_eq!(gradient.weight, array![[10.0, 0.0], [10.0, 0.0]]);
    /// assert_eq!(dx, array![[10.0, 20.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a shape does not fit, or an entry of any of these gradients is NaN, as `0 · ∞` is.
    // ANCHOR: backward
    #[track_caller]
    pub fn backward(
        &self,
        x: &ArrayRef2<f64>,
        z: &ArrayRef2<f64>,
        dh: Array2<f64>,
    ) -> (LayerGradient, Array2<f64>) {
        bias_fits(self);
        let (batch, fans) = (x.nrows(), self.weight.dim());
        same_shape("input", x.dim(), "a batch for the layer", (batch, fans.0));
        same_shape(
            "pre-activation",
            z.dim(),
            "the layer's output",
            (batch, fans.1),
        );
        same_shape("gradient", dh.dim(), "the layer's output", (batch, fans.1));

        let dz = &dh * &z.mapv(|z| self.activation.slope(z));
        refuse_nan(
            "the gradient of the pre-activation",
            &dz,
            &[("gradient above", &dh), ("pre-activation", z)],
        );
        let dw = product(&x.t(), &dz);
        let db = dz.sum_axis(Axis(0));
        let dx = product(&dz, &self.weight.t());

        let gradient = LayerGradient {
            activation: dh,
            delta: dz,
            weight: dw,
            bias: db,
        };
        self.refuse_nan_gradients(x, &gradient, &dx);
        (gradient, dx)
    }
    // ANCHOR_END: backward

    /// Panics if a sum of products with `dZ` is NaN: `0 · ∞`, or infinities of both signs.
    #[track_caller]
    fn refuse_nan_gradients(
        &self,
        x: &ArrayRef2<f64>,
        gradient: &LayerGradient,
        dx: &ArrayRef2<f64>,
    ) {
        let dz = ("gradient of the pre-activation", &*gradient.delta);
        let (input, weight) = (("input", x), ("weight", &*self.weight));
        refuse_nan("the gradient of the weight", &gradient.weight, &[input, dz]);
        let bias = gradient.bias.view().insert_axis(Axis(0));
        refuse_nan("the gradient of the bias", &bias, &[dz]);
        refuse_nan("the gradient of the input", dx, &[weight, dz]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_bias_is_added_to_every_row() {
        let mut layer = Dense::new(array![[1.0, 2.0]], Activation::Identity);
        layer.bias = array![10.0, 20.0];
        assert_eq!(
            layer.forward(&array![[1.0], [3.0]]).activation,
            array![[11.0, 22.0], [13.0, 26.0]]
        );
    }

    #[test]
    #[should_panic(
        expected = "there are 1 biases for 3 units: the bias has shape [1], the weight [1, 3]"
    )]
    fn one_bias_is_not_spread_over_all_units() {
        let mut layer = Dense::new(array![[1.0, 2.0, 3.0]], Activation::Identity);
        layer.bias = array![10.0];
        let _ = layer.forward(&array![[1.0]]);
    }

    #[test]
    #[should_panic(
        expected = "there are 2 biases for 3 units: the bias has shape [2], the weight [1, 3]"
    )]
    fn too_few_biases_are_refused_on_the_way_back_too() {
        let mut layer = Dense::new(array![[1.0, 2.0, 3.0]], Activation::Identity);
        layer.bias = array![10.0, 20.0];
        let _ = layer.backward(
            &array![[1.0]],
            &array![[1.0, 2.0, 3.0]],
            array![[1.0, 1.0, 1.0]],
        );
    }

    #[test]
    #[should_panic(expected = "the activation is NaN at [0, 0] of (1, 1), though nothing before")]
    fn the_sine_of_infinity_is_refused() {
        let layer = Dense::new(array![[1.0]], Activation::Sine);
        let _ = layer.forward(&array![[f64::INFINITY]]);
    }

    #[test]
    #[should_panic(expected = "the gradient of the weight is NaN at [0, 1] of (1, 2), though")]
    fn an_infinite_input_of_a_unit_without_gradient_is_refused() {
        let layer = Dense::new(array![[1.0, -1.0]], Activation::Relu);
        let x = array![[f64::INFINITY]];
        let z = layer.forward(&x).preactivation;
        let _ = layer.backward(&x, &z, array![[1.0, 1.0]]);
    }

    #[test]
    #[should_panic(expected = "the gradient of the input is NaN at [0, 0] of (1, 1), though")]
    fn an_infinite_weight_of_a_unit_without_gradient_is_refused() {
        let layer = Dense::new(array![[f64::INFINITY, 1.0]], Activation::Relu);
        let (x, z) = (array![[-1.0]], array![[f64::NEG_INFINITY, -1.0]]);
        let _ = layer.backward(&x, &z, array![[1.0, 1.0]]);
    }

    #[test]
    #[should_panic(expected = "the gradient of the bias is NaN at [0, 0] of (1, 1), though")]
    fn infinite_gradients_of_both_signs_are_refused_where_they_meet() {
        let layer = Dense::new(array![[1.0]], Activation::Identity);
        let x = array![[1.0], [-1.0]]; // so that the weight's gradient is infinite
        let dh = array![[f64::INFINITY], [f64::NEG_INFINITY]];
        let _ = layer.backward(&x, &x, dh);
    }

    #[test]
    #[should_panic(expected = "input has 3 columns but the layer takes 2")]
    fn a_batch_of_the_wrong_width_is_refused() {
        let _ = Dense::new(Array2::zeros((2, 4)), Activation::Relu).forward(&Array2::zeros((5, 3)));
    }

    #[test]
    #[should_panic(
        expected = "the pre-activation is NaN at [1, 0] of (2, 3), and so is the input at [1, 1] of (2, 2)"
    )]
    fn a_nan_in_the_batch_is_refused_where_it_enters() {
        let batch = array![[1.0, 2.0], [3.0, f64::NAN]];
        let _ = Dense::new(Array2::ones((2, 3)), Activation::Relu).forward(&batch);
    }

    #[test]
    #[should_panic(
        expected = "the pre-activation is NaN at [0, 0] of (1, 1), though nothing before it is"
    )]
    fn infinities_of_both_signs_are_refused_where_they_meet() {
        let layer = Dense::new(array![[1.0], [1.0]], Activation::Relu);
        let _ = layer.forward(&array![[f64::INFINITY, f64::NEG_INFINITY]]);
    }

    #[test]
    fn an_infinite_signal_passes() {
        let layer = Dense::new(array![[1.0]], Activation::Relu);
        let signal = layer.forward(&array![[f64::INFINITY]]);
        assert_eq!(signal.activation, array![[f64::INFINITY]]);
    }

    #[test]
    fn the_bias_gradient_is_the_sum_over_the_batch() {
        let layer = Dense::new(array![[1.0, 2.0]], Activation::Identity);
        let (x, z) = (array![[1.0], [3.0]], array![[1.0, 2.0], [3.0, 6.0]]);
        let (gradient, dx) = layer.backward(&x, &z, array![[1.0, 10.0], [100.0, 1000.0]]);
        assert_eq!(gradient.bias, array![101.0, 1010.0]);
        assert_eq!(gradient.weight, array![[301.0, 3010.0]]);
        assert_eq!(dx, array![[21.0], [2100.0]]);
    }

    #[test]
    #[should_panic(expected = "the gradient has shape (5, 3), but the layer's output has (5, 4)")]
    fn a_gradient_of_the_wrong_shape_is_refused() {
        let layer = Dense::new(Array2::zeros((2, 4)), Activation::Relu);
        let (x, z) = (Array2::zeros((5, 2)), Array2::zeros((5, 4)));
        let _ = layer.backward(&x, &z, Array2::zeros((5, 3)));
    }

    #[test]
    #[should_panic(
        expected = "the gradient of the pre-activation is NaN at [0, 0] of (1, 1), though"
    )]
    fn an_infinite_gradient_times_a_slope_of_zero_is_refused() {
        let layer = Dense::new(array![[1.0]], Activation::Relu);
        let _ = layer.backward(&array![[-1.0]], &array![[-1.0]], array![[f64::INFINITY]]);
    }
}
