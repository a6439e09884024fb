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
