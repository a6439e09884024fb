//! Floats and dual numbers, so that a formula that has matrix products is written once for both.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayView1, ArrayView2, Ix1, Ix2};

use crate::activation::{Dual, Scalar};
use crate::matrix;

/// A number of which matrices are multiplied and roots are taken.
pub(in crate::network) trait Number: Scalar {
    /// `A B`.
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self>;

    /// `√z`.
    fn sqrt(self) -> Self;
}

impl Number for f64 {
    #[track_caller]
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self> {
        matrix::product(a, b)
    }

    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
}

impl Number for Dual {
    #[track_caller]
    fn times(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Array2<Self> {
        let (inner, rows) = (a.ncols(), b.nrows());
        assert!(
            inner == rows,
            "a matrix of {inner} columns does not multiply one of {rows} rows"
        );
        Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
            a.row(i).iter().zip(b.column(j)).map(|(x, y)| *x * *y).sum()
        })
    }

    fn sqrt(self) -> Self {
        Self::sqrt(self)
    }
}

/// A parameter that is a matrix, as one.
pub(super) fn matrix(parameter: &ArrayD<Dual>) -> ArrayView2<'_, Dual> {
    let view = parameter.view().into_dimensionality::<Ix2>();
    view.expect("the parameter is a matrix")
}

/// A parameter that is a vector, as one.
pub(super) fn vector(parameter: &ArrayD<Dual>) -> ArrayView1<'_, Dual> {
    let view = parameter.view().into_dimensionality::<Ix1>();
    view.expect("the parameter is a vector")
}
