//! Normal weights, as the experiments on deep networks are told them.

use unit_variance::initializer::{Fan, Fans, Named, VarianceScaling};
use unit_variance::probability::Law;

/// He's normal weights on this fan.
pub fn he(fan: Fan) -> Named {
    VarianceScaling::he(Law::Normal).on(fan).into()
}

/// Normal weights of this variance, in every matrix.
pub fn of_variance(variance: f64) -> Named {
    Named::Variance {
        variance,
        law: Law::Normal,
    }
}

/// Normal weights of variance `scale / fan_in`.
///
/// # Panics
///
/// If the scale is not a positive finite number.
#[track_caller]
pub fn over_fan_in(scale: f64) -> Named {
    VarianceScaling::new(scale, Fan::In, Law::Normal).into()
}

/// The standard deviation of independent weights between these fans.
///
/// # Panics
///
/// If it is not a positive finite number, or the weights are not independent.
#[track_caller]
pub(crate) fn std_dev(weights: Named, fan_in: usize, fan_out: usize) -> f64 {
    let std_dev = weights.std_dev(Fans::new(fan_in, fan_out));
    std_dev
        .filter(|std_dev| *std_dev > 0.0 && std_dev.is_finite())
        .unwrap_or_else(|| panic!("`{weights}` has no standard deviation: {std_dev:?}"))
}
