//! What a check can notice: the probability of accepting another law's value, `P(low ≤ X ≤ high) ≤ min(P(X ≤ high), P(X ≥ low))`, and
//! the factors for which it is small enough.

use super::null::{NullLaw, Scaled};
use super::verdict::Interval;

/// The default probability of rejecting a true sentence.
pub const ALPHA: f64 = 1e-9;

/// The default probability of accepting a foil.
pub const BETA: f64 = 1e-9;

/// A check of a scale must notice a factor this far from 1, not only its foil.
pub const RESOLUTION: f64 = 0.05;

/// How often the search for a factor halves its interval, of a length of 12 in the logarithm: to less than a ten-thousandth.
const HALVINGS: u32 = 17;

/// The probability that a value with this law is accepted, or a bound on it; NaN if a tail is.
pub(super) fn miss(law: &dyn NullLaw, interval: Interval) -> f64 {
    let (below, above) = (law.lower_tail(interval.high), law.upper_tail(interval.low));
    // A sum shows a NaN, which `min` would swallow.
    if (below + above).is_nan() {
        return f64::NAN;
    }
    below.min(above).min(1.0)
}

/// The factors nearest to 1 that are accepted with probability at most [`BETA`].
pub(super) fn resolution(null: &dyn NullLaw, interval: Interval) -> (f64, f64) {
    let caught = |factor: f64| miss(&Scaled::new(factor, null), interval) <= BETA;
    // Bisection between a factor that is caught (the far end) and 1, which is not.
    let nearest = |far: f64| {
        let (mut caught_end, mut missed_end) = (far, 0.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(caught_end, missed_end);
            if caught(libm::exp(middle)) {
                caught_end = middle;
            } else {
                missed_end = middle;
            }
        }
        libm::exp(caught_end)
    };
    (nearest(-12.0), nearest(12.0))
}
