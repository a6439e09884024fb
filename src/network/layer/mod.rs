//! What a layer is: a map of a batch with parameters, and the pullback of a gradient through it.
//!
//! [`Layer`] is what all of them have in common, so that a chain, a skip connection, an optimizer and a
//! gradient check can hold any of them. One sequence of tokens is a batch whose rows are in an order.

mod attention;
mod batch_norm;
mod cache;
mod chain;
mod dense;
mod embedding;
mod layer_norm;
mod number;
mod pointwise;
mod residual;
mod rms_norm;
mod standardize;

#[cfg(test)]
mod checks;
#[cfg(test)]
mod facts;

pub use attention::{Attention, AttentionError};
pub use batch_norm::BatchNorm;
pub use cache::Cache;
pub use chain::Chain;
pub use embedding::Embedding;
pub use layer_norm::LayerNorm;
pub use pointwise::Pointwise;
pub use residual::Residual;
pub use rms_norm::RmsNorm;

pub(super) use dense::pieces_of_all;
pub(super) use number::Number;

use std::fmt::Debug;

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use crate::activation::Dual;

/// The gradient of a loss `L` with respect to what a layer was given, `∂L/∂X`, and to what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Pullback {
    /// `∂L/∂X`, of the shape of `X`.
    pub input: Array2<f64>,
    /// The gradients of the parameters, in the order and the shapes of [`Layer::parameters`].
    pub parameters: Vec<ArrayD<f64>>,
}

/// A map `Y = F(X; θ)` of a batch `X` of shape `(batch, features)`, with the pullback of `∂L/∂Y`.
///
/// Object-safe: a [`Chain`] is a row of any of them, a [`Residual`] has any of them as its branch. One forward pass
/// changes nothing; what a [`BatchNorm`] learns from it is handed over afterwards, by [`track`](Self::track).
///
/// ```
/// use ndarray::array;
/// use unit_variance::{Activation, Chain, Dense, Layer, LayerNorm, Residual};
///
/// let dense = Dense::new(array![[0.0, 2.0], [2.0, 0.0]], Activation::Relu);
/// let mut block = Residual::new(Chain::default().then(LayerNorm::new(2).with_epsilon(0.0)).then(dense));
/// let (y, cache) = block.forward(&array![[1.0, 3.0]]); // normalized: −1 and 1
/// assert_eq!(y, array![[3.0, 3.0]]);
///
/// let pullback = block.backward(&cache, &array![[1.0, 0.0]]);
/// for (mut w, g) in block.parameters_mut().into_iter().zip(&pullback.parameters) {
///     w.scaled_add(-0.1, g); // gradient descent
/// }
/// let (after, _) = block.forward(&array![[1.0, 3.0]]);
/// assert!(after[[0, 0]] < 3.0); // the loss was the first output
/// assert_eq!(after[[0, 1]], 3.0); // whose unit shares no weight with the second, which is off
/// ```
///
pub trait Layer: CloneLayer + Debug + Send + Sync {
    /// `Y = F(X)`, and what [`backward`](Self::backward) will need of this pass.
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache);

    /// The gradients of a loss, given its gradient `∂L/∂Y` at the output of the pass that left the cache.
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback;

    /// The parameters `θ`, in an order that does not change.
    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>>;

    /// The parameters in the same order, to be changed.
    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>>;

    /// `F(X; θ)` once more, on dual numbers: their derivative follows from the formula of the value by the rules of
    /// calculus alone, so it can judge [`backward`](Self::backward).
    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual>;

    /// On which piece of the layer each number of the pass lay, counted by the kinks below it; empty if there is no kink.
    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        let _ = cache;
        Vec::new()
    }

    /// Turns to what is done in training, or to what is done afterwards, where that differs.
    fn set_training(&mut self, training: bool) {
        let _ = training;
    }

    /// Takes what a pass in training has seen into the running statistics, where there are any.
    fn track(&mut self, cache: &Cache) {
        let _ = cache;
    }
}

/// What lets a boxed layer be cloned. Every layer that is `Clone` has it.
pub trait CloneLayer {
    /// A clone in a box.
    fn clone_boxed(&self) -> Box<dyn Layer>;
}

impl<L: Layer + Clone + 'static> CloneLayer for L {
    fn clone_boxed(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Layer> {
    fn clone(&self) -> Self {
        (**self).clone_boxed()
    }
}
