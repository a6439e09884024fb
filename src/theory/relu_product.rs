//! The exact law of a signal after many He layers: a product of independent factors.
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
use statrs::distribution::{Binomial, ContinuousCDF, Discrete, Normal};

use super::finite_width::relu_log_ratio;

/// The law of `r₁ ⋯ r_L`, the factor by which `depth` He layers of `units` ReLU units multiply the
/// mean square of one input, given that no layer is dead.
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
///
/// Source: the inversion is J. Gil-Pelaez, *Note on the inversion theorem* (1951).
#[derive(Debug, Clone)]
pub struct ReluProduct {
    mean: f64,
    std_dev: f64,
    /// `ψ(t)^L e^(−it mean)` at the places `t = (j + 1/2) STEP / std_dev`.
    characteristic: Vec<Complex64>,
}

/// Between two places of the characteristic function, in units of one over the standard deviation.
/// The sum stands for the integral up to what lies `π / STEP` standard deviations away.
const STEP: f64 = 0.1;

/// Where the characteristic function is this small, the rest is left out.
const NOTHING: f64 = 1e-15;

/// More places than it takes until there: eight units, the fewest, need two hundred.
const MOST_PLACES: u32 = 10_000;

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
        let layer = relu_log_ratio(units);
        let layers = f64::from(depth);
        let (mean, std_dev) = (layers * layer.mean, (layers * layer.variance).sqrt());
        let active = Binomial::new(0.5, units).expect("1/2 is a probability");
        let alive = 1.0 - active.pmf(0);
        let shares: Vec<f64> = (1..=units).map(|k| active.pmf(k) / alive).collect();
        let characteristic = (0..MOST_PLACES)
            .map(|j| (f64::from(j) + 0.5) * STEP / std_dev)
            .map(|t| {
                let centered = of_one_layer(&shares, t) * cis(-t * layer.mean);
                centered.powu(depth)
            })
            .take_while(|psi| psi.norm_sqr() > NOTHING * NOTHING)
            .collect();
        Self {
            mean,
            std_dev,
            characteristic,
        }
    }

    /// `P(r₁ ⋯ r_L ≤ ratio)`.
    pub fn cdf(&self, ratio: f64) -> f64 {
        if ratio <= 0.0 {
            return 0.0;
        }
        self.cdf_of_log((libm::log(ratio) - self.mean) / self.std_dev)
    }

    /// The factor below which a network stays with probability `p`.
    ///
    /// # Panics
    ///
    /// If `p` is not strictly between 0 and 1.
    #[track_caller]
    pub fn quantile(&self, p: f64) -> f64 {
        assert!(
            0.0 < p && p < 1.0,
            "a quantile needs a probability between 0 and 1, but was given {p}"
        );
        let normal = Normal::standard().inverse_cdf(p);
        let (mut low, mut high) = (normal - 2.0, normal + 2.0);
        while high - low > 1e-12 {
            let middle = f64::midpoint(low, high);
            if self.cdf_of_log(middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        libm::exp(self.mean + self.std_dev * f64::midpoint(low, high))
    }

    /// `P((ln r₁ + … + ln r_L − mean) / std_dev ≤ z)`, by the rule of midpoints.
    fn cdf_of_log(&self, z: f64) -> f64 {
        let sum: f64 = self
            .characteristic
            .iter()
            .zip(0..)
            .map(|(psi, j)| {
                let u = f64::from(j) + 0.5;
                (cis(-u * STEP * z) * psi).im / u
            })
            .sum();
        (0.5 - sum / std::f64::consts::PI).clamp(0.0, 1.0)
    }
}

// ANCHOR: one_layer
/// `ψ(t)` of one layer, if `k` units are active with probability
/// `shares[k − 1]`.
fn of_one_layer(shares: &[f64], t: f64) -> Complex64 {
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

/// `Γ(x + it) / Γ(x)` for positive `x`: upwards by recurrence, then Stirling's series.
///
/// Abramowitz and Stegun, 6.1.15 and 6.1.40.
pub(super) fn gamma_ratio(x: f64, t: f64) -> Complex64 {
    let ln_gamma = |mut z: Complex64| {
        let mut below = Complex64::ZERO;
        while z.re < 12.0 {
            below += ln(z);
            z += 1.0;
        }
        let y = (z * z).inv();
        let series = (((y / 1680.0 - 1.0 / 1260.0) * -y - 1.0 / 360.0) * y + 1.0 / 12.0) / z;
        (z - 0.5) * ln(z) - z + series - below
    };
    let ratio = ln_gamma(Complex64::new(x, t)) - ln_gamma(Complex64::new(x, 0.0));
    libm::exp(ratio.re) * cis(ratio.im)
}

/// `e^(it)`. Here and below, because a complex number's own functions are the system's.
pub(super) fn cis(t: f64) -> Complex64 {
    let (sin, cos) = libm::sincos(t);
    Complex64::new(cos, sin)
}

/// `ln z`, its imaginary part in `(−π, π]`.
fn ln(z: Complex64) -> Complex64 {
    Complex64::new(libm::log(libm::hypot(z.re, z.im)), libm::atan2(z.im, z.re))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{NullLaw, ReluMixture};
    use approx::assert_relative_eq;
    use std::f64::consts::PI;

    #[test]
    fn the_size_of_the_gamma_function_on_two_lines_is_the_textbooks() {
        // |Γ(1 + it)|² = πt / sinh πt and |Γ(1/2 + it)|² = π / cosh πt.
        for t in [0.1, 1.0, 3.0, 7.0] {
            let [one, half] = [1.0, 0.5].map(|x| gamma_ratio(x, t).norm_sqr());
            assert_relative_eq!(one, PI * t / libm::sinh(PI * t), max_relative = 1e-11);
            assert_relative_eq!(half, 1.0 / libm::cosh(PI * t), max_relative = 1e-11);
        }
    }

    #[test]
    fn one_layer_has_the_law_of_the_mixture() {
        for units in [64, 80, 1000] {
            let (product, mixture) = (ReluProduct::new(units, 1), ReluMixture::new(units));
            for ratio in [0.4, 0.8, 1.0, 1.1, 1.9] {
                let exact = mixture.lower_tail(ratio);
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
    fn quantiles_lead_back_to_their_probabilities() {
        let product = ReluProduct::new(80, 50);
        for p in [0.001, 0.025, 0.5, 0.975, 0.999] {
            assert_relative_eq!(product.cdf(product.quantile(p)), p, epsilon = 1e-10);
        }
        assert_eq!(product.cdf(0.0), 0.0);
    }

    #[test]
    #[should_panic(expected = "but has 0 of 80")]
    fn a_product_of_no_layers_is_refused() {
        let _ = ReluProduct::new(80, 0);
    }
}
