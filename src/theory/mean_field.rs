//! The second moment of a signal from layer to layer, in the limit of wide layers.
//!
//! With weights of variance `σ_w² / fan_in` and biases of variance `σ_b²`, pre-activations of a
//! wide layer are Gaussian with variance `q' = σ_w² E φ(√q z)² + σ_b²`, where `q` is that of the
//! layer before.[^poole]
//!
//! [^poole]: B. Poole et al. (2016). [*Exponential expressivity in deep neural networks through transient chaos*](https://arxiv.org/abs/1606.05340).

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
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MeanField<A = Activation> {
    /// `φ`.
    pub activation: A,
    /// `σ_w²`: `fan_in` times the variance of a weight, the square of the gain.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::probability::number::not_negative")
    )]
    pub weight: f64,
    /// `σ_b²`: the variance of a bias.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::probability::number::not_negative")
    )]
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
mod tests;
