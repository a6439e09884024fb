//! The squared singular values of infinitely wide Jacobians, by free probability: with `m_k` the mean of their `k`-th
//! powers, `z(s) = Σ m_k s^k` solves `1/s = x(z)`, where
//!
//! ```text
//! linear, Gaussian       x = (1 + z)^(L+1) / z
//! ReLU, orthogonal       x = (1 + w)^L / w ,  w = z / (1 + z)
//! ReLU, Gaussian         x = (1 + z) (1 + 2z)^L / z .
//! ```
//!
//! Lagrange's inversion gives the moments, and the smallest value of `x` the largest squared singular value.
//!
//! `x = (1 + z)/z · Π Sₗ(z)⁻¹` for the S-transforms of the factors, `1/(1 + z)` of a Gaussian layer and `(1 + z)/(1 + 2z)`
//! of a doubled fair mask.

/// The law of the squared singular values of `depth` wide layers, of mean one.
///
/// ```
/// use unit_variance::theory::WideSpectrum;
///
/// // Rotations with ReLU units between them stretch as far as one Gaussian layer less without.
/// let (relu, linear) = (WideSpectrum::orthogonal_relu(10), WideSpectrum::linear(9));
/// assert!((relu.edge() / linear.edge() - 1.0).abs() < 1e-14);
/// assert!((relu.moment(2) - 11.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WideSpectrum {
    kind: Kind,
    depth: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Linear,
    OrthogonalRelu,
    Relu,
}

impl WideSpectrum {
    /// Gaussian layers of variance `1/n` without activations.
    ///
    /// # Panics
    ///
    /// If there are no layers, as for the others.
    #[track_caller]
    pub fn linear(depth: u32) -> Self {
        Self::of(Kind::Linear, depth)
    }

    /// Haar layers of gain `√2` with ReLU units.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    #[track_caller]
    pub fn orthogonal_relu(depth: u32) -> Self {
        Self::of(Kind::OrthogonalRelu, depth)
    }

    /// Gaussian layers of variance `2/n` with ReLU units.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    #[track_caller]
    pub fn relu(depth: u32) -> Self {
        Self::of(Kind::Relu, depth)
    }

    #[track_caller]
    fn of(kind: Kind, depth: u32) -> Self {
        assert!(depth > 0, "a spectrum is that of at least one layer");
        Self { kind, depth }
    }

    /// `m_k`, the mean of the `k`-th powers:
    ///
    /// ```text
    /// linear              C((L+1) k, k) / (L k + 1)
    /// ReLU, orthogonal    (1/k) Σ_i (i + 1) C(L k, k − 1 − i)
    /// ReLU, Gaussian      (1/k) Σ_i C(k, k − 1 − i) C(L k, i) 2^i
    /// ```
    pub fn moment(self, k: u32) -> f64 {
        if k == 0 {
            return 1.0;
        }
        let (layers, power) = (f64::from(self.depth), f64::from(k));
        let all = layers * power;
        match self.kind {
            Kind::Linear => choose(all + power, k) / (all + 1.0),
            Kind::OrthogonalRelu => {
                let terms = (0..k).map(|i| f64::from(i + 1) * choose(all, k - 1 - i));
                terms.sum::<f64>() / power
            }
            Kind::Relu => {
                let terms = (0..k)
                    .map(|i| choose(power, k - 1 - i) * choose(all, i) * libm::exp2(f64::from(i)));
                terms.sum::<f64>() / power
            }
        }
    }

    /// The largest squared singular value: `(L+1)^(L+1)/L^L` linear, `L^L/(L−1)^(L−1)` of orthogonal ReLU layers (2 of
    /// one), and of Gaussian ones `x(z)` at `z = (√(L² + 1) − (L − 1))/(2L)`.
    pub fn edge(self) -> f64 {
        let layers = f64::from(self.depth);
        match self.kind {
            Kind::Linear => fuss_catalan_edge(layers),
            // One layer doubles half of the directions and forgets the others.
            Kind::OrthogonalRelu if self.depth == 1 => 2.0,
            Kind::OrthogonalRelu => fuss_catalan_edge(layers - 1.0),
            Kind::Relu => {
                // √(L² + 1) − L without the difference.
                let beyond = 1.0 / (libm::hypot(layers, 1.0) + layers);
                self.inverse(0.5 * (1.0 + beyond) / layers)
            }
        }
    }

    /// `x(z) = 1/s`, at the `z > 0` that the moments add up to.
    ///
    /// # Panics
    ///
    /// If `z` is not positive.
    #[track_caller]
    pub fn inverse(self, z: f64) -> f64 {
        assert!(z > 0.0, "the sum of the moments is positive, but z is {z}");
        let layers = f64::from(self.depth);
        match self.kind {
            Kind::Linear => libm::exp((layers + 1.0) * libm::log1p(z)) / z,
            Kind::OrthogonalRelu => {
                let w = z / (1.0 + z);
                libm::exp(layers * libm::log1p(w)) / w
            }
            Kind::Relu => (1.0 + z) * libm::exp(layers * libm::log1p(2.0 * z)) / z,
        }
    }
}

/// `(d + 1)^(d + 1) / d^d`.
fn fuss_catalan_edge(d: f64) -> f64 {
    (d + 1.0) * libm::exp(d * libm::log1p(1.0 / d))
}

/// `C(n, k)` for whole `n ≥ k`, exact while it is below `2⁵³` and rounded once or twice beyond.
fn choose(n: f64, k: u32) -> f64 {
    (1..=k).fold(1.0, |sofar, i| {
        sofar * (n - f64::from(k) + f64::from(i)) / f64::from(i)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const KINDS: [fn(u32) -> WideSpectrum; 3] = [
        WideSpectrum::linear,
        WideSpectrum::orthogonal_relu,
        WideSpectrum::relu,
    ];

    #[test]
    fn moments_and_edges_are_those_of_the_reference() {
        let of = |depth, moments: [[f64; 4]; 3], edges: [f64; 3]| {
            for ((kind, moments), edge) in KINDS.into_iter().zip(moments).zip(edges) {
                let law = kind(depth);
                assert_relative_eq!(law.edge(), edge, max_relative = 1e-13);
                assert_relative_eq!(law.moment(1), 1.0, max_relative = 1e-14);
                for (k, moment) in (2..).zip(moments) {
                    assert_relative_eq!(law.moment(k), moment, max_relative = 1e-13);
                }
            }
        };
        of(
            1,
            [
                [2.0, 5.0, 14.0, 42.0],
                [2.0, 4.0, 8.0, 16.0],
                [3.0, 11.0, 45.0, 197.0],
            ],
            [4.0, 2.0, 5.828_427_124_746_19],
        );
        of(
            3,
            [
                [4.0, 22.0, 140.0, 969.0],
                [4.0, 19.0, 98.0, 531.0],
                [7.0, 67.0, 741.0, 8909.0],
            ],
            [9.481_481_481_481_481, 6.75, 16.457_756_896_732_84],
        );
        of(
            50,
            [
                [51.0, 3876.0, 348_551.0, 34_412_301.0],
                [51.0, 3826.0, 338_451.0, 32_824_626.0],
                [101.0, 15_201.0, 2_707_001.0, 529_258_801.0],
            ],
            [
                137.270_989_482_753_9,
                134.552_662_342_120_8,
                271.837_243_120_967_7,
            ],
        );
    }

    #[test]
    fn the_moments_solve_the_equation() {
        // z = Σ m_k x^−k far outside of the spectrum.
        for kind in KINDS {
            for depth in [1, 2, 7] {
                let law = kind(depth);
                let x = 40.0 * law.edge();
                let z: f64 = (1..=12)
                    .map(|k| law.moment(k) * x.powi(-k.cast_signed()))
                    .sum();
                assert_relative_eq!(law.inverse(z), x, max_relative = 1e-13);
            }
        }
    }

    #[test]
    fn the_edge_is_the_smallest_value_outside_and_what_moments_grow_by() {
        for kind in KINDS {
            for depth in [2, 3, 10] {
                let law = kind(depth);
                let least = (1..200_000)
                    .map(|i| law.inverse(f64::from(i) * 2e-5))
                    .fold(f64::INFINITY, f64::min);
                // The arcsine law's is approached at infinity, where w = 1.
                let least = if law == WideSpectrum::orthogonal_relu(2) {
                    4.0
                } else {
                    least
                };
                assert_relative_eq!(law.edge(), least, max_relative = 1e-7);
                let growth = law.moment(60) / law.moment(59);
                assert!(0.95 * law.edge() < growth && growth < law.edge());
            }
        }
    }

    #[test]
    #[should_panic(expected = "a spectrum is that of at least one layer")]
    fn a_spectrum_of_no_layers_is_refused() {
        let _ = WideSpectrum::relu(0);
    }
}
