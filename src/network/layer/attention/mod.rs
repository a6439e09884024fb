//! Scaled dot-product attention: `Y = softmax(c Q Kᵀ) V W_o`, with `Q = X W_q`, `K = X W_k`, `V = X W_v`.

mod pass;

use ndarray::{Array2, ArrayRef2};
use rand::Rng;

use crate::initializer::parameter_error::{ParameterError, finite};
use crate::initializer::{FillError, Initializer, Layout};
use crate::network::contract::zeros;

/// Self-attention `Y = [A_1 V_1 … A_H V_H] W_o` with `A_h = softmax(c Q_h K_hᵀ)`, the softmax over the keys, within one
/// sequence `X` of shape `(tokens, features)`.[^vaswani]
///
/// `Q = X W_q`, `K = X W_k` and `V = X W_v` are cut into `H` heads of neighboring columns. There are no biases, and of
/// several sequences each goes through on its own. A causal mask hides the keys behind the query; the query's own
/// always stays.
///
/// ```
/// use ndarray::{Array2, array};
/// use unit_variance::{Attention, Layer};
///
/// // Queries of zero: every logit is 0, and a token sees the mean of itself and those before it.
/// let eye = Array2::eye(2);
/// let attention = Attention::new(Array2::zeros((2, 2)), eye.clone(), eye.clone(), eye, 1).causal();
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(attention.weights(&x), [array![[1.0, 0.0], [0.5, 0.5]]]);
/// assert_eq!(attention.forward(&x).0, array![[1.0, 2.0], [2.0, 3.0]]);
/// ```
///
/// [^vaswani]: A. Vaswani et al. (2017). [*Attention Is All You Need*](https://arxiv.org/abs/1706.03762).
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// `W_q`, of shape `(features, H d)`; a parameter.
    pub query: Array2<f64>,
    /// `W_k`, of shape `(features, H d)`; a parameter.
    pub key: Array2<f64>,
    /// `W_v`, of shape `(features, H d')`; a parameter.
    pub value: Array2<f64>,
    /// `W_o`, of shape `(H d', outputs)`; a parameter.
    pub output: Array2<f64>,
    /// `H`.
    pub heads: usize,
    /// `c`, what a product of a query and a key is multiplied by.
    pub scale: f64,
    /// Whether a token sees only itself and those before it.
    pub causal: bool,
}

/// Why there is no such attention.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttentionError {
    /// The heads do not share the columns of a matrix evenly.
    #[error("{heads} heads do not share {columns} columns of {of} evenly")]
    Heads {
        /// How many heads there are.
        heads: usize,
        /// How many columns.
        columns: usize,
        /// Of what.
        of: &'static str,
    },
    /// A matrix does not fit another.
    #[error("the {matrix} has shape {shape:?}, but {other} has {expected:?}")]
    Shape {
        /// Which matrix.
        matrix: &'static str,
        /// Its shape.
        shape: (usize, usize),
        /// What it should fit.
        other: &'static str,
        /// The shape that would.
        expected: (usize, usize),
    },
    /// The scale of the logits is infinite or NaN.
    #[error(transparent)]
    Scale(#[from] ParameterError),
    /// A matrix cannot be drawn.
    #[error(transparent)]
    Fill(#[from] FillError),
}

impl Attention {
    /// Attention with these weights, without a mask, and with `c = 1/√d`, the square root of the width of a head.
    ///
    /// # Panics
    ///
    /// If [`try_new`](Self::try_new) returns an error.
    #[track_caller]
    pub fn new(
        query: Array2<f64>,
        key: Array2<f64>,
        value: Array2<f64>,
        output: Array2<f64>,
        heads: usize,
    ) -> Self {
        Self::try_new(query, key, value, output, heads).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Attention with these weights, or why there is none.
    ///
    /// # Errors
    ///
    /// If the shapes do not fit together, or there is not a whole number of columns to each of the heads.
    pub fn try_new(
        query: Array2<f64>,
        key: Array2<f64>,
        value: Array2<f64>,
        output: Array2<f64>,
        heads: usize,
    ) -> Result<Self, AttentionError> {
        let mut attention = Self {
            query,
            key,
            value,
            output,
            heads,
            scale: 1.0,
            causal: false,
        };
        attention.check()?;
        attention.scale = ((attention.query.ncols() / heads) as f64).sqrt().recip();
        Ok(attention)
    }

    /// Attention from `features` to `features`, whose four matrices are drawn one after the other.
    ///
    /// ```
    /// use unit_variance::{Attention, Law, Streams, VarianceScaling};
    ///
    /// let lecun = VarianceScaling::lecun(Law::Normal);
    /// let attention = Attention::init(64, 4, &lecun, &mut Streams::new(0).stream("attention"));
    /// assert_eq!(attention.scale, 0.25);
    /// ```
    ///
    /// # Panics
    ///
    /// If [`try_init`](Self::try_init) returns an error.
    #[track_caller]
    pub fn init(
        features: usize,
        heads: usize,
        initializer: &dyn Initializer,
        rng: &mut dyn Rng,
    ) -> Self {
        Self::try_init(features, heads, initializer, rng).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Attention whose four matrices are drawn, for numbers that somebody gave.
    ///
    /// ```
    /// use unit_variance::{Attention, Law, Streams, VarianceScaling};
    ///
    /// let lecun = VarianceScaling::lecun(Law::Normal);
    /// let error = Attention::try_init(64, 5, &lecun, &mut Streams::new(0).stream("attention")).unwrap_err();
    /// assert_eq!(error.to_string(), "5 heads do not share 64 columns of queries evenly");
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not a whole number of features to each of the heads, or the matrices cannot be drawn.
    pub fn try_init(
        features: usize,
        heads: usize,
        initializer: &dyn Initializer,
        rng: &mut dyn Rng,
    ) -> Result<Self, AttentionError> {
        shared(heads, features, "queries")?;
        let mut draw = || -> Result<Array2<f64>, FillError> {
            let mut weight = zeros((features, features))?;
            initializer.try_fill((&mut weight).into(), Layout::InOut, rng)?;
            Ok(weight)
        };
        let (query, key, value, output) = (draw()?, draw()?, draw()?, draw()?);
        Self::try_new(query, key, value, output, heads)
    }

    /// The same with a causal mask.
    #[must_use]
    pub fn causal(self) -> Self {
        Self {
            causal: true,
            ..self
        }
    }

    /// The same with this `c`, such as `1/d` where widths are compared.
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

    /// The same with this `c`, which somebody gave.
    ///
    /// # Errors
    ///
    /// If it is infinite or NaN.
    pub fn try_scaled(self, scale: f64) -> Result<Self, ParameterError> {
        let scale = finite(SCALE, scale)?;
        Ok(Self { scale, ..self })
    }

    /// `A_h` of every head for a sequence `X`, of shape `(tokens, tokens)`: in row `i`, what token `i` sees of each.
    ///
    /// # Panics
    ///
    /// As [`forward`](crate::Layer::forward).
    #[track_caller]
    pub fn weights(&self, x: &ArrayRef2<f64>) -> Vec<Array2<f64>> {
        self.pass(x).weights
    }

    fn check(&self) -> Result<(), AttentionError> {
        let fits = |matrix, shape, other, expected| {
            if shape == expected {
                return Ok(());
            }
            Err(AttentionError::Shape {
                matrix,
                shape,
                other,
                expected,
            })
        };
        fits("key", self.key.dim(), "the query", self.query.dim())?;
        shared(self.heads, self.query.ncols(), "queries")?;
        shared(self.heads, self.value.ncols(), "values")?;
        let shape = (self.query.nrows(), self.value.ncols());
        fits("value", self.value.dim(), "what fits the query", shape)?;
        let shape = (self.value.ncols(), self.output.ncols());
        fits("output", self.output.dim(), "what fits the value", shape)?;
        finite(SCALE, self.scale)?;
        Ok(())
    }
}

/// What is said of a scale that is none.
const SCALE: &str = "the scale of the logits";

/// An error unless the heads share the columns evenly.
fn shared(heads: usize, columns: usize, of: &'static str) -> Result<(), AttentionError> {
    if columns > 0 && heads > 0 && columns.is_multiple_of(heads) {
        return Ok(());
    }
    Err(AttentionError::Heads { heads, columns, of })
}
