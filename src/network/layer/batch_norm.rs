//! Batch normalization: `Y = (X − μ) / √(σ² + ε) ⊙ g + b`, feature by feature over the batch.

use ndarray::{Array1, Array2, ArrayD, ArrayRef1, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::number::vector;
use super::standardize::{
    About, Standardized, affine, checked_epsilon, demand_epsilon, pull_affine, standardize,
};
use super::{Cache, Layer, Pullback};
use crate::activation::{Dual, Scalar};
use crate::initializer::parameter_error::{ParameterError, require};
use crate::network::contract::{not_empty, one_a_feature, refuse_nan, same_shape};

/// Batch normalization `Y = (X − μ) / √(σ² + ε) ⊙ g + b`, with a mean `μ` and a variance `σ²` for each feature of `X`,
/// of shape `(batch, features)`.[^ioffe]
///
/// In training they are those of the batch, `σ²` the biased variance, which divides by the size `B` of the batch, and the
/// gradient goes through them. Afterwards they are the running ones. [`track`](Layer::track) moves these towards
/// the batch's, as PyTorch does: `running ← (1 − m) running + m batch` with momentum `m` and the unbiased
/// variance, which divides by `B − 1`. Keras calls `1 − m` the momentum.
///
/// ```
/// use ndarray::array;
/// use unit_variance::{BatchNorm, Layer};
///
/// let mut norm = BatchNorm::new(1).with_epsilon(0.0).with_momentum(0.5);
/// let x = array![[1.0], [5.0]];
/// let (y, cache) = norm.forward(&x);
/// assert_eq!(y, array![[-1.0], [1.0]]);
///
/// norm.track(&cache);
/// assert_eq!(norm.running_mean, array![1.5]); // halfway from 0 to 3
/// assert_eq!(norm.running_variance, array![4.5]); // halfway from 1 to 8, where the biased variance is 4
///
/// norm.set_training(false);
/// assert_eq!(norm.forward(&array![[1.5]]).0, array![[0.0]]);
/// ```
///
/// [^ioffe]: S. Ioffe, C. Szegedy (2015). [*Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*](https://arxiv.org/abs/1502.03167).
#[derive(Debug, Clone, PartialEq)]
pub struct BatchNorm {
    /// `g`, of shape `(features)`; a parameter.
    pub gain: Array1<f64>,
    /// `b`, of shape `(features)`; a parameter.
    pub shift: Array1<f64>,
    /// `ε`.
    pub epsilon: f64,
    /// `m`, the share of a batch in the running statistics, from 0 to 1.
    pub momentum: f64,
    /// The running mean, of shape `(features)`.
    pub running_mean: Array1<f64>,
    /// The running variance, of shape `(features)`.
    pub running_variance: Array1<f64>,
    /// Whether `μ` and `σ²` are those of the batch.
    pub training: bool,
}

/// What a pass keeps: the batch's own statistics, or `X̂` and `1/√(σ² + ε)` by the running ones.
enum Kept {
    /// Of the transposed batch, whose rows are the features.
    Batch(Standardized<f64>),
    Running(Array2<f64>, Array1<f64>),
}

impl BatchNorm {
    /// In training, with gain 1, shift 0, `ε = 1e-5`, momentum 0.1, running mean 0 and running variance 1, as in PyTorch.
    pub fn new(features: usize) -> Self {
        Self {
            gain: Array1::ones(features),
            shift: Array1::zeros(features),
            epsilon: 1e-5,
            momentum: 0.1,
            running_mean: Array1::zeros(features),
            running_variance: Array1::ones(features),
            training: true,
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

    /// The same with this momentum.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[must_use]
    #[track_caller]
    pub fn with_momentum(self, momentum: f64) -> Self {
        self.try_with_momentum(momentum)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same with this momentum, which somebody gave.
    ///
    /// # Errors
    ///
    /// If it is not from 0 to 1.
    pub fn try_with_momentum(self, momentum: f64) -> Result<Self, ParameterError> {
        let momentum = checked_momentum(momentum)?;
        Ok(Self { momentum, ..self })
    }

    #[track_caller]
    fn demand(&self, x: &ArrayRef2<f64>) {
        not_empty(x);
        for (what, numbers) in [
            ("gain", &self.gain),
            ("shift", &self.shift),
            ("running mean", &self.running_mean),
            ("running variance", &self.running_variance),
        ] {
            one_a_feature(what, numbers, x);
        }
        assert!(
            !self.training || x.nrows() > 1,
            "a batch of 1 has no variance to train on: its shape is {:?}",
            x.dim()
        );
    }

    /// `1/√(σ² + ε)` by the running variance.
    #[track_caller]
    fn running_rate(&self) -> Array1<f64> {
        demand_epsilon(self.epsilon);
        self.running_variance.mapv(|variance| {
            let size = variance + self.epsilon;
            assert!(
                variance >= 0.0 && size > 0.0 && size.is_finite(),
                "a running variance of {variance} with an epsilon of {} cannot be brought to 1",
                self.epsilon
            );
            size.sqrt().recip()
        })
    }
}

fn checked_momentum(momentum: f64) -> Result<f64, ParameterError> {
    let (of, expected) = ("the momentum of running statistics", "from 0 to 1");
    require((0.0..=1.0).contains(&momentum), of, expected, momentum)
}

/// `X̂ = (X − μ) ⊙ rate`, the same for every row.
fn by<D: Scalar>(x: &ArrayRef2<D>, mean: &ArrayRef1<f64>, rate: &ArrayRef1<f64>) -> Array2<D> {
    let mut normalized = x.to_owned();
    for mut row in normalized.rows_mut() {
        row.zip_mut_with(mean, |x, mean| *x -= *mean);
        row.zip_mut_with(rate, |x, rate| *x *= *rate);
    }
    normalized
}

/// # Panics
///
/// If the batch is empty, or of one row in training, a vector does not fit it, a feature of variance 0 meets an `ε` of 0, a
/// variance is infinite, the momentum is not from 0 to 1, or a number becomes NaN.
impl Layer for BatchNorm {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        self.demand(x);
        let (normalized, kept) = if self.training {
            let kept = standardize(&x.t(), About::Mean, self.epsilon, "feature");
            (kept.normalized.t().to_owned(), Kept::Batch(kept))
        } else {
            let rate = self.running_rate();
            let normalized = by(x, &self.running_mean, &rate);
            (normalized.clone(), Kept::Running(normalized, rate))
        };
        refuse_nan("the normalized input", &normalized, &[("input", x)]);
        let y = affine(normalized, &self.gain, Some(&self.shift));
        refuse_nan("the output", &y, &[]);
        (y, Cache::new(kept))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let kept: &Kept = cache.get();
        let normalized = match kept {
            Kept::Batch(kept) => kept.normalized.t(),
            Kept::Running(normalized, _) => normalized.view(),
        };
        let shape = normalized.dim();
        same_shape("gradient", d_output.dim(), "the output", shape);
        let (d_normalized, gain, shift) = pull_affine(&normalized, &self.gain, d_output);
        let input = match kept {
            Kept::Batch(kept) => kept.pull(d_normalized.reversed_axes()).reversed_axes(),
            Kept::Running(_, rate) => d_normalized * rate,
        };
        refuse_nan("the gradient of the input", &input, &[]);
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
        let normalized = if self.training {
            let kept = standardize(&x.t(), About::Mean, self.epsilon, "feature");
            kept.normalized.reversed_axes()
        } else {
            by(x, &self.running_mean, &self.running_rate())
        };
        let [gain, shift] = [0, 1].map(|i| vector(&parameters[i]));
        affine(normalized, &gain, Some(&shift))
    }

    fn set_training(&mut self, training: bool) {
        self.training = training;
    }

    /// Does nothing after a pass that took the running statistics.
    #[track_caller]
    fn track(&mut self, cache: &Cache) {
        checked_momentum(self.momentum).unwrap_or_else(|error| panic!("{error}"));
        if let Kept::Batch(kept) = cache.get() {
            let batch = kept.normalized.ncols() as f64;
            let (old, new) = (1.0 - self.momentum, self.momentum);
            let unbiased = new * batch / (batch - 1.0);
            self.running_mean = old * &self.running_mean + new * &kept.mean;
            self.running_variance = old * &self.running_variance + unbiased * &kept.variance;
        }
    }
}
