//! Scaled dot-product attention: `Y = softmax(c Q Kᵀ) V W_o`, with `Q = X W_q`, `K = X W_k`, `V = X W_v`.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayView2, ArrayViewD, ArrayViewMutD, s};
use rand::Rng;

use super::number::{Number, matrix};
use super::{Cache, Layer, Pullback};
use crate::activation::Dual;
use crate::initializer::Initializer;
use crate::matrix::product;
use crate::network::contract::{finite, not_empty, refuse_nan, same_shape};
use crate::network::softmax::{softmax_backward, softmax_on};

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

/// What a pass computed on its way to `Y`.
struct Kept<D> {
    input: Array2<D>,
    query: Array2<D>,
    key: Array2<D>,
    value: Array2<D>,
    /// `A_h` of every head, of shape `(tokens, tokens)`.
    weights: Vec<Array2<D>>,
    /// `[A_1 V_1 … A_H V_H]`.
    mixed: Array2<D>,
}

impl Attention {
    /// Attention with these weights, without a mask, and with `c = 1/√d`, the square root of the width of a head.
    ///
    /// # Panics
    ///
    /// If the shapes do not fit together, or there is not a whole number of columns to each of the heads.
    #[track_caller]
    pub fn new(
        query: Array2<f64>,
        key: Array2<f64>,
        value: Array2<f64>,
        output: Array2<f64>,
        heads: usize,
    ) -> Self {
        let mut attention = Self {
            query,
            key,
            value,
            output,
            heads,
            scale: 1.0,
            causal: false,
        };
        attention.demand();
        attention.scale = ((attention.query.ncols() / heads) as f64).sqrt().recip();
        attention
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
    /// If there is not a whole number of features to each of the heads.
    #[track_caller]
    pub fn init(
        features: usize,
        heads: usize,
        initializer: &dyn Initializer,
        rng: &mut dyn Rng,
    ) -> Self {
        let [query, key, value, output] =
            [(); 4].map(|()| initializer.sample((features, features), rng));
        Self::new(query, key, value, output, heads)
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
        finite("scale of the logits", scale);
        Self { scale, ..self }
    }

    /// `A_h` of every head for a sequence `X`, of shape `(tokens, tokens)`: in row `i`, what token `i` sees of each.
    ///
    /// # Panics
    ///
    /// As [`forward`](Layer::forward).
    #[track_caller]
    pub fn weights(&self, x: &ArrayRef2<f64>) -> Vec<Array2<f64>> {
        self.pass(x).weights
    }

    #[track_caller]
    fn demand(&self) {
        let heads = self.heads;
        same_shape("key", self.key.dim(), "the query", self.query.dim());
        for (what, width) in [
            ("queries", self.query.ncols()),
            ("values", self.value.ncols()),
        ] {
            assert!(
                width > 0 && heads > 0 && width.is_multiple_of(heads),
                "{heads} heads do not share {width} columns of {what} evenly"
            );
        }
        let shape = (self.query.nrows(), self.value.ncols());
        same_shape("value", self.value.dim(), "what fits the query", shape);
        let shape = (self.value.ncols(), self.output.ncols());
        same_shape("output", self.output.dim(), "what fits the value", shape);
        finite("scale of the logits", self.scale);
    }

    /// The pass on floats.
    #[track_caller]
    fn pass(&self, x: &ArrayRef2<f64>) -> Kept<f64> {
        self.demand();
        not_empty(x);
        assert!(
            x.ncols() == self.query.nrows(),
            "input has {} columns but the attention takes {}",
            x.ncols(),
            self.query.nrows()
        );
        let weights = [&self.query, &self.key, &self.value].map(|weight| weight.view());
        self.attend(x, weights)
    }

    /// The pass on floats or dual numbers, up to the last product.
    #[track_caller]
    fn attend<D: Number>(&self, x: &ArrayRef2<D>, weights: [ArrayView2<'_, D>; 3]) -> Kept<D> {
        let [query, key, value] = weights.map(|weight| D::times(x, &weight));
        let mut mixed = Array2::from_elem(value.dim(), D::from(0.0));
        let mut weights = Vec::with_capacity(self.heads);
        for head in 0..self.heads {
            let [q, k, v] = [&query, &key, &value].map(|of_all| self.head(of_all, head));
            let mut logits = D::times(&q, &k.t());
            logits.mapv_inplace(|z| z * self.scale);
            refuse_nan("a logit", &logits.mapv(|z| z.re()), &[]);
            if self.causal {
                for ((query, key), z) in logits.indexed_iter_mut() {
                    if key > query {
                        *z = D::from(f64::NEG_INFINITY);
                    }
                }
            }
            let weight = softmax_on(&logits);
            let columns = self.columns(&value, head);
            mixed
                .slice_mut(s![.., columns])
                .assign(&D::times(&weight, &v));
            weights.push(weight);
        }
        Kept {
            input: x.to_owned(),
            query,
            key,
            value,
            weights,
            mixed,
        }
    }

    /// The columns of a head.
    fn columns<D>(&self, of_all: &ArrayRef2<D>, head: usize) -> std::ops::Range<usize> {
        let width = of_all.ncols() / self.heads;
        head * width..(head + 1) * width
    }

    /// The part of a head.
    fn head<'a, D>(&self, of_all: &'a ArrayRef2<D>, head: usize) -> ArrayView2<'a, D> {
        of_all.slice(s![.., self.columns(of_all, head)])
    }
}

/// # Panics
///
/// If a shape does not fit, the heads do not share the columns evenly, the sequence is empty, `c` is infinite or NaN, a
/// logit is infinite, or a number becomes NaN.
impl Layer for Attention {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        let kept = self.pass(x);
        let y = product(&kept.mixed, &self.output);
        refuse_nan("the output", &y, &[("input", x), ("weight", &self.output)]);
        (y, Cache::new(kept))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        self.demand();
        let kept: &Kept<f64> = cache.get();
        let shape = (kept.input.nrows(), self.output.ncols());
        same_shape("gradient", d_output.dim(), "the output", shape);
        let d_mixed = product(d_output, &self.output.t());
        let mut d_query = Array2::zeros(kept.query.dim());
        let mut d_key = Array2::zeros(kept.key.dim());
        let mut d_value = Array2::zeros(kept.value.dim());
        for (head, weight) in kept.weights.iter().enumerate() {
            let [q, k] = [&kept.query, &kept.key].map(|of_all| self.head(of_all, head));
            let (v, d_mixed) = (self.head(&kept.value, head), self.head(&d_mixed, head));
            let d_weight = product(&d_mixed, &v.t());
            let d_logits = self.scale * softmax_backward(weight, &d_weight);
            let columns = self.columns(&kept.query, head);
            let part = s![.., columns];
            d_query.slice_mut(part).assign(&product(&d_logits, &k));
            d_key.slice_mut(part).assign(&product(&d_logits.t(), &q));
            let columns = self.columns(&kept.value, head);
            let d_v = product(&weight.t(), &d_mixed);
            d_value.slice_mut(s![.., columns]).assign(&d_v);
        }
        let input = product(&d_query, &self.query.t())
            + product(&d_key, &self.key.t())
            + product(&d_value, &self.value.t());
        let above = ("gradient above", d_output);
        refuse_nan("the gradient of the input", &input, &[above]);
        let x = kept.input.t();
        let parameters = [
            product(&x, &d_query),
            product(&x, &d_key),
            product(&x, &d_value),
            product(&kept.mixed.t(), d_output),
        ];
        for gradient in &parameters {
            refuse_nan("the gradient of a weight", gradient, &[above]);
        }
        Pullback {
            input,
            parameters: parameters.map(Array2::into_dyn).into(),
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        let weights = [&self.query, &self.key, &self.value, &self.output];
        weights.map(|weight| weight.view().into_dyn()).into()
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        let weights = [
            &mut self.query,
            &mut self.key,
            &mut self.value,
            &mut self.output,
        ];
        weights.map(|weight| weight.view_mut().into_dyn()).into()
    }

    fn forward_dual(&self, x: &ArrayRef2<Dual>, parameters: &[ArrayD<Dual>]) -> Array2<Dual> {
        let kept = self.attend(x, [0, 1, 2].map(|i| matrix(&parameters[i])));
        Dual::times(&kept.mixed, &matrix(&parameters[3]))
    }
}
