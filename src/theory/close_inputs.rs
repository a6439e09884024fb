//! Two inputs that are close: by how much a layer brings them closer.
//!
//! Let `x` and `x + εu` enter a ReLU layer. For small `ε` both have the same units active, and on these units the difference
//! of the outputs and the output itself are independent Gaussian vectors, but for their common part. Given `k` active units,
//! the squared sine of the angle is multiplied by `χ²_(k−1) / χ²_k`, with independent numerator and denominator.

use super::active_units::ActiveUnits;
use super::gamma::digamma_less_log;

/// `E ln(sin² θ' / sin² θ)` of a layer of `width` ReLU units, as `θ → 0`, given that two units are active or more:
/// `Σ_k p_k [ψ((k − 1)/2) − ψ(k/2)]`, about `−2/n`.
///
/// ```
/// use unit_variance::theory::relu_log_sine_ratio;
///
/// assert!((80.0 * relu_log_sine_ratio(80) + 2.0).abs() < 0.12);
/// ```
///
/// # Panics
///
/// If there are fewer than two units.
#[track_caller]
pub fn relu_log_sine_ratio(width: u64) -> f64 {
    assert!(
        width >= 2,
        "an angle needs two active units, but the layer has {width}"
    );
    let active = ActiveUnits::of(width);
    let angles = active.mean(|k| f64::from(k > 1));
    active.mean(|k| if k > 1 { log_sine_ratio(k) } else { 0.0 }) / angles
}

/// `E ln(sin² θ' / sin² θ)` of a layer of `width` linear units with Gaussian weights, at any angle: `ψ((n − 1)/2) − ψ(n/2)`.
///
/// ```
/// use unit_variance::theory::linear_log_sine_ratio;
///
/// // A hundred linear layers of ten units take the sine of a small angle to a third of a percent of it, typically.
/// let log_sine = 100.0 * linear_log_sine_ratio(10) / 2.0;
/// assert!(log_sine < -5.8 && log_sine > -5.9);
/// ```
///
/// # Panics
///
/// If there are fewer than two units.
#[track_caller]
pub fn linear_log_sine_ratio(width: u64) -> f64 {
    assert!(
        width >= 2,
        "an angle needs two units, but the layer has {width}"
    );
    log_sine_ratio(width)
}

/// `ψ((k − 1)/2) − ψ(k/2)`.
fn log_sine_ratio(k: u64) -> f64 {
    let k = k as f64;
    libm::log1p(-1.0 / k) + digamma_less_log((k - 1.0) / 2.0) - digamma_less_log(k / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_rates_are_those_of_fifteen_digits() {
        for (width, relu, linear) in [
            (8, -0.500_691_203_216_623_1, -0.152_961_027_786_556_7),
            (16, -0.173_646_224_751_589_3, -0.068_883_993_709_523_21),
            (80, -0.026_334_821_292_400_45, -0.012_738_336_797_812_07),
            (
                1024,
                -0.001_960_791_874_659_002,
                -0.000_977_994_876_167_899_3,
            ),
        ] {
            assert_relative_eq!(relu_log_sine_ratio(width), relu, max_relative = 1e-12);
            assert_relative_eq!(linear_log_sine_ratio(width), linear, max_relative = 1e-12);
        }
    }

    #[test]
    fn two_units_are_two_logarithms_of_two() {
        // ψ(1/2) − ψ(1) = −2 ln 2, and of the living pairs with an angle both units are active.
        let by_hand = -2.0 * std::f64::consts::LN_2;
        assert_relative_eq!(linear_log_sine_ratio(2), by_hand, max_relative = 1e-14);
        assert_relative_eq!(relu_log_sine_ratio(2), by_hand, max_relative = 1e-14);
    }

    #[test]
    #[should_panic(expected = "but the layer has 1")]
    fn one_unit_has_no_angle() {
        let _ = relu_log_sine_ratio(1);
    }
}
