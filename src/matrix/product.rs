//! The matrix product `C = A B`.
//!
//! Every entry is one chain of fused multiply-adds, `c ← a_ik · b_kj + c` for `k = 0, 1, …`,
//! whatever the width of the processor's registers, the shape of the tiles or the number of
//! threads: a product has the same bits everywhere.

use std::borrow::Cow;

use ndarray::{Array2, ArrayRef2, ArrayView1};
use pulp::Arch;

use super::tiles::{Accumulate, Factor, ROWS, Tiles};

/// `A B`, of shape `(m, n)`, for `A` of shape `(m, k)` and `B` of shape `(k, n)`.
///
/// ```
/// use ndarray::array;
/// use unit_variance::matrix::product;
///
/// let c = product(&array![[1.0, 2.0], [3.0, 4.0]], &array![[1.0], [-1.0]]);
/// assert_eq!(c, array![[-1.0], [-1.0]]);
/// ```
///
/// # Panics
///
/// If `A` has not as many columns as `B` has rows.
#[track_caller]
pub fn product(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Array2<f64> {
    let mut c = Array2::zeros((a.nrows(), b.ncols()));
    product_into(a, b, &mut c);
    c
}

/// Writes `A B` over `C`, copying nothing large where `A` and `B` lie in memory row by row or column
/// by column.
///
/// # Panics
///
/// If the shapes do not fit together, or `C` does not lie row by row.
#[track_caller]
pub fn product_into(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
    multiply(a, b, c, Accumulate::Nothing, &[]);
}

/// Writes `X W + b` over `Z`, `b` to every row: the same bits as the product and the sum after it,
/// in one pass over `Z`.
///
/// # Panics
///
/// As [`product_into`]; if `b` has not as many entries as `W` has columns.
#[track_caller]
pub(crate) fn affine_into(
    x: &ArrayRef2<f64>,
    weight: &ArrayRef2<f64>,
    bias: &[f64],
    z: &mut ArrayRef2<f64>,
) {
    assert!(
        bias.len() == weight.ncols(),
        "a bias of {} entries does not go with {} columns",
        bias.len(),
        weight.ncols()
    );
    multiply(x, weight, z, Accumulate::Nothing, bias);
}

/// `C ← C + A B`, every chain of sums beginning with the entry of `C`.
///
/// # Panics
///
/// As [`product_into`].
#[track_caller]
pub(crate) fn add_product(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
    multiply(a, b, c, Accumulate::Itself, &[]);
}

/// Fewer columns than this are fewer than the widest registers hold.
const NARROW: usize = 8;

#[track_caller]
fn multiply(
    a: &ArrayRef2<f64>,
    b: &ArrayRef2<f64>,
    c: &mut ArrayRef2<f64>,
    onto: Accumulate,
    bias: &[f64],
) {
    let ((m, depth), n) = (a.dim(), b.ncols());
    assert!(
        b.nrows() == depth && c.dim() == (m, n),
        "the product of shapes {:?} and {:?} does not go into shape {:?}",
        a.dim(),
        b.dim(),
        c.dim()
    );
    let columns = a.t();
    if n < NARROW && n < m && columns.is_standard_layout() {
        // A few columns fill no register; `Cᵀ = Bᵀ Aᵀ` has the same sums, and wide rows.
        let mut transposed = c.t().as_standard_layout().into_owned();
        multiply(&b.t(), &columns, &mut transposed, onto, &[]);
        c.assign(&transposed.t());
        add_to_rows(c, bias);
        return;
    }
    if depth == 0 || c.is_empty() {
        if onto == Accumulate::Nothing {
            c.fill(0.0);
        }
        add_to_rows(c, bias);
        return;
    }
    let c = c
        .as_slice_mut()
        .expect("the matrix that takes a product lies row by row");
    let a = match columns.as_slice() {
        Some(columns) if m >= ROWS => Factor::Columns(columns),
        _ => Factor::Rows(row_by_row(a)),
    };
    let b = match b.t().to_slice() {
        Some(columns) if b.as_slice().is_none() => Factor::Columns(columns),
        _ => Factor::Rows(row_by_row(b)),
    };
    Arch::new().dispatch(Tiles {
        a: &a,
        b: &b,
        c,
        m,
        depth,
        n,
        onto,
        bias,
    });
}

/// Adds `bias`, if it has entries, to every row.
pub(super) fn add_to_rows(c: &mut ArrayRef2<f64>, bias: &[f64]) {
    if !bias.is_empty() {
        *c += &*ArrayView1::from(bias);
    }
}

/// The entries in logical order.
fn row_by_row(matrix: &ArrayRef2<f64>) -> Cow<'_, [f64]> {
    if let Some(entries) = matrix.as_slice() {
        return Cow::Borrowed(entries);
    }
    let (rows, columns) = matrix.dim();
    let transposed = matrix.t();
    let Some(entries) = transposed.as_slice() else {
        return Cow::Owned(matrix.iter().copied().collect());
    };
    let mut copy = vec![0.0; matrix.len()];
    for (i, row) in copy.chunks_exact_mut(columns).enumerate() {
        for (to, from) in row.iter_mut().zip(entries[i..].iter().step_by(rows)) {
            *to = *from;
        }
    }
    Cow::Owned(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::instruction_sets;
    use ndarray::{ShapeBuilder, s};
    use proptest::prelude::*;

    /// The definition, one fused multiply-add after the other.
    fn reference_product(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Array2<f64> {
        add_reference_product(a, b, &Array2::zeros((a.nrows(), b.ncols())))
    }

    fn add_reference_product(
        a: &ArrayRef2<f64>,
        b: &ArrayRef2<f64>,
        c: &ArrayRef2<f64>,
    ) -> Array2<f64> {
        Array2::from_shape_fn(c.dim(), |(i, j)| {
            (0..a.ncols()).fold(c[[i, j]], |sum, k| a[[i, k]].mul_add(b[[k, j]], sum))
        })
    }

    fn matrix(rows: usize, columns: usize, by_columns: bool, seed: usize) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns).set_f(by_columns), |(i, j)| {
            libm::sin((7 * i + 13 * j + seed) as f64)
        })
    }

    proptest! {
        #[test]
        fn every_product_is_its_definition_bit_for_bit(
            m in 0_usize..20,
            depth in prop_oneof![0_usize..9, 125_usize..390],
            n in 0_usize..70,
            by_columns: (bool, bool),
        ) {
            let a = matrix(m, depth, by_columns.0, 1);
            let b = matrix(depth, n, by_columns.1, 2);
            prop_assert_eq!(product(&a, &b), reference_product(&a, &b));

            let before = matrix(m, n, false, 3);
            let mut after = before.clone();
            add_product(&a, &b, &mut after);
            prop_assert_eq!(after, add_reference_product(&a, &b, &before));

            let bias = matrix(1, n, false, 4).row(0).to_owned();
            let mut z = Array2::ones((m, n));
            affine_into(&a, &b, bias.as_slice().expect("in a row"), &mut z);
            prop_assert_eq!(z, reference_product(&a, &b) + bias);
        }
    }

    #[test]
    fn every_instruction_set_makes_the_same_bits() {
        // More depth than a block has; and fewer columns than a register, and fewer rows than a tile.
        for (m, depth, n) in [(23, 300, 37), (23, 300, 3), (5, 300, 37)] {
            let (a, b) = (matrix(m, depth, false, 1), matrix(depth, n, true, 2));
            let by_columns = b.t();
            let by_columns = by_columns.as_slice().expect("column by column");
            let bias = matrix(1, n, false, 3).row(0).to_owned();
            let a_by_columns = matrix(m, depth, true, 1);
            let a_by_columns = a_by_columns.t().to_slice().expect("column by column");
            let lefts = [Factor::Rows(row_by_row(&a)), Factor::Columns(a_by_columns)];
            // So few rows as a tile has not are never taken from columns.
            let lefts = &lefts[..if m < ROWS { 1 } else { 2 }];
            let rights = [Factor::Rows(row_by_row(&b)), Factor::Columns(by_columns)];
            for (left, right) in lefts
                .iter()
                .flat_map(|a| rights.iter().map(move |b| (a, b)))
            {
                for onto in [Accumulate::Nothing, Accumulate::Itself] {
                    let before = match onto {
                        Accumulate::Nothing => Array2::zeros((m, n)),
                        Accumulate::Itself => matrix(m, n, false, 4),
                    };
                    let expected = add_reference_product(&a, &b, &before) + &bias;
                    for set in instruction_sets::of_this_processor() {
                        let mut found = before.clone();
                        set.dispatch(Tiles {
                            a: left,
                            b: right,
                            c: found.as_slice_mut().expect("standard layout"),
                            m,
                            depth,
                            n,
                            onto,
                            bias: bias.as_slice().expect("in a row"),
                        });
                        assert_eq!(found, expected, "{set:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_part_of_a_matrix_is_a_factor_like_any_other() {
        let (a, b) = (matrix(30, 30, false, 1), matrix(30, 30, false, 2));
        let (a, b) = (a.slice(s![..;2, 3..20]), b.slice(s![3..20, ..;3]));
        assert_eq!(product(&a, &b), reference_product(&a, &b));
    }

    #[test]
    fn infinities_and_nans_go_where_the_formula_takes_them() {
        let a = ndarray::array![[f64::INFINITY, 0.0], [1.0, f64::NAN]];
        let c = product(&a, &ndarray::array![[1.0, 0.0], [1.0, 1.0]]);
        assert_eq!(c[[0, 0]], f64::INFINITY);
        assert!(c[[0, 1]].is_nan() && c[[1, 0]].is_nan() && c[[1, 1]].is_nan());
    }

    #[test]
    #[should_panic(expected = "a bias of 4 entries does not go with 5 columns")]
    fn a_bias_of_another_length_is_refused() {
        let [a, b, mut c] = [(2, 3), (3, 5), (2, 5)].map(Array2::zeros);
        affine_into(&a, &b, &[0.0; 4], &mut c);
    }

    #[test]
    #[should_panic(
        expected = "the product of shapes (2, 3) and (4, 5) does not go into shape (2, 5)"
    )]
    fn factors_that_do_not_fit_are_refused() {
        let _ = product(&Array2::zeros((2, 3)), &Array2::zeros((4, 5)));
    }
}
