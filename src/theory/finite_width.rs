//! What finite width does to a correct network: `ln r` of a ReLU layer has a mean below zero.
//!
//! A He layer of `n` units multiplies the second moment by `r = 2S/n` with `S ~ χ²_K` and
//! `K ~ Bin(n, 1/2)` active units. `E r = 1`, but `E ln r ≈ −5/(2n)` and `Var ln r ≈ 5/n`: the mean
//! over networks is kept, and the typical network shrinks.

use statrs::distribution::{Binomial, Discrete};
use statrs::function::gamma::digamma;

/// Mean and variance of `ln r`, the logarithm of a layer's second-moment ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRatio {
    /// `E ln r`.
    pub mean: f64,
    /// `Var ln r`.
    pub variance: f64,
}

/// `E ln r = Σ p_k [ψ(k/2) + ln(4/n)]` and `Var ln r`, for one He layer of `n` ReLU units,
/// given that a unit is active (`p_k` is `Bin(n, 1/2)` without 0).
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
    assert!(n > 0, "a layer of 0 units has no ratio");
    let active = Binomial::new(0.5, n).expect("1/2 is a probability");
    let alive = 1.0 - active.pmf(0);
    let (mut mean, mut square) = (0.0, 0.0);
    // Beyond 40 standard deviations of the number of active units every weight is 0 in f64.
    let reach = (20.0 * (n as f64).sqrt()).ceil() as u64;
    let first = (n / 2).saturating_sub(reach).max(1);
    for k in first..=(n / 2).saturating_add(reach).min(n) {
        let weight = active.pmf(k) / alive;
        if weight == 0.0 {
            continue;
        }
        let half = k as f64 / 2.0;
        let log = digamma(half) + libm::log(4.0 / n as f64);
        mean += weight * log;
        square += weight * (trigamma(half) + log * log);
    }
    LogRatio {
        mean,
        variance: square - mean * mean,
    }
}

/// `ψ'(x)` for positive `x`: upwards by recurrence, then the asymptotic series.
///
/// Abramowitz and Stegun, 6.4.6 and 6.4.12.
pub(super) fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 12.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series =
        y * (1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * (5.0 / 66.0)))));
    sum + 1.0 / x + y / 2.0 + series / x
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use std::f64::consts::PI;

    #[test]
    fn trigamma_has_its_closed_values() {
        assert_relative_eq!(trigamma(1.0), PI * PI / 6.0, max_relative = 1e-12);
        assert_relative_eq!(trigamma(0.5), PI * PI / 2.0, max_relative = 1e-12);
    }

    #[test]
    fn a_single_unit_is_a_log_chi_square() {
        // One active unit: ln r = ln(2 χ²₁), with mean ψ(1/2) + ln 4 and variance ψ'(1/2).
        let one = relu_log_ratio(1);
        assert_relative_eq!(
            one.mean,
            digamma(0.5) + libm::log(4.0),
            max_relative = 1e-12
        );
        assert_relative_eq!(one.variance, PI * PI / 2.0, max_relative = 1e-12);
    }
}
