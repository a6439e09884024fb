//! Sine networks: uniform weights such that every sine sees a standard normal phase.

use super::kernel::Size;
use super::parameter_error::require;
use super::{Entrywise, Fan, Fans, FillError, ParameterError, VarianceScaling};
use crate::probability::{BlockMut, Law, StreamRng};

/// For layers `sin(ω (x W + b))`: `w ~ U(±1 / n)` in the first, `U(±√(6/n) / ω)` in the others.[^siren]
///
/// The sine of a wide enough phase is arcsine distributed, with variance 1/2, so `n` terms of
/// variance `2 / (n ω²)` each give `ω x W` variance 1. The first layer's inputs fill `(−1, 1)`.
///
/// ```
/// use unit_variance::initializer::Siren;
/// use unit_variance::{Initializer, Streams};
///
/// let mut rng = Streams::new(1).stream("weight");
/// let weight = Siren::Hidden { omega: 30.0 }.sample((600, 10), &mut rng);
/// assert!(weight.iter().all(|w| w.abs() <= 0.1 / 30.0));
/// ```
///
/// [^siren]: V. Sitzmann, J. Martel, A. Bergman, D. Lindell, G. Wetzstein (2020). [*Implicit neural representations with periodic activation functions*](https://arxiv.org/abs/2006.09661), §3.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Siren {
    /// The first layer: `U(−1/n, 1/n)`.
    First,
    /// Every other layer: `U(−√(6/n)/ω, √(6/n)/ω)`.
    Hidden {
        /// The frequency `ω`, 30 in the paper.
        omega: f64,
    },
}

impl Siren {
    /// `1 / (3 fan_in²)` in the first layer, else `2 / (ω² fan_in)`: the variance of every weight.
    ///
    /// # Panics
    ///
    /// If [`try_variance`](Self::try_variance) returns an error.
    #[track_caller]
    pub fn variance(self, fans: Fans) -> f64 {
        self.try_variance(fans)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The variance of every weight, for a frequency that somebody gave.
    ///
    /// ```
    /// use unit_variance::Fans;
    /// use unit_variance::initializer::Siren;
    ///
    /// assert!(Siren::Hidden { omega: 30.0 }.try_variance(Fans::new(600, 10)).is_ok());
    /// let error = Siren::Hidden { omega: 1e200 }.try_variance(Fans::new(600, 10)).unwrap_err();
    /// assert_eq!(error.to_string(), "a frequency must be a positive number with a positive finite square, but is 1e200");
    /// ```
    ///
    /// # Errors
    ///
    /// If `omega` is not a positive finite number, or its square is not; or the first layer's variance is 0 in `f64`.
    pub fn try_variance(self, fans: Fans) -> Result<f64, ParameterError> {
        Ok(self.rule(fans)?.variance(fans))
    }

    /// The same, if there are such weights.
    pub(super) fn checked(self) -> Result<Self, ParameterError> {
        self.rule(Fans::new(1, 1))?;
        Ok(self)
    }

    fn rule(self, fans: Fans) -> Result<VarianceScaling, ParameterError> {
        let scale = match self {
            Self::First => 1.0 / (3.0 * fans.of(Fan::In)),
            Self::Hidden { omega } => {
                let square = omega * omega;
                let expected = "a positive number with a positive finite square";
                let holds = omega > 0.0 && square.is_normal();
                require(holds, "a frequency", expected, omega)?;
                2.0 / square
            }
        };
        VarianceScaling::try_new(scale, Fan::In, Law::Uniform)
    }
}

/// The frequency is checked before anything is drawn, so that what is unwrapped here is right.
impl Entrywise for Siren {
    fn size(&self, fans: Fans) -> Size {
        self.rule(fans)
            .unwrap_or_else(|error| panic!("{error}"))
            .size(fans)
    }

    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        self.rule(fans)
            .unwrap_or_else(|error| panic!("{error}"))
            .fill_block(fans, block, rng);
    }

    fn check(&self) -> Result<(), FillError> {
        self.checked()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Layout};
    use crate::probability::Streams;

    fn largest(siren: Siren, fan_in: usize) -> f64 {
        let mut rng = Streams::new(3).stream("weight");
        let weight = siren.sample((fan_in, 2000), &mut rng);
        weight
            .iter()
            .fold(0.0_f64, |largest, w| largest.max(w.abs()))
    }

    #[test]
    fn the_weights_fill_their_intervals() {
        // The largest of N uniforms is below 99 % of the bound with probability 0.99^N, here 1e-35.
        let inside =
            |value: f64, bound: f64| 0.99 * bound < value && value <= bound * (1.0 + 1e-15);
        assert!(inside(largest(Siren::First, 4), 0.25));
        assert!(inside(
            largest(Siren::Hidden { omega: 30.0 }, 150),
            0.2 / 30.0
        ));
    }

    #[test]
    #[should_panic(
        expected = "a frequency must be a positive number with a positive finite square, but is 0.0"
    )]
    fn a_frequency_of_zero_is_refused() {
        let _ = largest(Siren::Hidden { omega: 0.0 }, 3);
    }

    #[test]
    fn a_frequency_that_is_none_is_an_error_and_no_panic() {
        let mut weight = ndarray::Array2::<f64>::zeros((3, 2));
        for omega in [0.0, -30.0, f64::NAN, 1e200] {
            let mut rng = Streams::new(3).stream("weight");
            let siren = Siren::Hidden { omega };
            let filled = siren.try_fill((&mut weight).into(), Layout::InOut, &mut rng);
            assert!(matches!(filled, Err(FillError::Parameter(_))), "{omega}");
        }
    }
}
