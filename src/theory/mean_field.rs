//! The second moment of a signal from layer to layer, in the limit of wide layers.
//!
//! With weights of variance `σ_w² / fan_in` and biases of variance `σ_b²`, pre-activations of a
//! wide layer are Gaussian with variance `q' = σ_w² E φ(√q z)² + σ_b²`, where `q` is that of the
//! layer before.[^poole]
//!
//! [^poole]: B. Poole et al. (2016). [*Exponential expressivity in deep neural networks through transient chaos*](https://arxiv.org/abs/1606.05340).

use serde::{Deserialize, Serialize};

use crate::activation::{Activation, Nonlinearity};

/// `F(q) = E φ(√q z)²` for `z ~ N(0, 1)`: the second moment after an activation, given the
/// variance `q` before it.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::variance_map;
///
/// assert_eq!(variance_map(Activation::Relu, 3.0), 1.5);
/// // A tanh makes small signals smaller: F(q) = q − 2q² + …
/// let q = 1e-4;
/// assert!((variance_map(Activation::Tanh, q) - (q - 2.0 * q * q)).abs() < 1e-11);
/// ```
///
/// # Panics
///
/// If `q` is negative, infinite or NaN.
#[track_caller]
pub fn variance_map(activation: impl Nonlinearity, q: f64) -> f64 {
    activation.second_moment_at(q)
}

/// Wide layers of one kind, one after the other; their activation is one of the library or a borrowed one of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanField<A = Activation> {
    /// `φ`.
    pub activation: A,
    /// `σ_w²`: `fan_in` times the variance of a weight, the square of the gain.
    #[serde(deserialize_with = "crate::probability::number::not_negative")]
    pub weight: f64,
    /// `σ_b²`: the variance of a bias.
    #[serde(deserialize_with = "crate::probability::number::not_negative")]
    pub bias: f64,
}

impl<A: Nonlinearity + Copy> MeanField<A> {
    /// Layers whose weights have standard deviation `gain / √fan_in`, without biases.
    ///
    /// # Panics
    ///
    /// If the square of a gain that is not 0 falls below the normal numbers of `f64`.
    #[track_caller]
    pub fn with_gain(activation: A, gain: f64) -> Self {
        let layers = Self {
            activation,
            weight: gain * gain,
            bias: 0.0,
        };
        let is_lost = gain != 0.0 && layers.weight < f64::MIN_POSITIVE;
        assert!(
            !is_lost,
            "a gain of {gain:e} has a square that is too small for f64"
        );
        layers
    }

    /// `σ_w²` times a moment, which is infinite where it leaves the range of `f64`: no weights make nothing of it.
    pub(super) fn weighted(self, moment: f64) -> f64 {
        if self.weight == 0.0 {
            0.0
        } else {
            self.weight * moment
        }
    }

    /// `q' = σ_w² F(q) + σ_b²`: one layer.
    ///
    /// # Panics
    ///
    /// If `q`, or the variance of weights or biases, is negative, infinite or NaN.
    #[track_caller]
    pub fn step(self, q: f64) -> f64 {
        self.demand_finite();
        self.weighted(variance_map(self.activation, q)) + self.bias
    }

    /// Infinite weights would make of no signal a NaN.
    #[track_caller]
    pub(super) fn demand_finite(self) {
        let Self { weight, bias, .. } = self;
        assert!(
            weight >= 0.0 && weight.is_finite() && bias >= 0.0 && bias.is_finite(),
            "variances must be finite and not negative, but weights have {weight:e} and biases {bias:e}"
        );
    }

    /// `q, q', q'', …`: the variance at every depth, beginning with `q`.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// let xavier = MeanField::with_gain(Activation::Tanh, 1.0);
    /// let by_depth: Vec<f64> = xavier.iterate(1.0).take(101).collect();
    /// // Without a fixed point but 0, a tanh net forgets its scale: q_l ≈ 1 / 2l.
    /// assert!((200.0 * by_depth[100] - 1.0).abs() < 0.05);
    /// ```
    pub fn iterate(self, q: f64) -> impl Iterator<Item = f64> {
        std::iter::successors(Some(q), move |q| Some(self.step(*q)))
    }

    /// `χ(q) = σ_w² E φ'(√q z)²`: the factor of a squared gradient from layer to layer.
    ///
    /// # Panics
    ///
    /// If `q`, or the variance of weights or biases, is negative, infinite or NaN.
    #[track_caller]
    pub fn chi(self, q: f64) -> f64 {
        self.demand_finite();
        self.weighted(self.activation.slope_moment_at(q))
    }

    /// `dq'/dq = σ_w² E[x φ(x) φ'(x)] / q` for `x ~ N(0, q)`: the factor of a small deviation of the variance from layer to
    /// layer. A variance at which the layers rest draws others in if the factor is below one, and repels them above. `φ` may
    /// have kinks, but no jumps.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// let of = |phi: Activation| MeanField::with_gain(phi, phi.gain()).stability(1.0);
    /// assert!((of(Activation::Relu) - 1.0).abs() < 1e-12); // every variance is kept
    /// assert!(of(Activation::Tanh) < 0.6); // what is too large saturates
    /// assert!((of(Activation::ReluSquared) - 2.0).abs() < 1e-12); // a deviation doubles in every layer
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is not positive and finite, or the variance of weights or biases is negative, infinite or NaN.
    #[track_caller]
    pub fn stability(self, q: f64) -> f64 {
        self.demand_finite();
        assert!(
            q > 0.0 && q.is_finite(),
            "the variance must be positive and finite, but is {q}"
        );
        self.weighted(self.activation.second_moment_slope_at(q))
    }

    /// The smallest `q > 0` to which smaller ones rise and from which larger ones fall: the variance
    /// that a deep network settles at. `None` if there is none between `10⁻⁸` and `10⁸`.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// // Where PyTorch's gain for tanh leads: the gradient grows by a fifth in every layer.
    /// let torch = MeanField::with_gain(Activation::Tanh, 5.0 / 3.0);
    /// let q = torch.fixed_point().expect("tanh saturates");
    /// assert!((torch.step(q) - q).abs() < 1e-14);
    /// assert!(torch.chi(q) > 1.2);
    /// ```
    pub fn fixed_point(self) -> Option<f64> {
        let rises = |q: f64| self.step(q) > q;
        let grid = (-32..=32).map(|quarter| libm::pow(10.0, f64::from(quarter) / 4.0));
        let grid: Vec<f64> = grid.collect();
        let bracket = grid
            .windows(2)
            .find(|ends| rises(ends[0]) && !rises(ends[1]))?;
        let (mut low, mut high) = (bracket[0], bracket[1]);
        while high - low > f64::EPSILON * high {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if rises(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::OwnActivation;
    use approx::assert_relative_eq;

    #[test]
    #[should_panic(expected = "weights have inf and biases 0e0")]
    fn an_infinite_gain_is_refused() {
        let _ = MeanField::with_gain(Activation::Relu, 1e200).step(0.0);
    }

    #[test]
    #[should_panic(expected = "a gain of 1e-200 has a square that is too small for f64")]
    fn a_gain_whose_square_is_nothing_is_refused() {
        let _ = MeanField::with_gain(Activation::Relu, 1e-200);
    }

    #[test]
    fn no_weights_make_nothing_of_what_is_infinite() {
        let gone = MeanField::with_gain(Activation::ReluSquared, 0.0);
        assert_eq!((gone.step(1e200), gone.chi(f64::MAX)), (0.0, 0.0));
    }

    #[test]
    fn the_tanh_map_has_its_known_values() {
        for (q, expected) in [
            (0.1, 0.084_213_928),
            (0.5, 0.273_676_308),
            (1.0, 0.394_294_490),
            (2.0, 0.519_975_746),
            (4.0, 0.635_261_234),
        ] {
            assert_relative_eq!(variance_map(Activation::Tanh, q), expected, epsilon = 5e-10);
        }
    }

    #[test]
    fn xaviers_tanh_decays_like_one_over_twice_the_depth() {
        let q: Vec<f64> = MeanField::with_gain(Activation::Tanh, 1.0)
            .iterate(1.0)
            .take(1001)
            .collect();
        for (depth, expected) in [
            (1, 0.3943),
            (2, 0.2365),
            (5, 0.1034),
            (10, 0.0522),
            (20, 0.0259),
            (50, 0.0102),
            (100, 0.005_07),
        ] {
            assert_relative_eq!(q[depth], expected, epsilon = 6e-5);
        }
        assert_relative_eq!(2000.0 * q[1000], 1.0023, epsilon = 1e-4);
    }

    #[test]
    fn pytorchs_gains_lead_to_their_fixed_points() {
        let tanh = MeanField::with_gain(Activation::Tanh, 5.0 / 3.0);
        let q = tanh.fixed_point().expect("a fixed point");
        assert_relative_eq!(q, 1.178_480, epsilon = 1e-6);
        assert_relative_eq!(
            variance_map(Activation::Tanh, q).sqrt(),
            0.651_347,
            epsilon = 1e-6
        );
        assert_relative_eq!(tanh.chi(q), 1.209_831, epsilon = 1e-6);

        let selu = MeanField::with_gain(Activation::Selu, 0.75);
        let q = selu.fixed_point().expect("a fixed point");
        assert_relative_eq!(q, 0.023_033_8, epsilon = 1e-7);
        assert_relative_eq!(
            variance_map(Activation::Selu, q).sqrt(),
            0.202_358,
            epsilon = 1e-6
        );
        assert_relative_eq!(selu.chi(q), 1.003_670, epsilon = 1e-6);
    }

    #[test]
    fn the_gain_of_an_activation_holds_the_variance_at_one() {
        for activation in Activation::ALL {
            let layers = MeanField::with_gain(activation, activation.gain());
            assert_relative_eq!(layers.step(1.0), 1.0, max_relative = 1e-14);
            assert_relative_eq!(layers.chi(1.0), activation.chi(), max_relative = 1e-14);
        }
    }

    #[test]
    fn with_biases_there_is_an_edge_of_chaos() {
        // There the variance rests and a squared gradient neither grows nor shrinks.
        for (activation, weight, bias, q) in [
            (Activation::Tanh, 1.760_95, 0.05, 0.570_05),
            (Activation::Tanh, 1.986_07, 0.1, 0.805_80),
            (Activation::Gelu, 2.076_68, 0.1, 1.632_43),
            (Activation::Silu, 2.439_55, 0.1, 1.551_92),
            (Activation::Mish, 2.006_85, 0.1, 1.771_59),
            (Activation::Elu, 1.606_74, 0.1, 2.212_78),
        ] {
            let layers = MeanField {
                activation,
                weight,
                bias,
            };
            assert_relative_eq!(layers.step(q), q, epsilon = 1e-4);
            assert_relative_eq!(layers.chi(q), 1.0, epsilon = 1e-4);
        }
    }

    #[test]
    fn the_factor_of_a_deviation_is_the_slope_of_the_step() {
        for activation in Activation::ALL {
            for q in [0.3, 1.0, 2.5] {
                let layers = MeanField {
                    activation,
                    weight: 1.7,
                    bias: 0.2,
                };
                let h = 1e-4 * q;
                let quotient = (layers.step(q + h) - layers.step(q - h)) / (2.0 * h);
                assert_relative_eq!(layers.stability(q), quotient, max_relative = 1e-7);
            }
        }
    }

    #[test]
    fn a_closure_is_followed_like_the_activation_that_it_is() {
        let own = OwnActivation::new(libm::tanh, |z| 1.0 - libm::tanh(z).powi(2));
        let gain = 5.0 / 3.0;
        let (ours, theirs) = (
            MeanField::with_gain(&own, gain),
            MeanField::with_gain(Activation::Tanh, gain),
        );
        let rest = ours.fixed_point().expect("a tanh saturates");
        let known = theirs.fixed_point().expect("a tanh saturates");
        assert_relative_eq!(rest, known, max_relative = 1e-11);
        assert_relative_eq!(ours.chi(rest), theirs.chi(known), max_relative = 1e-10);
    }

    #[test]
    fn a_relu_without_biases_has_no_fixed_point_of_its_own() {
        for gain in [1.0, 2.0] {
            assert_eq!(
                MeanField::with_gain(Activation::Relu, gain).fixed_point(),
                None
            );
        }
    }
}
