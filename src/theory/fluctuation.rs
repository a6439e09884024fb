//! Smooth activations at finite width, to first order in one over the width.
//!
//! Behind Gaussian weights the variance of the pre-activations, given the layer before, is a Markov chain:
//! `q' = σ_b² + σ_w² (1/n) Σ φ(√q g_i)²` with independent standard normal `g_i`. Over networks its mean is `q_l + b_l/n` and its
//! variance `V_l/n`, but for terms of order `1/n²`, and with `F(q) = σ_w² E φ(√q g)² + σ_b²`,
//!
//! ```text
//! V' = F'(q)² V + σ_w⁴ Var φ²(√q g) ,        b' = F'(q) b + F''(q) V / 2 .
//! ```
//!
//! Square orthogonal weights keep the length of the activations: they make points of a sphere, to which the biases are added. With
//! `p = q − σ_b²`, the part of the variance that the weights make, the second term of `V'` loses `2 (p F'(q))²`, and `b'` loses
//! `p² F''(q)`.

use super::mean_field::MeanField;
use crate::activation::Nonlinearity;
use crate::probability::gaussian_expectation;

/// How the weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WeightShape {
    /// Independent Gaussian numbers of variance `σ_w²/n`.
    Gaussian,
    /// `σ_w` times a square orthogonal matrix of Haar's law.
    Orthogonal,
}

/// The variance of the pre-activations of one layer over networks of width `n`: mean `q + bias/n`, variance `spread/n`, to first
/// order in `1/n`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fluctuation {
    /// `q_l`, that of infinite width.
    pub q: f64,
    /// `V_l`: `n` times the variance over networks.
    pub spread: f64,
    /// `b_l`: `n` times the difference of the mean.
    pub bias: f64,
}

impl<A: Nonlinearity + Copy> MeanField<A> {
    /// The fluctuation at every depth, beginning with pre-activations whose variance is `q` in every network.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::{MeanField, WeightShape};
    ///
    /// // Relative to its mean, the mean square of a ReLU layer has variance 5 l / n …
    /// let he = MeanField::with_gain(Activation::Relu, 2_f64.sqrt());
    /// let tenth = he.fluctuations(1.0, WeightShape::Gaussian).nth(10).expect("no end");
    /// assert!((tenth.spread - 50.0).abs() < 1e-10);
    /// // … and three fifths of it behind orthogonal weights.
    /// let tenth = he.fluctuations(1.0, WeightShape::Orthogonal).nth(10).expect("no end");
    /// assert!((tenth.spread - 30.0).abs() < 1e-10);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is not positive and finite, or the variance of weights or biases is negative, infinite or NaN, or the square of
    /// `E φ²` leaves the range of `f64`; with orthogonal weights also if `q` is less than the variance of the biases.
    #[track_caller]
    pub fn fluctuations(self, q: f64, shape: WeightShape) -> impl Iterator<Item = Fluctuation> {
        let start = Fluctuation {
            q,
            spread: 0.0,
            bias: 0.0,
        };
        std::iter::successors(Some(start), move |before| {
            Some(self.next_fluctuation(*before, shape))
        })
    }

    #[track_caller]
    fn next_fluctuation(self, before: Fluctuation, shape: WeightShape) -> Fluctuation {
        let Fluctuation { q, spread, bias } = before;
        let slope = self.stability(q);
        let curvature = self.curvature(q);
        let phi = self.activation;
        let square = variance_of_square(phi, q) * self.weight * self.weight;
        let (kept, pull) = match shape {
            WeightShape::Gaussian => (0.0, 0.0),
            WeightShape::Orthogonal => {
                let rotated = q - self.bias;
                assert!(
                    rotated >= 0.0,
                    "the variance of the pre-activations must be no less than that of the biases, {}, but is {q}",
                    self.bias
                );
                (
                    2.0 * (rotated * slope).powi(2),
                    rotated * rotated * curvature,
                )
            }
        };
        Fluctuation {
            q: self.step(q),
            spread: slope * slope * spread + (square - kept),
            bias: slope * bias + curvature * spread / 2.0 - pull,
        }
    }

    /// `d²q'/dq² = σ_w² E[φ(√q g)² (g⁴ − 6g² + 3)] / 4q²`: no derivative of `φ` is needed, and it may have kinks.
    fn curvature(self, q: f64) -> f64 {
        let phi = self.activation;
        let weighted = |x: f64| {
            let square = x * x / q;
            phi.value(x).powi(2) * (square * (square - 6.0) + 3.0)
        };
        let mean = self.weight * gaussian_expectation(weighted, q, phi.kinks());
        if q * q < f64::MIN_POSITIVE {
            mean / q / (4.0 * q) // where the square of q has lost its digits
        } else {
            mean / (4.0 * q * q)
        }
    }
}

/// `Var φ(x)²` for `x ~ N(0, q)`, about its mean, so that nothing cancels.
fn variance_of_square(phi: impl Nonlinearity, q: f64) -> f64 {
    let mean = phi.second_moment_at(q);
    if mean == 0.0 {
        return 0.0;
    }
    if mean < 1e-100 {
        // In units of the mean, whose square may be below the normal numbers.
        let off = |x: f64| (phi.value(x).powi(2) / mean - 1.0).powi(2);
        return gaussian_expectation(off, q, phi.kinks()) * mean * mean;
    }
    let off = |x: f64| (phi.value(x).powi(2) - mean).powi(2);
    gaussian_expectation(off, q, phi.kinks())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, OwnActivation};
    use approx::assert_relative_eq;

    fn at(layers: MeanField, depth: usize, shape: WeightShape) -> Fluctuation {
        layers.fluctuations(1.0, shape).nth(depth).expect("no end")
    }

    #[test]
    fn the_recursions_have_their_known_values() {
        let tanh = |gain| MeanField::with_gain(Activation::Tanh, gain);
        let erf = MeanField {
            activation: Activation::Erf,
            weight: 1.5,
            bias: 0.1,
        };
        for (layers, depth, q, gaussian, orthogonal) in [
            (
                tanh(1.0),
                1,
                0.394_294_490_397_841,
                [0.097_523_738_085_9, 0.0],
                [0.031_422_939_259_4, 0.171_293_448_377],
            ),
            (
                tanh(1.0),
                5,
                0.103_440_608_052_386,
                [0.032_310_990_250_9, -0.079_861_261_589_8],
                [0.002_078_948_628_63, 0.102_695_134_797],
            ),
            (
                tanh(1.0),
                50,
                0.010_219_334_855_591_8,
                [0.003_377_260_589_65, -0.151_756_211_3],
                [4.598_246_052_69e-6, 0.017_452_632_329_6],
            ),
            (
                tanh(5.0 / 3.0),
                20,
                1.178_480_480_363_12,
                [0.985_957_739_844, -0.313_516_960_797],
                [0.352_630_168_128, 0.771_107_204_923],
            ),
            (
                erf,
                5,
                0.693_854_784_503_151,
                [0.286_857_245_832, -0.128_473_260_601],
                [0.142_885_497_637_68, 0.271_595_495_672_435],
            ),
        ] {
            for (shape, [spread, bias]) in [
                (WeightShape::Gaussian, gaussian),
                (WeightShape::Orthogonal, orthogonal),
            ] {
                let found = at(layers, depth, shape);
                assert_relative_eq!(found.q, q, max_relative = 1e-11);
                assert_relative_eq!(found.spread, spread, max_relative = 1e-9);
                assert_relative_eq!(found.bias, bias, max_relative = 1e-9, epsilon = 1e-13);
            }
        }
    }

    #[test]
    fn a_linear_net_wanders_by_two_and_a_rotated_one_not_at_all() {
        let linear = MeanField::with_gain(Activation::Identity, 1.0);
        let gaussian = at(linear, 7, WeightShape::Gaussian);
        assert_relative_eq!(gaussian.spread, 14.0, max_relative = 1e-12);
        assert_relative_eq!(gaussian.bias, 0.0, epsilon = 1e-12);
        let rotated = at(linear, 7, WeightShape::Orthogonal);
        assert_relative_eq!(rotated.spread, 0.0, epsilon = 1e-12);
    }

    #[test]
    #[should_panic(expected = "no less than that of the biases, 0.5, but is 0.25")]
    fn a_rotated_signal_that_is_less_than_its_biases_is_refused() {
        let layers = MeanField {
            activation: Activation::Tanh,
            weight: 1.0,
            bias: 0.5,
        };
        let _ = layers.fluctuations(0.25, WeightShape::Orthogonal).nth(1);
    }

    #[test]
    fn the_curvature_is_the_slope_of_the_slope() {
        for activation in Activation::ALL {
            let layers = MeanField::with_gain(activation, 1.3);
            let (q, h) = (0.8, 1e-4);
            let quotient = (layers.stability(q + h) - layers.stability(q - h)) / (2.0 * h);
            assert_relative_eq!(layers.curvature(q), quotient, epsilon = 1e-6);
        }
    }

    #[test]
    fn a_critical_tanh_net_wanders_by_two_thirds_of_the_depth_and_calms_down_on_a_sphere() {
        let tanh = MeanField::with_gain(Activation::Tanh, 1.0);
        let far = at(tanh, 2000, WeightShape::Gaussian);
        assert_relative_eq!(
            far.spread / (far.q * far.q) / 2000.0,
            2.0 / 3.0,
            max_relative = 2e-3
        );
        let rotated = at(tanh, 2000, WeightShape::Orthogonal);
        let scaled = rotated.spread / (rotated.q * rotated.q) * 2000.0;
        assert_relative_eq!(scaled, 8.0 / 3.0, max_relative = 2e-2);
    }

    #[test]
    fn the_smallest_variances_fluctuate_like_those_of_a_line() {
        // There a tanh is the identity, whose layers have V' = V + 2 q² and no bias.
        for q in [1e-100, 1e-150, 1e-160, 1e-200, 1e-300] {
            let layers = MeanField::with_gain(Activation::Tanh, 1.0);
            for shape in [WeightShape::Gaussian, WeightShape::Orthogonal] {
                let fifth = layers.fluctuations(q, shape).nth(5).expect("no end");
                assert_relative_eq!(fifth.q, q, max_relative = 1e-12);
                let spread = match shape {
                    WeightShape::Gaussian => 10.0 * q * q,
                    WeightShape::Orthogonal => 0.0,
                };
                assert_relative_eq!(fifth.spread, spread, epsilon = 1e-9 * q * q + 1e-320);
                assert!(fifth.bias.abs() <= 1e-9 * q, "{fifth:?}");
            }
        }
    }

    #[test]
    fn a_root_has_its_curvature_at_the_smallest_variances() {
        // φ = √|x|: F(q) = σ_w² √(2q/π), and its second derivative is −σ_w² √(2/π) q^(−3/2) / 4.
        let root = OwnActivation::new(|x| x.abs().sqrt(), |x| 0.5 * x.signum() / x.abs().sqrt());
        let layers = MeanField {
            activation: &root,
            weight: 1.5,
            bias: 0.0,
        };
        for q in [1.0_f64, 1e-100, 1e-155, 1e-160, 1e-200] {
            let exact = -0.375 * (2.0 / std::f64::consts::PI).sqrt() / (q * q.sqrt());
            assert_relative_eq!(layers.curvature(q), exact, max_relative = 1e-11);
        }
    }

    #[test]
    fn the_variance_of_a_square_has_what_digits_there_are_below_the_normal_numbers() {
        // Of a tanh it is 2 q² there, a multiple of the least float, 5e-324. Squares of differences would be rounded one by one
        // before they are summed, which leaves up to nine of these units, or a quadrature that refuses what it sees.
        for q in [3e-156, 1e-158, 1e-159, 3e-159, 1e-161] {
            let off = variance_of_square(Activation::Tanh, q) - 2.0 * q * q;
            assert!(off.abs() <= 1e-323, "{off:e} at {q:e}");
        }
    }
}
