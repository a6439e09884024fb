//! Layer normalization: `Y = (X − μ) / √(σ² + ε) ⊙ g + b`, row by row.

use ndarray::{Array1, Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::number::vector;
use super::standardize::{About, affine, checked_epsilon, pull_rows, standardize};
use super::{Cache, Layer, Pullback};
use crate::activation::Dual;
use crate::initializer::ParameterError;
use crate::network::contract::{not_empty, one_a_feature, refuse_nan};

/// Layer normalization `Y = (X − μ) / √(σ² + ε) ⊙ g + b`, with the mean `μ` and the biased variance `σ²` of each row
/// of `X`, of shape `(batch, features)`.[^ba]
///
/// The mean square of a row before gain and shift is `σ² / (σ² + ε)`: below 1, and far below it where `σ²` is not large
/// beside `ε`.
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Layer, LayerNorm};
///
/// let norm = LayerNorm::new(2).with_epsilon(0.0);
/// let (y, cache) = norm.forward(&array![[1.0, 5.0], [-300.0, -304.0]]);
/// assert_eq!(y, array![[-1.0, 1.0], [1.0, -1.0]]);
/// // Two entries have no freedom but their mean and their variance.
/// assert_eq!(norm.backward(&cache, &array![[3.0, 4.0], [1.0, 0.0]]).input, array![[0.0, 0.0], [0.0, 0.0]]);
/// ```
///
/// [^ba]: J. Ba, J. Kiros, G. Hinton (2016). [*Layer Normalization*](https://arxiv.org/abs/1607.06450).
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNorm {
    /// `g`, of shape `(features)`; a parameter.
    pub gain: Array1<f64>,
    /// `b`, of shape `(features)`; a parameter.
    pub shift: Array1<f64>,
    /// `ε`.
    pub epsilon: f64,
}

impl LayerNorm {
    /// Gain 1, shift 0 and `ε = 1e-5`, as in PyTorch.
    pub fn new(features: usize) -> Self {
        Self {
            gain: Array1::ones(features),
            shift: Array1::zeros(features),
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
/// If the batch is empty, gain or shift do not fit it, a row of variance 0 meets an `ε` of 0, a variance is infinite, or a
/// number becomes NaN.
impl Layer for LayerNorm {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        not_empty(x);
        one_a_feature("gain", &self.gain, x);
        one_a_feature("shift", &self.shift, x);
        let kept = standardize(x, About::Mean, self.epsilon, "row");
        refuse_nan("the normalized input", &kept.normalized, &[("input", x)]);
        let y = affine(kept.normalized.clone(), &self.gain, Some(&self.shift));
        refuse_nan("the output", &y, &[("normalized input", &kept.normalized)]);
        (y, Cache::new(kept))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let (input, gain, shift) = pull_rows(cache.get(), &self.gain, d_output);
        Pullback {
            input,
            parameters: vec![gain.into_dyn(), shift.into_dyn()],
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        vec![self.gain.view().into_dyn(), self.shift.view().into_dyn()]
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        vec![
            self.gain.view_mut().into_dyn(),
            self.shift.view_mut().into_dyn(),
        ]
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let kept = standardize(x, About::Mean, self.epsilon, "row");
        let [gain, shift] = [0, 1].map(|i| vector(&parameters[i]));
        affine(kept.normalized, &gain, Some(&shift))
    }
}
