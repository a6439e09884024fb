//! A standard normal statistic, and the length of a Gaussian vector.

use super::NullLaw;
use super::chi_square_tails::ChiSquareTails;
use crate::probability::{gaussian_cdf, gaussian_upper_tail};

/// `X ~ N(0, 1)`.
///
/// ```
/// use unit_variance::evidence::{NullLaw, StandardNormal};
///
/// assert!((StandardNormal.interval(1e-9).1 - 6.1094).abs() < 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardNormal;

impl NullLaw for StandardNormal {
    fn lower_tail(&self, x: f64) -> f64 {
        gaussian_cdf(x)
    }

    fn upper_tail(&self, x: f64) -> f64 {
        gaussian_upper_tail(x)
    }

    fn center(&self) -> f64 {
        0.0
    }

    fn spread(&self) -> f64 {
        1.0
    }

    fn minimum(&self) -> f64 {
        f64::NEG_INFINITY
    }

    fn describe(&self) -> String {
        "standard normal".to_owned()
    }
}

/// The length `√(Σ z_i²)` of `N` independent standard normals.
///
/// What `W₁ · W₂ / (σ ‖W₁‖)` becomes when `W₂` is `W₁` again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianNorm {
    squares: u64,
    law: ChiSquareTails,
}

impl GaussianNorm {
    /// The length of a vector of this many entries.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(entries: u64) -> Self {
        assert!(entries > 0, "a vector needs at least one entry");
        Self {
            squares: entries,
            law: ChiSquareTails::new(entries),
        }
    }
}

impl NullLaw for GaussianNorm {
    fn lower_tail(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { self.law.lower(x * x) }
    }

    fn upper_tail(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { self.law.upper(x * x) }
    }

    fn center(&self) -> f64 {
        (self.squares as f64).sqrt()
    }

    fn spread(&self) -> f64 {
        0.5_f64.sqrt()
    }

    fn minimum(&self) -> f64 {
        0.0
    }

    fn describe(&self) -> String {
        format!("length of {} standard normals", self.squares)
    }
}
