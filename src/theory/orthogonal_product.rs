//! Products of the factors of few narrow orthogonal ReLU layers, whose law is no smooth one.
//!
//! With all of its units active an orthogonal layer loses nothing: `r = 2` with a positive probability, and `2` is the
//! most that there is. So `Y = Σ ln(2 / r_l) ≥ 0`, with an atom at 0, and its Laplace transform
//!
//! ```text
//! E e^(−sY) = Π_l Σ_k p_k Γ(k/2 + s) Γ(n/2) / (Γ(k/2) Γ(n/2 + s))
//! ```
//!
//! does not vanish along the imaginary axis: the inversion of Gil-Pelaez gets nowhere. But all of its poles lie on the
//! negative axis, and Talbot's contour around them converges geometrically.
//!
//! Sources: A. Talbot, *The accurate numerical inversion of Laplace transforms* (1979); the contour is that of
//! J. Abate and P. Valkó, *Multi-precision Laplace transform inversion* (2004).

use std::f64::consts::PI;

use num_complex::Complex64;

use super::gamma::{exp, half_step_down};

/// `Σ_k p_k Γ(k/2 + s) Γ(n/2) / (Γ(k/2) Γ(n/2 + s))` of one layer, if `k` units are active with probability
/// `shares[k − 1]`: `E (r/2)^s`.
pub(super) fn of_one_layer(shares: &[f64], s: Complex64) -> Complex64 {
    let n = shares.len() as f64;
    let half = Complex64::new(n / 2.0, 0.0);
    // The terms for k = n and n − 1, then two by two downwards.
    let beside = half_step_down(half + s) / half_step_down(half);
    let mut ratios = [Complex64::ONE, beside];
    let mut sum = Complex64::ZERO;
    for (i, share) in shares.iter().enumerate().rev() {
        sum += share * ratios[0];
        let next = ratios[0] / (1.0 + 2.0 * s / (i as f64 - 1.0));
        ratios = [ratios[1], next];
    }
    sum
}

/// So many layers, each with these probabilities of its numbers of active units.
#[derive(Debug, Clone)]
pub(super) struct Rotations {
    layers: Vec<(Vec<f64>, u32)>,
}

/// The number of nodes on the contour: eleven digits of a probability, at all widths of up to [`Rotations::MOST_UNITS`].
const NODES: u32 = 24;

impl Rotations {
    /// Beyond so many units, all layers together, the transform vanishes soon enough, and the contour has too few nodes.
    pub(super) const MOST_UNITS: u64 = 80;

    /// No probability is farther off than this.
    pub(super) const ERROR: f64 = 1e-10;

    pub(super) fn of(layers: Vec<(Vec<f64>, u32)>) -> Self {
        Self { layers }
    }

    /// `P(Y = 0)`: all units of all layers are active.
    pub(super) fn atom(&self) -> f64 {
        self.product(|shares| Complex64::from(shares[shares.len() - 1]))
            .re
    }

    /// `P(Y ≥ y)`.
    pub(super) fn at_least(&self, y: f64) -> f64 {
        if y <= 0.0 {
            return 1.0;
        }
        let radius = 0.4 * f64::from(NODES) / y;
        let transform = |s| self.product(|shares| of_one_layer(shares, s));
        let first = 0.5 * libm::exp(radius * y) * transform(Complex64::from(radius)).re / radius;
        let others = (1..NODES).map(|j| {
            let angle = PI * f64::from(j) / f64::from(NODES);
            let cot = 1.0 / libm::tan(angle);
            let s = radius * angle * Complex64::new(cot, 1.0);
            let turn = angle + (angle * cot - 1.0) * cot;
            (exp(s * y) * transform(s) / s * Complex64::new(1.0, turn)).re
        });
        let below = (first + others.sum::<f64>()) * radius / f64::from(NODES);
        (1.0 - below).clamp(0.0, 1.0)
    }

    fn product(&self, of_one: impl Fn(&[f64]) -> Complex64) -> Complex64 {
        let powers = self
            .layers
            .iter()
            .map(|(shares, count)| of_one(shares).powu(*count));
        powers.product()
    }
}

#[cfg(test)]
mod tests {
    use super::super::active_units::ActiveUnits;
    use super::*;
    use approx::assert_relative_eq;
    use statrs::function::beta::beta_reg;

    fn rotations(layers: &[(u64, u32)]) -> Rotations {
        let shares = |width| ActiveUnits::of(width).shares().to_vec();
        Rotations::of(
            layers
                .iter()
                .map(|&(width, count)| (shares(width), count))
                .collect(),
        )
    }

    #[test]
    fn one_layer_has_the_law_of_the_beta_mixture() {
        for width in [2_u64, 3, 5, 10, 50, 80] {
            let active = ActiveUnits::of(width);
            let law = rotations(&[(width, 1)]);
            for y in [1e-12, 1e-6, 0.02, 0.3, 0.7, 1.5, 5.0] {
                let kept = libm::exp(-y);
                let beta = |k: u64| match width - k {
                    0 => 0.0,
                    off => beta_reg(k as f64 / 2.0, off as f64 / 2.0, kept),
                };
                assert_relative_eq!(law.at_least(y), active.mean(beta), epsilon = 2e-11);
            }
        }
    }

    #[test]
    fn two_pairs_have_the_law_of_their_convolution() {
        // A living pair: with probability 1/3 it keeps all, else B of the arcsine law, P(B ≤ b) = (2/π) asin √b.
        let arcsine = |b: f64| 2.0 / PI * libm::asin(b.min(1.0).sqrt());
        let y: f64 = 0.9;
        let b = libm::exp(-y);
        // P(B₁ B₂ ≤ b) over B₁ = sin²(πu/2) for u = 0 to 1, by the rule of midpoints in u, where P(B₂ ≤ ·) has a kink.
        let steps = 4_000_000;
        let both: f64 = (0..steps)
            .map(|i| (f64::from(i) + 0.5) / f64::from(steps))
            .map(|u| arcsine(b / libm::sin(PI * u / 2.0).powi(2)))
            .sum::<f64>()
            / f64::from(steps);
        let by_hand = (4.0 * arcsine(b) + 4.0 * both) / 9.0;
        let law = rotations(&[(2, 2)]);
        assert_relative_eq!(law.at_least(y), by_hand, epsilon = 1e-9);
        assert_relative_eq!(law.atom(), 1.0 / 9.0, max_relative = 1e-15);
    }
}
