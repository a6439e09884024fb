//! What a network is given: a matrix, or one that is kept more sparingly.

use std::ops::Range;

use ndarray::{ArrayRef2, s};

use super::product::{affine_into, product_into};

/// A batch as the first layer of a network meets it: the left factor of a product, of which several threads may make some rows each.
pub trait Batch: Sync {
    /// The number of inputs, and how many numbers each has.
    fn dim(&self) -> (usize, usize);

    /// Writes these rows of `X W + b` over `Z`, `b` to every row.
    fn affine_into(
        &self,
        rows: Range<usize>,
        weight: &ArrayRef2<f64>,
        bias: &[f64],
        z: &mut ArrayRef2<f64>,
    );

    /// Writes these rows of `Xᵀ B` over `C`.
    fn transposed_times_into(&self, rows: Range<usize>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>);
}

impl Batch for ArrayRef2<f64> {
    fn dim(&self) -> (usize, usize) {
        (self.nrows(), self.ncols())
    }

    fn affine_into(
        &self,
        rows: Range<usize>,
        weight: &ArrayRef2<f64>,
        bias: &[f64],
        z: &mut ArrayRef2<f64>,
    ) {
        affine_into(&self.slice(s![rows, ..]), weight, bias, z);
    }

    fn transposed_times_into(
        &self,
        rows: Range<usize>,
        b: &ArrayRef2<f64>,
        c: &mut ArrayRef2<f64>,
    ) {
        product_into(&self.slice(s![.., rows]).t(), b, c);
    }
}
