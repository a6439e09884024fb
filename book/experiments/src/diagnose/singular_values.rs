//! All singular values of a small matrix.

use ndarray::{Array2, ArrayView1, Zip, s};

/// More sweeps than a matrix of a few hundred columns needs.
const SWEEPS: usize = 40;

/// `σ_1 ≥ σ_2 ≥ …` of a matrix, by Jacobi's rotations of pairs of its columns, or of its rows if these are fewer, until all
/// are at right angles: then they are the lengths.
pub(super) fn singular_values(matrix: &Array2<f64>) -> Vec<f64> {
    // The vectors of the shorter side, each in a row.
    let mut vectors = if matrix.ncols() < matrix.nrows() {
        matrix.t().as_standard_layout().into_owned()
    } else {
        matrix.clone()
    };
    for _ in 0..SWEEPS {
        let mut largest: f64 = 0.0;
        for j in 1..vectors.nrows() {
            for i in 0..j {
                largest = largest.max(rotate(&mut vectors, i, j));
            }
        }
        if largest < 1e-12 {
            break;
        }
    }
    let rows = vectors.rows().into_iter();
    let mut values: Vec<f64> = rows.map(|row| inner(&row, &row).sqrt()).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// `a · b`.
pub(super) fn inner(a: &ArrayView1<f64>, b: &ArrayView1<f64>) -> f64 {
    a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
}

/// Turns two vectors to a right angle; the cosine that they had.
fn rotate(vectors: &mut Array2<f64>, i: usize, j: usize) -> f64 {
    let (first, second, across) = {
        let (a, b) = (vectors.row(i), vectors.row(j));
        (inner(&a, &a), inner(&b, &b), inner(&a, &b))
    };
    let lengths = (first * second).sqrt();
    if across.abs() <= 1e-15 * lengths || lengths == 0.0 {
        return 0.0;
    }
    let slope = (second - first) / (2.0 * across);
    let tangent = slope.signum() / (slope.abs() + (slope * slope + 1.0).sqrt());
    let cosine = (tangent * tangent + 1.0).sqrt().recip();
    let sine = cosine * tangent;
    let (a, b) = vectors.multi_slice_mut((s![i, ..], s![j, ..]));
    Zip::from(a).and(b).for_each(|a, b| {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    });
    across.abs() / lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use unit_variance::matrix::product;
    use unit_variance::{Initializer, Law, Orthogonal, Streams, VarianceScaling};

    #[test]
    fn a_matrix_that_is_made_of_singular_values_has_them() {
        let streams = Streams::new(3);
        let turn =
            |name: &str, n: usize| Orthogonal::new(1.0).sample((n, n), &mut streams.stream(name));
        let mut values = Array2::zeros((9, 6));
        for i in 0..6 {
            values[(i, i)] = 6.0 - i as f64;
        }
        let matrix = product(&product(&turn("left", 9), &values), &turn("right", 6));
        for matrix in [matrix.t().to_owned(), matrix] {
            for (found, expected) in singular_values(&matrix)
                .iter()
                .zip([6.0, 5.0, 4.0, 3.0, 2.0])
            {
                assert_relative_eq!(*found, expected, max_relative = 1e-12);
            }
        }
    }

    #[test]
    fn their_squares_add_up_and_a_thin_product_has_few() {
        let draw = |shape| {
            VarianceScaling::he(Law::Normal).sample(shape, &mut Streams::new(1).stream("w"))
        };
        let thin = product(&draw((30, 4)), &draw((4, 20)));
        let found = singular_values(&thin);
        let squares: f64 = found.iter().map(|x| x * x).sum();
        assert_relative_eq!(squares, (&thin * &thin).sum(), max_relative = 1e-12);
        assert!(found[3] > 1e-3 && found[4..].iter().all(|x| *x < 1e-12));
    }
}
