//! The matrix product `C = A B`.
//!
//! Every entry is one chain of fused multiply-adds, `c ← a_ik · b_kj + c` for `k = 0, 1, …`,
//! whatever the width of the processor's registers, the shape of the tiles or the number of
//! threads: a product has the same bits everywhere.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::borrow::Cow;
use std::ops::Range;

use ndarray::{Array2, ArrayRef2, ArrayView1};
use pulp::{Arch, Simd, WithSimd};

use super::Aligned;

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

/// Writes `A B` over `C`, copying nothing large where `B` lies in memory row by row, and `A` row
/// by row or column by column.
///
/// # Panics
///
/// If the shapes do not fit together, or `C` does not lie row by row.
#[track_caller]
pub fn product_into(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
    multiply(a, b, c, Onto::Nothing, &[]);
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
    multiply(x, weight, z, Onto::Nothing, bias);
}

/// `C ← C + A B`, every chain of sums beginning with the entry of `C`.
///
/// # Panics
///
/// As [`product_into`].
#[track_caller]
pub(crate) fn add_product(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
    multiply(a, b, c, Onto::Itself, &[]);
}

/// What the sums begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Onto {
    /// Zeros.
    Nothing,
    /// What is in `C`.
    Itself,
}

#[track_caller]
fn multiply(
    a: &ArrayRef2<f64>,
    b: &ArrayRef2<f64>,
    c: &mut ArrayRef2<f64>,
    onto: Onto,
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
        if onto == Onto::Nothing {
            c.fill(0.0);
        }
        add_to_rows(c, bias);
        return;
    }
    let c = c
        .as_slice_mut()
        .expect("the matrix that takes a product lies row by row");
    let a = match columns.as_slice() {
        Some(columns) if m >= ROWS => Left::Columns(columns),
        _ => Left::Rows(row_by_row(a)),
    };
    Arch::new().dispatch(Product {
        a: &a,
        b: &row_by_row(b),
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

/// How many rows of `C` are made at a time. With up to five registers of columns that is 25 sums;
/// five registers of `B` and one of `A` beside them still fit into 32.
const ROWS: usize = 5;

/// How many rows of a strip of `B` stay in the cache nearest to the processor: up to 40 KiB.
const DEPTH: usize = 128;

/// How many columns of `C` are made at a time at most: five registers of eight.
const WIDEST: usize = 40;

/// Fewer columns than this are fewer than the widest registers hold.
const NARROW: usize = 8;

/// The entries of the left factor.
enum Left<'a> {
    /// Row by row.
    Rows(Cow<'a, [f64]>),
    /// Column by column.
    Columns(&'a [f64]),
}

struct Product<'a> {
    a: &'a Left<'a>,
    b: &'a [f64],
    c: &'a mut [f64],
    m: usize,
    depth: usize,
    n: usize,
    onto: Onto,
    /// What is added to every row in the end, or nothing.
    bias: &'a [f64],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if self.n < S::F64_LANES {
            self.narrow(simd);
            return;
        }
        let widest = if S::REGISTER_COUNT < 32 { 2 } else { 5 };
        let mut done = 0;
        while done < self.n {
            let registers = (self.n - done).div_ceil(S::F64_LANES);
            let width = registers
                .div_ceil(registers.div_ceil(widest))
                .min(self.n / S::F64_LANES);
            // The last strip ends with the matrix, and may begin within the one before it.
            let first = done.min(self.n - width * S::F64_LANES);
            match width {
                1 => self.strip::<S, 1>(simd, first, done),
                2 => self.strip::<S, 2>(simd, first, done),
                3 => self.strip::<S, 3>(simd, first, done),
                4 => self.strip::<S, 4>(simd, first, done),
                _ => self.strip::<S, 5>(simd, first, done),
            }
            done = first + width * S::F64_LANES;
        }
    }
}

impl Product<'_> {
    /// A product of fewer columns than a register holds, by filling them up with zeros.
    #[inline(always)]
    fn narrow<S: Simd>(&mut self, simd: S) {
        let mut b = vec![0.0; self.depth * S::F64_LANES];
        for (to, from) in b
            .chunks_exact_mut(S::F64_LANES)
            .zip(self.b.chunks_exact(self.n))
        {
            to[..self.n].copy_from_slice(from);
        }
        let mut c = vec![0.0; self.m * S::F64_LANES];
        if self.onto == Onto::Itself {
            for (to, from) in c
                .chunks_exact_mut(S::F64_LANES)
                .zip(self.c.chunks_exact(self.n))
            {
                to[..self.n].copy_from_slice(from);
            }
        }
        let mut bias = self.bias.to_vec();
        if !bias.is_empty() {
            bias.resize(S::F64_LANES, 0.0);
        }
        Product {
            b: &b,
            c: &mut c,
            n: S::F64_LANES,
            bias: &bias,
            ..*self
        }
        .strip::<S, 1>(simd, 0, 0);
        for (to, from) in self
            .c
            .chunks_exact_mut(self.n)
            .zip(c.chunks_exact(S::F64_LANES))
        {
            to.copy_from_slice(&from[..self.n]);
        }
    }

    /// The columns of `C` from `first` on, as many as `V` registers hold; those before `done` are
    /// made already.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(&mut self, simd: S, first: usize, done: usize) {
        let (n, width) = (self.n, V * S::F64_LANES);
        let b = self.b;
        let lines = b.chunks_exact(n).map(|line| {
            let (registers, _) = S::as_simd_f64s(&line[first..][..width]);
            registers
                .first_chunk::<V>()
                .expect("as many as a strip has")
        });
        // Making an entry twice does no harm, unless it would be added twice.
        let skipped = match self.onto {
            Onto::Nothing => 0,
            Onto::Itself => done - first,
        };
        let m = self.m;
        let tile = |row: usize, depth: &Range<usize>| Tile {
            // The last tile ends with the matrix too; what is above `row` is made already.
            top: row.min(m.saturating_sub(ROWS)),
            row,
            first,
            skipped,
            depth: depth.clone(),
        };
        if self.m <= ROWS {
            let all = tile(0, &(0..self.depth));
            return self.tile(simd, all, lines);
        }
        let blocks = self.depth.div_ceil(DEPTH);
        let mut strip = vec![Aligned([simd.splat_f64s(0.0); V]); self.depth.div_ceil(blocks)];
        for block in 0..blocks {
            let depth = self.depth * block / blocks..self.depth * (block + 1) / blocks;
            let lines = lines.clone().skip(depth.start);
            for (Aligned(to), line) in strip.iter_mut().zip(lines) {
                for (to, b) in to.iter_mut().zip(line) {
                    *to = *b;
                }
            }
            for row in (0..self.m).step_by(ROWS) {
                let tile = tile(row, &depth);
                let strip = strip[..depth.len()].iter().map(|Aligned(line)| line);
                self.tile(simd, tile, strip);
            }
        }
    }

    /// Adds to a tile of `C` the products with a strip of `B`.
    #[inline(always)]
    fn tile<'b, S: Simd, const V: usize>(
        &mut self,
        simd: S,
        tile: Tile,
        strip: impl Iterator<Item = &'b [S::f64s; V]>,
    ) {
        let Tile {
            top,
            row,
            first,
            skipped,
            depth,
        } = tile;
        let (m, n, width) = (self.m, self.n, V * S::F64_LANES);
        let mut sums = [[simd.splat_f64s(0.0); V]; ROWS];
        if depth.start > 0 || self.onto == Onto::Itself {
            for (i, sums) in sums.iter_mut().enumerate() {
                let c = &self.c[(top + i).min(m - 1) * n + first..][..width];
                for (sum, c) in sums.iter_mut().zip(S::as_simd_f64s(c).0) {
                    *sum = *c;
                }
            }
        }
        match self.a {
            Left::Rows(a) => {
                let start = |i: usize| (top + i).min(m - 1) * self.depth + depth.start;
                let (a0, a1, a2) = (&a[start(0)..], &a[start(1)..], &a[start(2)..]);
                let left = a0
                    .iter()
                    .zip(a1)
                    .zip(a2)
                    .zip(&a[start(3)..])
                    .zip(&a[start(4)..]);
                for (b, ((((a0, a1), a2), a3), a4)) in strip.zip(left) {
                    accumulate(simd, &mut sums, [a0, a1, a2, a3, a4], b);
                }
            }
            Left::Columns(a) => {
                for (b, column) in strip.zip(a[depth.start * m + top..].chunks(m)) {
                    let column: &[f64; ROWS] = column.first_chunk().expect("as many as a tile has");
                    accumulate(simd, &mut sums, column.each_ref(), b);
                }
            }
        }
        if depth.end == self.depth && !self.bias.is_empty() {
            let (bias, _) = S::as_simd_f64s(&self.bias[first..][..width]);
            for sums in &mut sums {
                for (sum, bias) in sums.iter_mut().zip(bias) {
                    *sum = simd.add_f64s(*sum, *bias);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            if (row..m).contains(&(top + i)) {
                let c = &mut self.c[(top + i) * n + first..][..width];
                if skipped > 0 {
                    let mut row = [0.0; WIDEST];
                    store::<S, V>(&mut row[..width], sums);
                    c[skipped..].copy_from_slice(&row[skipped..width]);
                } else {
                    store::<S, V>(c, sums);
                }
            }
        }
    }
}

/// Writes registers into as many numbers as they hold.
#[inline(always)]
fn store<S: Simd, const V: usize>(to: &mut [f64], registers: &[S::f64s; V]) {
    for (to, register) in S::as_mut_simd_f64s(to).0.iter_mut().zip(registers) {
        *to = *register;
    }
}

/// `ROWS` rows of a strip of `C`, and which of the products are to be added to it.
struct Tile {
    top: usize,
    /// The first row that is to be written.
    row: usize,
    /// The first column.
    first: usize,
    /// How many of its columns are not to be written.
    skipped: usize,
    depth: Range<usize>,
}

/// `sums ← a b + sums`, the outer product of `ROWS` entries of `A` and `V` registers of `B`.
#[inline(always)]
fn accumulate<S: Simd, const V: usize>(
    simd: S,
    sums: &mut [[S::f64s; V]; ROWS],
    a: [&f64; ROWS],
    b: &[S::f64s; V],
) {
    for (sums, a) in sums.iter_mut().zip(a) {
        let a = simd.splat_f64s(*a);
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = simd.mul_add_f64s(a, *b, *sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            ((7 * i + 13 * j + seed) as f64).sin()
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
        let (a, b) = (matrix(23, 40, false, 1), matrix(40, 37, false, 2));
        let bias = matrix(1, 37, false, 3).row(0).to_owned();
        let left = Left::Rows(row_by_row(&a));
        let mut plain = Array2::zeros((23, 37));
        Product {
            a: &left,
            b: b.as_slice().expect("standard layout"),
            c: plain.as_slice_mut().expect("standard layout"),
            m: 23,
            depth: 40,
            n: 37,
            onto: Onto::Nothing,
            bias: bias.as_slice().expect("in a row"),
        }
        .with_simd(pulp::Scalar::new());
        assert_eq!(product(&a, &b) + bias, plain);
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
