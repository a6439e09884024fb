//! The singular values of a small matrix, by rotating pairs of its columns until they are orthogonal.[^hestenes]
//!
//! [^hestenes]: M. R. Hestenes (1958). *Inversion of matrices by biorthogonalization and related results*. J. SIAM 6.

use ndarray::{Array2, Axis};

/// Ten are enough for a thousand columns; without full rank, rounding may go on.
const MOST_SWEEPS: usize = 40;

/// The lengths of the columns once they are orthogonal, largest first; as many as columns.
///
/// ```
/// use experiments::frameworks::singular_values;
/// use ndarray::array;
///
/// let found = singular_values(&array![[3.0, 0.0], [4.0, 5.0]]);
/// assert!((found[0] - 45_f64.sqrt()).abs() < 1e-14);
/// assert!((found[1] - 5_f64.sqrt()).abs() < 1e-14);
/// ```
pub fn singular_values(matrix: &Array2<f64>) -> Vec<f64> {
    // Rows are contiguous, and columns are what is rotated.
    let mut columns = matrix.t().as_standard_layout().into_owned();
    let n = columns.nrows();
    for _ in 0..MOST_SWEEPS {
        let mut largest: f64 = 0.0;
        for i in 0..n {
            for j in i + 1..n {
                let (mut above, mut below) = columns.view_mut().split_at(Axis(0), j);
                let (mut x, mut y) = (above.row_mut(i), below.row_mut(0));
                let (a, b, c) = ((&x * &x).sum(), (&y * &y).sum(), (&x * &y).sum());
                if c == 0.0 {
                    continue;
                }
                largest = largest.max(c.abs() / (a * b).sqrt());
                let zeta = (b - a) / (2.0 * c);
                let tangent = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let cosine = (1.0 + tangent * tangent).sqrt().recip();
                let sine = cosine * tangent;
                for (x, y) in x.iter_mut().zip(&mut y) {
                    (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
                }
            }
        }
        if largest < 1e-14 {
            break;
        }
    }
    let mut lengths: Vec<f64> = columns
        .outer_iter()
        .map(|column| (&column * &column).sum().sqrt())
        .collect();
    lengths.sort_by(|a, b| b.total_cmp(a));
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use unit_variance::matrix::product;
    use unit_variance::{Initializer, Orthogonal, Streams};

    #[test]
    fn a_rotation_has_ones_and_a_product_of_two_has_what_stands_between_them() {
        let streams = Streams::new(3);
        let rotation = |name| Orthogonal::new(1.0).sample((9, 9), &mut streams.stream(name));
        let stretched: Vec<f64> = (1..=9).rev().map(f64::from).collect();
        let diagonal = Array2::from_diag(&ndarray::Array1::from(stretched.clone()));
        let matrix = product(&product(&rotation("left"), &diagonal), &rotation("right"));
        for (found, expected) in singular_values(&matrix).into_iter().zip(stretched) {
            assert!((found / expected - 1.0).abs() < 1e-13, "{found} {expected}");
        }
    }

    #[test]
    fn a_matrix_of_rank_one_has_one() {
        let matrix = Array2::from_shape_fn((4, 3), |(i, j)| (i + 1) as f64 * (j + 1) as f64);
        let found = singular_values(&matrix);
        assert!((found[0] - (30.0_f64 * 14.0).sqrt()).abs() < 1e-12);
        assert!(found[1] < 1e-12, "{found:?}");
    }
}
