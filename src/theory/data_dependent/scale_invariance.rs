//! A matrix whose scale does not matter, as in front of a normalization, under weight decay: its length settles where
//!
//! ```text
//! ‖W‖⁴ = η G² / (λ (2 − η λ)) ,    and then each step turns it by acos(1 − η λ) .
//! ```
//!
//! From `f(cW) = f(W)` follow `⟨W, ∇⟩ = 0` and `‖∇‖ = G/‖W‖` with a `G` that depends on the direction alone. So a step
//! `W' = (1 − ηλ) W − η ∇` has `‖W'‖² = (1 − ηλ)² ‖W‖² + η² G²/‖W‖²`; at rest, where `G` is steady, the two parts are legs of
//! a triangle, and `W'` is as long as `W`: the cosine of the angle is `1 − ηλ`.[^decay] So where a matrix starts, weight
//! decay forgets; its scale is a rate.
//!
//! [^decay]: T. van Laarhoven (2017). [*L2 Regularization versus Batch and Weight Normalization*](https://arxiv.org/abs/1706.05350).

/// Gradient descent of rate `η` with weight decay `λ` on a matrix whose scale does not matter.
///
/// ```
/// use unit_variance::theory::WeightDecayEquilibrium;
///
/// let rest = WeightDecayEquilibrium::new(0.1, 0.01);
/// assert!((rest.length(1.0).powi(4) - 5.002_501_250_625_313).abs() < 1e-13);
/// // About √(2ηλ)
/// assert!((rest.angle() - 0.002_f64.sqrt()).abs() < 1e-5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightDecayEquilibrium {
    rate: f64,
    decay: f64,
}

impl WeightDecayEquilibrium {
    /// Of rate `η` and decay `λ`.
    ///
    /// # Panics
    ///
    /// If one of them is not positive, or `ηλ` is 1, where a matrix has two lengths in turn for ever, or above, where a step turns
    /// it over; or if `η/λ` leaves the range of `f64`.
    #[track_caller]
    pub fn new(rate: f64, decay: f64) -> Self {
        assert!(
            rate > 0.0 && decay > 0.0 && rate * decay < 1.0,
            "a rate and a decay are positive and their product is below 1, but these are {rate} and {decay}"
        );
        let rest = Self { rate, decay };
        let ratio = rest.ratio();
        assert!(
            ratio > 0.0 && ratio.is_finite(),
            "a quotient of rate and decay is a number of f64, but these are {rate:e} and {decay:e}"
        );
        rest
    }

    /// `η / (λ (2 − ηλ))`.
    fn ratio(self) -> f64 {
        self.rate / (self.decay * (2.0 - self.rate * self.decay))
    }

    /// `(η G² / (λ (2 − ηλ)))^(1/4)`: the length that a matrix tends to, whose gradient at length 1 has length `G`.
    ///
    /// # Panics
    ///
    /// If `G` is negative, infinite or NaN.
    #[track_caller]
    pub fn length(self, gradient: f64) -> f64 {
        assert!(
            gradient >= 0.0 && gradient.is_finite(),
            "the length of a gradient is finite and not negative, but this one is {gradient}"
        );
        let ratio = self.ratio();
        (ratio.sqrt() * gradient).sqrt()
    }

    /// `acos(1 − ηλ)`: the angle of a step at that length.
    pub fn angle(self) -> f64 {
        // Half of it, since a cosine near 1 has no digits left.
        2.0 * libm::asin((0.5 * self.rate * self.decay).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn lengths_are_those_of_the_reference() {
        for (rate, decay, gradient, fourth) in [
            (0.1, 0.01, 1.0, 5.002_501_250_625_313),
            (0.1, 0.0005, 2.0, 400.010_000_250_006_3),
        ] {
            let length = WeightDecayEquilibrium::new(rate, decay).length(gradient);
            assert_relative_eq!(length.powi(4), fourth, max_relative = 1e-13);
        }
    }

    #[test]
    fn steps_of_a_matrix_settle_at_this_length_and_this_angle() {
        for (rate, decay, gradient) in [(0.1, 0.5, 3.0), (0.9, 1.0, 0.1), (0.01, 2.0, 7.0)] {
            let rest = WeightDecayEquilibrium::new(rate, decay);
            let (mut x, mut y) = (0.3_f64, -2.0_f64);
            let mut angle = 0.0;
            for _ in 0..3000 {
                // Orthogonal to W, and of length G/‖W‖.
                let square = x * x + y * y;
                let (dx, dy) = (-y * gradient / square, x * gradient / square);
                let keep = 1.0 - rate * decay;
                let (nx, ny) = (keep * x - rate * dx, keep * y - rate * dy);
                angle = libm::acos((x * nx + y * ny) / (square * (nx * nx + ny * ny)).sqrt());
                (x, y) = (nx, ny);
            }
            let length = libm::hypot(x, y);
            assert_relative_eq!(length, rest.length(gradient), max_relative = 1e-12);
            assert_relative_eq!(angle, rest.angle(), max_relative = 1e-10);
        }
    }

    #[test]
    fn small_angles_keep_their_digits() {
        let rest = WeightDecayEquilibrium::new(1e-9, 1e-9);
        assert_relative_eq!(rest.angle(), 2e-18_f64.sqrt(), max_relative = 1e-14);
    }

    #[test]
    #[should_panic(expected = "but these are 3 and 0.5")]
    fn a_decay_that_turns_the_matrix_over_is_refused() {
        let _ = WeightDecayEquilibrium::new(3.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "below 1, but these are 2 and 0.5")]
    fn a_decay_that_leaves_nothing_of_the_matrix_is_refused() {
        // ‖W'‖² = η² G²/‖W‖²: of 4 and G = 1 it makes 1, and of 1 again 4.
        let _ = WeightDecayEquilibrium::new(2.0, 0.5);
    }

    #[test]
    #[should_panic(expected = "but these are 1e200 and 1e-201")]
    fn a_quotient_beyond_the_range_is_refused() {
        let _ = WeightDecayEquilibrium::new(1e200, 1e-201);
    }
}
