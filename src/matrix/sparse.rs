//! Products whose left factor is mostly zeros, such as a batch of images with a black background.

use std::ops::Range;

use ndarray::ArrayRef2;
use pulp::Arch;

use super::Batch;
use super::product::add_to_rows;
use super::strips::{Entry, Strips};

/// A batch of bytes that stand for numbers, such as the pixels of images, of which only those that are
/// not zero are kept, row by row and column by column.
///
/// A product has the bits that [`product_into`](super::product_into) makes of all numbers, wherever `B` is finite: every
/// entry is the same chain of fused multiply-adds, without the links that add zero.
#[derive(Debug, Clone)]
pub struct SparseBatch {
    /// What every byte stands for: 0 for zero.
    values: &'static [f64; 256],
    rows: Lines,
    columns: Lines,
}

/// The entries of rows, one row after the other; or of columns.
#[derive(Debug, Clone, Default)]
struct Lines {
    /// Where each line ends among the entries.
    ends: Vec<usize>,
    entries: Vec<Entry>,
}

impl SparseBatch {
    /// No rows yet, of bytes that stand for these values.
    ///
    /// # Panics
    ///
    /// If 0 does not stand for zero.
    #[track_caller]
    pub fn new(values: &'static [f64; 256]) -> Self {
        assert!(
            values[0] == 0.0,
            "the byte 0 must stand for zero, but stands for {}",
            values[0]
        );
        Self {
            values,
            rows: Lines::default(),
            columns: Lines::default(),
        }
    }

    /// Keeps these rows instead, of so many columns each.
    ///
    /// # Panics
    ///
    /// If a row has not as many bytes as there are columns, or if these or the rows are more than 2²⁴.
    #[track_caller]
    pub fn refill<'a>(&mut self, columns: usize, rows: impl Iterator<Item = &'a [u8]>) {
        self.rows.ends.clear();
        self.rows.entries.clear();
        for row in rows {
            assert!(
                row.len() == columns,
                "a row has {} bytes, but there are {columns} columns",
                row.len()
            );
            self.rows.push(row);
        }
        let longest = columns.max(self.rows.ends.len());
        assert!(
            longest <= Entry::PLACES,
            "a batch has at most {} rows and columns, but this one has {longest}",
            Entry::PLACES
        );
        self.columns.transpose(&self.rows, columns);
    }
}

impl Batch for SparseBatch {
    fn dim(&self) -> (usize, usize) {
        (self.rows.ends.len(), self.columns.ends.len())
    }

    fn affine_into(
        &self,
        rows: Range<usize>,
        weight: &ArrayRef2<f64>,
        bias: &[f64],
        z: &mut ArrayRef2<f64>,
    ) {
        let depth = self.dim().1;
        self.rows.times_into(self.values, rows, depth, weight, z);
        add_to_rows(z, bias);
    }

    fn transposed_times_into(
        &self,
        rows: Range<usize>,
        b: &ArrayRef2<f64>,
        c: &mut ArrayRef2<f64>,
    ) {
        let depth = self.dim().0;
        self.columns.times_into(self.values, rows, depth, b, c);
    }
}

impl Lines {
    fn iter(&self) -> impl Iterator<Item = &[Entry]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.entries[*start..*end])
    }

    /// Adds a line of these bytes.
    fn push(&mut self, line: &[u8]) {
        let Self { ends, entries } = self;
        let mut end = entries.len();
        entries.resize(end + line.len(), Entry::default());
        let (eights, rest) = line.as_chunks();
        for (i, eight) in eights.iter().enumerate() {
            // Where much is black, most are black all over.
            if u64::from_ne_bytes(*eight) != 0 {
                let kept = entries[end..].first_chunk_mut::<8>();
                end += keep(eight, 8 * i, kept.expect("no more are kept than there are"));
            }
        }
        end += keep(rest, 8 * eights.len(), &mut entries[end..]);
        entries.truncate(end);
        ends.push(end);
    }

    /// Becomes the columns of these rows.
    fn transpose(&mut self, rows: &Lines, columns: usize) {
        let Self { ends, entries } = self;
        ends.clear();
        ends.resize(columns, 0);
        for entry in &rows.entries {
            ends[entry.place()] += 1;
        }
        let mut total = 0;
        for end in &mut *ends {
            total += std::mem::replace(end, total);
        }
        // Now they are the starts; each becomes the end as its column is filled.
        entries.resize(total, Entry::default());
        for (i, row) in rows.iter().enumerate() {
            for entry in row {
                let end = &mut ends[entry.place()];
                entries[*end] = Entry::new(i, entry.byte());
                *end += 1;
            }
        }
    }

    /// Writes over `C` the product of some of these lines, each of length `depth`, and `B`.
    #[track_caller]
    fn times_into(
        &self,
        values: &[f64; 256],
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
        Arch::new().dispatch(Strips {
            values,
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

/// Copies the bytes that are not zero, with their places from `first` on; returns how many there are.
#[inline]
fn keep(bytes: &[u8], first: usize, kept: &mut [Entry]) -> usize {
    let mut count = 0;
    // What follows is written over a zero: no branch for a processor to guess.
    for (i, byte) in bytes.iter().enumerate() {
        kept[count] = Entry::new(first + i, *byte);
        count += usize::from(*byte != 0);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::product;
    use crate::probability::instruction_sets;
    use ndarray::{Array2, ArrayView1, s};
    use proptest::prelude::*;

    /// Bytes stand for numbers of both signs.
    static VALUES: [f64; 256] = {
        let mut values = [0.0; 256];
        let mut byte = 1;
        while byte < 256 {
            values[byte] = ((byte * 37 % 256) as f64 - 127.5) / 100.0;
            byte += 1;
        }
        values
    };

    /// A matrix of which some rows, some columns and many entries are zero, and the same kept sparsely.
    fn both(rows: usize, columns: usize) -> (Array2<f64>, SparseBatch) {
        let bytes = Array2::from_shape_fn((rows, columns), |(i, j)| {
            let byte = (7 * i + 13 * j) * (i + 3) % 251;
            let lit = i % 5 != 2 && j % 4 != 1 && j / 9 % 3 != i % 3 && byte > 50;
            if lit { byte as u8 } else { 0 }
        });
        let mut sparse = SparseBatch::new(&VALUES);
        sparse.refill(1, [[1].as_slice()].into_iter()); // what was there is forgotten
        let rows = bytes.rows().into_iter();
        sparse.refill(columns, rows.map(|row| row.to_slice().expect("row by row")));
        (bytes.mapv(|byte| VALUES[usize::from(byte)]), sparse)
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
            let right = |rows| Array2::from_shape_fn((rows, n), |(i, j)| libm::cos((3 * i + 5 * j) as f64));
            let (b, mut c) = (right(depth), Array2::ones((m, n)));
            let bias = right(1).row(0).to_owned();
            let bias = bias.as_slice().expect("in a row");
            sparse.affine_into(0..m, &b, bias, &mut c);
            prop_assert_eq!(&c, &(product(&dense, &b) + ArrayView1::from(bias)));
            let some = m / 3..m - m / 4;
            let mut part = Array2::ones((some.len(), n));
            sparse.affine_into(some.clone(), &b, bias, &mut part);
            prop_assert_eq!(part, c.slice(s![some, ..]));
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
        let (dense, sparse) = both(23, 40);
        let b = Array2::from_shape_fn((40, 37), |(i, j)| libm::cos((3 * i + 5 * j) as f64));
        let expected = product(&dense, &b);
        for set in instruction_sets::of_this_processor() {
            let mut found = Array2::zeros((23, 37));
            set.dispatch(Strips {
                values: &VALUES,
                entries: &sparse.rows.entries,
                first: 0,
                ends: &sparse.rows.ends,
                b: b.as_slice().expect("standard layout"),
                c: found.as_slice_mut().expect("standard layout"),
                depth: 40,
                n: 37,
            });
            assert_eq!(found, expected, "{set:?}");
        }
    }

    #[test]
    #[should_panic(expected = "a row has 2 bytes, but there are 3 columns")]
    fn rows_of_another_length_are_refused() {
        SparseBatch::new(&VALUES).refill(3, [[1, 2].as_slice()].into_iter());
    }

    #[test]
    #[should_panic(expected = "the byte 0 must stand for zero, but stands for 1")]
    fn zero_is_zero() {
        let _ = SparseBatch::new(&[1.0; 256]);
    }

    #[test]
    #[should_panic(
        expected = "the product of shapes (2, 3) and (4, 5) does not go into shape (2, 5)"
    )]
    fn factors_that_do_not_fit_are_refused() {
        let (_, sparse) = both(2, 3);
        sparse.affine_into(
            0..2,
            &Array2::zeros((4, 5)),
            &[0.0; 5],
            &mut Array2::zeros((2, 5)),
        );
    }
}
