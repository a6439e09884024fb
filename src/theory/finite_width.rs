//! What finite width does to a correct network: `ln r` of a ReLU layer has a mean below zero.
//!
//! A He layer of `n` units multiplies the second moment by `r = 2S/n` with `S ~ χ²_K` and
//! `K ~ Bin(n, 1/2)` active units. `E r = 1`, but `E ln r ≈ −5/(2n)` and `Var ln r ≈ 5/n`: the mean
//! over networks is kept, and the typical network shrinks.

use super::layer_kind::LayerKind;
use super::layer_law::LayerLaw;

/// Mean and variance of `ln r`, the logarithm of a layer's second-moment ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRatio {
    /// `E ln r`.
    pub mean: f64,
    /// `Var ln r`.
    pub variance: f64,
}

/// `E ln r = Σ p_k [ψ(k/2) + ln(4/n)]` and `Var ln r`, for one He layer of `n` ReLU units,
/// given that a unit is active (`p_k` is `Bin(n, 1/2)` without 0): two cumulants of a [`LayerLaw`].
///
/// ```
/// use unit_variance::theory::relu_log_ratio;
///
/// let layer = relu_log_ratio(80);
/// assert!((layer.mean + 2.5 / 80.0).abs() < 0.001);
/// assert!((layer.variance - 5.0 / 80.0).abs() < 0.004);
/// ```
///
/// # Panics
///
/// If `n` is zero.
#[track_caller]
pub fn relu_log_ratio(n: u64) -> LogRatio {
    let log = LayerLaw::new(LayerKind::Relu, n).log();
    LogRatio {
        mean: log.mean,
        variance: log.variance,
    }
}

/// `1 − Π_l (1 − 2^(−n_l))`: the probability that a ReLU network without biases is dead for one input, some layer of it having
/// no active unit.
///
/// Whatever enters a layer (but zero), each of its units is active with probability one half, independently, if the columns of
/// its weights are independent and their laws are symmetric and have no atoms. So are they if a random sign for each column
/// leaves the law of the matrix as it is, as with orthogonal weights.
///
/// ```
/// use unit_variance::theory::dead_probability;
///
/// // Twenty layers of four units: most networks answer this input with zero.
/// let dead = dead_probability([4; 20]);
/// assert!((dead - 0.7249).abs() < 1e-4);
/// // Fifty of eighty: once in ten thousand billion billion.
/// assert!(dead_probability([80; 50]) < 1e-22);
/// ```
///
/// # Panics
///
/// If a layer has no units.
#[track_caller]
pub fn dead_probability(widths: impl IntoIterator<Item = u64>) -> f64 {
    let alive = |width: u64| {
        assert!(width > 0, "a layer of 0 units is dead");
        libm::log1p(-libm::exp2(-(width as f64)))
    };
    -libm::expm1(widths.into_iter().map(alive).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn dead_networks_are_counted_to_twelve_digits() {
        for (width, depth, dead) in [
            (4, 20, 0.724_941_210_111_663_7),
            (5, 30, 0.614_209_556_505_236),
            (10, 709, 0.499_786_919_484_150_6),
            (80, 50, 4.135_903_062_765_138e-23),
            (1, 1, 0.5),
        ] {
            let found = dead_probability(std::iter::repeat_n(width, depth));
            assert_relative_eq!(found, dead, max_relative = 1e-12);
        }
        assert_eq!(dead_probability([]), 0.0);
    }

    #[test]
    #[should_panic(expected = "a layer of 0 units is dead")]
    fn no_units_are_refused() {
        let _ = dead_probability([3, 0]);
    }
}
