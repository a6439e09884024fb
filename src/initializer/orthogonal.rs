//! `W Wᵀ = gain² I` or `Wᵀ W = gain² I`: a random rotation, times a gain.

use ndarray::{Array2, ArrayRef1, ArrayRef2, Axis, s};
use rand::Rng;

use super::block::fill_slice;
use super::kernel::{KernelMut, Size};
use super::linear_map::fill_maps;
use super::parallel::prelude::*;
use super::parameter_error::{ParameterError, positive};
use super::{FillError, Initializer, Layout};
use crate::matrix::{add_product, product};
use crate::probability::{BlockMut, Law, StreamRng, Streams};

// ANCHOR: orthogonal
/// A matrix with orthonormal rows or columns, whichever are fewer, times a gain; uniform among all such (Haar).[^saxe]
///
/// All singular values are equal, so a product of square ones keeps every vector's length at every
/// depth, where a product of independent weights keeps it on average. A convolution kernel is
/// taken as the matrix `(in · K, out)`, and groups are matrices of their own.
///
/// ```
/// use ndarray::Array2;
/// use unit_variance::matrix::product;
/// use unit_variance::{Initializer, Orthogonal, Streams};
///
/// let q = Orthogonal::new(1.0).sample((3, 5), &mut Streams::new(1).stream("weight"));
/// let deviation = product(&q, &q.t()) - Array2::<f64>::eye(3);
/// assert!(deviation.iter().all(|x| x.abs() < 1e-14));
/// ```
///
/// The rotation is a product of reflections `I − 2 v vᵀ`, one for each dimension, of independent
/// Gaussian vectors.[^stewart] That is the `Q` of a Gaussian matrix's QR decomposition with the
/// diagonal of `R` made positive,[^mezzadri] without the decomposition.
///
/// [^saxe]: A. Saxe, J. McClelland, S. Ganguli (2013). [*Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*](https://arxiv.org/abs/1312.6120).
/// [^stewart]: G. W. Stewart (1980). [*The efficient generation of random orthogonal matrices*](https://doi.org/10.1137/0717034). SIAM J. Numer. Anal. 17.
/// [^mezzadri]: F. Mezzadri (2007). [*How to generate random matrices from the classical compact groups*](https://arxiv.org/abs/math-ph/0609050).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Orthogonal {
    gain: f64,
}
// ANCHOR_END: orthogonal

impl Orthogonal {
    /// Singular values `gain`.
    ///
    /// # Panics
    ///
    /// If the gain is not a positive finite number.
    #[track_caller]
    pub fn new(gain: f64) -> Self {
        Self::try_new(gain).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Singular values `gain`, for a gain that somebody gave.
    ///
    /// # Errors
    ///
    /// If the gain is not a positive finite number.
    pub fn try_new(gain: f64) -> Result<Self, ParameterError> {
        let gain = positive("a gain", gain)?;
        Ok(Self { gain })
    }
}

impl Initializer for Orthogonal {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        let streams = Streams::from_rng(rng);
        fill_maps(kernel, layout, Size::of_gain(self.gain), |group, map| {
            let streams = streams.family(&format!("group.{group}"));
            let rows = map.inputs * map.taps();
            map.assign(random_isometry(rows, map.outputs, self.gain, streams));
        })
    }
}

/// `gain` times a Haar-distributed matrix with orthonormal rows or columns, whichever are fewer.
pub(super) fn random_isometry(
    rows: usize,
    columns: usize,
    gain: f64,
    streams: Streams,
) -> Array2<f64> {
    if rows < columns {
        let transposed = random_isometry(columns, rows, gain, streams);
        return transposed.t().as_standard_layout().into_owned();
    }
    let (vectors, signs) = reflections(rows, columns, streams);
    let panels: Vec<Panel> = (0..columns)
        .into_par_iter()
        .step_by(PANEL)
        .map(|first| Panel::of(&vectors, first))
        .collect();
    let mut q = Array2::zeros((rows, columns));
    let targets: Vec<_> = q.axis_chunks_iter_mut(Axis(1), COLUMNS).collect();
    targets
        .into_par_iter()
        .enumerate()
        .for_each(|(chunk, mut target)| {
            let columns = chunk * COLUMNS..chunk * COLUMNS + target.ncols();
            let mut part = Array2::zeros(target.dim());
            for (at, column) in columns.clone().enumerate() {
                part[[column, at]] = signs[column];
            }
            // The last reflection acts first, and those of axes beyond leave these columns as they are.
            for panel in panels[..columns.end.div_ceil(PANEL)].iter().rev() {
                panel.reflect(&mut part.slice_mut(s![panel.first.., ..]));
            }
            // Last, so that no gain overflows on the way.
            target.assign(&(part * gain));
        });
    q
}

/// How many reflections are applied at a time, as a product of matrices.
const PANEL: usize = 40;

/// How many columns a thread takes at a time.
const COLUMNS: usize = 120;

/// Unit vectors `v_k`, as rows, zero before entry `k`, whose reflections take independent Gaussian
/// vectors to the axes `k`; and the signs of the results.
fn reflections(dimension: usize, count: usize, streams: Streams) -> (Array2<f64>, Vec<f64>) {
    let mut vectors = Array2::zeros((count, dimension));
    let entries = vectors.as_slice_mut().expect("a new matrix is in order");
    fill_slice(
        entries,
        streams,
        &|block: BlockMut<'_>, rng: &mut StreamRng| {
            Law::Normal.fill_block(1.0, block, rng);
        },
    );
    let mut signs = Vec::with_capacity(count);
    for (k, mut vector) in vectors.outer_iter_mut().enumerate() {
        let (mut before, mut x) = vector.view_mut().split_at(Axis(0), k);
        before.fill(0.0);
        let sign = x[0].signum();
        x[0] += sign * length(&x);
        let norm = length(&x);
        x.mapv_inplace(|x| x / norm);
        signs.push(-sign);
    }
    (vectors, signs)
}

/// `|x|`.
fn length(x: &ArrayRef1<f64>) -> f64 {
    x.mapv(|x| x * x).sum().sqrt()
}

/// The reflections `(I − 2 v₁v₁ᵀ)(I − 2 v₂v₂ᵀ)⋯` of some consecutive vectors, as one matrix `I − Vᵀ T V`
/// with `T⁻¹` the upper triangle of `V Vᵀ`, its diagonal halved.[^puglisi]
///
/// [^puglisi]: C. Puglisi (1992). *Modification of the Householder method based on the compact WY representation*. SIAM J. Sci. Stat. Comput. 13.
struct Panel {
    /// The first entry that is not zero in all of the vectors.
    first: usize,
    /// `V`: a row for each vector, from that entry on.
    vectors: Array2<f64>,
    /// `Vᵀ`, row by row: the rows of `V` are often a power of two apart, and few lines of the cache take such columns.
    transposed: Array2<f64>,
    /// `−T`.
    minus_t: Array2<f64>,
}

impl Panel {
    /// The reflections from the vector `first` on.
    fn of(vectors: &ArrayRef2<f64>, first: usize) -> Self {
        let last = (first + PANEL).min(vectors.nrows());
        let vectors = vectors.slice(s![first..last, first..]).to_owned();
        let mut inverse = product(&vectors, &vectors.t());
        inverse.diag_mut().fill(0.5);
        Self {
            first,
            minus_t: -upper_triangular_inverse(&inverse),
            transposed: vectors.t().as_standard_layout().into_owned(),
            vectors,
        }
    }

    /// `X ← X − Vᵀ T V X`.
    fn reflect(&self, x: &mut ArrayRef2<f64>) {
        let products = product(&self.minus_t, &product(&self.vectors, x));
        add_product(&self.transposed, &products, x);
    }
}

/// The inverse of the upper triangle of `u`, by back substitution.
fn upper_triangular_inverse(u: &Array2<f64>) -> Array2<f64> {
    let n = u.nrows();
    let mut inverse = Array2::zeros((n, n));
    for i in (0..n).rev() {
        let mut row = ndarray::Array1::zeros(n);
        row[i] = 1.0;
        for j in i + 1..n {
            row.scaled_add(-u[[i, j]], &inverse.row(j));
        }
        inverse.row_mut(i).assign(&(row / u[[i, i]]));
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Convolution, KernelOrder};
    use statrs::distribution::{Beta, ContinuousCDF};

    fn sample(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
        Orthogonal::new(1.0).sample((rows, columns), &mut Streams::new(seed).stream("w"))
    }

    /// The largest entry of `QᵀQ − I` or `QQᵀ − I`, whichever is smaller.
    fn deviation(q: &Array2<f64>) -> f64 {
        let gram = if q.nrows() < q.ncols() {
            product(q, &q.t())
        } else {
            product(&q.t(), q)
        };
        (&gram - &Array2::<f64>::eye(gram.nrows()))
            .iter()
            .fold(0.0, |largest, x| x.abs().max(largest))
    }

    #[test]
    fn rows_or_columns_are_orthonormal() {
        for (rows, columns) in [
            (1, 1),
            (1, 7),
            (7, 1),
            (5, 5),
            (48, 48),
            (49, 49),
            (300, 97),
            (97, 300),
            (300, 300),
        ] {
            let q = sample(rows, columns, 1);
            assert!(
                deviation(&q) < 1e-13,
                "{rows} x {columns}: {}",
                deviation(&q)
            );
        }
    }

    #[test]
    fn it_is_the_q_of_a_qr_decomposition_with_positive_diagonal() {
        // Gram–Schmidt on the Gaussian matrix whose columns the reflections were made for.
        let (n, m) = (7, 60);
        let streams = Streams::new(4);
        let q = random_isometry(m, n, 1.0, streams);
        let (vectors, signs) = reflections(m, n, streams);
        // H₁…H_k takes the axis k back to the Gaussian vector's direction, with the sign.
        for k in 0..n {
            let mut axis = ndarray::Array1::zeros(m);
            axis[k] = signs[k];
            for v in vectors.outer_iter().take(k + 1).rev() {
                let along = 2.0 * (&v * &axis).sum();
                axis.scaled_add(-along, &v);
            }
            let distance = (&axis - &q.column(k)).mapv(f64::abs).sum();
            assert!(distance < 1e-13, "column {k}: {distance}");
        }
    }

    #[test]
    fn a_corner_is_distributed_as_haar_says() {
        // q² ~ Beta(1/2, (n − 1)/2) and a fair sign, in every corner. Dvoretzky, Kiefer, Wolfowitz, Massart.
        let (n, count) = (4, 4000);
        let draws: Vec<_> = (0..count).map(|seed| sample(n, n, seed)).collect();
        let critical = libm::log(1e-9_f64 / 2.0).abs().sqrt() / (2.0 * count as f64).sqrt();
        let law = Beta::new(0.5, 0.5 * (n as f64 - 1.0)).expect("parameters are positive");
        for corner in [[0, 0], [0, n - 1], [n - 1, 0], [n - 1, n - 1]] {
            let mut sorted: Vec<f64> = draws.iter().map(|q| q[corner]).collect();
            sorted.sort_by(f64::total_cmp);
            for (i, x) in sorted.iter().enumerate() {
                let p = 0.5 + 0.5 * x.signum() * law.cdf(x * x);
                let (below, above) = (i as f64 / count as f64, (i as f64 + 1.0) / count as f64);
                assert!(
                    p - below < critical && above - p < critical,
                    "{corner:?} at {x}"
                );
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            pool.install(|| sample(600, 530, 2))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn the_filters_of_every_group_are_orthonormal() {
        let mut kernel = ndarray::Array4::<f64>::zeros((8, 3, 2, 2));
        let layout = Convolution::new(KernelOrder::OutInSpace).groups(2).into();
        let mut rng = Streams::new(3).stream("w");
        Orthogonal::new(2.0).fill((&mut kernel).into(), layout, &mut rng);
        for group in [0..4, 4..8] {
            let filters = kernel.slice(s![group, .., .., ..]).to_owned();
            let filters = filters
                .into_shape_with_order((4, 12))
                .expect("the same entries");
            assert!(deviation(&(filters / 2.0)) < 1e-14);
        }
        assert_ne!(
            kernel.slice(s![..4, .., .., ..]),
            kernel.slice(s![4.., .., .., ..])
        );
    }

    #[test]
    #[should_panic(expected = "a gain must be a positive finite number, but is -1.0")]
    fn a_negative_gain_is_refused() {
        let _ = Orthogonal::new(-1.0);
    }
}
