//! Weight initialization, derived and verified.
//!
//! A weight matrix is right when the signal that enters a layer leaves it with
//! the same second moment: `n · Var(w) · E[φ(z)²] = E[z²]`. This crate draws
//! such matrices, follows signals through the networks made of them, and
//! tests its own sentences with stated error probabilities. The book of the
//! same name derives what is computed here.
//!
//! # Conventions
//!
//! * Weights have shape `(fan_in, fan_out)` and a batch is rows, so a layer is
//!   `Z = X W + b` with `X: (batch, fan_in)` and `Z: (batch, fan_out)`.
//! * `scale` multiplies a variance, `gain` a standard deviation: `scale = gain²`.
//! * Every random function takes its generator as the last argument. There is
//!   no default generator and no hidden state.
//! * Signals are `f64`; weights are drawn in `f64` and kept in any [precision](initializer::KernelMut).
//! * A broken contract panics with the offending values; bad data from outside
//!   is a `Result`. Nothing is clamped, and no NaN is made in silence.
//!
//! # Example
//!
//! Ten ReLU layers of width 256 keep the second moment of their input when
//! their weights have variance `2 / fan_in`:
//!
//! ```
//! use ndarray::Array2;
//! use unit_variance::matrix::product;
//! use unit_variance::{Activation, Initializer, Law, Moments, Streams, VarianceScaling};
//!
//! let streams = Streams::new(7);
//! let he = VarianceScaling::he(Law::Normal);
//! let mut x = Array2::ones((1, 256));
//! for layer in 0..10 {
//!     let weight = he.sample((256, 256), &mut streams.stream(&format!("layer.{layer}")));
//!     x = product(&x, &weight).mapv(|z| Activation::Relu.value(z));
//!     let rms = x.iter().collect::<Moments>().rms();
//!     assert!((0.3..3.0).contains(&rms));
//! }
//! ```
//!
//! # Features
//!
//! Without any of them there is what fills a kernel: laws, streams, activations and their gains, fans, and all initializers.
//!
//! | feature | what it adds | crates |
//! |---|---|---|
//! | `parallel` (default) | several threads fill a large kernel, and share the inputs of a large batch in `Network::outputs` and `outputs_of`; the numbers are the same | `rayon` |
//! | `serde` | [`Named`](initializer::Named), [`Fans`], [`Layout`], [`Law`], [`Convolution`], and verdicts read and write; a diagnosis writes | `serde` |
//! | `half` | kernels of `f16` and `bf16` | `half` |
//! | `network` | the module [`network`] | `rand_distr` |
//! | `theory` | the module [`theory`]; with `network` also [`jacobian`](theory::jacobian) | `num-complex`, `statrs` |
//! | `evidence` | the module [`evidence`] | `statrs` |
//! | `diagnosis` | the module [`diagnosis`], and with it `evidence` | |
//! | `numpy` | [`NumpyLegacy`](probability::NumpyLegacy), the legacy stream of `NumPy` | `rand_mt`, `statrs` |
//!
//! There is no feature `std`, as there is no use without the standard library: the square root of a float is there, and so is the
//! question which vector instructions a processor has.
//!
//! # Map
//!
//! The folders stand in the order of the book, and each uses only those above it.
//!
//! | module | what it holds | chapter |
//! |---|---|---|
//! | [`probability`] | the Gaussian and its expectations, standardized laws, moments, random streams | Notation |
//! | [`activation`] | eighteen activations: values, slopes, Gaussian moments, gains | Activations |
//! | [`matrix`] | products of matrices and singular values, the same bits everywhere | The forward pass |
//! | [`initializer`] | fans, variance scaling, rotations, constants | LeCun to Gains |
//! | [`network`] | dense and residual layers, norms, attention, losses, forward and backward pass, gradient checks, training | The backward pass |
//! | [`theory`] | the variance and the correlation of two inputs from layer to layer, Jacobians and products of layers; what finite width, skips, norms and data do to them | He to Isometry |
//! | [`evidence`] | exact laws, foils, verdicts | How to read a claim |
//! | [`diagnosis`] | how given weights were drawn, what is wrong with them, what cannot be known | |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc(test(attr(deny(warnings))))]

pub mod probability;

pub mod activation;

pub mod matrix;

pub mod initializer;

#[cfg(feature = "network")]
pub mod network;

#[cfg(feature = "theory")]
pub mod theory;

#[cfg(feature = "evidence")]
pub mod evidence;

#[cfg(feature = "diagnosis")]
pub mod diagnosis;

pub use activation::Activation;
pub use initializer::{
    Constant, Convolution, Depthwise, Fan, Fans, Identity, Initializer, KernelOrder, Layout,
    Orthogonal, VarianceScaling,
};
#[cfg(feature = "network")]
pub use network::{
    Attention, BatchNorm, Chain, Dense, Embedding, Gradients, Layer, LayerGradient, LayerNorm,
    Loss, Network, Residual, RmsNorm, Signal, Trace,
};
pub use probability::{Law, Moments, Streams};
