//! Signals through Gaussian weights that are never drawn.
//!
//! A few signals see little of a large matrix. With `H = C Q`, the rows of `Q` orthonormal, all that
//! the forward pass learns of `W` is `Y = Q W`, a matrix of independent normal numbers:
//!
//! ```text
//! H W = C Y    and    Δ Wᵀ = (Δ Yᵀ) Q + Δ W̃ᵀ (1 − Qᵀ Q) ,
//! ```
//!
//! where `W̃` is a fresh matrix. Only `Δ W̃ᵀ` is needed of it, which is once more a few rows of
//! correlated normal numbers. So `k` signals take `k (fan_in + fan_out)` normal numbers a layer for both
//! passes, not `fan_in · fan_out`, and have exactly the law that they have in a network drawn in full.

use ndarray::{Array2, ArrayView1, Axis};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::matrix::product;

/// What some signals have seen of a layer's weights.
pub(crate) struct LazyGaussianWeights {
    /// `Q`, of shape `(signals, fan_in)`: rows that are orthonormal, or zero.
    basis: Array2<f64>,
    /// `Y = Q W`, of shape `(signals, fan_out)`.
    images: Array2<f64>,
    std_dev: f64,
}

impl LazyGaussianWeights {
    /// `Z = H W` for signals `H` of shape `(signals, fan_in)`, and what they saw of `W`.
    pub(crate) fn forward(
        h: &Array2<f64>,
        fan_out: usize,
        std_dev: f64,
        rng: &mut impl Rng,
    ) -> (Array2<f64>, Self) {
        let (coordinates, basis) = orthonormal(h);
        let images = normals((h.nrows(), fan_out), std_dev, rng);
        let z = product(&coordinates, &images);
        let seen = Self {
            basis,
            images,
            std_dev,
        };
        (z, seen)
    }

    /// `Δ Wᵀ` for gradients `Δ` of shape `(signals, fan_out)`, given what the signals have seen.
    pub(crate) fn backward(&self, delta: &Array2<f64>, rng: &mut impl Rng) -> Array2<f64> {
        let (coordinates, basis) = orthonormal(delta);
        let shape = (basis.nrows(), self.basis.ncols());
        let fresh = product(&coordinates, &normals(shape, self.std_dev, rng));
        self.complete(delta, &fresh)
    }

    /// `Δ Wᵀ` from `Δ W̃ᵀ`.
    fn complete(&self, delta: &Array2<f64>, fresh: &Array2<f64>) -> Array2<f64> {
        let along = product(delta, &self.images.t()) - product(fresh, &self.basis.t());
        fresh + product(&along, &self.basis)
    }
}

/// `H = C Q` by Gram and Schmidt; a row that adds no direction gets a zero row in `Q`.
fn orthonormal(h: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    let rows = h.nrows();
    let mut coordinates = Array2::zeros((rows, rows));
    let mut basis = h.clone();
    for i in 0..rows {
        let (done, mut rest) = basis.view_mut().split_at(Axis(0), i);
        let mut row = rest.row_mut(0);
        // Twice, for what rounding leaves of the first time.
        for _ in 0..2 {
            for (j, direction) in done.rows().into_iter().enumerate() {
                let along = (&row * &direction).sum();
                coordinates[[i, j]] += along;
                row.scaled_add(-along, &direction);
            }
        }
        let left = norm(&row.view());
        if left > 1e-12 * norm(&h.row(i)) {
            coordinates[[i, i]] = left;
            row /= left;
        } else {
            row.fill(0.0);
        }
    }
    (coordinates, basis)
}

fn norm(row: &ArrayView1<f64>) -> f64 {
    row.mapv(|x| x * x).sum().sqrt()
}

fn normals(shape: (usize, usize), std_dev: f64, rng: &mut impl Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn(shape, || {
        let z: f64 = StandardNormal.sample(rng);
        std_dev * z
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use unit_variance::probability::Streams;

    fn matrix(name: &str, shape: (usize, usize)) -> Array2<f64> {
        normals(shape, 1.0, &mut Streams::new(5).stream(name))
    }

    #[test]
    fn signals_are_their_coordinates_in_an_orthonormal_basis() {
        let h = matrix("signals", (3, 7));
        let (coordinates, basis) = orthonormal(&h);
        let products = product(&basis, &basis.t());
        for (ours, exact) in products.iter().zip(&Array2::<f64>::eye(3)) {
            assert_relative_eq!(*ours, *exact, epsilon = 1e-14);
        }
        for (ours, exact) in product(&coordinates, &basis).iter().zip(&h) {
            assert_relative_eq!(*ours, *exact, epsilon = 1e-13);
        }
    }

    #[test]
    fn opposite_signals_span_one_direction() {
        let (coordinates, basis) = orthonormal(&ndarray::array![[3.0, 4.0], [-3.0, -4.0]]);
        assert_eq!(coordinates, ndarray::array![[5.0, 0.0], [-5.0, 0.0]]);
        assert_eq!(basis.row(1), ndarray::array![0.0, 0.0]);
    }

    #[test]
    fn a_gradient_is_completed_to_that_of_the_matrix_that_was_seen() {
        let (weight, delta) = (matrix("weight", (6, 4)), matrix("gradient", (2, 4)));
        let (_, basis) = orthonormal(&matrix("signals", (2, 6)));
        let seen = LazyGaussianWeights {
            images: product(&basis, &weight),
            basis,
            std_dev: 1.0,
        };
        // If the fresh matrix is the matrix itself, nothing of it is wrong.
        let exact = product(&delta, &weight.t());
        for (ours, exact) in seen.complete(&delta, &exact).iter().zip(&exact) {
            assert_relative_eq!(*ours, *exact, epsilon = 1e-13);
        }
        // If it is another one, what the signals saw is right all the same.
        let fresh = matrix("fresh", (2, 6));
        let along = |dh: &Array2<f64>| product(dh, &seen.basis.t());
        for (ours, exact) in along(&seen.complete(&delta, &fresh))
            .iter()
            .zip(&along(&exact))
        {
            assert_relative_eq!(*ours, *exact, epsilon = 1e-13);
        }
    }
}
