//! The singular values of a product of many matrices, each with nearly all of its digits:
//! `A₁ A₂ ⋯ A_L = Tᵀ Qᵀ` with orthonormal columns of `Q` and a triangle `T` whose rows become shorter downwards.
//!
//! Of fifty Gaussian matrices of 80 rows the largest singular value of the product is `10⁶⁰` times the smallest. The
//! entries of the product have sixteen digits, and the smallest sixty values are lost in their rounding. Rows of
//! different lengths lose nothing: so each matrix is taken apart as it comes, `A_lᵀ Q = Q' R`, and `R` is multiplied
//! to the triangle.

use ndarray::{Array2, ArrayRef2};

use super::product::product;
use super::singular_values::{dot, of_columns};

/// A product `A₁ A₂ ⋯ A_l` of matrices, as far as it has come.
///
/// ```
/// use ndarray::array;
/// use unit_variance::matrix::GradedProduct;
///
/// // 10⁻⁴⁰ would be lost beside 10⁴⁰ in the entries of one matrix.
/// let mut product = GradedProduct::new(2);
/// for _ in 0..40 {
///     product.push(&array![[6.0, 8.0], [-0.08, 0.06]]); // a rotation, after 10 and 1/10
/// }
/// let values = product.singular_values();
/// assert!((values[0] * values[1] - 1.0).abs() < 1e-12);
/// assert!(values[1] < 1e-3 * values[0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GradedProduct {
    /// The columns of `Q`, as rows.
    basis: Array2<f64>,
    /// The rows of `T`, each as long as the product has rows.
    triangle: Vec<Vec<f64>>,
}

impl GradedProduct {
    /// The product of no matrices: the identity of so many rows.
    pub fn new(rows: usize) -> Self {
        let basis = Array2::eye(rows);
        let triangle = basis.outer_iter().map(|row| row.to_vec()).collect();
        Self { basis, triangle }
    }

    /// How many singular values are not 0. Rows and columns of zeros are noticed, since a mask makes them; other
    /// matrices that are not of full rank leave values of the size of the rounding.
    pub fn rank(&self) -> usize {
        self.triangle.len()
    }

    /// The singular values that are not 0, from the largest to the smallest.
    ///
    /// # Panics
    ///
    /// If the product has left the range of `f64`.
    #[track_caller]
    pub fn singular_values(&self) -> Vec<f64> {
        of_columns(self.triangle.clone())
    }

    // ANCHOR: push
    /// Multiplies by one more matrix, from the right.
    ///
    /// # Panics
    ///
    /// If it has not as many rows as the product has columns, or the length of a direction leaves the range of `f64` or is NaN.
    #[track_caller]
    pub fn push(&mut self, matrix: &ArrayRef2<f64>) {
        assert!(
            matrix.nrows() == self.basis.ncols(),
            "a product with {} columns is not multiplied by a matrix with {} rows",
            self.basis.ncols(),
            matrix.nrows()
        );
        // As many directions survive as there are rows, and columns, that
        // are not zero.
        let alive = full(matrix).min(full(&matrix.t()));
        let moved = product(&self.basis, matrix);
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut triangle: Vec<Vec<f64>> = Vec::new();
        for (direction, before) in moved.outer_iter().zip(&self.triangle) {
            let mut rest = direction.to_vec();
            // Twice: what is left then is orthogonal to all digits.
            for _ in 0..2 {
                for (unit, row) in basis.iter().zip(&mut triangle) {
                    let part = dot(unit, &rest);
                    add_multiple(&mut rest, -part, unit);
                    add_multiple(row, part, before);
                }
            }
            let length = dot(&rest, &rest).sqrt();
            assert!(
                length.is_finite(),
                "a direction of the product has the length {length}"
            );
            if basis.len() < alive && length > 0.0 {
                basis.push(rest.iter().map(|x| x / length).collect());
                triangle.push(before.iter().map(|x| length * x).collect());
            }
        }
        let entries = basis.concat();
        self.basis = Array2::from_shape_vec((basis.len(), matrix.ncols()), entries)
            .expect("as many rows as there are directions");
        self.triangle = triangle;
    }
    // ANCHOR_END: push
}

/// How many rows are not zero.
fn full(matrix: &ArrayRef2<f64>) -> usize {
    let rows = matrix.outer_iter();
    rows.filter(|row| row.iter().any(|x| *x != 0.0)).count()
}

/// `target ← target + factor · x`.
fn add_multiple(target: &mut [f64], factor: f64, x: &[f64]) {
    for (target, x) in target.iter_mut().zip(x) {
        *target += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::singular_values;
    use crate::probability::{Law, Streams};
    use crate::{Fan, Initializer, Orthogonal, VarianceScaling};
    use approx::assert_relative_eq;

    fn gaussian(shape: (usize, usize), seed: u64) -> Array2<f64> {
        let scheme = VarianceScaling::new(1.0, Fan::In, Law::Normal);
        scheme.sample(shape, &mut Streams::new(seed).stream("w"))
    }

    #[test]
    fn of_a_few_matrices_they_are_those_of_the_product() {
        let shapes = [(9, 12), (12, 7), (7, 11)];
        let mut graded = GradedProduct::new(9);
        let mut formed = Array2::eye(9);
        for (shape, seed) in shapes.into_iter().zip(0..) {
            let matrix = gaussian(shape, seed);
            graded.push(&matrix);
            formed = product(&formed, &matrix);
            let found = graded.singular_values();
            for (found, value) in found.iter().zip(singular_values(&formed)) {
                assert_relative_eq!(*found, value, max_relative = 1e-12);
            }
        }
        assert_eq!(graded.rank(), 7);
    }

    #[test]
    fn the_smallest_of_many_matrices_is_that_of_the_inverse() {
        // The determinant is a product of determinants, each of a few digits' loss only.
        let (n, depth) = (20, 60);
        let mut graded = GradedProduct::new(n);
        let mut log_determinant = 0.0;
        for seed in 0..depth {
            let matrix = gaussian((n, n), seed);
            graded.push(&matrix);
            let values = singular_values(&matrix);
            log_determinant += values.into_iter().map(libm::log).sum::<f64>();
        }
        let values = graded.singular_values();
        let sum: f64 = values.iter().copied().map(libm::log).sum();
        assert_relative_eq!(sum, log_determinant, max_relative = 1e-10);
        assert!(values[n - 1] < 1e-40 * values[0], "{values:?}");
        // The transposes in the opposite order have the same singular values.
        let mut transposed = GradedProduct::new(n);
        for seed in (0..depth).rev() {
            transposed.push(&gaussian((n, n), seed).t());
        }
        for (one, other) in values.iter().zip(transposed.singular_values()) {
            assert_relative_eq!(*one, other, max_relative = 1e-7);
        }
    }

    #[test]
    fn masks_take_directions_away_exactly() {
        let mut graded = GradedProduct::new(10);
        for (seed, active) in [(0, 8), (1, 5), (2, 7)] {
            let mut masked = gaussian((10, 10), seed);
            for mut row in masked.outer_iter_mut() {
                row.iter_mut().skip(active).for_each(|x| *x = 0.0);
            }
            graded.push(&masked);
        }
        assert_eq!((graded.rank(), graded.singular_values().len()), (5, 5));
        graded.push(&Array2::zeros((10, 10)));
        assert!(graded.singular_values().is_empty());
    }

    #[test]
    fn rotations_leave_every_value_at_one() {
        let mut graded = GradedProduct::new(30);
        let mut rng = Streams::new(2).stream("w");
        for _ in 0..50 {
            graded.push(&Orthogonal::new(1.0).sample((30, 30), &mut rng));
        }
        let values = graded.singular_values();
        assert!(values.iter().all(|s| (s - 1.0).abs() < 1e-13), "{values:?}");
    }

    #[test]
    #[should_panic(expected = "a product with 3 columns is not multiplied by a matrix with 2 rows")]
    fn a_matrix_that_does_not_fit_is_refused() {
        GradedProduct::new(3).push(&Array2::zeros((2, 3)));
    }
}
