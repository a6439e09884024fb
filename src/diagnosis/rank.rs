//! The rank of a matrix, from the lengths that Gram–Schmidt leaves of its rows.
//!
//! Of independent normal entries the `i`-th of `k` rows in `n` dimensions keeps, at right angles to those before it,
//! a length of `σ √χ²_(n−i+1)`, and these lengths are independent (Bartlett's decomposition). So the probability that several
//! of them vanish has a bound. A rank from the Gram matrix would have half of the digits: there a full matrix can look singular.

use super::angles::product;
use super::sample::Sample;

/// The largest block that is looked at; a side may be longer by a few.
const SIDE: usize = 256;

/// So many columns more than rows leave every row far from the others.
const SPARE: usize = 32;

/// The rank of a block of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// How many rows are not combinations of those before them, to the precision of the values.
    pub rank: usize,
    /// The rank of a block of independent entries.
    pub full: usize,
    /// Whether the block is the whole matrix.
    pub is_whole: bool,
}

impl Rank {
    /// Whether entries drawn independently are excluded: at least four rows and a tenth of all depend on others. For normal
    /// entries the probability of that is below `(Σp)^4 / 4!`, with `p` the probability that one row is within rounding of
    /// the rows before it: `1e-20` for single precision and a square block, and less than any `f64` for one that is not square.
    pub const fn is_deficient(self) -> bool {
        self.full - self.rank >= 4 && 10 * (self.full - self.rank) > self.full
            || self.full > self.rank && self.rank <= 1
    }
}

/// The rank of the matrix, or of a block of it; `None` where there is no block of at least 2 by 2.
pub(super) fn rank(sample: &Sample, unit: f64) -> Option<Rank> {
    let wide = if sample.rows <= sample.columns {
        None
    } else {
        Some(sample.transposed())
    };
    let sample = wide.as_ref().unwrap_or(sample);
    let rows = sample.rows.min(SIDE);
    let columns = sample.columns.min(rows + SPARE);
    if rows < 2 {
        return None;
    }
    let (down, across) = (sample.rows / rows, sample.columns / columns);
    let mut block: Vec<Vec<f64>> = (0..rows)
        .map(|i| {
            (0..columns)
                .map(|j| sample.row(i * down)[j * across])
                .collect()
        })
        .collect();
    let longest = block
        .iter()
        .map(|row| product(row, row))
        .fold(0.0, f64::max)
        .sqrt();
    // What rounding leaves of a combination of rows; Gram–Schmidt itself has sixteen digits.
    let limit = longest * (16.0 * unit + 1e-13 * columns as f64);
    let mut rank = 0;
    for i in 0..rows {
        // Twice is enough: what is left then is at right angles to all digits.
        for _ in 0..2 {
            let (before, rest) = block.split_at_mut(i);
            for unit_row in &before[..rank] {
                let part = product(unit_row, &rest[0]);
                for (x, u) in rest[0].iter_mut().zip(unit_row) {
                    *x -= part * u;
                }
            }
        }
        let length = product(&block[i], &block[i]).sqrt();
        if length > limit {
            for x in &mut block[i] {
                *x /= length;
            }
            block.swap(i, rank);
            rank += 1;
        }
    }
    Some(Rank {
        rank,
        full: rows,
        is_whole: rows == sample.rows && columns.min(rows) == sample.rows.min(sample.columns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Facts, Precision};
    use crate::matrix::product as matrix_product;
    use crate::{Initializer, Law, Streams, VarianceScaling};
    use ndarray::Array2;

    fn rank_of(weight: &Array2<f32>) -> Rank {
        let facts = Facts::of(weight.view().into_dyn(), Precision::F32);
        rank(&facts.sample, Precision::F32.unit()).expect("it is a matrix")
    }

    fn draw(shape: (usize, usize), name: &str) -> Array2<f64> {
        VarianceScaling::he(Law::Normal).sample(shape, &mut Streams::new(4).stream(name))
    }

    #[test]
    fn a_product_of_thin_matrices_has_their_rank() {
        for shape in [(128, 128), (300, 90), (90, 700)] {
            let product = matrix_product(&draw((shape.0, 16), "a"), &draw((16, shape.1), "b"));
            let found = rank_of(&product.mapv(|x| x as f32));
            assert!(
                found.rank == 16 && found.is_deficient(),
                "{shape:?}: {found:?}"
            );
        }
    }

    #[test]
    fn independent_entries_have_full_rank() {
        for shape in [(128, 128), (2, 2), (10, 64), (300, 90), (500, 500)] {
            let found = rank_of(&draw(shape, "c").mapv(|x| x as f32));
            assert!(!found.is_deficient(), "{shape:?}: {found:?}");
        }
    }

    #[test]
    fn equal_rows_count_once() {
        let mut weight = draw((40, 60), "d").mapv(|x| x as f32);
        let first = weight.row(0).to_owned();
        weight
            .rows_mut()
            .into_iter()
            .for_each(|mut row| row.assign(&first));
        assert_eq!(rank_of(&weight).rank, 1);
    }
}
