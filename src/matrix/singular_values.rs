//! Singular values, by rotations that make the columns of a matrix orthogonal: the lengths that are left are
//! the singular values.
//!
//! Hestenes' one-sided Jacobi method. It is slower than a reduction to two diagonals, and more exact: where the columns
//! have very different lengths, the smallest singular values keep their digits.[^drmac]
//!
//! [^drmac]: Z. Drmač, K. Veselić (2008). [*New fast and accurate Jacobi SVD algorithm. I*](https://doi.org/10.1137/050639193). SIAM J. Matrix Anal. Appl. 29.

use ndarray::ArrayRef2;

/// The singular values of a matrix, as many as its smaller side has, from the largest to the smallest.
///
/// ```
/// use ndarray::array;
/// use unit_variance::matrix::singular_values;
///
/// // A shear keeps areas: what it stretches one way it squeezes the other.
/// let found = singular_values(&array![[1.0, 1.0], [0.0, 1.0]]);
/// assert!((found[0] * found[1] - 1.0).abs() < 1e-15);
/// assert!((found[0] - 0.5 * (1.0 + 5_f64.sqrt())).abs() < 1e-15);
/// ```
///
/// The smallest have nearly all digits as well if the rows, or the columns, of which there are fewer are well apart in
/// their directions, whatever their lengths. Lengths below `10⁻¹⁵⁰` of the longest count as 0.
///
/// # Panics
///
/// If an entry is infinite or NaN.
#[track_caller]
pub fn singular_values(matrix: &ArrayRef2<f64>) -> Vec<f64> {
    let lines = if matrix.nrows() < matrix.ncols() {
        matrix.view()
    } else {
        matrix.t()
    };
    let columns = lines.outer_iter().map(|line| line.to_vec()).collect();
    of_columns(columns)
}

/// The singular values of the matrix with these columns, which are no more than they are long.
#[track_caller]
pub(super) fn of_columns(mut columns: Vec<Vec<f64>>) -> Vec<f64> {
    let largest = columns.iter().flatten().fold(0.0, |largest: f64, x| {
        assert!(
            x.is_finite(),
            "a matrix with singular values has finite entries, but one is {x}"
        );
        largest.max(x.abs())
    });
    if largest == 0.0 {
        return vec![0.0; columns.len()];
    }
    for x in columns.iter_mut().flatten() {
        *x /= largest;
    }
    // The rotations are smaller, and fewer, if the longest column is the first.
    columns.sort_by(|a, b| dot(b, b).total_cmp(&dot(a, a)));
    let length = columns[0].len() as f64;
    let orthogonal = f64::EPSILON * length.sqrt();
    let rotated = (0..SWEEPS).find(|_| !sweep(&mut columns, orthogonal));
    assert!(
        rotated.is_some(),
        "{SWEEPS} sweeps have not made the columns orthogonal"
    );
    let mut values: Vec<f64> = columns
        .iter()
        .map(|column| largest * dot(column, column).sqrt())
        .collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// Ten are usual.
const SWEEPS: usize = 100;

/// Below this, the square of a length is 0.
const NOTHING: f64 = 1e-300;

// ANCHOR: sweep
/// Rotates every pair of columns that is not orthogonal; whether there
/// was one.
fn sweep(columns: &mut [Vec<f64>], orthogonal: f64) -> bool {
    let mut rotated = false;
    for q in 1..columns.len() {
        let (before, from_q) = columns.split_at_mut(q);
        let second = &mut from_q[0];
        for first in before {
            let (a, b) = (dot(first, first), dot(second, second));
            let across = dot(first, second);
            if a.min(b) < NOTHING || across.abs() <= orthogonal * (a * b).sqrt() {
                continue;
            }
            rotated = true;
            // The smaller of the two angles after which they are.
            let cotangent = (b - a) / (2.0 * across);
            let tangent = cotangent.signum() / (cotangent.abs() + libm::hypot(1.0, cotangent));
            let cosine = libm::hypot(1.0, tangent).recip();
            let sine = cosine * tangent;
            for (x, y) in first.iter_mut().zip(second.iter_mut()) {
                (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
            }
        }
    }
    rotated
}
// ANCHOR_END: sweep

/// `a · b`, in eight sums side by side.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (blocks_a, blocks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = blocks_a
        .remainder()
        .iter()
        .zip(blocks_b.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in blocks_a.zip(blocks_b) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Orthogonal};
    use crate::matrix::product;
    use crate::probability::{Law, Streams};
    use crate::{Fan, VarianceScaling};
    use approx::assert_relative_eq;
    use ndarray::{Array1, Array2, array};

    /// A rotation, a diagonal, and another rotation.
    fn with_values(values: &[f64], rows: usize) -> Array2<f64> {
        let mut rng = Streams::new(5).stream("rotations");
        let n = values.len();
        let left = Orthogonal::new(1.0).sample((rows, n), &mut rng);
        let right = Orthogonal::new(1.0).sample((n, n), &mut rng);
        product(&(left * &Array1::from(values.to_vec())), &right)
    }

    #[test]
    fn the_values_are_those_that_the_matrix_was_made_of() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        for rows in [20, 33] {
            let matrix = with_values(&values, rows);
            for found in [singular_values(&matrix), singular_values(&matrix.t())] {
                for (found, value) in found.iter().zip(&values) {
                    assert_relative_eq!(*found, *value, max_relative = 1e-13);
                }
            }
        }
    }

    #[test]
    fn equal_values_and_zeros_are_found() {
        let found = singular_values(&with_values(&[2.0, 2.0, 2.0, 0.0], 6));
        for (found, value) in found.iter().zip([2.0, 2.0, 2.0, 0.0]) {
            assert_relative_eq!(*found, value, epsilon = 1e-14);
        }
        assert_eq!(singular_values(&Array2::zeros((2, 3))), [0.0, 0.0]);
        assert!(singular_values(&Array2::zeros((0, 3))).is_empty());
        assert_eq!(singular_values(&array![[3.0, 4.0]]), [5.0]);
    }

    #[test]
    fn the_smallest_value_of_a_graded_matrix_has_all_digits() {
        // The determinant of two by two: 10⁻¹⁰⁰ · (1 · 4 − 2 · 3).
        let graded = array![[1.0, 2e-100], [3.0, 4e-100]];
        let found = singular_values(&graded);
        assert_relative_eq!(found[0] * found[1], 2e-100, max_relative = 1e-14);
        let tiny = &graded * 1e-200;
        assert_relative_eq!(singular_values(&tiny)[0], 1e-200 * found[0]);
    }

    #[test]
    fn their_squares_add_up_to_the_squares_of_the_entries() {
        let he = VarianceScaling::new(2.0, Fan::In, Law::Normal);
        let matrix = he.sample((60, 47), &mut Streams::new(1).stream("w"));
        let squares: f64 = singular_values(&matrix).iter().map(|s| s * s).sum();
        let entries: f64 = matrix.iter().map(|x| x * x).sum();
        assert_relative_eq!(squares, entries, max_relative = 1e-13);
    }

    #[test]
    #[should_panic(expected = "has finite entries, but one is NaN")]
    fn a_nan_is_refused() {
        let _ = singular_values(&array![[1.0, f64::NAN]]);
    }
}
