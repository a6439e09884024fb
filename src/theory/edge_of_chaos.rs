//! The edge of chaos, by the variance that rests on it.
//!
//! On the edge a variance rests and a squared gradient neither grows nor shrinks: `q = σ_w² E φ² + σ_b²` and `σ_w² E φ'² = 1`. Given `q`
//! nothing has to be solved:
//!
//! ```text
//! σ_w² = 1 / E φ'² ,   σ_b² = q − E φ² / E φ'² .
//! ```
//!
//! Whether a network comes to rest there is another question: `dq'/dq` may be above one.

use super::mean_field::MeanField;
use super::roots::Roots;
use crate::activation::{Activation, Nonlinearity};

/// What of a difference of two variances is rounding, in units of them.
const ROUNDING: f64 = 1e-15;

/// What a bias that is zero may be by quadrature, in units of the variance that rests.
const QUADRATURE: f64 = 4e-15;

/// Below this variance no biases are looked for.
const LEAST_BIAS: f64 = 1e-100;

/// Layers on the edge of chaos.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgePoint<A = Activation> {
    /// The layers.
    pub layers: MeanField<A>,
    /// The variance that rests there.
    pub variance: f64,
    /// `dq'/dq`: below one the point attracts, above it repels.
    pub stability: f64,
}

/// No layers with these biases are on the edge of chaos.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "at the variance {variance} the edge would need biases of variance {bias:e}, and a variance is not negative"
)]
pub struct NoEdge {
    /// The variance that was to rest.
    pub variance: f64,
    /// What the biases' variance would have to be.
    pub bias: f64,
}

impl<A> EdgePoint<A> {
    /// Whether variances nearby come nearer.
    pub fn attracts(&self) -> bool {
        // Where each variance is kept, rounding decides nothing.
        self.stability < 1.0 - 1e-12
    }
}

impl<A: Nonlinearity + Copy> EdgePoint<A> {
    /// The layers at whose edge of chaos the variance `q` rests.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::EdgePoint;
    ///
    /// let edge = EdgePoint::at_variance(Activation::Tanh, 0.5).expect("an edge");
    /// assert!((edge.layers.step(0.5) - 0.5).abs() < 1e-15);
    /// assert!((edge.layers.chi(0.5) - 1.0).abs() < 1e-15);
    /// assert!(edge.attracts());
    /// // A softplus has so large a mean that no bias is small enough.
    /// assert!(EdgePoint::at_variance(Activation::Softplus, 0.5).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If the biases would need a negative variance.
    ///
    /// # Panics
    ///
    /// If `q` is not positive and finite, the slope is 0 wherever the pre-activations lie, or a moment leaves the range of `f64`.
    // ANCHOR: at_variance
    #[track_caller]
    pub fn at_variance(activation: A, q: f64) -> Result<Self, NoEdge> {
        assert!(
            q > 0.0 && q.is_finite(),
            "the variance must be positive and finite, but is {q}"
        );
        let slope_moment = activation.slope_moment_at(q);
        let bias = bias_at(activation, q);
        assert!(
            slope_moment > 0.0 && slope_moment.is_finite() && bias.is_finite(),
            "at the variance {q:e} the squared slope has the mean {slope_moment:e}, and biases would have {bias:e}"
        );
        if bias < 0.0 {
            return Err(NoEdge { variance: q, bias });
        }
        let layers = MeanField {
            activation,
            weight: slope_moment.recip(),
            bias,
        };
        Ok(Self {
            layers,
            variance: q,
            stability: layers.stability(q),
        })
    }
    // ANCHOR_END: at_variance

    /// The points of the edge at which the biases have this variance, in rising order of the variance that rests: none, one or
    /// several. Where each variance is on the edge, as for a ReLU, none is found. It looks at resting variances from half of that of
    /// the biases, or `10⁻³` without biases, to `10⁹` times as much as them, or `10⁹` if they have less than 1.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::EdgePoint;
    ///
    /// let edge = EdgePoint::with_bias(Activation::Tanh, 0.05);
    /// assert!((edge[0].layers.weight - 1.760_954_639_607).abs() < 1e-11);
    /// ```
    ///
    /// # Panics
    ///
    /// If the variance of the biases is negative, infinite or NaN; or if it is so much smaller than the variance that rests
    /// that rounding leaves less than three digits of it, as of a tanh below 1e-18.
    #[track_caller]
    pub fn with_bias(activation: A, bias: f64) -> Vec<Self> {
        assert!(
            bias >= 0.0 && bias.is_finite(),
            "the variance of biases must be finite and not negative, but is {bias}"
        );
        assert!(
            bias == 0.0 || bias >= LEAST_BIAS,
            "biases of variance {bias:e} are too small to be seen beside any other variance"
        );
        let low = if bias > 0.0 { 0.5 * bias } else { 1e-3 };
        // No farther than the quotient of both ends is a number.
        let high = (1e9 * bias.max(1.0)).min(1e300 * low.min(1e8));
        let excess = |q: f64| bias_at(activation, q) - bias;
        let found = Roots::of(excess, low, high, ROUNDING);
        let point = |q: f64| {
            assert!(
                bias == 0.0 || ROUNDING * q <= 1e-3 * bias,
                "biases of variance {bias:e} are lost in the rounding of the variance {q:e} that would rest beside them"
            );
            let exact = Self::at_variance(activation, q).ok()?;
            let layers = MeanField {
                bias,
                ..exact.layers
            };
            Some(Self { layers, ..exact })
        };
        found.roots.into_iter().filter_map(point).collect()
    }
}

/// `q − E φ² / E φ'²`, which rounding does not make negative.
fn bias_at(activation: impl Nonlinearity, q: f64) -> f64 {
    let bias = q - activation.second_moment_at(q) / activation.slope_moment_at(q);
    if bias.abs() <= QUADRATURE * q {
        0.0
    } else {
        bias
    }
}

#[cfg(test)]
mod tests;
