//! What the parts of a network demand of each other, and say when it is not so.

use ndarray::{Array1, Array2, ArrayRef2};

use super::Dense;
use crate::initializer::FillError;

/// Panics unless both shapes are the same.
#[track_caller]
pub(super) fn same_shape(what: &str, shape: (usize, usize), other: &str, expected: (usize, usize)) {
    assert!(
        shape == expected,
        "the {what} has shape {shape:?}, but {other} has {expected:?}"
    );
}

/// Panics unless there is one bias for every unit: a single one would be added to all of them.
#[track_caller]
pub(super) fn bias_fits(layer: &Dense) {
    let (biases, units) = (layer.bias.len(), layer.weight.ncols());
    assert!(
        biases == units,
        "there are {biases} biases for {units} units: the bias has shape {:?}, the weight {:?}",
        layer.bias.shape(),
        layer.weight.shape()
    );
}

/// A matrix of zeros, or an error if there is no memory for it.
pub(super) fn zeros(shape: (usize, usize)) -> Result<Array2<f64>, FillError> {
    let none = || FillError::Memory(vec![shape.0, shape.1]);
    let entries = shape.0.checked_mul(shape.1).ok_or_else(none)?;
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(entries).map_err(|_| none())?;
    numbers.resize(entries, 0.0);
    Array2::from_shape_vec(shape, numbers).map_err(|_| none())
}

/// Panics if there are no rows.
#[track_caller]
pub(super) fn not_empty(x: &ArrayRef2<f64>) {
    assert!(
        !x.is_empty(),
        "the batch is empty: its shape is {:?}",
        x.dim()
    );
}

/// Panics unless there is one number for every feature: a single one would be taken for all of them.
#[track_caller]
pub(super) fn one_a_feature(what: &str, numbers: &Array1<f64>, x: &ArrayRef2<f64>) {
    assert!(
        numbers.len() == x.ncols(),
        "the {what} has {} entries, but the input has {} features: its shape is {:?}",
        numbers.len(),
        x.ncols(),
        x.dim()
    );
}

/// Panics if `result` has a NaN, and says which of the matrices that it was made from had one.
#[track_caller]
pub(super) fn refuse_nan(what: &str, result: &ArrayRef2<f64>, from: &[(&str, &ArrayRef2<f64>)]) {
    let Some(place) = first_nan(result) else {
        return;
    };
    let shape = result.dim();
    match from
        .iter()
        .find_map(|(name, matrix)| Some((name, first_nan(matrix)?, matrix.dim())))
    {
        Some((name, origin, of)) => {
            panic!(
                "{what} is NaN at {place:?} of {shape:?}, and so is the {name} at {origin:?} of {of:?}"
            )
        }
        None => panic!(
            "{what} is NaN at {place:?} of {shape:?}, though nothing before it is: the numbers have left the range of f64"
        ),
    }
}

/// Row and column of the first NaN.
pub(super) fn first_nan(matrix: &ArrayRef2<f64>) -> Option<[usize; 2]> {
    first_where(matrix, f64::is_nan)
}

/// Row and column of the first number of this kind.
pub(super) fn first_where(
    matrix: &ArrayRef2<f64>,
    is_so: impl Fn(f64) -> bool,
) -> Option<[usize; 2]> {
    // All of them at a time are seen sooner than the first is found.
    if !matrix.fold(false, |found, x| found | is_so(*x)) {
        return None;
    }
    let mut entries = matrix.indexed_iter();
    let ((row, column), _) = entries.find(|(_, x)| is_so(**x))?;
    Some([row, column])
}
