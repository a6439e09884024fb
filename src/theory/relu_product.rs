//! The exact law of a signal after many He layers of one width: a product of independent factors.
//!
//! A ReLU net without biases answers one input with `⟨h_L²⟩ = ⟨x²⟩ r₁ ⋯ r_L`. Whatever enters a
//! layer, its factor is `r = (4/n) Γ_{K/2}`, a gamma variable of shape `K/2` with `K ~ Bin(n, 1/2)`
//! active units, so the factors are independent and `ln r₁ + … + ln r_L` has the characteristic
//! function `ψ(t)^L`, where
//!
//! ```text
//! ψ(t) = E r^(it) = (4/n)^(it) Σ_k p_k Γ(k/2 + it) / Γ(k/2) .
//! ```

use num_complex::Complex64;

use super::gamma::{cis, gamma_ratio};
use super::layer_kind::LayerKind;
use super::product_law::{Layers, ProductLaw};

/// The law of `r₁ ⋯ r_L`, the factor by which `depth` He layers of `units` ReLU units multiply the
/// mean square of one input, given that no layer is dead: a [`ProductLaw`] of one kind and one width.
///
/// ```
/// use unit_variance::theory::ReluProduct;
///
/// // Fifty layers of eighty units: the median has lost four fifths of the mean square …
/// let product = ReluProduct::new(80, 50);
/// assert!((0.19..0.21).contains(&product.quantile(0.5)));
/// // … and the mean, which is 1, is larger than four networks in five.
/// assert!(product.cdf(1.0) > 0.8);
/// ```
#[derive(Debug, Clone)]
pub struct ReluProduct(ProductLaw);

impl ReluProduct {
    /// The product over so many layers of so many units each.
    ///
    /// # Panics
    ///
    /// If there are no layers, or fewer than 8 units: where a layer is dead once in a few hundred
    /// networks, the law of the living says little.
    #[track_caller]
    pub fn new(units: u64, depth: u32) -> Self {
        assert!(
            units >= 8 && depth > 0,
            "a product needs layers, of 8 units or more, but has {depth} of {units}"
        );
        Self(ProductLaw::of(&[Layers {
            kind: LayerKind::Relu,
            width: units,
            count: depth,
        }]))
    }

    /// `P(r₁ ⋯ r_L ≤ ratio)`.
    ///
    /// # Panics
    ///
    /// If the ratio is NaN.
    #[track_caller]
    pub fn cdf(&self, ratio: f64) -> f64 {
        self.0.cdf(ratio)
    }

    /// The factor below which a network stays with probability `p`.
    ///
    /// # Panics
    ///
    /// If `p` is not between 1e-13 and 1 less 1e-13, as far as the digits of [`cdf`](Self::cdf) reach.
    #[track_caller]
    pub fn quantile(&self, p: f64) -> f64 {
        self.0.quantile(p)
    }
}

// ANCHOR: one_layer
/// `ψ(t)` of one layer, if `k` units are active with probability
/// `shares[k − 1]`.
pub(super) fn of_one_layer(shares: &[f64], t: f64) -> Complex64 {
    // Γ(k/2 + it) / Γ(k/2) for k = 1 and 2, then two by two.
    let mut ratios = [gamma_ratio(0.5, t), gamma_ratio(1.0, t)];
    let mut sum = Complex64::ZERO;
    for (share, k) in shares.iter().zip(1..) {
        sum += share * ratios[0];
        let step = 2.0 * t / f64::from(k);
        let next = ratios[0] * Complex64::new(1.0, step);
        ratios = [ratios[1], next];
    }
    sum * cis(t * libm::log(4.0 / shares.len() as f64))
}
// ANCHOR_END: one_layer

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[cfg(feature = "evidence")]
    #[test]
    fn one_layer_has_the_law_of_the_mixture() {
        use crate::evidence::{NullLaw, ReluMixture};

        for units in [8, 64, 80, 1000, 2000] {
            let (product, mixture) = (ReluProduct::new(units, 1), ReluMixture::new(units));
            let dead = libm::exp2(-(units as f64));
            for ratio in [1e-9, 0.4, 0.8, 1.0, 1.1, 1.9, 1e9] {
                let exact = (mixture.lower_tail(ratio) - dead) / (1.0 - dead);
                assert_relative_eq!(product.cdf(ratio), exact, epsilon = 1e-10);
            }
        }
    }

    #[test]
    fn the_mean_of_the_product_is_one() {
        // E r = ∫ P(r > x) dx, here over equal steps of ln x.
        let product = ReluProduct::new(80, 20);
        let step = 0.01;
        let mean: f64 = (-2000..1000)
            .map(|i| libm::exp(f64::from(i) * step))
            .map(|x| (1.0 - product.cdf(x)) * x * step)
            .sum();
        assert_relative_eq!(mean, 1.0, max_relative = 1e-4);
    }

    #[test]
    #[should_panic(expected = "but has 0 of 80")]
    fn a_product_of_no_layers_is_refused() {
        let _ = ReluProduct::new(80, 0);
    }

    #[test]
    fn quantiles_are_those_of_the_reference() {
        let product = ReluProduct::new(80, 50);
        for (p, quantile) in [
            (0.025, 0.005_605_792_692_2),
            (0.5, 0.205_615_013_85),
            (0.975, 6.778_225_002_4),
        ] {
            assert_relative_eq!(product.quantile(p), quantile, max_relative = 1e-10);
            assert_relative_eq!(product.cdf(quantile), p, epsilon = 1e-10);
        }
    }
}
