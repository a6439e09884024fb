//! The largest singular value, from below by power iteration, beside the largest that independent entries have.

use std::f64::consts::FRAC_PI_2;

use super::angles::product;
use super::sample::Sample;
use crate::probability::Law;

/// The largest number of steps; each is two products with the matrix.
const STEPS: usize = 24;

/// The largest singular value of the rows that are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectrum {
    /// `‖A v‖` for some unit vector `v`: no more than the largest singular value, whatever the rounding of the iteration.
    pub norm: f64,
    /// `Σx²` over the square of `norm`: how many directions carry the matrix.
    pub stable_rank: f64,
    /// How many rows were used.
    pub rows: usize,
    /// How long they are.
    pub columns: usize,
}

impl Spectrum {
    /// What the largest singular value of independent entries of standard deviation 1 exceeds with probability at most `alpha`:
    /// `c (√m + √n + √(2 ln(1/alpha)))`, with `c = 1` for the normal law.[^gordon]
    ///
    /// For another law of the list `c = √(π/2) E|x|`. The absolute value of a draw has, beside that of a normal
    /// one of the same mean absolute value, a density that is first smaller, then larger, then smaller; so it is below it in the convex order, and
    /// so is the convex function `e^(λ‖A‖)` of all entries in its mean. Markov's inequality gives the tail.
    ///
    /// [^gordon]: K. Davidson, S. Szarek (2001). *Local operator theory, random matrices and Banach spaces*, theorem II.13.
    pub fn edge(&self, law: Law, alpha: f64) -> f64 {
        let sides = (self.rows as f64).sqrt() + (self.columns as f64).sqrt();
        dominance(law) * (sides + (-2.0 * libm::log(alpha)).sqrt())
    }
}

/// `√(π/2) E|x|`.
fn dominance(law: Law) -> f64 {
    let mean = match law {
        Law::Normal => return 1.0,
        Law::Uniform => 0.5 * 3_f64.sqrt(),
        Law::TruncatedNormal { cut } => {
            // E|z| = 2 (φ(0) − φ(cut)) / P(|z| ≤ cut), over the standard deviation.
            let mass = libm::erf(cut * std::f64::consts::FRAC_1_SQRT_2);
            let raw = (1.0 - libm::exp(-0.5 * cut * cut)) / (mass * FRAC_PI_2.sqrt());
            raw * law.bound() / cut
        }
    };
    mean * FRAC_PI_2.sqrt()
}

/// Power iteration on `AᵀA`, from a vector that is fixed before.
pub(super) fn spectrum(sample: &Sample) -> Option<Spectrum> {
    let Sample { rows, columns, .. } = *sample;
    if rows < 2 || columns < 2 {
        return None;
    }
    // Not along the ones, which are special for weights whose mean is not 0.
    let mut v: Vec<f64> = (0..columns)
        .map(|j| 0.5 + (j as f64 * 0.618_033_988_749_895).fract())
        .collect();
    let mut norm: f64 = 0.0;
    for _ in 0..STEPS {
        let length = product(&v, &v).sqrt();
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        for x in &mut v {
            *x /= length;
        }
        let mut next = vec![0.0; columns];
        let mut square = 0.0;
        for i in 0..rows {
            let row = sample.row(i);
            let y = product(row, &v);
            square += y * y;
            for (x, a) in next.iter_mut().zip(row) {
                *x += y * a;
            }
        }
        let before = norm;
        norm = if square.sqrt() > norm {
            square.sqrt()
        } else {
            norm
        };
        if norm < before * 1.001 {
            break;
        }
        v = next;
    }
    let squares = product(&sample.values, &sample.values);
    Some(Spectrum {
        norm,
        stable_rank: squares / (norm * norm),
        rows,
        columns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Facts, Precision};
    use crate::{Fan, Initializer, Streams, VarianceScaling};
    use approx::assert_relative_eq;
    use ndarray::Array2;

    fn spectrum_of(weight: &Array2<f64>) -> Spectrum {
        spectrum(&Facts::of(weight.view().into_dyn(), Precision::F64).sample)
            .expect("it is a matrix")
    }

    #[test]
    fn the_norm_of_a_diagonal_is_its_largest_entry() {
        let mut weight = Array2::zeros((30, 20));
        for i in 0..20 {
            weight[(i, i)] = 1.0 + 0.1 * i as f64;
        }
        let found = spectrum_of(&weight);
        assert!(found.norm <= 2.9 + 1e-12 && found.norm > 2.75, "{found:?}");
    }

    #[test]
    fn independent_entries_stay_within_the_edge_and_a_mean_does_not() {
        for law in [
            Law::Normal,
            Law::Uniform,
            Law::TRUNCATED_NORMAL,
            Law::TruncatedNormal { cut: 1.0 },
        ] {
            let unit = VarianceScaling::new(200.0, Fan::In, law);
            let mut weight = unit.sample((200, 150), &mut Streams::new(6).stream("w"));
            let found = spectrum_of(&weight);
            let edge = found.edge(law, 1e-9);
            // The norm itself is near √m + √n.
            assert!(
                0.6 * edge < found.norm && found.norm < edge,
                "{law:?}: {found:?} {edge}"
            );
            weight += 0.5;
            let found = spectrum_of(&weight);
            assert!(found.norm > edge && found.stable_rank < 10.0);
        }
    }

    #[test]
    fn the_dominating_normal_law_is_a_little_wider() {
        assert_relative_eq!(
            dominance(Law::Uniform),
            (3.0 * std::f64::consts::PI / 8.0).sqrt(),
            max_relative = 1e-12
        );
        let wide = dominance(Law::TruncatedNormal { cut: 8.0 });
        assert_relative_eq!(wide, 1.0, max_relative = 1e-9);
        let narrow = dominance(Law::TruncatedNormal { cut: 1.0 });
        assert!(
            1.0 < dominance(Law::TRUNCATED_NORMAL) && dominance(Law::TRUNCATED_NORMAL) < narrow
        );
        assert!(narrow < dominance(Law::Uniform));
    }
}
