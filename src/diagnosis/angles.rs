//! Rows at right angles: what an orthogonal initializer leaves, and independent entries never do.

use super::sample::Sample;

/// How many rows are compared with one another.
const ROWS: usize = 64;

/// The largest cosine of two rows that are called orthogonal, if the values are not coarser.
///
/// Of independent entries all `k(k−1)/2` cosines are so small with probability below `(0.001 √n)^(k(k−1)/2)`, which for four
/// rows of a hundred is `1e-12`, and for more rows nothing.
const COSINE: f64 = 1e-3;

/// Rows at right angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Angles {
    /// The root mean square of the rows' lengths.
    pub gain: f64,
    /// Whether all rows have the same length, to 2 %.
    pub equal_lengths: bool,
    /// Whether it is the columns that are at right angles.
    pub of_columns: bool,
}

/// Whether the vectors of the smaller side are at right angles; `None` if not, or if there are fewer than four.
pub(super) fn angles(sample: &Sample, rows_of_matrix: usize, unit: f64) -> Option<Angles> {
    if sample.rows == 0 {
        return None;
    }
    // Columns can be at right angles only if all rows are there.
    if rows_of_matrix >= sample.columns && sample.is_whole() {
        let found = of_rows(&sample.transposed(), unit)?;
        return Some(Angles {
            of_columns: true,
            ..found
        });
    }
    of_rows(sample, unit)
}

fn of_rows(sample: &Sample, unit: f64) -> Option<Angles> {
    let rows = sample.rows.min(ROWS);
    if rows < 4 || sample.rows > sample.columns && sample.is_whole() {
        return None;
    }
    let step = sample.rows / rows;
    let row = |i: usize| sample.row(i * step);
    let lengths: Vec<f64> = (0..rows).map(|i| product(row(i), row(i)).sqrt()).collect();
    let limit = COSINE.max(8.0 * unit);
    for i in 0..rows {
        for j in 0..i {
            let cosine = product(row(i), row(j)) / (lengths[i] * lengths[j]);
            // A row of zeros has no angle.
            if cosine.is_nan() || cosine.abs() > limit {
                return None;
            }
        }
    }
    let gain = (lengths.iter().map(|l| l * l).sum::<f64>() / rows as f64).sqrt();
    let equal_lengths = lengths.iter().all(|l| (l / gain - 1.0).abs() < 0.02);
    Some(Angles {
        gain,
        equal_lengths,
        of_columns: false,
    })
}

/// `Σ x_i y_i`.
pub(super) fn product(x: &[f64], y: &[f64]) -> f64 {
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<4>(), y.as_chunks::<4>());
    let mut lanes = [0.0; 4];
    for (x, y) in xs.iter().zip(ys) {
        for i in 0..4 {
            lanes[i] += x[i] * y[i];
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Facts, Precision};
    use crate::{Initializer, Law, Orthogonal, Streams, VarianceScaling};
    use ndarray::Array2;

    fn angles_of(weight: &Array2<f64>) -> Option<Angles> {
        let facts = Facts::of(weight.view().into_dyn(), Precision::F64);
        angles(&facts.sample, weight.nrows(), 0.0)
    }

    #[test]
    fn a_rotation_of_any_shape_is_seen_with_its_gain() {
        for shape in [(96, 64), (64, 96), (64, 64), (5, 200)] {
            let weight = Orthogonal::new(1.5).sample(shape, &mut Streams::new(2).stream("w"));
            let found = angles_of(&weight).expect("it is orthogonal");
            assert!(
                found.equal_lengths && (found.gain - 1.5).abs() < 1e-9,
                "{shape:?}: {found:?}"
            );
        }
    }

    #[test]
    fn independent_entries_and_vectors_of_unequal_lengths_are_not_called_a_rotation() {
        let he = VarianceScaling::he(Law::Normal);
        for shape in [(96, 64), (64, 96), (4, 100)] {
            assert!(angles_of(&he.sample(shape, &mut Streams::new(3).stream("w"))).is_none());
        }
        let mut weight = Orthogonal::new(1.0).sample((32, 64), &mut Streams::new(2).stream("w"));
        weight.row_mut(3).mapv_inplace(|w| 2.0 * w);
        assert!(!angles_of(&weight).expect("angles are right").equal_lengths);
    }
}
