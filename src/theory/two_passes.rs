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

/// The correlation `8 / (5 √(n m))` of the forward factor of a ReLU layer of `next` units with the backward factor of the layer
/// of `width` units before it, dead layers included.
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
}
