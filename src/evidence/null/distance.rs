//! What the laws of distances between distribution functions have in common: a distance lies between 0 and 1, and one of its tails
//! is known by an exponential bound, the other not at all.

use super::{NullLaw, demand_alpha, search};

/// The lower tail of a distance of which only large values are improbable: 1 from 0 on.
pub(super) fn unknown_lower_tail(x: f64) -> f64 {
    match x {
        x if x.is_nan() => f64::NAN,
        x if x < 0.0 => 0.0,
        _ => 1.0,
    }
}

/// The upper tail of a distance of which only small values are improbable: 1 up to 1.
pub(super) fn unknown_upper_tail(x: f64) -> f64 {
    match x {
        x if x.is_nan() => f64::NAN,
        x if x > 1.0 => 0.0,
        _ => 1.0,
    }
}

/// `factor · e^(−rate · x²)`, the upper tail of a distance that should be zero, or 1 where that is less.
pub(super) fn exponential_tail(factor: f64, rate: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let bound = factor * libm::exp(-rate * x * x);
    // Not `min`, which would take a NaN for 1.
    if bound > 1.0 { 1.0 } else { bound }
}

/// From where the lower tail rises above `alpha`, to 1.
#[track_caller]
pub(super) fn interval_below_one(law: &impl NullLaw, alpha: f64) -> (f64, f64) {
    demand_alpha(alpha);
    (law.quantile(alpha, -1.0), 1.0)
}

/// A quantile of a distance, which is at most 1.
#[track_caller]
pub(super) fn quantile_below_one(law: &impl NullLaw, tail: f64, side: f64) -> f64 {
    search::quantile(law, tail, side).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{KolmogorovFoil, TwoSampleFoil};

    #[test]
    fn a_distance_lies_between_zero_and_one_and_may_be_either() {
        assert_eq!([-0.1, 0.0, 0.5].map(unknown_lower_tail), [0.0, 1.0, 1.0]);
        assert_eq!([0.5, 1.0, 1.1].map(unknown_upper_tail), [1.0, 1.0, 0.0]);
    }

    #[test]
    fn no_distance_is_too_small_for_a_foil_that_hardly_differs() {
        assert_eq!(KolmogorovFoil::new(10, 0.5, 0.5).interval(1e-9), (0.0, 1.0));
        assert_eq!(KolmogorovFoil::new(10, 0.5, 0.4).interval(1e-9), (0.0, 1.0));
        assert_eq!(TwoSampleFoil::new(10, 0.5, 0.4).interval(1e-9), (0.0, 1.0));
    }
}
