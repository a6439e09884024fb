//! Attention without a skip draws tokens together: what is left of their differences is of third order,
//!
//! ```text
//! Y − 1 ȳᵀ = R A (RᵀR/T) W_v + O(‖R‖⁴) ,    Y = softmax(X A Xᵀ) X W_v ,    R = X − 1 x̄ᵀ ,
//! ```
//!
//! with `T` tokens in the rows of `X`, and their mean `x̄`. Within one row of the logits, a constant does not matter: what is
//! left are `x̄ A R_jᵀ`, the same in all rows, and `R_i A R_jᵀ`, of second order. So the weights of row `i` are `1/T` times
//! `1 + R_i A R_jᵀ` and something that all rows have, to second order, and they meet `R_j W_v`. Layer by layer the order
//! triples: `3^L`.[^dong]
//!
//! With a skip `X + Y` keeps `R` itself.
//!
//! [^dong]: Y. Dong, J.-B. Cordonnier, A. Loukas (2021). [*Attention is Not All You Need: Pure Attention Loses Rank Doubly Exponentially with Depth*](https://arxiv.org/abs/2103.03404). ICML.

use ndarray::{Array2, ArrayRef2, Axis};

use crate::matrix::product;

/// `R A (RᵀR/T) W_v`, of shape `(tokens, outputs)`: what attention leaves of the differences of tokens `X`, of shape
/// `(tokens, features)`, to leading order, with logits `X A Xᵀ` and values `X W_v`.
///
/// ```
/// use ndarray::array;
/// use unit_variance::theory::collapsed_attention;
///
/// let x = array![[1.0, 2.0], [1.5, 2.5], [0.5, 1.5]];
/// let (a, values) = (array![[1.0, 0.5], [0.0, 1.0]], array![[1.0], [-2.0]]);
/// let whole = collapsed_attention(&x, &a, &values);
/// // Tokens at half the distance of each other are left with an eighth.
/// let closer = (&x + &array![1.0, 2.0]) / 2.0;
/// assert_eq!(8.0 * collapsed_attention(&closer, &a, &values), whole);
/// ```
///
/// # Panics
///
/// If the shapes do not fit together, or there are no tokens.
#[track_caller]
pub fn collapsed_attention(
    x: &ArrayRef2<f64>,
    logits: &ArrayRef2<f64>,
    values: &ArrayRef2<f64>,
) -> Array2<f64> {
    let (tokens, features) = x.dim();
    assert!(
        tokens > 0 && logits.dim() == (features, features) && values.nrows() == features,
        "tokens are needed, a square A and W_v with a row for each feature, but X is {:?}, A is {:?} and W_v is {:?}",
        x.dim(),
        logits.dim(),
        values.dim()
    );
    let mean = x.sum_axis(Axis(0)) / tokens as f64;
    let residual = x.to_owned() - &mean;
    let covariance = product(&residual.t(), &residual) / tokens as f64;
    product(&product(&residual, logits), &product(&covariance, values))
}

/// `max_ik ½ Σ_j |a_ij − a_kj|`, Dobrushin's coefficient of attention weights `A`, of shape `(averages, tokens)`: averages
/// `y = A x` are at most so many times as far from each other as the tokens, `max ‖y_i − y_k‖ ≤ δ max ‖x_i − x_k‖`.
///
/// It is at most `1 − T min a_ij`: rows of probabilities have that much in common.
///
/// ```
/// use ndarray::array;
/// use unit_variance::theory::dobrushin_coefficient;
///
/// assert_eq!(dobrushin_coefficient(&array![[0.75, 0.25], [0.5, 0.5]]), 0.25);
/// assert_eq!(dobrushin_coefficient(&array![[0.5, 0.5], [0.5, 0.5]]), 0.0);
/// ```
///
/// # Panics
///
/// If a weight is negative or NaN, or a row does not add up to 1 but for rounding.
#[track_caller]
pub fn dobrushin_coefficient(weights: &ArrayRef2<f64>) -> f64 {
    for row in weights.rows() {
        let sum = row.sum();
        assert!(
            row.iter().all(|a| *a >= 0.0) && (sum - 1.0).abs() <= 1e-9,
            "a row of weights is not negative and adds up to 1, but this one adds up to {sum}: {row}"
        );
    }
    let mut largest = 0.0_f64;
    for (i, row) in weights.rows().into_iter().enumerate() {
        for other in weights.rows().into_iter().take(i) {
            let distance: f64 = row.iter().zip(other).map(|(a, b)| (a - b).abs()).sum();
            largest = largest.max(0.5 * distance);
        }
    }
    largest
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::network::{Attention, Layer};
    use crate::probability::Streams;
    use approx::assert_relative_eq;
    use ndarray::{Array1, array};

    fn length(x: &Array2<f64>) -> f64 {
        x.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    fn residual(x: &Array2<f64>) -> Array2<f64> {
        x - &(x.sum_axis(Axis(0)) / x.nrows() as f64)
    }

    #[test]
    fn the_leading_term_is_that_of_the_reference_and_the_rest_is_of_fourth_order() {
        let mean: Array1<f64> = array![0.875, -1.0, 0.0];
        let r = array![
            [0.4375, 0.4375, 0.1875],
            [0.3125, 0.3125, 0.4375],
            [0.1875, -0.4375, -1.1875],
            [-0.9375, -0.3125, 0.5625]
        ];
        let a = array![
            [0.625, -0.75, 0.625],
            [-0.75, -0.125, 0.625],
            [-0.375, -0.375, -0.5]
        ];
        let values = array![[0.5, -0.5, 1.0], [-0.125, 0.0, 0.0], [0.125, 0.125, 0.0]];
        let leading = collapsed_attention(&(&r + &mean), &a, &values);
        assert_relative_eq!(
            length(&leading),
            0.401_029_892_318_727_9,
            max_relative = 1e-14
        );

        // The library's own attention has logits X W_q W_kᵀ Xᵀ.
        let eye = Array2::eye(3);
        let attention = Attention::new(a, eye.clone(), values, eye, 1).scaled(1.0);
        for (eps, norm) in [
            (0.1, 0.373_972_631_789_934_7),
            (0.01, 0.398_337_411_565_136_75),
        ] {
            let (y, _) = attention.forward(&(eps * &r + &mean));
            let left = residual(&y) / f64::powi(eps, 3);
            assert_relative_eq!(length(&left), norm, max_relative = 1e-8);
            let next = length(&(left - &leading)) / eps;
            assert!((0.2..0.4).contains(&next), "{next}");
        }
    }

    #[test]
    fn averages_are_no_further_apart_than_the_coefficient_says() {
        let mut rng = Streams::new(2).stream("tokens");
        let normal = Normal::new(0.0, 1.0);
        let diameter = |x: &Array2<f64>| {
            let rows = || x.rows().into_iter();
            let pairs = rows().flat_map(|a| rows().map(move |b| &a - &b));
            let lengths = pairs.map(|d| d.iter().map(|d| d * d).sum::<f64>().sqrt());
            lengths.fold(0.0, f64::max)
        };
        for _ in 0..50 {
            let logits = normal.sample((5, 5), &mut rng);
            let mut weights = logits.mapv(libm::exp);
            for mut row in weights.rows_mut() {
                row /= row.sum();
            }
            let x = normal.sample((5, 3), &mut rng);
            let coefficient = dobrushin_coefficient(&weights);
            let y = product(&weights, &x);
            assert!(diameter(&y) <= coefficient * diameter(&x) * (1.0 + 1e-12));
            let smallest = weights.iter().copied().fold(1.0, f64::min);
            assert!(coefficient <= 1.0 - 5.0 * smallest);
        }
        // Two groups that do not see each other keep their distance.
        assert_eq!(dobrushin_coefficient(&Array2::eye(3)), 1.0);
    }

    #[test]
    #[should_panic(expected = "this one adds up to 1.5")]
    fn weights_of_no_average_are_refused() {
        let _ = dobrushin_coefficient(&array![[1.0, 0.5], [0.5, 0.5]]);
    }

    #[test]
    #[should_panic(expected = "X is (2, 2), A is (2, 1)")]
    fn shapes_that_do_not_fit_are_refused() {
        let x = Array2::<f64>::zeros((2, 2));
        let _ = collapsed_attention(&x, &Array2::zeros((2, 1)), &x);
    }
}
