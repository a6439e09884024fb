//! A start, or a layer, that standardizes by the mean and the standard deviation of a batch of `B`, and then sees an input
//! that was not in the batch:
//!
//! ```text
//! y = T √((B + 1)/(B − 1)) ,   T of Student's law with B − 1 degrees of freedom ,   E y² = (B + 1)/(B − 3) .
//! ```
//!
//! For independent Gaussian `t` of the batch and of the new input: `t_new − t̄` has `1 + 1/B` times their variance, and is
//! independent of the batch's variance, which is `χ²_(B−1)/B` times it (dividing by `B`, as normalization does; `ε = 0`).

use crate::theory::data_dependent::sphere::{angle_tail, tail_within};

/// The law of a standardized Gaussian input that was not in the batch of `B`.
///
/// ```
/// use unit_variance::theory::UnseenInput;
///
/// // On the batch itself the mean square is 1; for the next input it is more, the smaller the batch.
/// assert_eq!(UnseenInput::of(8).second_moment(), Some(1.8));
/// assert_eq!(UnseenInput::of(128).second_moment(), Some(1.032));
/// assert_eq!(UnseenInput::of(3).second_moment(), None);
/// // Ten standard deviations: of a Gaussian never, and here once in twenty thousand inputs.
/// assert!(UnseenInput::of(8).tail(10.0) > 1e-5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnseenInput {
    batch: u64,
}

impl UnseenInput {
    /// Standardized by a batch of `B`.
    ///
    /// # Panics
    ///
    /// If there are less than two inputs in it: one has no variance.
    #[track_caller]
    pub fn of(batch: u64) -> Self {
        assert!(
            batch > 1,
            "a batch to standardize by has two inputs or more, but this one has {batch}"
        );
        Self { batch }
    }

    /// `E y² = (B + 1)/(B − 3)`; `None` for less than four inputs in the batch, where it is infinite.
    pub fn second_moment(self) -> Option<f64> {
        let batch = self.batch as f64;
        (self.batch > 3).then(|| (batch + 1.0) / (batch - 3.0))
    }

    /// `E y⁴ = 3 (B + 1)² / ((B − 3)(B − 5))`; `None` for less than six inputs in the batch, where it is infinite.
    pub fn fourth_moment(self) -> Option<f64> {
        let batch = self.batch as f64;
        (self.batch > 5).then(|| 3.0 * (batch + 1.0).powi(2) / ((batch - 3.0) * (batch - 5.0)))
    }

    /// `P(|y| > t)`.
    ///
    /// # Panics
    ///
    /// If `t` is negative or NaN.
    #[track_caller]
    pub fn tail(self, t: f64) -> f64 {
        assert!(t >= 0.0, "a tail begins at 0 or above, but not at {t}");
        let angle = libm::atan(t / (self.batch as f64 + 1.0).sqrt());
        if angle < 1.0 {
            return angle_tail(self.batch, angle);
        }
        // Near a right angle, its complement has the digits.
        tail_within(self.batch, libm::atan2((self.batch as f64 + 1.0).sqrt(), t))
    }
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::network::{BatchNorm, Layer};
    use crate::probability::{Streams, gaussian_upper_tail};
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::s;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn second_moments_are_those_of_the_reference() {
        for (batch, moment) in [
            (4, 5.0),
            (16, 1.307_692_307_692_307_7),
            (32, 1.137_931_034_482_758_6),
            (1024, 1.003_917_727_717_923_6),
        ] {
            let found = UnseenInput::of(batch).second_moment().expect("finite");
            assert_relative_eq!(found, moment, max_relative = 1e-15);
        }
        assert_eq!(UnseenInput::of(3).second_moment(), None);
        assert_eq!(UnseenInput::of(5).fourth_moment(), None);
        // Student's kurtosis, with its degrees of freedom
        for batch in [6, 7, 12, 1000] {
            let law = UnseenInput::of(batch);
            let degrees = batch as f64 - 1.0;
            let kurtosis = 3.0 * (degrees - 2.0) / (degrees - 4.0);
            let second = law.second_moment().expect("finite");
            let fourth = law.fourth_moment().expect("finite");
            assert_relative_eq!(fourth, kurtosis * second * second, max_relative = 1e-14);
        }
    }

    #[test]
    fn the_tails_are_those_of_student() {
        for batch in [2, 3, 4, 9, 100, 3000] {
            let degrees = batch as f64 - 1.0;
            let student = StudentsT::new(0.0, 1.0, degrees).expect("a law");
            for t in [0.0, 0.5, 2.0, 9.0] {
                let scaled = t * (degrees / (batch as f64 + 1.0)).sqrt();
                let tail = 2.0 * student.sf(scaled);
                assert_relative_eq!(
                    UnseenInput::of(batch).tail(t),
                    tail,
                    max_relative = 1e-9,
                    epsilon = 1e-14
                );
            }
        }
    }

    #[test]
    fn the_heavy_tails_of_small_batches_keep_their_digits() {
        for t in [2.0, 3.0, 9.0, 1e3, 1e8, 1e12, 1e16, 1e17, 1e100] {
            // Of two inputs the angle itself is uniform, of three its sine, 1 − sin θ = 2 sin²((π/2 − θ)/2).
            let two = std::f64::consts::FRAC_2_PI * libm::atan(3_f64.sqrt() / t);
            let found = UnseenInput::of(2).tail(t);
            assert_relative_eq!(found, two, max_relative = 1e-12, epsilon = 0.0);
            let three = 2.0 * libm::sin(0.5 * libm::atan(2.0 / t)).powi(2);
            let found = UnseenInput::of(3).tail(t);
            assert_relative_eq!(found, three, max_relative = 1e-12, epsilon = 0.0);
        }
        for batch in [2, 8, 61, 1000] {
            assert_eq!(UnseenInput::of(batch).tail(f64::INFINITY), 0.0);
        }
    }

    #[test]
    fn a_batch_norm_that_has_seen_one_batch_makes_this_of_the_next_input() {
        let batch = 12;
        let mut rng = Streams::new(3).stream("inputs");
        let t = Normal::new(-1.0, 2.0).sample((batch + 1, 60_000), &mut rng);
        let mut norm = BatchNorm::new(60_000).with_epsilon(0.0).with_momentum(1.0);
        let (_, cache) = norm.forward(&t.slice(s![..batch, ..]));
        norm.track(&cache);
        // The running variance divides by B − 1; here, that of the batch itself divides by B.
        norm.running_variance *= (batch - 1) as f64 / batch as f64;
        norm.set_training(false);
        let (y, _) = norm.forward(&t.slice(s![batch.., ..]));
        let law = UnseenInput::of(batch as u64);
        assert_mean(
            y.iter().map(|y| y * y),
            law.second_moment().expect("finite"),
        );
        assert_mean(
            y.iter().map(|y| y.powi(4)),
            law.fourth_moment().expect("finite"),
        );
        assert_mean(y.iter().map(|y| f64::from(y.abs() > 2.0)), law.tail(2.0));
    }

    #[test]
    #[should_panic(expected = "this one has 1")]
    fn a_batch_of_one_is_refused() {
        let _ = UnseenInput::of(1);
    }

    #[test]
    fn a_batch_of_any_size_makes_a_gaussian_of_all_digits() {
        // Its angles, below 10^−9, are lost in the rounding of a right angle minus them.
        for t in [0.3, 1.7, 4.1, 7.7] {
            let found = UnseenInput::of(u64::MAX).tail(t);
            let gaussian = 2.0 * gaussian_upper_tail(t);
            assert_relative_eq!(found, gaussian, max_relative = 1e-12, epsilon = 0.0);
        }
    }
}
