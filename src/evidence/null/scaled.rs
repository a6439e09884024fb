//! A law times a factor: what a foil with a wrong variance does.

use super::{Grade, NullLaw};

/// The law of `factor · X`, with `X` of another law.
#[derive(Debug, Clone, Copy)]
pub struct Scaled<'a> {
    factor: f64,
    law: &'a dyn NullLaw,
}

impl<'a> Scaled<'a> {
    /// The law of `factor · X`.
    ///
    /// # Panics
    ///
    /// If the factor is not a positive finite number.
    #[track_caller]
    pub fn new(factor: f64, law: &'a dyn NullLaw) -> Self {
        assert!(
            factor > 0.0 && factor.is_finite(),
            "a scale factor must be positive and finite, but is {factor}"
        );
        Self { factor, law }
    }
}

impl NullLaw for Scaled<'_> {
    fn lower_tail(&self, x: f64) -> f64 {
        self.law.lower_tail(x / self.factor)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        self.law.upper_tail(x / self.factor)
    }

    fn center(&self) -> f64 {
        self.factor * self.law.center()
    }

    fn spread(&self) -> f64 {
        self.factor * self.law.spread()
    }

    fn minimum(&self) -> f64 {
        self.factor * self.law.minimum()
    }

    fn describe(&self) -> String {
        format!("{} times: {}", self.factor, self.law.describe())
    }

    fn grade(&self) -> Grade {
        self.law.grade()
    }

    fn is_scale(&self) -> bool {
        self.law.is_scale()
    }

    fn interval(&self, alpha: f64) -> (f64, f64) {
        let (low, high) = self.law.interval(alpha);
        (self.factor * low, self.factor * high)
    }

    fn p_value(&self, x: f64) -> f64 {
        self.law.p_value(x / self.factor)
    }

    fn quantile(&self, tail: f64, side: f64) -> f64 {
        self.factor * self.law.quantile(tail, side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::GaussianNorm;
    use approx::assert_relative_eq;

    /// The length of a hundred standard normals: about 10, so that no factor is lost in a 1 or a 0.
    fn length() -> GaussianNorm {
        GaussianNorm::new(100)
    }

    #[test]
    fn a_factor_multiplies_places() {
        let law = length();
        let scaled = Scaled::new(2.5, &law);
        let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-12);
        close(scaled.center(), 2.5 * law.center());
        close(scaled.spread(), 2.5 * law.spread());
        assert_eq!(scaled.minimum(), 0.0);
        let (low, high) = law.interval(1e-6);
        let interval = scaled.interval(1e-6);
        close(interval.0, 2.5 * low);
        close(interval.1, 2.5 * high);
        for side in [-1.0, 1.0] {
            close(scaled.quantile(1e-4, side), 2.5 * law.quantile(1e-4, side));
        }
    }

    #[test]
    fn a_factor_leaves_the_probabilities_of_the_places_it_moves() {
        let law = length();
        let scaled = Scaled::new(2.5, &law);
        let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-9);
        for x in [8.5, 9.5, 10.0, 11.5] {
            close(scaled.lower_tail(2.5 * x), law.lower_tail(x));
            close(scaled.upper_tail(2.5 * x), law.upper_tail(x));
            close(scaled.p_value(2.5 * x), law.p_value(x));
        }
        assert!(
            law.p_value(11.5) < 0.1,
            "a p-value that a factor would move"
        );
        let tails = [
            scaled.upper_tail(scaled.quantile(1e-4, 1.0)),
            scaled.lower_tail(scaled.quantile(1e-4, -1.0)),
        ];
        for tail in tails {
            assert_relative_eq!(tail, 1e-4, max_relative = 1e-6);
        }
    }
}
