//! Where wide layers rest, and how fast they come there: fixed points and depth scales.
//!
//! A variance at which `q = σ_w² F(q) + σ_b²` is a fixed point. Near it a deviation of the variance is multiplied by `dq'/dq` in every layer,
//! a squared gradient by `χ₁ = σ_w² E φ'²`, and a deviation of the correlation of two inputs by `χ_c = σ_w² E φ'(x) φ'(y)` at the
//! correlation `c` to which they tend.

use super::depth_scale::depth_scale;
use super::mean_field::MeanField;
use super::roots::Roots;
use crate::activation::{Activation, Nonlinearity};

/// What of the step may be rounding, in units of the variance: for a GELU with He weights the step of a large variance differs from it by no more.
const ROUNDING: f64 = 1e-11;

/// Below this variance of the biases the resting variances could leave the normal numbers of `f64`.
const LEAST_BIAS: f64 = 1e-290;

/// A variance at which wide layers rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedPoint<A = Activation> {
    /// The layers.
    pub layers: MeanField<A>,
    /// `q = σ_w² F(q) + σ_b²`.
    pub variance: f64,
    /// `dq'/dq`: the factor of a small deviation of the variance. Below one the point attracts, above it repels.
    pub stability: f64,
    /// `χ₁`: the factor of a squared gradient, and of the distance of two inputs that are nearly the same.
    pub chi: f64,
    /// The correlation to which that of two inputs tends, if it is not negative.
    pub correlation: f64,
    /// `χ_c`: the factor of a small deviation from there.
    pub chi_of_pair: f64,
}

impl<A> FixedPoint<A> {
    /// Whether variances nearby come nearer.
    pub fn attracts(&self) -> bool {
        self.stability < 1.0
    }

    /// `ξ_q = −1 / ln dq'/dq`: the layers until a deviation of the variance has shrunk to the `e`-th part.
    pub fn variance_scale(&self) -> f64 {
        depth_scale(self.stability)
    }

    /// `ξ_c = −1 / ln χ_c`: the layers until a deviation of the correlation has.
    pub fn correlation_scale(&self) -> f64 {
        depth_scale(self.chi_of_pair)
    }

    /// `1 / |ln χ₁|`: the layers until a squared gradient has shrunk to the `e`-th part, or grown `e`-fold.
    pub fn gradient_scale(&self) -> f64 {
        depth_scale(self.chi).abs()
    }
}

/// Why wide layers rest nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFixedPoint {
    /// The variance falls to 0.
    #[error("the variance falls to 0, and rests nowhere above")]
    Vanishes,
    /// The variance grows without a bound.
    #[error("the variance grows without a bound")]
    Grows,
    /// Each variance is kept.
    #[error("each variance is kept, and none is a fixed point of its own")]
    Kept,
}

impl<A: Nonlinearity + Copy> MeanField<A> {
    /// All variances above 0 at which the layers rest, in rising order.
    ///
    /// With biases the smallest one attracts. Where there are several, a network comes to rest at one of those that attract,
    /// depending on where it begins.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// // A GELU network with this much weight and bias settles below one variance, and explodes above.
    /// let gelu = MeanField { activation: Activation::Gelu, weight: 2.076_676_193_723, bias: 0.1 };
    /// let points = gelu.fixed_points().expect("two of them");
    /// assert!(points[0].attracts() && points[0].variance < 1.6);
    /// assert!(!points[1].attracts() && (points[1].variance - 1.632_426).abs() < 1e-5);
    /// ```
    ///
    /// # Errors
    ///
    /// If there are none, and why.
    ///
    /// # Panics
    ///
    /// If the variance of weights or biases is negative, infinite or NaN, or that of the biases positive and below 1e-290.
    #[track_caller]
    pub fn fixed_points(self) -> Result<Vec<FixedPoint<A>>, NoFixedPoint> {
        let variances = self.resting_variances()?;
        Ok(variances.into_iter().map(|q| self.at_rest(q)).collect())
    }

    /// The variances of all [`fixed_points`](Self::fixed_points), without their rates.
    ///
    /// # Errors
    ///
    /// If there are none, and why.
    ///
    /// # Panics
    ///
    /// If the variance of weights or biases is negative, infinite or NaN, or that of the biases positive and below 1e-290.
    #[track_caller]
    pub fn resting_variances(self) -> Result<Vec<f64>, NoFixedPoint> {
        self.demand_finite();
        assert!(
            self.bias == 0.0 || self.bias >= LEAST_BIAS,
            "biases of variance {:e} are too small for a search",
            self.bias
        );
        let low = if self.bias > 0.0 {
            0.5 * self.bias
        } else {
            1e-14
        };
        // No farther than the quotient of both ends is a number.
        let high = (1e15 * self.bias.max(self.weight).max(1.0)).min(1e300 * low.min(1e8));
        let found = Roots::of(|q| self.step(q) - q, low, high, ROUNDING);
        if found.roots.is_empty() {
            return Err(match found.ends.1 {
                0.0 => NoFixedPoint::Kept,
                end if end > 0.0 => NoFixedPoint::Grows,
                _ => NoFixedPoint::Vanishes,
            });
        }
        Ok(found.roots)
    }

    /// The rates at a variance at which the layers rest.
    #[track_caller]
    fn at_rest(self, variance: f64) -> FixedPoint<A> {
        let correlation = self.correlation_fixed_point(variance);
        FixedPoint {
            layers: self,
            variance,
            stability: self.stability(variance),
            chi: self.chi(variance),
            correlation,
            chi_of_pair: self.chi_of_pair(variance, correlation),
        }
    }
}

#[cfg(test)]
mod tests;
