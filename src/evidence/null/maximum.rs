//! The largest of uniform numbers: `P(M ≤ t) = t^N`.

use super::NullLaw;

/// `M = max |u_i|` of `N` independent `u_i ~ U(−1, 1)`, exactly `P(M ≤ t) = t^N`.
///
/// The sharpest test of a law that has an edge: the distance `1 − M` to the edge is of size `1/N`,
/// where the error of a mean square is of size `1/√N`. No number lies beyond the edge, and none can be
/// too close to it, so that the whole false alarm is spent on a maximum that stays too far inside.
///
/// ```
/// use unit_variance::evidence::{NullLaw, UniformMaximum};
///
/// // Sixty numbers tell a bound from one that is smaller by √2.
/// let (low, high) = UniformMaximum::new(60).interval(1e-9);
/// assert!(low > 0.5_f64.sqrt() && high == 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniformMaximum {
    draws: u64,
}

impl UniformMaximum {
    /// The maximum of so many numbers.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub const fn new(draws: u64) -> Self {
        assert!(draws > 0, "a maximum needs at least one number");
        Self { draws }
    }
}

impl NullLaw for UniformMaximum {
    fn lower_tail(&self, t: f64) -> f64 {
        t.clamp(0.0, 1.0).powf(self.draws as f64)
    }

    fn upper_tail(&self, t: f64) -> f64 {
        // 1 − t^N, without cancellation where t is near 1.
        -(self.draws as f64 * t.clamp(0.0, 1.0).ln()).exp_m1()
    }

    fn center(&self) -> f64 {
        let n = self.draws as f64;
        n / (n + 1.0)
    }

    fn spread(&self) -> f64 {
        let n = self.draws as f64;
        (n / (n + 2.0)).sqrt() / (n + 1.0)
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!(
            "largest of {} uniform numbers, over their bound",
            self.draws
        )
    }

    fn is_scale(&self) -> bool {
        true
    }

    fn interval(&self, alpha: f64) -> (f64, f64) {
        (alpha.powf((self.draws as f64).recip()), 1.0)
    }

    fn p_value(&self, t: f64) -> f64 {
        if t > 1.0 { 0.0 } else { self.lower_tail(t) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_tails_of_three_numbers_are_a_cube() {
        let law = UniformMaximum::new(3);
        assert_relative_eq!(law.lower_tail(0.5), 0.125, max_relative = 1e-14);
        assert_relative_eq!(law.upper_tail(0.5), 0.875, max_relative = 1e-14);
        assert_eq!((law.lower_tail(1.5), law.upper_tail(1.5)), (1.0, 0.0));
        assert_eq!((law.lower_tail(-1.0), law.upper_tail(-1.0)), (0.0, 1.0));
    }

    #[test]
    fn the_whole_false_alarm_is_below_the_interval() {
        let law = UniformMaximum::new(425);
        let (low, high) = law.interval(1e-9);
        assert_relative_eq!(law.lower_tail(low), 1e-9, max_relative = 1e-9);
        assert_eq!(law.upper_tail(high), 0.0);
        assert_relative_eq!(law.p_value(low), 1e-9, max_relative = 1e-9);
        assert_eq!(law.p_value(1.0 + 1e-9), 0.0);
        assert!(law.p_value(f64::NAN).is_nan());
    }

    #[test]
    fn center_and_spread_are_mean_and_standard_deviation() {
        // Beta(N, 1): mean 2/3 and variance 1/18 for two numbers.
        let law = UniformMaximum::new(2);
        assert_relative_eq!(law.center(), 2.0 / 3.0, max_relative = 1e-14);
        assert_relative_eq!(law.spread().powi(2), 1.0 / 18.0, max_relative = 1e-14);
    }
}
