//! Products whose left factor is mostly zeros, such as a batch of images with a black background.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::ops::Range;

use ndarray::{ArrayRef2, s};
use pulp::{Arch, Simd, WithSimd};

use super::product::product_into;

/// A batch as the first layer of a network meets it: the left factor of a product.
pub(crate) trait Batch {
    /// The number of inputs, and how many numbers each has.
    fn dim(&self) -> (usize, usize);

    /// Writes `X B` over `C`.
    fn times_into(&self, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>);

    /// Writes these rows of `Xᵀ B` over `C`.
    fn transposed_times_into(&self, rows: Range<usize>, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>);
}

impl Batch for ArrayRef2<f64> {
    fn dim(&self) -> (usize, usize) {
        (self.nrows(), self.ncols())
    }

    fn times_into(&self, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
        product_into(self, b, c);
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

/// A batch of which only the entries that are not zero are kept, row by row and column by column.
///
/// A product has the bits that [`product_into`] makes of all entries, wherever `B` is finite: every
/// entry is the same chain of fused multiply-adds, without the links that add zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct SparseBatch {
    rows: Lines,
    columns: Lines,
}

/// The entries of rows, one row after the other; or of columns.
#[derive(Debug, Clone, Default)]
struct Lines {
    /// Where each line ends among the entries.
    ends: Vec<usize>,
    /// The place of every entry in its line, and the entry.
    entries: Vec<(usize, f64)>,
}

impl SparseBatch {
    /// Keeps these rows instead, of so many columns each.
    ///
    /// # Panics
    ///
    /// If a row has more entries than there are columns.
    #[track_caller]
    pub(crate) fn refill<R>(&mut self, columns: usize, rows: impl Iterator<Item = R>)
    where
        R: Iterator<Item = f64>,
    {
        let Lines { ends, entries } = &mut self.rows;
        ends.clear();
        let mut end = 0;
        for row in rows {
            entries.resize(end + columns, (0, 0.0));
            // Zeros are written over by what follows: no branch for a processor to guess.
            let kept = &mut entries[end..];
            let mut count = 0;
            for (place, entry) in row.enumerate() {
                kept[count] = (place, entry);
                count += usize::from(entry != 0.0);
            }
            end += count;
            ends.push(end);
        }
        entries.truncate(end);
        self.columns.transpose(&self.rows, columns);
    }
}

impl Batch for SparseBatch {
    fn dim(&self) -> (usize, usize) {
        (self.rows.ends.len(), self.columns.ends.len())
    }

    fn times_into(&self, b: &ArrayRef2<f64>, c: &mut ArrayRef2<f64>) {
        let (lines, depth) = self.dim();
        self.rows.times_into(0..lines, depth, b, c);
    }

    fn transposed_times_into(
        &self,
        rows: Range<usize>,
        b: &ArrayRef2<f64>,
        c: &mut ArrayRef2<f64>,
    ) {
        self.columns.times_into(rows, self.dim().0, b, c);
    }
}

impl Lines {
    fn iter(&self) -> impl Iterator<Item = &[(usize, f64)]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.entries[*start..*end])
    }

    /// Becomes the columns of these rows.
    #[track_caller]
    fn transpose(&mut self, rows: &Lines, columns: usize) {
        let Self { ends, entries } = self;
        ends.clear();
        ends.resize(columns, 0);
        for (column, _) in &rows.entries {
            ends[*column] += 1;
        }
        let mut total = 0;
        for end in &mut *ends {
            total += std::mem::replace(end, total);
        }
        // Now they are the starts; each becomes the end as its column is filled.
        entries.resize(total, (0, 0.0));
        for (i, row) in rows.iter().enumerate() {
            for (column, entry) in row {
                let end = &mut ends[*column];
                entries[*end] = (i, *entry);
                *end += 1;
            }
        }
    }

    /// Writes over `C` the product of some of these lines, each of length `depth`, and `B`.
    #[track_caller]
    fn times_into(
        &self,
        lines: Range<usize>,
        depth: usize,
        b: &ArrayRef2<f64>,
        c: &mut ArrayRef2<f64>,
    ) {
        let (m, n) = (lines.len(), b.ncols());
        assert!(
            b.nrows() == depth && c.dim() == (m, n),
            "the product of shapes {:?} and {:?} does not go into shape {:?}",
            (m, depth),
            b.dim(),
            c.dim()
        );
        let first = match lines.start {
            0 => 0,
            start => self.ends[start - 1],
        };
        let b = b.as_standard_layout();
        Arch::new().dispatch(Product {
            entries: &self.entries,
            first,
            ends: &self.ends[lines],
            b: b.as_slice().expect("it lies row by row"),
            c: c.as_slice_mut()
                .expect("the matrix that takes a product lies row by row"),
            depth,
            n,
        });
    }
}

/// How many numbers of a strip of `B` stay in the cache nearest to the processor: 42 KiB.
const NEAR: usize = 42 * 1024 / size_of::<f64>();

struct Product<'a> {
    entries: &'a [(usize, f64)],
    /// Where the first line begins among the entries, and where each ends.
    first: usize,
    ends: &'a [usize],
    b: &'a [f64],
    c: &'a mut [f64],
    depth: usize,
    n: usize,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if self.n < S::F64_LANES {
            return self.plain();
        }
        let widest = if S::REGISTER_COUNT < 32 { 7 } else { 13 };
        let registers = self.n.div_ceil(S::F64_LANES);
        let mut done = 0;
        while done < registers {
            let first = done * S::F64_LANES;
            // A few widths make every number; thirteen registers of eight are a hundred columns.
            done += match (registers - done).min(widest) {
                1 => self.strip::<S, 1>(simd, first),
                2..=3 => self.strip::<S, 2>(simd, first),
                4..=6 => self.strip::<S, 4>(simd, first),
                7..=12 => self.strip::<S, 7>(simd, first),
                _ => self.strip::<S, 13>(simd, first),
            };
        }
    }
}

impl Product<'_> {
    /// Fewer columns than a register holds.
    fn plain(self) {
        let starts = std::iter::once(&self.first).chain(self.ends);
        let lines = starts.zip(self.ends);
        for (c, (start, end)) in self.c.chunks_exact_mut(self.n).zip(lines) {
            c.fill(0.0);
            for (place, a) in &self.entries[*start..*end] {
                for (c, b) in c.iter_mut().zip(&self.b[place * self.n..]) {
                    *c = a.mul_add(*b, *c);
                }
            }
        }
    }

    /// The columns of `C` from `first` on, as many as `V` registers hold; returns `V`.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(&mut self, simd: S, first: usize) -> usize {
        let n = self.n;
        let blocks = (self.depth * V * S::F64_LANES).div_ceil(NEAR);
        let mut near = vec![[simd.splat_f64s(0.0); V]; self.depth.div_ceil(blocks)];
        let mut starts: Vec<usize> = [&[self.first], self.ends].concat();
        for block in 0..blocks {
            let places = self.depth * block / blocks..self.depth * (block + 1) / blocks;
            let b = &self.b[places.start * n..places.end * n];
            for (near, b) in near.iter_mut().zip(b.chunks_exact(n)) {
                load::<S, V>(near, b, first);
            }
            let lines = self.c.chunks_exact_mut(n).zip(&mut starts).zip(self.ends);
            for ((c, start), end) in lines {
                let mut sums = [simd.splat_f64s(0.0); V];
                if block > 0 {
                    load::<S, V>(&mut sums, c, first);
                }
                let line = &self.entries[*start..*end];
                let mut count = 0;
                for (place, a) in line {
                    if *place >= places.end {
                        break;
                    }
                    count += 1;
                    let a = simd.splat_f64s(*a);
                    for (sum, b) in sums.iter_mut().zip(&near[*place - places.start]) {
                        *sum = simd.mul_add_f64s(a, *b, *sum);
                    }
                }
                *start += count;
                store::<S, V>(&sums, c, first);
            }
        }
        V
    }
}

/// Reads `V` registers from the columns of a row from `first` on. The last register ends with the
/// row at the latest, and may begin within the one before.
#[inline(always)]
fn load<S: Simd, const V: usize>(registers: &mut [S::f64s; V], row: &[f64], first: usize) {
    let last = (first + (V - 1) * S::F64_LANES).min(row.len() - S::F64_LANES);
    let (columns, _) = S::as_simd_f64s(&row[first..][..(V - 1) * S::F64_LANES]);
    for (register, columns) in registers.iter_mut().zip(columns) {
        *register = *columns;
    }
    registers[V - 1] = S::as_simd_f64s(&row[last..][..S::F64_LANES]).0[0];
}

/// Writes what [`load`] reads.
#[inline(always)]
fn store<S: Simd, const V: usize>(registers: &[S::f64s; V], row: &mut [f64], first: usize) {
    let last = (first + (V - 1) * S::F64_LANES).min(row.len() - S::F64_LANES);
    let (columns, _) = S::as_mut_simd_f64s(&mut row[first..][..(V - 1) * S::F64_LANES]);
    for (columns, register) in columns.iter_mut().zip(registers) {
        *columns = *register;
    }
    S::as_mut_simd_f64s(&mut row[last..][..S::F64_LANES]).0[0] = registers[V - 1];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::product;
    use ndarray::Array2;
    use proptest::prelude::*;

    /// A matrix of which some rows, some columns and many entries are zero, and the same kept sparsely.
    fn both(rows: usize, columns: usize) -> (Array2<f64>, SparseBatch) {
        let dense = Array2::from_shape_fn((rows, columns), |(i, j)| {
            let x = ((7 * i + 13 * j) as f64).sin();
            if i % 5 == 2 || j % 4 == 1 || x.abs() < 0.2 {
                0.0
            } else {
                x
            }
        });
        let mut sparse = SparseBatch::default();
        sparse.refill(1, [[1.0].into_iter()].into_iter()); // what was there is forgotten
        let rows = dense.rows().into_iter();
        sparse.refill(columns, rows.map(|row| row.into_iter().copied()));
        (dense, sparse)
    }

    proptest! {
        #[test]
        fn products_are_those_of_all_entries_bit_for_bit(
            m in 1_usize..20,
            depth in prop_oneof![1_usize..20, 125_usize..300],
            n in 1_usize..140,
        ) {
            let (dense, sparse) = both(m, depth);
            prop_assert_eq!(sparse.dim(), (m, depth));
            let right = |rows| Array2::from_shape_fn((rows, n), |(i, j)| ((3 * i + 5 * j) as f64).cos());
            let (b, mut c) = (right(depth), Array2::ones((m, n)));
            sparse.times_into(&b, &mut c);
            prop_assert_eq!(c, product(&dense, &b));
            let (b, mut c) = (right(m), Array2::ones((depth, n)));
            sparse.transposed_times_into(0..depth, &b, &mut c);
            prop_assert_eq!(&c, &product(&dense.t(), &b));
            let some = depth / 3..depth - depth / 4;
            let mut part = Array2::ones((some.len(), n));
            sparse.transposed_times_into(some.clone(), &b, &mut part);
            prop_assert_eq!(part, c.slice(s![some, ..]));
        }
    }

    #[test]
    fn every_instruction_set_makes_the_same_bits() {
        let (_, sparse) = both(23, 40);
        let b = Array2::from_shape_fn((40, 37), |(i, j)| ((3 * i + 5 * j) as f64).cos());
        let [mut plain, mut ours] = [(), ()].map(|()| Array2::zeros((23, 37)));
        Product {
            entries: &sparse.rows.entries,
            first: 0,
            ends: &sparse.rows.ends,
            b: b.as_slice().expect("standard layout"),
            c: plain.as_slice_mut().expect("standard layout"),
            depth: 40,
            n: 37,
        }
        .with_simd(pulp::Scalar::new());
        sparse.times_into(&b, &mut ours);
        assert_eq!(ours, plain);
    }

    #[test]
    #[should_panic(
        expected = "the product of shapes (2, 3) and (4, 5) does not go into shape (2, 5)"
    )]
    fn factors_that_do_not_fit_are_refused() {
        let (_, sparse) = both(2, 3);
        sparse.times_into(&Array2::zeros((4, 5)), &mut Array2::zeros((2, 5)));
    }
}
