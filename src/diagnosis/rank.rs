//! The rank of a matrix, from the lengths that Gram–Schmidt leaves of its rows, the longest first.
//!
//! Rows in `n` dimensions that lie within `δ` of the span of `r` others: if the entries are independent and normal, what a row keeps
//! at right angles to the `r` others has length `σ √χ²_(n−r)`, independent for different rows. So the probability that `d` of
//! `k` rows do is at most `C(k, d) · P(χ²_(n−r) ≤ δ²/σ²)^d`. A rank from the Gram matrix would have half of the digits: there a full
//! matrix can look singular.

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
    /// Whether entries drawn independently are excluded: at least four rows and a tenth of all are combinations of the others.
    /// For normal entries the probability of that is below `1e-9` in the coarsest format, and below `1e-60` in single precision.
    pub const fn is_deficient(self) -> bool {
        self.full - self.rank >= 4 && 10 * (self.full - self.rank) > self.full
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
    // What rounding leaves of a combination of rows. In a coarse format a wider limit would take independent rows for one.
    // Gram–Schmidt itself has sixteen digits.
    let roundings = if unit > 1e-5 { 4.0 } else { 16.0 };
    let limit = longest * (roundings * unit + 1e-13 * columns as f64);
    let mut rank = 0;
    // The longest first: a short one, scaled up, would spread its rounding over all that come after it.
    while rank < rows {
        let lengths = block[rank..].iter().map(|row| product(row, row).sqrt());
        let (at, length) =
            (rank..).zip(lengths).fold(
                (rank, 0.0),
                |most, one| if one.1 > most.1 { one } else { most },
            );
        if length <= limit {
            break;
        }
        block.swap(at, rank);
        let (done, rest) = block.split_at_mut(rank + 1);
        let unit_row = &mut done[rank];
        for x in unit_row.iter_mut() {
            *x /= length;
        }
        for row in rest {
            let part = product(unit_row, row);
            for (x, u) in row.iter_mut().zip(unit_row.iter()) {
                *x -= part * u;
            }
        }
        rank += 1;
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

    fn rank_of(weight: &Array2<f64>, precision: Precision) -> Rank {
        let stored = match precision {
            Precision::Bf16 => weight.mapv(|x| half::bf16::from_f64(x).to_f64()),
            _ => weight.mapv(|x| f64::from(x as f32)),
        };
        let facts = Facts::of(stored.view().into_dyn(), precision);
        rank(&facts.sample, precision.unit()).expect("it is a matrix")
    }

    fn draw(shape: (usize, usize), name: &str) -> Array2<f64> {
        VarianceScaling::he(Law::Normal).sample(shape, &mut Streams::new(4).stream(name))
    }

    #[test]
    fn a_product_of_thin_matrices_has_their_rank() {
        for (shape, inner) in [
            ((128, 128), 16),
            ((128, 128), 96),
            ((300, 90), 16),
            ((90, 700), 60),
        ] {
            let product =
                matrix_product(&draw((shape.0, inner), "a"), &draw((inner, shape.1), "b"));
            for precision in [Precision::F32, Precision::Bf16] {
                let found = rank_of(&product, precision);
                assert!(
                    found.rank == inner && found.is_deficient(),
                    "{shape:?}, {precision:?}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn independent_entries_have_full_rank() {
        for shape in [(128, 128), (2, 2), (10, 64), (300, 90), (500, 500)] {
            for precision in [Precision::F32, Precision::Bf16] {
                let found = rank_of(&draw(shape, "c"), precision);
                assert!(!found.is_deficient(), "{shape:?}, {precision:?}: {found:?}");
            }
        }
    }

    #[test]
    fn equal_rows_count_once() {
        let mut weight = draw((40, 60), "d");
        let first = weight.row(0).to_owned();
        weight
            .rows_mut()
            .into_iter()
            .for_each(|mut row| row.assign(&first));
        assert_eq!(rank_of(&weight, Precision::F32).rank, 1);
    }
}
