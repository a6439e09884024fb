//! Skip connections: `Y = s X + a F(X)`.

use std::slice::{from_mut, from_ref};

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD, aview_mut1, aview1};

use super::{Cache, Layer, Pullback};
use crate::activation::Dual;
use crate::initializer::parameter_error::{ParameterError, finite};
use crate::network::contract::{refuse_nan, same_shape};

/// A skip connection `Y = s X + a F(X)` around a branch `F`, from shape `(batch, features)` to the same.[^resnet]
///
/// `s` is 1 but in a DeepNorm; `a` is 1 in the plain residual block, `1/√L` where `L` of them shall keep the mean
/// square of their stream bounded, and a parameter that starts at 0 in ReZero and SkipInit.[^rezero]
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Activation, Dense, Layer, Residual};
///
/// let branch = Dense::new(array![[0.0, 1.0], [1.0, 0.0]], Activation::Identity);
/// let block = Residual::new(branch).scaled(0.5);
/// assert_eq!(block.forward(&array![[2.0, 8.0]]).0, array![[6.0, 9.0]]);
/// ```
///
/// [^resnet]: K. He, X. Zhang, S. Ren, J. Sun (2016). [*Deep Residual Learning for Image Recognition*](https://arxiv.org/abs/1512.03385).
/// [^rezero]: T. Bachlechner et al. (2021). [*ReZero is All You Need*](https://arxiv.org/abs/2003.04887); S. De, S. Smith (2020). [*Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks*](https://arxiv.org/abs/2002.10444).
#[derive(Debug, Clone)]
pub struct Residual {
    /// `s`, what the skip is multiplied by.
    pub skip: f64,
    /// `a`, what the branch is multiplied by.
    pub scale: f64,
    /// Whether `a` is a parameter, the first of the block, of shape `(1)`.
    pub learned: bool,
    /// `F`.
    pub branch: Box<dyn Layer>,
}

/// What a pass keeps: `F(X)`, and what the branch keeps.
struct Kept {
    branch: Array2<f64>,
    cache: Cache,
}

impl Residual {
    /// `Y = X + F(X)`.
    pub fn new(branch: impl Layer + 'static) -> Self {
        Self {
            skip: 1.0,
            scale: 1.0,
            learned: false,
            branch: Box::new(branch),
        }
    }

    /// `Y = X + a F(X)` with a parameter `a` that is 0 at first: ReZero, or SkipInit.
    pub fn rezero(branch: impl Layer + 'static) -> Self {
        Self {
            scale: 0.0,
            learned: true,
            ..Self::new(branch)
        }
    }

    /// The same with this `a`.
    ///
    /// # Panics
    ///
    /// If it is infinite or NaN.
    #[must_use]
    #[track_caller]
    pub fn scaled(self, scale: f64) -> Self {
        self.try_scaled(scale)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same with this `a`, which somebody gave.
    ///
    /// # Errors
    ///
    /// If it is infinite or NaN.
    pub fn try_scaled(self, scale: f64) -> Result<Self, ParameterError> {
        let scale = finite("the scale of the branch", scale)?;
        Ok(Self { scale, ..self })
    }
}

/// # Panics
///
/// If a scale is infinite or NaN, the branch does not keep the shape, or a sum or product is NaN.
impl Layer for Residual {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        for (what, scale) in [
            ("the scale of the skip", self.skip),
            ("the scale of the branch", self.scale),
        ] {
            finite(what, scale).unwrap_or_else(|error| panic!("{error}"));
        }
        let (branch, cache) = self.branch.forward(x);
        same_shape("branch's output", branch.dim(), "its input", x.dim());
        let y = self.skip * x.to_owned() + self.scale * &branch;
        refuse_nan("the stream", &y, &[("input", x), ("branch", &branch)]);
        (y, Cache::new(Kept { branch, cache }))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let Kept { branch, cache } = cache.get();
        same_shape("gradient", d_output.dim(), "the output", branch.dim());
        let d_branch = self.scale * d_output.to_owned();
        let above = ("gradient above", d_output);
        refuse_nan("the gradient of the branch", &d_branch, &[above]);
        let mut pullback = self.branch.backward(cache, &d_branch);
        let input = self.skip * d_output.to_owned() + &pullback.input;
        let below = ("gradient below the branch", &*pullback.input);
        refuse_nan("the gradient of the input", &input, &[above, below]);
        pullback.input = input;
        if self.learned {
            let d_scale = Array2::from_elem((1, 1), (&d_output.view() * branch).sum());
            refuse_nan(
                "the gradient of the scale",
                &d_scale,
                &[above, ("branch", branch)],
            );
            let d_scale = d_scale.remove_axis(ndarray::Axis(0)).into_dyn();
            pullback.parameters.insert(0, d_scale);
        }
        pullback
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        let scale = self
            .learned
            .then(|| aview1(from_ref(&self.scale)).into_dyn());
        scale.into_iter().chain(self.branch.parameters()).collect()
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        let scale = self.learned.then_some(&mut self.scale);
        let scale = scale.map(|scale| aview_mut1(from_mut(scale)).into_dyn());
        let branch = self.branch.parameters_mut();
        scale.into_iter().chain(branch).collect()
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let (own, others) = parameters.split_at(usize::from(self.learned));
        let scale = own.first().map_or(self.scale.into(), |scale| scale[0]);
        let branch = self.branch.forward_dual(x, others);
        x.mapv(|x| x * self.skip) + branch.mapv(|f| f * scale)
    }

    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        self.branch.pieces(&cache.get::<Kept>().cache)
    }

    fn set_training(&mut self, training: bool) {
        self.branch.set_training(training);
    }

    fn track(&mut self, cache: &Cache) {
        self.branch.track(&cache.get::<Kept>().cache);
    }
}
