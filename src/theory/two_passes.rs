//! What the forward and the backward pass of one random ReLU network share.
//!
//! For a fixed input, given that `k` units of a layer are active, the layer's forward factor and its backward factor are
//! independent multiples of `χ²_k`. So the layer's mask is what they share:
//!
//! ```text
//! Cov(S^f, S^b) = Var K = n/4 ,   Var S = 5n/4 ,   correlation 1/5 .
//! ```

use super::layer_kind::LayerKind;
use super::layer_law::LayerLaw;

/// The correlation of the forward factor and the backward factor of a ReLU layer of `width` units, given that it is not dead:
/// `Var K / (2 E K + Var K)` with `K ~ Bin(n, 1/2)` given `K > 0`. Dead layers included it is 1/5 at every width.
///
/// ```
/// use unit_variance::theory::same_layer_correlation;
///
/// assert!((same_layer_correlation(80) - 0.2).abs() < 1e-12);
/// assert_eq!(same_layer_correlation(1), 0.0); // the one unit is active
/// ```
///
/// # Panics
///
/// If there are no units.
#[track_caller]
pub fn same_layer_correlation(width: u64) -> f64 {
    let layer = LayerLaw::new(LayerKind::Relu, width);
    let mean = layer.active().mean(|k| k as f64);
    let variance = layer.active().mean(|k| (k as f64 - mean).powi(2));
    variance / (2.0 * mean + variance)
}

/// The number `8 / (5 √(n m))`, `n` being `width` and `m` being `next`: up to dead layers, the correlation of the forward factor of a
/// ReLU layer of `next` units with the backward factor of the layer of `width` units before it.
///
/// Where the factor of a dead layer is zero, and that of the other one is taken with any unit vector that does not depend on the matrix,
/// the correlation is `(1 − 2⁻ⁿ)(1 − 2⁻ᵐ)` times this number, which itself is above 1 for `n m ≤ 2`.
///
/// The two are made of one matrix `W`: `‖relu(hW)‖²` with a unit vector `h`, and the square of the length of the masked
/// `W d`, with a unit vector `d` on the units that are active. Both contain `h W d`, whose square has variance 2.
///
/// ```
/// use unit_variance::theory::next_layer_correlation;
///
/// assert!((next_layer_correlation(80, 80) - 0.02).abs() < 1e-15);
/// ```
///
/// # Panics
///
/// If a layer has no units.
#[track_caller]
pub fn next_layer_correlation(width: u64, next: u64) -> f64 {
    assert!(
        width > 0 && next > 0,
        "a layer has units, but here are {width} and {next}"
    );
    1.6 / (width as f64 * next as f64).sqrt()
}

/// `E g² / (E g)²` of the squared length `g = ‖∂f/∂x‖²` of the input's gradient: `(1 + 2/n₀) Π_l (1 + 5/n_l)`, for `inputs`
/// numbers `n₀`, He layers of these widths, and a Gaussian readout of one output.
///
/// ```
/// use unit_variance::theory::gradient_moment_ratio;
///
/// // One number that goes in, and fifty layers of eighty: most gradients are small beside their rms.
/// assert!((gradient_moment_ratio(1, [80; 50]) - 62.17).abs() < 0.01);
/// assert!((gradient_moment_ratio(784, [100; 10]) - 1.633).abs() < 1e-3);
/// ```
///
/// # Panics
///
/// If there are no inputs, or a layer has no units.
#[track_caller]
pub fn gradient_moment_ratio(inputs: u64, widths: impl IntoIterator<Item = u64>) -> f64 {
    assert!(inputs > 0, "a gradient by 0 inputs has no length");
    let factor = |width: u64| {
        assert!(width > 0, "a layer of 0 units lets no gradient through");
        1.0 + 5.0 / width as f64
    };
    (1.0 + 2.0 / inputs as f64) * widths.into_iter().map(factor).product::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_pair_is_counted_by_hand() {
        // K is 1, 1 or 2: mean 4/3, variance 2/9.
        assert_relative_eq!(same_layer_correlation(2), 1.0 / 13.0, max_relative = 1e-14);
        assert_relative_eq!(same_layer_correlation(7), 0.191_1, epsilon = 5e-5);
    }

    #[test]
    fn the_moments_of_a_small_network_are_a_product_of_fractions() {
        // 6 → 12, 7, 20, 9: 4/3 · 17/12 · 12/7 · 5/4 · 14/9 = 170/27.
        let ratio = gradient_moment_ratio(6, [12, 7, 20, 9]);
        assert_relative_eq!(ratio, 170.0 / 27.0, max_relative = 1e-14);
    }

    #[test]
    #[should_panic(expected = "here are 3 and 0")]
    fn no_units_are_refused() {
        let _ = next_layer_correlation(3, 0);
    }

    #[test]
    fn the_next_layer_shares_eight_fifths_of_the_geometric_mean_of_the_widths() {
        for (width, next, correlation) in [(16, 4, 0.2), (4, 16, 0.2), (5, 80, 0.08)] {
            let found = next_layer_correlation(width, next);
            assert_relative_eq!(found, correlation, max_relative = 1e-15);
        }
    }

    #[cfg(feature = "network")]
    #[test]
    fn drawn_layers_have_the_correlation_of_the_next_layer() {
        use crate::initializer::{Initializer, Normal};
        use crate::matrix::product;
        use crate::probability::Streams;
        use crate::theory::simulated::assert_mean;
        use ndarray::Array2;

        let (width, next) = (8, 16);
        let normal = Normal::new(0.0, 1.0);
        let mut rng = Streams::new(6).stream("layers");
        let square = |x: &Array2<f64>| x.iter().map(|x| x * x).sum::<f64>();
        // Both layers alive: the covariance is the same, 8 / (n m).
        let products = (0..40_000).filter_map(|_| {
            let w = normal.sample((width, next), &mut rng);
            let input = normal.sample((1, width), &mut rng).mapv(|x| x.max(0.0));
            let output = product(&input, &w).mapv(|z| z.max(0.0));
            let mut behind = normal.sample((1, next), &mut rng);
            behind.zip_mut_with(&output, |d, z| *d *= f64::from(*z > 0.0));
            let mut before = product(&behind, &w.t());
            before.zip_mut_with(&input, |d, x| *d *= f64::from(*x > 0.0));
            let is_alive = square(&output) > 0.0;
            let forward = 2.0 / next as f64 * square(&output) / square(&input);
            let backward = 2.0 / width as f64 * square(&before) / square(&behind);
            is_alive.then_some((forward - 1.0) * (backward - 1.0))
        });
        // The variances of the factors are 5/n and 5/m.
        let std_devs = 5.0 / ((width * next) as f64).sqrt();
        let covariance = next_layer_correlation(width as u64, next as u64) * std_devs;
        assert_mean(products, covariance);
    }
}
