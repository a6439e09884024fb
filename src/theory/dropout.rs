//! Dropout in wide layers: the same input twice is no longer the same.
//!
//! Every activation is kept with probability `ρ`, and divided by `ρ`; two inputs meet independent masks. So
//!
//! ```text
//! q' = σ_w² F(q) / ρ + σ_b² ,   c' = (σ_w² E φ(x) φ(y) + σ_b²) / q' :
//! ```
//!
//! the square of a mask has expectation `1/ρ`, a product of two masks 1, and `c = 1` is no fixed point.

use super::mean_field::MeanField;
use super::roots::bisected;
use crate::activation::{Activation, Nonlinearity};

/// What of a correlation may be rounding.
const ROUNDING: f64 = 1e-13;

/// Wide layers whose activations are kept with a probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout<A = Activation> {
    /// The layers.
    pub layers: MeanField<A>,
    /// `ρ`.
    pub keep: f64,
}

impl<A: Nonlinearity + Copy> Dropout<A> {
    /// `q' = σ_w² F(q) / ρ + σ_b²`: the layers without dropout that make the same variances.
    ///
    /// # Panics
    ///
    /// If the probability is not above 0 and at most 1.
    #[track_caller]
    pub fn of_one_input(self) -> MeanField<A> {
        let keep = self.keep;
        assert!(
            0.0 < keep && keep <= 1.0,
            "what is kept, is kept with a probability above 0, but not {keep}"
        );
        MeanField {
            weight: self.layers.weight / keep,
            ..self.layers
        }
    }

    /// The variance and the correlation behind one more layer of two inputs that both have variance `q` before it.
    ///
    /// # Panics
    ///
    /// If the probability, a variance or the correlation is out of its range.
    #[track_caller]
    pub fn step_of_pair(self, (q, c): (f64, f64)) -> (f64, f64) {
        let next = self.of_one_input().step(q);
        if next == 0.0 {
            return (0.0, c);
        }
        let layers = self.layers;
        let together = layers.weight * layers.activation.pair_moment_at(q, c) + layers.bias;
        (next, (together / next).clamp(-1.0, 1.0))
    }

    /// The correlation to which two inputs tend, and two passes of one input, where the variance rests at `q`.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::{Dropout, MeanField};
    ///
    /// // He layers that keep the variance although a tenth of the units is dropped
    /// let layers = MeanField { activation: Activation::Relu, weight: 2.0 * 0.9, bias: 0.0 };
    /// let dropout = Dropout { layers, keep: 0.9 };
    /// assert!((dropout.correlation_fixed_point(1.0) - 0.627_145_884_949).abs() < 1e-12);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is not positive and finite, or the probability or a variance is out of its range.
    #[track_caller]
    pub fn correlation_fixed_point(self, q: f64) -> f64 {
        assert!(
            q > 0.0 && q.is_finite(),
            "the variance must be positive and finite, but is {q}"
        );
        if self.keep == 1.0 {
            return self.layers.correlation_fixed_point(q);
        }
        // Convex, at least 0 at c = 0 and negative at c = 1
        let excess = |c: f64| self.step_of_pair((q, c)).1 - c;
        if excess(0.0) <= ROUNDING {
            return 0.0; // as for an odd activation without biases
        }
        bisected(excess, 0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::depth_scale;
    use approx::assert_relative_eq;

    #[test]
    fn relu_layers_with_dropout_rest_where_the_reference_says() {
        for (keep, c, slope, scale) in [
            (
                0.99,
                0.902_932_599_116_323_4,
                0.850_004_443_882_490_9,
                6.153_327_327_460_858,
            ),
            (
                0.9,
                0.627_145_884_949_206_8,
                0.644_199_318_023_57,
                2.274_034_321_881_939,
            ),
            (
                0.8,
                0.472_799_347_213_496_1,
                0.525_405_165_302_743,
                1.553_794_935_258_602,
            ),
            (
                0.5,
                0.217_233_628_211_221_7,
                0.284_851_673_438_79,
                0.796_313_591_555_509_6,
            ),
        ] {
            let layers = MeanField {
                activation: Activation::Relu,
                weight: 2.0 * keep,
                bias: 0.0,
            };
            let dropout = Dropout { layers, keep };
            let found = dropout.correlation_fixed_point(1.0);
            assert_relative_eq!(found, c, epsilon = 1e-12);
            let chi = layers.chi_of_pair(1.0, found);
            assert_relative_eq!(chi, slope, epsilon = 1e-11);
            assert_relative_eq!(depth_scale(chi), scale, epsilon = 1e-9);
            assert_relative_eq!(dropout.step_of_pair((1.0, found)).0, 1.0);
        }
    }

    #[test]
    fn at_the_edge_of_tanh_one_percent_of_dropout_ends_the_infinite_depth() {
        let layers = MeanField {
            activation: Activation::Tanh,
            weight: 1.760_954_639_607,
            bias: 0.05,
        };
        let dropout = Dropout { layers, keep: 0.99 };
        let q = dropout
            .of_one_input()
            .fixed_point()
            .expect("tanh saturates");
        let c = dropout.correlation_fixed_point(q);
        assert_relative_eq!(c, 0.765_782_889, epsilon = 1e-8);
        assert_relative_eq!(
            depth_scale(layers.chi_of_pair(q, c)),
            14.4796,
            epsilon = 1e-4
        );
    }

    #[test]
    fn without_dropout_nothing_changes() {
        let layers = MeanField {
            activation: Activation::Tanh,
            weight: 3.0,
            bias: 0.05,
        };
        let q = layers.fixed_point().expect("tanh saturates");
        let dropout = Dropout { layers, keep: 1.0 };
        assert_eq!(
            dropout.correlation_fixed_point(q),
            layers.correlation_fixed_point(q)
        );
        assert_eq!(
            dropout.step_of_pair((q, 0.3)),
            layers.step_of_pair((q, 0.3))
        );
    }

    #[test]
    #[should_panic(expected = "a probability above 0, but not 0")]
    fn a_network_that_keeps_nothing_is_refused() {
        let layers = MeanField {
            activation: Activation::Tanh,
            weight: 3.0,
            bias: 0.05,
        };
        let _ = Dropout { layers, keep: 0.0 }.of_one_input();
    }
}
