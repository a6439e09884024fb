//! Losses: what a batch of outputs is compared with, as one number and its gradient.

use ndarray::{Array2, ArrayRef2};

use super::contract::{refuse_nan, same_shape};
use super::softmax::{cross_entropy, guesses, softmax_gradient};
use crate::activation::Scalar;

/// A loss `L(Y)` of the outputs `Y`, of shape `(batch, outputs)`, together with what they should be.
///
/// ```
/// use ndarray::array;
/// use unit_variance::Loss;
///
/// let loss = Loss::MeanOfSquares { targets: array![[1.0], [2.0]] };
/// assert_eq!(loss.value(&array![[1.0], [5.0]]), 4.5);
/// assert_eq!(loss.gradient(&array![[1.0], [5.0]]), array![[0.0], [3.0]]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Loss {
    /// `L = Σ (y − t)²` over batch and outputs, with gradient `2 (Y − T)`.
    SumOfSquares {
        /// `T`, of shape `(batch, outputs)`.
        targets: Array2<f64>,
    },
    /// `L = Σ (y − t)² / N`, where `N = batch · outputs`, as PyTorch's `mse_loss` does it.
    MeanOfSquares {
        /// `T`, of shape `(batch, outputs)`.
        targets: Array2<f64>,
    },
    /// `L = −Σ ln p(label) / batch` with the softmax `p = e^y / Σ e^y` of every row, whose gradient
    /// is `(p − 1[label]) / batch`.
    CrossEntropy {
        /// The right output of every row.
        labels: Vec<usize>,
    },
    /// `L = Σ c ⊙ y`, with gradient `C`: pulls any matrix back through a network.
    Linear {
        /// `C`, of shape `(batch, outputs)`.
        cotangent: Array2<f64>,
    },
}

impl Loss {
    /// `L(Y)`.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::Loss;
    ///
    /// let loss = Loss::CrossEntropy { labels: vec![0] };
    /// assert_eq!(loss.value(&array![[0.0, 0.0]]), std::f64::consts::LN_2);
    /// assert_eq!(loss.value(&array![[-1e300, 0.0]]), 1e300);
    /// ```
    ///
    /// # Panics
    ///
    /// If the batch is empty, its shape is not that of the targets, an output or target is NaN, a
    /// label is not below the number of outputs, a logit is infinite, or the loss is NaN: `∞ − ∞` or
    /// `0 · ∞`.
    #[track_caller]
    pub fn value(&self, output: &ArrayRef2<f64>) -> f64 {
        self.demand(output);
        let value = self.on(output);
        assert!(
            !value.is_nan(),
            "the loss is NaN, though no output and no target is: the numbers have left the range of f64"
        );
        value
    }

    /// `∂L/∂Y`, of the shape of `Y`.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::Loss;
    ///
    /// let loss = Loss::CrossEntropy { labels: vec![1, 0] };
    /// assert_eq!(loss.gradient(&array![[0.0, 0.0], [1e300, 0.0]]), array![[0.25, -0.25], [0.0, 0.0]]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`value`](Self::value).
    #[track_caller]
    pub fn gradient(&self, output: &ArrayRef2<f64>) -> Array2<f64> {
        self.demand(output);
        let gradient = match self {
            Self::SumOfSquares { targets } => 2.0 * (output.to_owned() - targets),
            Self::MeanOfSquares { targets } => {
                2.0 * (output.to_owned() - targets) / output.len() as f64
            }
            Self::CrossEntropy { labels } => {
                let mut gradient = output.as_standard_layout().into_owned();
                let rows = gradient.as_slice_mut().expect("the standard layout");
                softmax_gradient(rows, output.ncols(), labels.iter().copied());
                gradient
            }
            Self::Linear { cotangent } => cotangent.clone(),
        };
        refuse_nan("the gradient of the output", &gradient, &[]);
        gradient
    }

    /// `L(Y)` for floats or dual numbers, in the order of the rows.
    pub(super) fn on<D: Scalar>(&self, output: &ArrayRef2<D>) -> D {
        match self {
            Self::SumOfSquares { targets } => squares(output, targets),
            Self::MeanOfSquares { targets } => squares(output, targets) / output.len() as f64,
            Self::CrossEntropy { labels } => {
                let rows = output.rows().into_iter().zip(labels);
                let costs = rows.map(|(row, label)| cross_entropy(&row, *label));
                costs.sum::<D>() / output.nrows() as f64
            }
            Self::Linear { cotangent } => output.iter().zip(cotangent).map(|(y, c)| *y * *c).sum(),
        }
    }

    #[track_caller]
    fn demand(&self, output: &ArrayRef2<f64>) {
        assert!(
            !output.is_empty(),
            "the loss of an empty batch of shape {:?} is not defined",
            output.dim()
        );
        refuse_nan("the output", output, &[]);
        match self {
            Self::SumOfSquares { targets } | Self::MeanOfSquares { targets } => {
                same_shape("output", output.dim(), "the target", targets.dim());
                refuse_nan("the target", targets, &[]);
            }
            Self::CrossEntropy { labels } => demand_labels(output, labels),
            Self::Linear { cotangent } => {
                same_shape("output", output.dim(), "the cotangent", cotangent.dim());
                refuse_nan("the cotangent", cotangent, &[]);
            }
        }
    }
}

#[track_caller]
fn demand_labels(output: &ArrayRef2<f64>, labels: &[usize]) {
    let (batch, classes) = output.dim();
    assert!(
        batch == labels.len(),
        "the output has {batch} rows, but there are {} labels",
        labels.len()
    );
    for (row, label) in labels.iter().enumerate() {
        assert!(
            *label < classes,
            "the label of row {row} is {label}, but there are {classes} outputs, counted from 0"
        );
    }
    for ((row, column), logit) in output.indexed_iter() {
        assert!(
            logit.is_finite(),
            "the logit at [{row}, {column}] of {:?} is {logit}, which has no softmax",
            output.dim()
        );
    }
}

/// `Σ (y − t)²`.
fn squares<D: Scalar>(output: &ArrayRef2<D>, targets: &Array2<f64>) -> D {
    let difference = output.iter().zip(targets).map(|(y, t)| *y - *t);
    difference.map(|d| d * d).sum()
}

/// The share of rows whose largest output is that of the label. The first of equals counts.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::accuracy;
///
/// assert_eq!(accuracy(&array![[0.1, 0.9], [0.7, 0.3]], &[1, 1]), 0.5);
/// ```
///
/// # Panics
///
/// If the batch is empty, there are more or fewer labels than rows, a label is not below the number
/// of outputs, or an output is not finite.
#[track_caller]
pub fn accuracy(output: &ArrayRef2<f64>, labels: &[usize]) -> f64 {
    assert!(
        !output.is_empty(),
        "the accuracy of an empty batch of shape {:?} is not defined",
        output.dim()
    );
    demand_labels(output, labels);
    let answers = guesses(output).zip(labels);
    let right = answers.filter(|(guess, label)| guess == *label);
    right.count() as f64 / labels.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::array;

    #[test]
    fn the_mean_divides_the_sum_by_batch_times_outputs() {
        let targets = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]];
        let output = array![[1.0, -1.0], [0.5, 2.0], [0.0, 7.0]];
        let sum = Loss::SumOfSquares {
            targets: targets.clone(),
        };
        let mean = Loss::MeanOfSquares { targets };
        assert_relative_eq!(sum.value(&output), 1.0 + 4.0 + 2.25 + 1.0 + 16.0 + 4.0);
        assert_relative_eq!(mean.value(&output), sum.value(&output) / 6.0);
        assert_eq!(mean.gradient(&output), sum.gradient(&output) / 6.0);
    }

    #[test]
    fn a_uniform_softmax_costs_the_logarithm_of_the_number_of_classes() {
        let loss = Loss::CrossEntropy { labels: vec![3, 9] };
        let logits = Array2::from_elem((2, 10), -777.0);
        assert_relative_eq!(loss.value(&logits), libm::log(10.0), max_relative = 1e-15);
    }

    #[test]
    fn every_row_of_the_softmax_gradient_sums_to_zero() {
        let loss = Loss::CrossEntropy { labels: vec![2, 0] };
        let gradient = loss.gradient(&array![[1.0, 2.0, 3.0], [900.0, 800.0, -700.0]]);
        for row in gradient.rows() {
            assert_relative_eq!(row.sum(), 0.0, epsilon = 1e-15);
        }
    }

    #[test]
    #[should_panic(expected = "the loss is NaN, though no output and no target is")]
    fn an_infinite_output_at_an_infinite_target_is_refused() {
        let targets = array![[f64::INFINITY]];
        let _ = Loss::SumOfSquares { targets }.value(&array![[f64::INFINITY]]);
    }

    #[test]
    #[should_panic(expected = "the gradient of the output is NaN at [0, 0] of (1, 1), though")]
    fn the_gradient_at_an_infinite_target_is_refused() {
        let targets = array![[f64::INFINITY]];
        let _ = Loss::MeanOfSquares { targets }.gradient(&array![[f64::INFINITY]]);
    }

    #[test]
    #[should_panic(expected = "the loss is NaN, though no output and no target is")]
    fn nothing_times_an_infinite_output_is_refused() {
        let cotangent = array![[0.0]];
        let _ = Loss::Linear { cotangent }.value(&array![[f64::INFINITY]]);
    }

    #[test]
    fn a_linear_loss_has_the_gradient_that_it_was_given() {
        let cotangent = array![[1.0, -2.0]];
        let loss = Loss::Linear {
            cotangent: cotangent.clone(),
        };
        assert_relative_eq!(loss.value(&array![[3.0, 4.0]]), -5.0);
        assert_eq!(loss.gradient(&array![[3.0, 4.0]]), cotangent);
    }

    #[test]
    fn of_equal_outputs_the_first_is_the_guess() {
        let output = array![[1.0, 1.0], [-2.0, -2.0], [0.0, 3.0], [5.0, 4.0]];
        assert_relative_eq!(accuracy(&output, &[0, 1, 1, 1]), 0.5);
    }

    #[test]
    #[should_panic(expected = "the accuracy of an empty batch of shape (0, 2)")]
    fn an_empty_batch_has_no_accuracy() {
        let _ = accuracy(&Array2::zeros((0, 2)), &[]);
    }

    #[test]
    #[should_panic(expected = "the loss of an empty batch of shape (0, 2)")]
    fn an_empty_batch_is_refused() {
        let _ = Loss::SumOfSquares {
            targets: Array2::zeros((0, 2)),
        }
        .value(&Array2::zeros((0, 2)));
    }

    #[test]
    #[should_panic(expected = "the output has shape (3, 2), but the target has (2, 3)")]
    fn targets_of_another_shape_are_refused() {
        let _ = Loss::MeanOfSquares {
            targets: Array2::zeros((2, 3)),
        }
        .value(&Array2::zeros((3, 2)));
    }

    #[test]
    #[should_panic(expected = "the label of row 1 is 2, but there are 2 outputs, counted from 0")]
    fn a_label_out_of_range_is_refused() {
        let _ = Loss::CrossEntropy { labels: vec![0, 2] }.gradient(&Array2::zeros((2, 2)));
    }

    #[test]
    #[should_panic(expected = "the output has 2 rows, but there are 3 labels")]
    fn more_labels_than_rows_are_refused() {
        let _ = Loss::CrossEntropy { labels: vec![0; 3] }.value(&Array2::zeros((2, 2)));
    }

    #[test]
    #[should_panic(expected = "the output is NaN at [1, 0] of (2, 1)")]
    fn a_nan_output_is_refused() {
        let targets = Array2::zeros((2, 1));
        let _ = Loss::SumOfSquares { targets }.value(&array![[0.0], [f64::NAN]]);
    }

    #[test]
    #[should_panic(expected = "the logit at [0, 1] of (1, 2) is inf")]
    fn an_infinite_logit_is_refused() {
        let _ = Loss::CrossEntropy { labels: vec![0] }.value(&array![[0.0, f64::INFINITY]]);
    }
}
