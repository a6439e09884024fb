//! The outcome of a check.

/// What a check found, over one case or many.
///
/// ```
/// use unit_variance::network::gradient_check::Comparison;
///
/// let mut report = Comparison::default();
/// report.add(1.0, 1.0 + 1e-16, 1e-15);
/// assert!(report.passes());
/// report.add(f64::NAN, 1.0, 1e-15);
/// assert!(!report.passes());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Comparison {
    /// How many numbers were compared.
    pub coordinates: u64,
    /// How many of them should not be zero. A check that saw none has seen nothing.
    pub nonzero: u64,
    /// How many of them differed by more than their tolerance.
    pub different: u64,
    /// The largest `|gradient − reference|`; infinite if one was NaN.
    pub largest_difference: f64,
    /// The largest tolerance that was granted.
    pub largest_tolerance: f64,
    /// The largest `|gradient − reference| / tolerance`, where `0 / 0 = 0`.
    pub excess: f64,
}

impl Comparison {
    /// Compares one number of the gradient with its reference.
    pub fn add(&mut self, gradient: f64, reference: f64, tolerance: f64) {
        let difference = match (gradient - reference).abs() {
            difference if difference.is_nan() => f64::INFINITY,
            difference => difference,
        };
        let excess = match difference / tolerance {
            _ if tolerance < 0.0 || tolerance.is_nan() => f64::INFINITY,
            _ if difference == 0.0 => 0.0,
            excess if excess.is_nan() => f64::INFINITY,
            excess => excess,
        };
        self.merge(Self {
            coordinates: 1,
            nonzero: u64::from(reference != 0.0),
            different: u64::from(excess > 1.0),
            largest_difference: difference,
            largest_tolerance: tolerance,
            excess,
        });
    }

    /// Adds what another check found.
    pub fn merge(&mut self, other: Self) {
        self.coordinates += other.coordinates;
        self.nonzero += other.nonzero;
        self.different += other.different;
        self.largest_difference = self.largest_difference.max(other.largest_difference);
        self.largest_tolerance = self.largest_tolerance.max(other.largest_tolerance);
        self.excess = self.excess.max(other.excess);
    }

    /// Whether something was compared, and nothing differed by more than its tolerance.
    pub fn passes(&self) -> bool {
        self.coordinates > 0 && self.excess <= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_tolerance_of_zero_accepts_only_equality() {
        let mut report = Comparison::default();
        report.add(0.0, -0.0, 0.0);
        report.add(3.0, 3.0, 0.0);
        assert!(report.passes());
        assert_eq!((report.coordinates, report.nonzero), (2, 1));
        report.add(3.0, 3.0 + 4e-16, 0.0);
        assert_relative_eq!(report.excess, f64::INFINITY);
        assert_eq!(report.different, 1);
    }

    #[test]
    fn infinities_and_nan_do_not_pass() {
        for (gradient, reference, tolerance) in [
            (f64::INFINITY, f64::INFINITY, 1.0),
            (f64::NAN, 0.0, f64::INFINITY),
            (1.0, 0.0, f64::NAN),
            (1.0, 1.0, f64::NAN),
            (1.0, 0.0, -1.0),
            (1.0, 1.0, -1.0),
        ] {
            let mut report = Comparison::default();
            report.add(gradient, reference, tolerance);
            assert!(!report.passes(), "{report:?}");
            assert_eq!(report.different, 1);
        }
    }

    #[test]
    fn nothing_compared_is_nothing_passed() {
        assert!(!Comparison::default().passes());
    }
}
