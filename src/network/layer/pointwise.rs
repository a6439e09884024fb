//! An activation of any kind as a layer by itself: `Y = φ(X)`.

use std::fmt::Debug;

use ndarray::{Array2, ArrayD, ArrayRef2, ArrayViewD, ArrayViewMutD};

use super::{Cache, Layer, Pullback};
use crate::activation::{Dual, Nonlinearity};
use crate::network::contract::{refuse_nan, same_shape};

/// `Y = φ(X)`, entry by entry, without parameters: after a [`Dense`](crate::Dense) layer with the identity, a layer with
/// [an activation of one's own](crate::activation::OwnActivation).
///
/// ```
/// use ndarray::array;
/// use unit_variance::activation::OwnActivation;
/// use unit_variance::network::Pointwise;
/// use unit_variance::{Activation, Chain, Dense, Layer};
///
/// let square = OwnActivation::new(|z| z * z, |z| 2.0 * z);
/// let chain = Chain::default()
///     .then(Dense::new(array![[1.0], [1.0]], Activation::Identity))
///     .then(Pointwise(square));
/// let (y, cache) = chain.forward(&array![[1.0, 2.0]]);
/// assert_eq!(y, array![[9.0]]);
/// assert_eq!(chain.backward(&cache, &array![[1.0]]).input, array![[6.0, 6.0]]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pointwise<A>(
    /// `φ`.
    pub A,
);

/// # Panics
///
/// If a value or a gradient becomes NaN.
impl<A: Nonlinearity + Debug + Clone + Send + Sync + 'static> Layer for Pointwise<A> {
    #[track_caller]
    fn forward(&self, x: &ArrayRef2<f64>) -> (Array2<f64>, Cache) {
        let y = x.mapv(|x| self.0.value(x));
        refuse_nan("the activation", &y, &[("input", x)]);
        (y, Cache::new(x.to_owned()))
    }

    #[track_caller]
    fn backward(&self, cache: &Cache, d_output: &ArrayRef2<f64>) -> Pullback {
        let x: &Array2<f64> = cache.get();
        same_shape("gradient", d_output.dim(), "the output", x.dim());
        let input = x.mapv(|x| self.0.slope(x)) * d_output;
        let from = [("gradient above", d_output), ("input", &**x)];
        refuse_nan("the gradient of the input", &input, &from);
        Pullback {
            input,
            parameters: Vec::new(),
        }
    }

    fn parameters(&self) -> Vec<ArrayViewD<'_, f64>> {
        Vec::new()
    }

    fn parameters_mut(&mut self) -> Vec<ArrayViewMutD<'_, f64>> {
        Vec::new()
    }

    /// By the activation's own slope, which a closure alone cannot be asked to derive: what judges that slope are the
    /// [difference quotients](crate::network::gradient_check::layer::by_differences).
    fn forward_dual(&self, x: &ArrayRef2<Dual>, _: &[ArrayD<Dual>]) -> Array2<Dual> {
        x.mapv(|x| Dual::new(self.0.value(x.re), self.0.slope(x.re) * x.eps))
    }

    fn pieces(&self, cache: &Cache) -> Vec<usize> {
        let x: &Array2<f64> = cache.get();
        let kinks = self.0.kinks();
        x.iter()
            .map(|x| kinks.iter().filter(|kink| *x > **kink).count())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, OwnActivation};
    use crate::network::Dense;
    use ndarray::array;

    #[test]
    fn a_dense_layer_is_its_linear_part_and_its_activation() {
        let weight = array![[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]];
        let x = array![[1.0, -2.0, 0.5], [0.3, 0.1, -0.7]];
        let d_output = array![[1.0, 2.0], [-3.0, 0.5]];
        for phi in Activation::ALL {
            let whole = Dense::new(weight.clone(), phi);
            let parts = super::super::Chain::default()
                .then(Dense::new(weight.clone(), Activation::Identity))
                .then(Pointwise(phi));
            let (expected, of_whole) = Layer::forward(&whole, &x);
            let (y, of_parts) = parts.forward(&x);
            assert_eq!(y, expected);
            assert_eq!(
                parts.backward(&of_parts, &d_output),
                Layer::backward(&whole, &of_whole, &d_output)
            );
        }
    }

    #[test]
    #[should_panic(expected = "the activation is NaN at [0, 1]")]
    fn a_closure_that_makes_a_nan_is_refused() {
        let root = OwnActivation::new(f64::sqrt, |z| 0.5 / z.sqrt());
        let _ = Pointwise(root).forward(&array![[4.0, -1.0]]);
    }
}
