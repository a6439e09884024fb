//! How many layers a deviation lives.

/// `−1 / ln χ`: how many layers it takes until a deviation with this factor a layer has shrunk to the `e`-th part.
///
/// Infinite at 1, but for rounding; negative above, where the deviation grows.
///
/// ```
/// use unit_variance::theory::depth_scale;
///
/// assert!((depth_scale((-0.1_f64).exp()) - 10.0).abs() < 1e-12);
/// assert_eq!(depth_scale(1.0), f64::INFINITY);
/// assert_eq!(depth_scale(0.0), 0.0);
/// ```
///
/// # Panics
///
/// If the factor is negative or NaN.
#[track_caller]
pub fn depth_scale(chi: f64) -> f64 {
    assert!(
        chi >= 0.0,
        "a factor is not negative, but this one is {chi}"
    );
    if (chi - 1.0).abs() <= 4.0 * f64::EPSILON {
        return f64::INFINITY;
    }
    -libm::log(chi).recip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "but this one is NaN")]
    fn a_factor_that_is_no_number_is_refused() {
        let _ = depth_scale(f64::NAN);
    }

    #[test]
    fn a_deviation_that_is_kept_lives_for_ever_and_one_that_is_lost_for_no_layer() {
        for chi in [1.0, 1.0 + f64::EPSILON, 1.0 - f64::EPSILON] {
            assert_eq!(depth_scale(chi), f64::INFINITY, "{chi}");
        }
        assert_eq!(depth_scale(0.0), 0.0);
        assert!(depth_scale(0.5) > 0.0 && depth_scale(2.0) < 0.0);
    }
}
