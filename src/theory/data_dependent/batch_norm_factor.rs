//! Batch normalization before training: every layer multiplies a squared gradient by
//!
//! ```text
//! χ = E φ'(Z)² / Var φ(Z) ≥ 1 ,   Z ~ N(0, 1) .
//! ```
//!
//! For wide layers and a large batch, without biases: normalization makes the pre-activations standard normal over the batch,
//! whatever the weights' scale is, and takes the mean of `φ` out; so it divides by the standard deviation that `Var φ` and
//! the weights make, and the scale cancels. That `Var φ ≤ E φ'²` is the Gaussian Poincaré inequality; only an affine `φ` has
//! 1.[^yang]
//!
//! Of a batch of `B` and a leaky ReLU of slope `a`, whose size does not matter, all is known. A centered column of
//! pre-activations is isotropic, so its direction `u` is uniform on the unit sphere of the `B − 1` dimensions orthogonal to
//! `1`, and independent of its length, of which `E 1/χ²_(B−1) = 1/(B − 3)` is left. The Jacobian is
//! `(√B/‖z − z̄‖)(P − u uᵀ)`, `P = I − 1 1ᵀ/B`, and the gradient from above is on average isotropic and orthogonal to `1`.
//! With `c = −1/(B − 1)`, the correlation of two entries of `u`,
//!
//! ```text
//! χ_B = ((B − 2) s + p + k) / ((s − k)(B − 3)) ,
//! s = (1 + a²)/2 ,   p = a + (1 − a)² (1/4 + asin(c)/2π) ,   k = a c + (1 − a)² (√(1 − c²) + c acos(−c)) / 2π ,
//! ```
//!
//! which are `E φ'²`, `E φ'φ'` and `E φ φ` of two entries of variance 1.
//!
//! [^yang]: G. Yang et al. (2019). [*A Mean Field Theory of Batch Normalization*](https://arxiv.org/abs/1902.08129). ICLR. There for any batch, by
//!     spherical integrals.

use std::f64::consts::{FRAC_1_PI, PI};

use crate::activation::{Activation, Nonlinearity};
use crate::theory::data_dependent::variance::variance_at;

/// `χ = E φ'(Z)² / Var φ(Z)`: the factor of a squared gradient in a wide layer with batch normalization before the
/// activation, for a large batch.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::batch_norm_factor;
///
/// // What cures a vanishing gradient makes it explode: by 200 million in fifty layers.
/// let relu = batch_norm_factor(Activation::Relu);
/// assert!((relu - 1.0 / (1.0 - 1.0 / std::f64::consts::PI)).abs() < 1e-13);
/// assert!(Activation::ALL.iter().all(|phi| batch_norm_factor(*phi) > 1.0 - 1e-13));
/// ```
///
/// # Panics
///
/// If the activation is constant, or cannot be integrated.
#[track_caller]
pub fn batch_norm_factor(activation: impl Nonlinearity) -> f64 {
    let variance = variance_at(&activation, 1.0);
    assert!(
        variance > 0.0 && variance.is_finite(),
        "an activation behind which signals can be normalized has a positive variance, but this one has {variance}"
    );
    activation.slope_moment_at(1.0) / variance
}

/// Why there is no closed form of a factor.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoBatchNormFactor {
    /// The activation depends on the size of its input.
    #[error(
        "the factor of a finite batch has a closed form for the identity, the ReLU and leaky ReLUs, but not for {}",
        .0.name()
    )]
    Activation(Activation),
    /// The batch is too small.
    #[error("the factor of a batch is infinite below 4 inputs, and this one has {0}")]
    Batch(u64),
}

/// A wide layer of leaky ReLU units with batch normalization over a batch of `B`.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::{BatchNormOfBatch, NoBatchNormFactor, batch_norm_factor};
///
/// let of = |batch| BatchNormOfBatch::new(Activation::Relu, batch).map(BatchNormOfBatch::factor);
/// assert!((of(16)? - 1.589_950_416_765_165).abs() < 1e-14);
/// assert!((of(1 << 40)? - batch_norm_factor(Activation::Relu)).abs() < 1e-11);
/// assert_eq!(of(3), Err(NoBatchNormFactor::Batch(3)));
/// # Ok::<(), NoBatchNormFactor>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchNormOfBatch {
    slope: f64,
    batch: u64,
}

impl BatchNormOfBatch {
    /// Units with this activation, one of the identity, the ReLU and a leaky ReLU.
    ///
    /// # Errors
    ///
    /// If it is another one, or there are less than four inputs.
    ///
    /// # Panics
    ///
    /// If the slope of the leaky ReLU has no finite square.
    #[track_caller]
    pub fn new(activation: Activation, batch: u64) -> Result<Self, NoBatchNormFactor> {
        let slope = match activation {
            Activation::Identity => 1.0,
            Activation::Relu => 0.0,
            Activation::LeakyRelu { slope } => slope,
            other => return Err(NoBatchNormFactor::Activation(other)),
        };
        assert!(
            (slope * slope).is_finite(),
            "a slope must be a number with a finite square, but is {slope:e}"
        );
        if batch < 4 {
            return Err(NoBatchNormFactor::Batch(batch));
        }
        Ok(Self { slope, batch })
    }

    /// `χ_B`: the factor of the mean squared gradient in one layer; 1 and `(B − 2)/(B − 3)` for no activation.
    pub fn factor(self) -> f64 {
        // That of the inverse slope, whose units are the same but for their size and side, and squares are small.
        let slope = if self.slope.abs() > 1.0 {
            1.0 / self.slope
        } else {
            self.slope
        };
        let flat = Self { slope, ..self };
        let Pair { own, values, .. } = flat.pair();
        let batch = self.batch as f64;
        flat.direction() * batch / ((own - values) * (batch - 3.0))
    }

    /// `((B − 2) s + p + k)/B`: the mean of `‖(P − u uᵀ)(g ⊙ φ'(u))‖²` over directions `u` and `g`, uniform on the unit
    /// sphere orthogonal to `1`: what the directions let through, before lengths count.
    pub fn direction(self) -> f64 {
        let Pair {
            own,
            slopes,
            values,
        } = self.pair();
        let batch = self.batch as f64;
        own - (2.0 * own - slopes - values) / batch
    }

    fn pair(self) -> Pair {
        let a = self.slope;
        let c = -1.0 / (self.batch as f64 - 1.0);
        let bent = (1.0 - a) * (1.0 - a);
        let both_positive = 0.25 + 0.5 * FRAC_1_PI * libm::asin(c);
        let product = ((1.0 - c * c).sqrt() + c * libm::acos(-c)) / (2.0 * PI);
        Pair {
            own: 0.5 + 0.5 * a * a,
            slopes: a + bent * both_positive,
            values: a * c + bent * product,
        }
    }
}

/// Moments of a leaky ReLU of one or two standard normal numbers, of the correlation of two inputs of a batch.
struct Pair {
    /// `E φ'(x)² = E φ(x)²`.
    own: f64,
    /// `E φ'(x) φ'(y)`.
    slopes: f64,
    /// `E φ(x) φ(y)`.
    values: f64,
}

#[cfg(all(test, feature = "network"))]
mod tests;
