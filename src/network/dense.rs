//! One dense layer: `Z = X W + b`, `H = φ(Z)`.

use ndarray::{Array1, Array2, ArrayRef2};

use crate::activation::Activation;

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

    // ANCHOR: forward
    /// `Z = X W + b`, `H = φ(Z)`, for a batch `X` of shape `(batch, fan_in)`.
    ///
    /// # Panics
    ///
    /// If the batch has not `fan_in` columns.
    #[track_caller]
    pub fn forward(&self, x: &ArrayRef2<f64>) -> Signal {
        assert!(
            x.ncols() == self.weight.nrows(),
            "input has {} columns but the layer takes {}",
            x.ncols(),
            self.weight.nrows()
        );
        let preactivation = x.dot(&self.weight) + &self.bias;
        let activation = preactivation.mapv(|z| self.activation.value(z));
        Signal {
            preactivation,
            activation,
        }
    }
    // ANCHOR_END: forward
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
    #[should_panic(expected = "input has 3 columns but the layer takes 2")]
    fn a_batch_of_the_wrong_width_is_refused() {
        let _ = Dense::new(Array2::zeros((2, 4)), Activation::Relu).forward(&Array2::zeros((5, 3)));
    }
}
