//! How far a forward pass came when a number left the range of `f64`.

use std::fmt;

use ndarray::{Array2, ArrayRef2};

use super::contract::{bias_fits, first_where};
use super::{Dense, Network, Signal, Trace};
use crate::matrix::product;

/// A forward pass that ended early: the first number that was infinite or NaN, and the signals before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incomplete {
    /// The layer in which it is, counted from 0; `None` if it is in the input.
    pub layer: Option<usize>,
    /// Whether it is after the activation; else before it.
    pub after_activation: bool,
    /// Its row and column.
    pub place: [usize; 2],
    /// The number.
    pub value: f64,
    /// The input, and the signals of all layers that come before.
    pub trace: Trace,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            layer,
            after_activation,
            place,
            value,
            ..
        } = self;
        match layer {
            None => write!(f, "the input is {value} at {place:?}"),
            Some(layer) => {
                let what = if *after_activation {
                    "activation"
                } else {
                    "pre-activation"
                };
                write!(
                    f,
                    "the {what} of layer {layer} is {value} at {place:?}; the layers before it are finite"
                )
            }
        }
    }
}

impl std::error::Error for Incomplete {}

impl Network {
    /// The signals of every layer for a batch `X` of shape `(batch, fan_in)`, as [`forward`](Self::forward), or how far the
    /// pass came while all numbers were finite.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Network, Streams};
    ///
    /// let huge = Network::init(&[1; 5], Activation::Relu, &Constant(1e100), &mut Streams::new(0).stream("w"));
    /// let stopped = huge.try_forward(&array![[1.0]]).unwrap_err();
    /// assert_eq!(stopped.layer, Some(3)); // 1e100, 1e200, 1e300, and then 1e400
    /// assert_eq!(stopped.trace.layers.len(), 3);
    /// assert_eq!(stopped.to_string(), "the pre-activation of layer 3 is inf at [0, 0]; the layers before it are finite");
    /// ```
    ///
    /// # Errors
    ///
    /// If a number of the input, of a pre-activation or of an activation is infinite or NaN.
    ///
    /// # Panics
    ///
    /// If the batch has not as many columns as the first layer has inputs, or layers do not fit each other.
    #[track_caller]
    pub fn try_forward(&self, x: &ArrayRef2<f64>) -> Result<Trace, Box<Incomplete>> {
        let trace = Trace {
            input: x.to_owned(),
            layers: Vec::with_capacity(self.layers.len()),
        };
        let ended = |layer, after_activation, place: [usize; 2], value, trace| {
            Box::new(Incomplete {
                layer,
                after_activation,
                place,
                value,
                trace,
            })
        };
        if let Some((place, value)) = first_not_finite(x) {
            return Err(ended(None, false, place, value, trace));
        }
        let mut trace = trace;
        for (l, layer) in self.layers.iter().enumerate() {
            let preactivation = before_activation(layer, trace.output());
            if let Some((place, value)) = first_not_finite(&preactivation) {
                return Err(ended(Some(l), false, place, value, trace));
            }
            let activation = preactivation.mapv(|z| layer.activation.value(z));
            if let Some((place, value)) = first_not_finite(&activation) {
                return Err(ended(Some(l), true, place, value, trace));
            }
            trace.layers.push(Signal {
                preactivation,
                activation,
            });
        }
        Ok(trace)
    }
}

#[track_caller]
fn before_activation(layer: &Dense, x: &Array2<f64>) -> Array2<f64> {
    assert!(
        x.ncols() == layer.weight.nrows(),
        "input has {} columns but the layer takes {}",
        x.ncols(),
        layer.weight.nrows()
    );
    bias_fits(layer);
    product(x, &layer.weight) + &layer.bias
}

fn first_not_finite(matrix: &ArrayRef2<f64>) -> Option<([usize; 2], f64)> {
    let place = first_where(matrix, |x| !x.is_finite())?;
    Some((place, matrix[place]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::{Constant, VarianceScaling};
    use crate::probability::{Law, Streams};
    use ndarray::array;

    #[test]
    fn a_pass_that_stays_finite_is_the_forward_pass() {
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(1).stream("w");
        let network = Network::init(&[3, 20, 5], Activation::Gelu, &he, &mut rng);
        let x = array![[0.5, -1.0, 2.0], [0.0, 3.0, -0.25]];
        assert_eq!(network.try_forward(&x), Ok(network.forward(&x)));
    }

    #[test]
    fn what_leaves_the_range_is_named() {
        let mut rng = Streams::new(1).stream("w");
        let square = Network::init(
            &[1, 1, 1],
            Activation::ReluSquared,
            &Constant(1e90),
            &mut rng,
        );
        let stopped = square.try_forward(&array![[1.0]]).expect_err("1e540");
        // (1e90)² = 1e180, then 1e270, whose square is out of range.
        assert_eq!(
            (stopped.layer, stopped.after_activation, stopped.value),
            (Some(1), true, f64::INFINITY)
        );
        assert_eq!(stopped.trace.layers.len(), 1);

        let nan = square
            .try_forward(&array![[1.0], [f64::NAN]])
            .expect_err("NaN");
        assert_eq!((nan.layer, nan.place), (None, [1, 0]));
        assert_eq!(nan.to_string(), "the input is NaN at [1, 0]");
    }

    #[test]
    #[should_panic(expected = "input has 2 columns but the layer takes 1")]
    fn a_batch_of_another_width_is_refused() {
        let mut rng = Streams::new(1).stream("w");
        let network = Network::init(&[1, 1], Activation::Relu, &Constant(1.0), &mut rng);
        let _ = network.try_forward(&array![[1.0, 2.0]]);
    }
}
