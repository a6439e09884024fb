//! The logits of attention before training, `c ⟨q, k⟩` with `d` features in a head:
//!
//! ```text
//! Var = c² d v_q v_k ,    kurtosis = 3 (1 + 2/d) .
//! ```
//!
//! `q = x_i W_q` and `k = x_j W_k` have independent Gaussian weights, so for given tokens `q` has independent entries of
//! variance `v_q = σ_q² ‖x_i‖²`, `k` of `v_k = σ_k² ‖x_j‖²`, and both are independent, also where `i = j` and at any angle of
//! `x_i` and `x_j`. Given `q`, the logit is Gaussian of variance `c² v_k ‖q‖²`, and `E ‖q‖⁴ = d (d + 2) v_q²`. So `c = 1/√d`
//! takes the head's width out, and `1/d` would let the logits fall as `1/√d`.

/// The law of the logits of one head for given tokens.
///
/// ```
/// use unit_variance::theory::LogitLaw;
///
/// // GPT-2, small: σ = 0.02, and 768 normalized features
/// let v = 0.02_f64.powi(2) * 768.0;
/// assert!((LogitLaw::scaled(64, v, v).variance().sqrt() - 0.3072).abs() < 1e-15);
/// assert!((LogitLaw::unscaled(64, v, v).variance().sqrt() - 8.0 * 0.3072).abs() < 1e-14);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogitLaw {
    /// `d`: features of the head.
    pub head_width: u64,
    /// `v_q`: the variance of an entry of a query.
    pub query_variance: f64,
    /// `v_k`: the variance of an entry of a key.
    pub key_variance: f64,
    /// `c`.
    pub scale: f64,
}

impl LogitLaw {
    /// `c = 1/√d`.
    ///
    /// # Panics
    ///
    /// If the head has no features.
    #[track_caller]
    pub fn scaled(head_width: u64, query_variance: f64, key_variance: f64) -> Self {
        Self {
            scale: (head_width as f64).sqrt().recip(),
            ..Self::unscaled(head_width, query_variance, key_variance)
        }
    }

    /// `c = 1`.
    ///
    /// # Panics
    ///
    /// If the head has no features.
    #[track_caller]
    pub fn unscaled(head_width: u64, query_variance: f64, key_variance: f64) -> Self {
        assert!(head_width > 0, "a head of 0 features has no logits");
        Self {
            head_width,
            query_variance,
            key_variance,
            scale: 1.0,
        }
    }

    /// `c² d v_q v_k`.
    ///
    /// # Panics
    ///
    /// If a variance is negative, infinite or NaN, or `c` is infinite or NaN.
    #[track_caller]
    pub fn variance(self) -> f64 {
        let [query, key] = [self.query_variance, self.key_variance];
        assert!(
            [query, key].iter().all(|v| *v >= 0.0 && v.is_finite()) && self.scale.is_finite(),
            "variances must be finite and not negative, and the scale finite, but they are {query}, {key} and {}",
            self.scale
        );
        if query == 0.0 || key == 0.0 {
            return 0.0;
        }
        // Neither the square of the scale nor the product of variances has to be a number of f64.
        let size = self.scale * query.sqrt() * key.sqrt();
        size * size * self.head_width as f64
    }

    /// `3 (1 + 2/d)`.
    ///
    /// # Panics
    ///
    /// If the head has no features.
    #[track_caller]
    pub fn kurtosis(self) -> f64 {
        assert!(self.head_width > 0, "a head of 0 features has no logits");
        3.0 * (1.0 + 2.0 / self.head_width as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::matrix::product;
    use crate::probability::Streams;
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::array;

    #[test]
    fn products_of_queries_and_keys_have_this_variance_and_kurtosis() {
        // Two tokens of squared length 9 and 2 at an angle; heads of 3.
        let x = array![[1.0, 2.0, 2.0], [1.0, -1.0, 0.0]];
        let (query, key) = (Normal::new(0.0, 0.5), Normal::new(0.0, 2.0));
        let law = LogitLaw::scaled(3, 9.0 * 0.25, 2.0 * 4.0);
        let mut rng = Streams::new(9).stream("logits");
        let logit = |_| {
            let q = product(&x, &query.sample((3, 3), &mut rng));
            let k = product(&x, &key.sample((3, 3), &mut rng));
            let inner: f64 = q.row(0).iter().zip(k.row(1)).map(|(q, k)| q * k).sum();
            inner * law.scale
        };
        let logits: Vec<f64> = (0..60_000).map(logit).collect();
        assert_mean(logits.iter().map(|z| z * z), law.variance());
        let fourth = law.kurtosis() * law.variance() * law.variance();
        assert_mean(logits.iter().map(|z| z.powi(4)), fourth);
    }

    #[test]
    fn the_root_takes_the_width_of_the_head_out() {
        for head_width in [1, 64, 128, 100_000] {
            let law = LogitLaw::scaled(head_width, 0.3, 2.0);
            assert_relative_eq!(law.variance(), 0.6, max_relative = 1e-14);
        }
        assert_eq!(LogitLaw::unscaled(64, 1.0, 1.0).variance(), 64.0);
    }

    #[test]
    fn large_and_small_parameters_have_the_variance_of_their_product() {
        let law = |scale, v| LogitLaw {
            head_width: 4,
            query_variance: v,
            key_variance: v,
            scale,
        };
        assert_eq!(law(1e200, 0.0).variance(), 0.0);
        // Of one side alone that is zero, the other may be out of range with the scale.
        for (query_variance, key_variance) in [(1e300, 0.0), (0.0, 1e300)] {
            let one_sided = LogitLaw {
                query_variance,
                key_variance,
                ..law(1e200, 0.0)
            };
            assert_eq!(one_sided.variance(), 0.0);
        }
        assert_relative_eq!(law(1e-200, 1e200).variance(), 4.0, max_relative = 1e-13);
        assert_relative_eq!(law(1e200, 1e-200).variance(), 4.0, max_relative = 1e-13);
    }

    #[test]
    #[should_panic(expected = "a head of 0 features has no logits")]
    fn a_head_without_features_is_refused() {
        let _ = LogitLaw::unscaled(0, 1.0, 1.0);
    }

    #[test]
    #[should_panic(expected = "but they are 1, -2 and 1")]
    fn a_negative_variance_is_refused() {
        let _ = LogitLaw::unscaled(4, 1.0, -2.0).variance();
    }

    #[test]
    fn one_feature_is_a_product_of_two_normal_numbers_and_two_features_are_a_laplace_variable() {
        let kurtosis = |head_width| LogitLaw::unscaled(head_width, 1.0, 1.0).kurtosis();
        // E q⁴ E k⁴ = 3 · 3, and for the law of Laplace 4!/(2!)²
        assert_eq!([1, 2].map(kurtosis), [9.0, 6.0]);
    }
}
