//! The outputs of a network alone, without what a backward pass would need.

use std::ops::Range;

use ndarray::{Array2, ArrayRef2, Axis, s};

use super::contract::{bias_fits, first_nan, refuse_nan};
use super::elementwise::activate;
use super::{Dense, Network};
use crate::initializer::parallel::join;
use crate::matrix::Batch;

impl Network {
    /// The outputs alone: a [`forward`](Self::forward) pass that keeps no trace. With the feature `parallel` several threads share the inputs
    /// of a large batch.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::{Activation, Constant, Network, Streams};
    ///
    /// let network = Network::init(&[2, 2, 1], Activation::Relu, &Constant(1.0), &mut Streams::new(0).stream("w"));
    /// assert_eq!(network.outputs(&array![[1.0, 2.0]]), array![[6.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`forward`](Self::forward), whose message it gives.
    #[track_caller]
    pub fn outputs(&self, x: &ArrayRef2<f64>) -> Array2<f64> {
        if self.layers.is_empty() {
            return x.to_owned();
        }
        // Shapes that do not fit are refused here, where the caller's line is known.
        let _ = self.forward(&x.slice(s![..0, ..]));
        let outputs = self.outputs_of(x);
        // No layer takes a NaN for a number, so that there is one at the end if there was one before.
        if first_nan(&outputs).is_some() {
            let _ = self.forward(x); // which says where
            refuse_nan("the output", &outputs, &[("input", x)]);
        }
        outputs
    }

    /// [`outputs`](Self::outputs) of any batch, such as a [`SparseBatch`](crate::matrix::SparseBatch), of shape
    /// `(batch, fan_out)`, by several threads as there.
    ///
    /// # Panics
    ///
    /// If there is no layer, or the batch does not fit the first.
    #[track_caller]
    pub fn outputs_of(&self, x: &(impl Batch + ?Sized)) -> Array2<f64> {
        let last = self.layers.last().expect("there is a layer");
        let mut outputs = Array2::zeros((x.dim().0, last.weight.ncols()));
        self.outputs_into(x, 0..x.dim().0, &mut outputs);
        outputs
    }

    /// Writes the outputs of these rows over `outputs`, in parts of few rows, each of which stays near to its processor from the first
    /// layer to the last.
    #[track_caller]
    fn outputs_into(
        &self,
        x: &(impl Batch + ?Sized),
        rows: Range<usize>,
        outputs: &mut ArrayRef2<f64>,
    ) {
        if rows.len() <= ROWS {
            outputs.assign(&self.outputs_of_rows(x, rows));
            return;
        }
        let middle = rows.start + rows.len() / 2;
        let (mut above, mut below) = outputs.view_mut().split_at(Axis(0), rows.len() / 2);
        join(
            || self.outputs_into(x, rows.start..middle, &mut above),
            || self.outputs_into(x, middle..rows.end, &mut below),
        );
    }

    #[track_caller]
    fn outputs_of_rows(&self, x: &(impl Batch + ?Sized), rows: Range<usize>) -> Array2<f64> {
        let count = rows.len();
        let buffer = |layer: &Dense| Array2::zeros((count, layer.weight.ncols()));
        let (first, rest) = self.layers.split_first().expect("there is a layer");
        let mut signal = buffer(first);
        step_forward(first, x, rows, &mut signal);
        let mut spare = Array2::default((0, 0));
        for layer in rest {
            if spare.ncols() != layer.weight.ncols() {
                spare = buffer(layer);
            }
            step_forward(layer, &*signal, 0..count, &mut spare);
            std::mem::swap(&mut signal, &mut spare);
        }
        signal
    }
}

/// How many inputs a part has at most.
const ROWS: usize = 200;

/// Writes these rows of `φ(X W + b)` over `h`.
#[track_caller]
pub(super) fn step_forward(
    layer: &Dense,
    x: &(impl Batch + ?Sized),
    rows: Range<usize>,
    h: &mut ArrayRef2<f64>,
) {
    bias_fits(layer);
    let bias = layer.bias.as_standard_layout();
    let bias = bias.as_slice().expect("the standard layout is a row");
    x.affine_into(rows, &layer.weight, bias, h);
    let h = h.as_slice_mut().expect("an activation lies row by row");
    activate(layer.activation, h);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::VarianceScaling;
    use crate::matrix::SparseBatch;
    use crate::probability::{Law, Streams};
    use approx::assert_relative_eq;
    use ndarray::{array, s};

    fn one_layer(weight: Array2<f64>, activation: Activation) -> Network {
        let layers = vec![Dense::new(weight, activation)];
        Network { layers }
    }

    #[test]
    #[should_panic(
        expected = "the pre-activation is NaN at [0, 0] of (1, 1), and so is the input at [0, 0] of (1, 2)"
    )]
    fn a_nan_in_the_batch_is_refused() {
        let network = one_layer(array![[1.0], [1.0]], Activation::Relu);
        let _ = network.outputs(&array![[f64::NAN, 1.0]]);
    }

    #[test]
    #[should_panic(expected = "the pre-activation is NaN at [0, 0] of (1, 1), though nothing")]
    fn infinities_of_both_signs_are_refused() {
        let network = one_layer(array![[1.0], [1.0]], Activation::Relu);
        let _ = network.outputs(&array![[f64::INFINITY, f64::NEG_INFINITY]]);
    }

    #[test]
    #[should_panic(expected = "there are 1 biases for 3 units")]
    fn one_bias_is_not_spread_over_all_units() {
        let mut network = one_layer(array![[1.0, 2.0, 3.0]], Activation::Relu);
        network.layers[0].bias = array![10.0];
        let _ = network.outputs(&array![[1.0]]);
    }

    #[test]
    fn a_bias_may_lie_anywhere() {
        let x = array![[1.0], [2.0]];
        let wide = array![1.0, -7.0, 2.0, -7.0, 3.0, -7.0];
        for strided in [
            wide.clone().slice_move(s![..;2]),
            array![3.0, 2.0, 1.0].slice_move(s![..;-1]),
        ] {
            let mut network = one_layer(array![[1.0, 2.0, 3.0]], Activation::Relu);
            network.layers[0].bias = strided;
            let expected = array![[2.0, 4.0, 6.0], [3.0, 6.0, 9.0]];
            assert_eq!(network.outputs(&x), expected);
            assert_eq!(network.forward(&x).output(), &expected);
        }
    }

    #[test]
    #[should_panic(expected = "input has 4 columns but the layer takes 2")]
    fn a_batch_that_does_not_fit_is_refused() {
        let _ = one_layer(array![[1.0], [1.0]], Activation::Relu).outputs(&Array2::zeros((3, 4)));
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let x = Array2::from_shape_fn((5 * ROWS + 7, 4), |(i, j)| {
            libm::sin((3 * i + 5 * j) as f64)
        });
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(1).stream("weights");
        let network = Network::init(&[4, 30, 30, 2], Activation::Tanh, &he, &mut rng);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| network.outputs(&x))
        };
        let alone = on(1);
        assert_eq!(alone, network.outputs_of_rows(&*x, 0..x.nrows()));
        for threads in [2, 3, 7] {
            assert_eq!(on(threads), alone, "{threads}");
        }
    }

    #[test]
    fn the_outputs_of_a_sparse_batch_are_those_of_its_numbers() {
        static VALUES: [f64; 256] = {
            let mut values = [0.0; 256];
            values[1] = 0.3;
            values[2] = -2.0;
            values
        };
        let bytes = Array2::from_shape_fn((3 * ROWS + 1, 9), |(i, j)| {
            ((i * i + 3 * j) % 7).saturating_sub(4) as u8
        });
        let mut sparse = SparseBatch::new(&VALUES);
        let rows = bytes.rows().into_iter();
        sparse.refill(9, rows.map(|row| row.to_slice().expect("row by row")));
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = Streams::new(1).stream("weights");
        let network = Network::init(&[9, 30, 2], Activation::Tanh, &he, &mut rng);
        let numbers = bytes.mapv(|byte| VALUES[usize::from(byte)]);
        assert_eq!(network.outputs_of(&sparse), network.outputs(&numbers));
    }

    #[test]
    fn outputs_are_those_of_the_traced_pass() {
        let x = Array2::from_shape_fn((2 * ROWS + 1, 4), |(i, j)| {
            libm::sin((3 * i + 5 * j) as f64)
        });
        let he = VarianceScaling::he(Law::Normal);
        for hidden in [Activation::Relu, Activation::Tanh, Activation::Sigmoid] {
            let mut rng = Streams::new(2).stream("weights");
            let mut network = Network::init(&[4, 11, 9, 3], hidden, &he, &mut rng);
            for layer in &mut network.layers {
                layer.bias.fill(0.1);
            }
            let (outputs, trace) = (network.outputs(&x), network.forward(&x));
            for (ours, expected) in outputs.iter().zip(trace.output()) {
                assert_relative_eq!(*ours, *expected, epsilon = 1e-13, max_relative = 1e-13);
            }
        }
    }
}
