//! Floats and dual numbers, so that a formula that has matrix products is written once for both.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayView1, ArrayView2, Ix1, Ix2};
use num_dual::{Dual64, DualNumCopy};

use crate::matrix;

/// A number of which matrices are multiplied.
pub(in crate::network) trait Number: DualNumCopy<Primitive = f64> {
    /// `A B`.
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self>;
}

impl Number for f64 {
    #[track_caller]
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self> {
        matrix::product(a, b)
    }
}

impl Number for Dual64 {
    #[track_caller]
    #[expect(
        clippy::disallowed_methods,
        reason = "of dual numbers it is plain sums of products"
    )]
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self> {
        a.dot(b)
    }
}

/// A parameter that is a matrix, as one.
pub(super) fn matrix(parameter: &ArrayD<Dual64>) -> ArrayView2<'_, Dual64> {
    let view = parameter.view().into_dimensionality::<Ix2>();
    view.expect("the parameter is a matrix")
}

/// A parameter that is a vector, as one.
pub(super) fn vector(parameter: &ArrayD<Dual64>) -> ArrayView1<'_, Dual64> {
    let view = parameter.view().into_dimensionality::<Ix1>();
    view.expect("the parameter is a vector")
}
