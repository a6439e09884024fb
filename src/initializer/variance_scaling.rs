//! `Var(w) = scale / fan`, for any scale, fan and law: LeCun, Xavier and He are three of its values.

use ndarray::Array2;
use rand::Rng;
use std::ops::Range;

use super::kernel::Size;
use super::parameter_error::{ParameterError, positive, require};
use super::{Entrywise, Fan, Fans, Initializer, Layout};
use crate::activation::Activation;
use crate::probability::{BlockMut, Law, StreamRng};

/// `Var(w) = scale / fan`, with mean zero and any [`Law`].
///
/// | preset | variance | keeps |
/// |---|---|---|
/// | [`lecun`](Self::lecun) | `1 / fan_in` | the second moment of a linear layer |
/// | [`xavier`](Self::xavier) | `2 / (fan_in + fan_out)` | the average of forward and backward pass |
/// | [`he`](Self::he) | `2 / fan_in` | the second moment through a ReLU |
/// | [`for_activation`](Self::for_activation) | `1 / (fan_in · E φ(z)²)` | that of a standard normal through any activation |
///
/// ```
/// use unit_variance::{Fan, Fans, Law, VarianceScaling};
///
/// let fans = Fans::new(100, 300);
/// assert_eq!(VarianceScaling::lecun(Law::Normal).variance(fans), 0.01);
/// assert_eq!(VarianceScaling::xavier(Law::Normal).variance(fans), 0.005);
/// assert_eq!(VarianceScaling::new(3.0, Fan::Out, Law::Uniform).variance(fans), 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceScaling {
    scale: f64,
    fan: Fan,
    law: Law,
}

impl VarianceScaling {
    /// `Var(w) = scale / fan`.
    ///
    /// # Panics
    ///
    /// If `scale`, or the cut of the law, is not a positive finite number.
    #[track_caller]
    pub fn new(scale: f64, fan: Fan, law: Law) -> Self {
        Self::try_new(scale, fan, law).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `Var(w) = scale / fan`, for a scale that somebody gave.
    ///
    /// ```
    /// use unit_variance::{Fan, Law, VarianceScaling};
    ///
    /// assert!(VarianceScaling::try_new(2.0, Fan::In, Law::Normal).is_ok());
    /// let error = VarianceScaling::try_new(-2.0, Fan::In, Law::Normal).unwrap_err();
    /// assert_eq!(error.to_string(), "the scale of a variance must be a positive finite number, but is -2.0");
    /// ```
    ///
    /// # Errors
    ///
    /// If `scale`, or the cut of the law, is not a positive finite number.
    pub fn try_new(scale: f64, fan: Fan, law: Law) -> Result<Self, ParameterError> {
        let scale = positive("the scale of a variance", scale)?;
        if let Law::TruncatedNormal { cut } = law {
            positive("the cut of a normal law", cut)?;
        }
        Ok(Self { scale, fan, law })
    }

    /// `Var(w) = gain² / fan`: a gain multiplies standard deviations, a scale variances.
    ///
    /// ```
    /// use unit_variance::{Fan, Law, VarianceScaling};
    ///
    /// let doubled = VarianceScaling::with_gain(2.0, Fan::In, Law::Normal);
    /// assert_eq!(doubled, VarianceScaling::new(4.0, Fan::In, Law::Normal));
    /// ```
    ///
    /// # Panics
    ///
    /// If `gain` is not a positive number with a positive finite square.
    #[track_caller]
    pub fn with_gain(gain: f64, fan: Fan, law: Law) -> Self {
        Self::try_with_gain(gain, fan, law).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `Var(w) = gain² / fan`, for a gain that somebody gave.
    ///
    /// # Errors
    ///
    /// If `gain` is not a positive number with a positive finite square.
    pub fn try_with_gain(gain: f64, fan: Fan, law: Law) -> Result<Self, ParameterError> {
        let square = gain * gain;
        let holds = gain > 0.0 && square > 0.0 && square.is_finite();
        let expected = "a positive number with a positive finite square";
        require(holds, "a gain", expected, gain)?;
        Self::try_new(square, fan, law)
    }

    /// LeCun initialization: `Var(w) = 1 / fan_in`.[^lecun]
    ///
    /// A sum of `fan_in` terms, each with a `fan_in`-th of the variance.
    ///
    /// ```
    /// use unit_variance::{Fans, Law, VarianceScaling};
    ///
    /// let lecun = VarianceScaling::lecun(Law::Normal);
    /// assert_eq!(lecun.variance(Fans::new(64, 10)), 1.0 / 64.0);
    /// ```
    ///
    /// [^lecun]: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998). *Efficient BackProp*, §4.6.
    // ANCHOR: lecun
    pub fn lecun(law: Law) -> Self {
        Self::new(1.0, Fan::In, law)
    }
    // ANCHOR_END: lecun

    /// Xavier initialization: `Var(w) = 2 / (fan_in + fan_out)`.[^xavier]
    ///
    /// The forward pass wants `1 / fan_in` and the backward pass `1 / fan_out`;
    /// this is one over the average of the two.
    ///
    /// ```
    /// use unit_variance::{Fans, Law, VarianceScaling};
    ///
    /// let xavier = VarianceScaling::xavier(Law::Uniform);
    /// assert_eq!(xavier.bound(Fans::new(3, 5)), (6.0_f64 / 8.0).sqrt());
    /// ```
    ///
    /// [^xavier]: X. Glorot, Y. Bengio (2010). *Understanding the difficulty of training deep feedforward neural networks*, eq. 16.
    #[doc(alias = "glorot")]
    // ANCHOR: xavier
    pub fn xavier(law: Law) -> Self {
        Self::new(1.0, Fan::Average, law)
    }
    // ANCHOR_END: xavier

    /// He initialization: `Var(w) = 2 / fan_in`.[^he]
    ///
    /// A ReLU keeps half of the second moment of a symmetric signal, so twice
    /// the LeCun variance keeps all of it, layer after layer.
    ///
    /// ```
    /// use unit_variance::{Fans, Law, VarianceScaling};
    ///
    /// let he = VarianceScaling::he(Law::Normal);
    /// assert_eq!(he.variance(Fans::new(50, 10)), 0.04);
    /// ```
    ///
    /// [^he]: K. He, X. Zhang, S. Ren, J. Sun (2015). *Delving Deep into Rectifiers*, eq. 10. arXiv:1502.01852.
    #[doc(alias = "kaiming")]
    // ANCHOR: he
    pub fn he(law: Law) -> Self {
        Self::new(2.0, Fan::In, law)
    }
    // ANCHOR_END: he

    /// The gain of an activation, computed: `Var(w) = 1 / (fan_in · E φ(z)²)` with `z ~ N(0, 1)`.
    ///
    /// Pre-activations of variance one are followed by pre-activations of variance one. For the ReLU
    /// that is He's rule, for the identity LeCun's; for tanh the gain is 1.5925, not PyTorch's 5/3. What
    /// it leaves to the gradient is [`Activation::chi`]. An activation that is not in
    /// the list has a gain as well: [`gaussian_expectation`](crate::probability::gaussian_expectation)
    /// and [`with_gain`](Self::with_gain).
    ///
    /// ```
    /// use unit_variance::{Activation, Fans, Law, VarianceScaling};
    ///
    /// let relu = VarianceScaling::for_activation(Activation::Relu, Law::Normal);
    /// assert_eq!(relu, VarianceScaling::he(Law::Normal));
    ///
    /// let tanh = VarianceScaling::for_activation(Activation::Tanh, Law::Normal);
    /// let kept = 100.0 * tanh.variance(Fans::new(100, 30)) * Activation::Tanh.second_moment();
    /// assert!((kept - 1.0).abs() < 1e-15);
    /// ```
    #[doc(alias = "calculate_gain")]
    // ANCHOR: for_activation
    pub fn for_activation(activation: Activation, law: Law) -> Self {
        Self::new(activation.second_moment().recip(), Fan::In, law)
    }
    // ANCHOR_END: for_activation

    /// PyTorch's default for `nn.Linear` and `nn.Conv`: `U(±1/√fan_in)`, so `Var(w) = 1 / (3 fan_in)`.[^torch]
    ///
    /// A third of LeCun's variance, and a sixth of He's: the rule that Xavier's authors called the
    /// commonly used heuristic, and replaced.
    ///
    /// ```
    /// use unit_variance::{Fans, VarianceScaling};
    ///
    /// let default = VarianceScaling::pytorch_linear();
    /// assert_eq!(default.bound(Fans::new(64, 10)), 1.0 / 8.0);
    /// ```
    ///
    /// [^torch]: `torch/nn/modules/linear.py`, `reset_parameters`: `kaiming_uniform_` with slope `√5`, whose gain is `√(1/3)`.
    // ANCHOR: pytorch_linear
    pub fn pytorch_linear() -> Self {
        Self::new(1.0 / 3.0, Fan::In, Law::Uniform)
    }
    // ANCHOR_END: pytorch_linear

    /// The same rule on another fan: He on [`Fan::Out`] keeps the backward pass.
    ///
    /// ```
    /// use unit_variance::{Fan, Fans, Law, VarianceScaling};
    ///
    /// let backward = VarianceScaling::he(Law::Normal).on(Fan::Out);
    /// assert_eq!(backward.variance(Fans::new(50, 10)), 0.2);
    /// ```
    #[must_use]
    pub const fn on(self, fan: Fan) -> Self {
        Self { fan, ..self }
    }

    /// `scale / fan`, the variance of every weight.
    pub fn variance(self, fans: Fans) -> f64 {
        self.scale / fans.of(self.fan)
    }

    /// `√(scale / fan)`, the standard deviation of every weight.
    pub fn std_dev(self, fans: Fans) -> f64 {
        let variance = self.variance(fans);
        if variance.is_normal() {
            variance.sqrt()
        } else {
            self.scale.sqrt() / fans.of(self.fan).sqrt() // the quotient has lost its digits
        }
    }

    /// The largest absolute weight: `√(3 · scale / fan)` for the uniform law.
    pub fn bound(self, fans: Fans) -> f64 {
        match self.law {
            Law::Uniform if (3.0 * self.variance(fans)).is_normal() => {
                (3.0 * self.variance(fans)).sqrt()
            }
            law => law.bound() * self.std_dev(fans),
        }
    }

    /// The scale, which the fan divides.
    pub const fn scale(self) -> f64 {
        self.scale
    }

    /// The fan that divides the scale.
    pub const fn fan(self) -> Fan {
        self.fan
    }

    /// The law of the weights, before scaling.
    pub const fn law(self) -> Law {
        self.law
    }

    /// Rows `rows` of the matrix that [`sample`](Initializer::sample) would draw, and nothing else.
    ///
    /// ```
    /// use ndarray::s;
    /// use unit_variance::{Initializer, Law, Streams, VarianceScaling};
    ///
    /// let he = VarianceScaling::he(Law::Normal);
    /// let whole = he.sample((200, 30), &mut Streams::new(1).stream("w"));
    /// let shard = he.sample_rows((200, 30), 150..200, &mut Streams::new(1).stream("w"));
    /// assert_eq!(shard, whole.slice(s![150..200, ..]));
    /// ```
    ///
    /// # Panics
    ///
    /// If the rows are not within the shape, or the shape is empty.
    #[track_caller]
    pub fn sample_rows(
        self,
        shape: (usize, usize),
        rows: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Array2<f64> {
        let (inputs, outputs) = shape;
        assert!(
            rows.start <= rows.end && rows.end <= inputs,
            "rows {rows:?} are not within 0..{inputs}"
        );
        let mut part = Array2::<f64>::zeros((rows.len(), outputs));
        let (first, whole) = ([rows.start, 0], [inputs, outputs]);
        self.fill_part((&mut part).into(), &first, &whole, Layout::InOut, rng);
        part
    }
}

impl Entrywise for VarianceScaling {
    fn size(&self, fans: Fans) -> Size {
        Size::of(self.law, self.std_dev(fans))
    }

    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        self.law.fill_block(self.std_dev(fans), block, rng);
    }
}

#[cfg(test)]
mod tests;
