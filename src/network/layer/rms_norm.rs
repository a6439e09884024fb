//! Root-mean-square normalization: `Y = X / √(mean X² + ε) ⊙ g`, row by row.

use ndarray::{Array1, Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::number::vector;
use super::standardize::{About, affine, checked_epsilon, pull_rows, standardize};
use super::{Cache, Layer, Pullback};
use crate::activation::Dual;
use crate::initializer::ParameterError;
use crate::network::contract::{not_empty, one_a_feature, refuse_nan};

/// Root-mean-square normalization `Y = X / √(q + ε) ⊙ g`, with the mean square `q` of each row of `X`, of shape
/// `(batch, features)`.[^zhang] It takes the scale of a row away, and leaves its mean in place.
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Layer, RmsNorm};
///
/// let norm = RmsNorm::new(2).with_epsilon(0.0);
/// assert_eq!(norm.forward(&array![[4.0, 4.0], [-0.5, 0.5]]).0, array![[1.0, 1.0], [-1.0, 1.0]]);
/// ```
///
/// [^zhang]: B. Zhang, R. Sennrich (2019). [*Root Mean Square Layer Normalization*](https://arxiv.org/abs/1910.07467).
#[derive(Debug, Clone, PartialEq)]
pub struct RmsNorm {
    /// `g`, of shape `(features)`; a parameter.
    pub gain: Array1<f64>,
    /// `ε`.
    pub epsilon: f64,
}

impl RmsNorm {
    /// Gain 1 and `ε = 1e-5`, as [`LayerNorm::new`](super::LayerNorm::new).
    pub fn new(features: usize) -> Self {
        Self {
            gain: Array1::ones(features),
            epsilon: 1e-5,
        }
    }

    /// The same with this `ε`.
    ///
    /// # Panics
    ///
    /// If it is negative, infinite or NaN.
    #[must_use]
    #[track_caller]
    pub fn with_epsilon(self, epsilon: f64) -> Self {
        self.try_with_epsilon(epsilon)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same with this `ε`, which somebody gave.
    ///
    /// # Errors
    ///
    /// If it is negative, infinite or NaN.
    pub fn try_with_epsilon(self, epsilon: f64) -> Result<Self, ParameterError> {
        let epsilon = checked_epsilon(epsilon)?;
        Ok(Self { epsilon, ..self })
    }
}

/// # Panics
///
/// If the batch is empty, the gain does not fit it, a row of zeros meets an `ε` of 0, a mean square is infinite, or a number
/// becomes NaN.
impl Layer for RmsNorm {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        not_empty(x);
        one_a_feature("gain", &self.gain, x);
        let kept = standardize(x, About::Zero, self.epsilon, "row");
        refuse_nan("the normalized input", &kept.normalized, &[("input", x)]);
        let y = affine(kept.normalized.clone(), &self.gain, None);
        refuse_nan("the output", &y, &[("normalized input", &kept.normalized)]);
        (y, Cache::new(kept))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let (input, gain, _) = pull_rows(cache.get(), &self.gain, d_output);
        Pullback {
            input,
            parameters: vec![gain.into_dyn()],
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        vec![self.gain.view().into_dyn()]
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        vec![self.gain.view_mut().into_dyn()]
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let kept = standardize(x, About::Zero, self.epsilon, "row");
        affine(kept.normalized, &vector(&parameters[0]), None)
    }
}
