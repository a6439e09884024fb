//! The second moments of pixels, `E x xᵀ`: the Hessian of half the mean squared error of a linear unit that reads them.

use ndarray::{Array1, Array2, Axis};
use unit_variance::initializer::{Initializer, Normal};
use unit_variance::matrix::product;
use unit_variance::probability::Streams;

use crate::shared::data::LabeledImages;
use crate::shared::parallel;

/// Sums over images, as whole numbers, and what follows from them.
#[derive(Debug, Clone)]
pub struct Pixels {
    /// `E x xᵀ` for pixels from 0 to 1.
    pub second_moments: Array2<f64>,
    /// `E x`.
    pub mean: Array1<f64>,
    /// `E t x` of the target `t`: 1 for an even digit, 0 for an odd one.
    pub with_target: Array1<f64>,
    /// `E t`, which is `E t²`.
    pub target: f64,
}

/// A matrix, what it is to be multiplied to, and the square of what is to be learned: half the mean squared error is
/// `(w M wᵀ − 2 w b + s)/2`.
#[derive(Debug, Clone)]
pub struct Quadratic {
    /// `M`, the Hessian.
    pub hessian: Array2<f64>,
    /// `b`.
    pub slope: Array1<f64>,
    /// `s`.
    pub square: f64,
}

/// How many images one task adds up.
const CHUNK: usize = 5_000;

impl Pixels {
    /// Of these images.
    pub fn of(set: &LabeledImages) -> Self {
        let (images, pixels) = (set.count(), set.pixels());
        let chunks = (0..images).step_by(CHUNK);
        // Sums of whole numbers: what the tasks are does not matter.
        let parts = parallel::map(chunks, |first| {
            products(set, first..(first + CHUNK).min(images))
        });
        let mut products = vec![0; pixels * pixels];
        for part in parts {
            products
                .iter_mut()
                .zip(part)
                .for_each(|(sum, part)| *sum += part);
        }
        let (mut sums, mut even) = (vec![0_u64; pixels], vec![0_u64; pixels]);
        for image in 0..images {
            let is_even = set.labels[image].is_multiple_of(2);
            for (i, pixel) in set.image(image).iter().enumerate() {
                sums[i] += u64::from(*pixel);
                even[i] += u64::from(is_even) * u64::from(*pixel);
            }
        }
        let (count, white) = (images as f64, 255.0);
        let of_pixel = |sums: &[u64]| {
            sums.iter()
                .map(|sum| *sum as f64 / (count * white))
                .collect()
        };
        let evens = set.labels.iter().filter(|label| label.is_multiple_of(2));
        Self {
            second_moments: Array2::from_shape_fn((pixels, pixels), |(i, j)| {
                products[i.min(j) * pixels + i.max(j)] as f64 / (count * white * white)
            }),
            mean: of_pixel(&sums),
            with_target: of_pixel(&even),
            target: evens.count() as f64 / count,
        }
    }

    /// The pixels as they are.
    pub fn raw(&self) -> Quadratic {
        Quadratic {
            hessian: self.second_moments.clone(),
            slope: self.with_target.clone(),
            square: self.target,
        }
    }

    /// The mean of each pixel subtracted, and that of the target.
    pub fn centered(&self) -> Quadratic {
        let mean = self.mean.view().insert_axis(Axis(1));
        Quadratic {
            hessian: &self.second_moments - &product(&mean, &mean.t()),
            slope: &self.with_target - &(self.target * &self.mean),
            square: self.target * (1.0 - self.target),
        }
    }

    /// `E (x − μ)(x − μ)ᵀ/σ²` with one mean and one standard deviation of all pixels of all images together.
    pub fn standardized(&self) -> Array2<f64> {
        let pixels = self.mean.len() as f64;
        let mean = self.mean.sum() / pixels;
        let variance = self.second_moments.diag().sum() / pixels - mean * mean;
        Array2::from_shape_fn(self.second_moments.dim(), |(i, j)| {
            let of_both = self.second_moments[[i, j]];
            (of_both - mean * (self.mean[i] + self.mean[j]) + mean * mean) / variance
        })
    }
}

/// The sums of products of two pixels, each pair once.
fn products(set: &LabeledImages, images: std::ops::Range<usize>) -> Vec<u64> {
    let pixels = set.pixels();
    let mut sums = vec![0; pixels * pixels];
    let mut bright = Vec::with_capacity(pixels);
    for image in images {
        bright.clear();
        let values = set.image(image).iter().enumerate();
        bright.extend(
            values
                .filter(|(_, v)| **v > 0)
                .map(|(i, v)| (i, u64::from(*v))),
        );
        for (at, (i, value)) in bright.iter().enumerate() {
            let row = &mut sums[i * pixels..][..pixels];
            for (j, other) in &bright[at..] {
                row[*j] += value * other;
            }
        }
    }
    sums
}

/// How often a matrix is applied to find its largest eigenvalues: what is left of the others is below the rounding where an eigenvalue is
/// a fifth larger than the next.
const ROUNDS: usize = 100;

/// The two largest eigenvalues of a symmetric matrix without negative ones, by orthogonal iteration.
pub fn two_largest(matrix: &Array2<f64>) -> [f64; 2] {
    let mut rng = Streams::new(1).stream("start");
    let mut basis = Normal::new(0.0, 1.0).sample((matrix.nrows(), 4.min(matrix.nrows())), &mut rng);
    for _ in 0..ROUNDS {
        basis = product(matrix, &orthonormal(basis));
    }
    let basis = orthonormal(basis);
    let applied = product(matrix, &basis);
    let of = |k: usize| {
        basis
            .column(k)
            .iter()
            .zip(&applied.column(k))
            .map(|(a, b)| a * b)
            .sum()
    };
    [of(0), of(1)]
}

/// Columns made orthonormal, from the first on.
fn orthonormal(mut columns: Array2<f64>) -> Array2<f64> {
    for k in 0..columns.ncols() {
        let mut column = columns.column(k).to_owned();
        // Twice, since the first time leaves the rounding of what it takes away.
        for _ in 0..2 {
            for before in 0..k {
                let other = columns.column(before);
                let along: f64 = column.iter().zip(&other).map(|(a, b)| a * b).sum();
                column.scaled_add(-along, &other);
            }
        }
        let length = column.iter().map(|x| x * x).sum::<f64>().sqrt();
        // Of a matrix of small rank nothing may be left.
        column.mapv_inplace(|x| if length > 0.0 { x / length } else { 0.0 });
        columns.column_mut(k).assign(&column);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::data::Images;
    use approx::assert_relative_eq;

    fn three() -> LabeledImages {
        let images = Images {
            pixels: vec![255, 0, 0, 255, 255, 255],
            rows: 1,
            columns: 2,
        };
        let labels = vec![4, 7, 1];
        LabeledImages { images, labels }
    }

    #[test]
    fn moments_of_two_pixels_are_by_hand() {
        let pixels = Pixels::of(&three());
        let third = 1.0 / 3.0;
        for (found, exact) in pixels.second_moments.iter().zip([2.0, 1.0, 1.0, 2.0]) {
            assert_relative_eq!(*found, exact * third, max_relative = 1e-15);
        }
        assert_relative_eq!(pixels.with_target[0], third, max_relative = 1e-15);
        assert_eq!((pixels.with_target[1], pixels.target), (0.0, third));
        // 2/3 ± 1/3, and centered 2/9 ± 1/9.
        let [one, other] = two_largest(&pixels.raw().hessian);
        assert_relative_eq!(one, 1.0, max_relative = 1e-14);
        assert_relative_eq!(other, third, max_relative = 1e-14);
        let [one, other] = two_largest(&pixels.centered().hessian);
        assert_relative_eq!(one, third, max_relative = 1e-14);
        assert_relative_eq!(other, third / 3.0, max_relative = 1e-13);
        // All pixels together have the mean 2/3 and the variance 2/9, and here that is the mean of each.
        let [standardized, _] = two_largest(&pixels.standardized());
        assert_relative_eq!(standardized, third / (2.0 / 9.0), max_relative = 1e-13);
    }
}
