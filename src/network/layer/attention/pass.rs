//! The pass of an attention layer and its pullback, head by head.

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayView2, ArrayViewD, ArrayViewMutD, s};

use super::super::number::{Number, matrix};
use super::super::{Cache, Layer, Pullback};
use super::Attention;
use crate::activation::{Dual, Scalar};
use crate::matrix::product;
use crate::network::contract::{not_empty, refuse_nan, same_shape};
use crate::network::softmax::{softmax_backward, softmax_on};

/// What a pass computed on its way to `Y`.
pub(super) struct Kept<D> {
    input: Array2<D>,
    query: Array2<D>,
    key: Array2<D>,
    value: Array2<D>,
    /// `A_h` of every head, of shape `(tokens, tokens)`.
    pub(super) weights: Vec<Array2<D>>,
    /// `[A_1 V_1 … A_H V_H]`.
    mixed: Array2<D>,
}

impl Attention {
    #[track_caller]
    fn demand(&self) {
        self.check().unwrap_or_else(|error| panic!("{error}"));
    }

    /// The pass on floats.
    #[track_caller]
    pub(super) fn pass(&self, x: &ArrayRef2<f64>) -> Kept<f64> {
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
            refuse_nan("a logit", &logits.mapv(Scalar::re), &[]);
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
