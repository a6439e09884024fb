//! Activations of one's own: a function, its slope and its kinks, with the moments that follow from them.

use std::fmt;
use std::sync::Arc;

use super::Activation;
use super::pairs::{demand_difference, difference_angle};
use crate::probability::{gaussian_expectation, gaussian_pair_expectation, pair_expectation};

/// A function `φ` of one number, with its slope `φ'` and its kinks; `E φ(x)²` and its like, for `x ~ N(0, q)`, follow by
/// quadrature.
///
/// [`Activation`] has closed forms for many of them, [`OwnActivation`] is made of two closures.
///
/// # Panics
///
/// The moments panic if `q` is negative, infinite or NaN, or if the function cannot be integrated: see
/// [`try_gaussian_expectation`](crate::probability::try_gaussian_expectation), which tells a kink that is missing in the list.
pub trait Nonlinearity {
    /// `φ(z)`.
    fn value(&self, z: f64) -> f64;

    /// `φ'(z)`; at a kink, one of the slopes beside it.
    fn slope(&self, z: f64) -> f64;

    /// The points where `φ` or one of its derivatives jumps.
    fn kinks(&self) -> &[f64];

    /// `E φ(x)` for `x ~ N(0, q)`.
    #[track_caller]
    fn mean_at(&self, q: f64) -> f64 {
        gaussian_expectation(|x| self.value(x), q, self.kinks())
    }

    /// `E φ(x)²` for `x ~ N(0, q)`.
    #[track_caller]
    fn second_moment_at(&self, q: f64) -> f64 {
        gaussian_expectation(|x| self.value(x).powi(2), q, self.kinks())
    }

    /// `E φ'(x)²` for `x ~ N(0, q)`.
    #[track_caller]
    fn slope_moment_at(&self, q: f64) -> f64 {
        gaussian_expectation(|x| self.slope(x).powi(2), q, self.kinks())
    }

    /// `d E φ(x)² / dq = E[x φ(x) φ'(x)] / q` for `x ~ N(0, q)` and `q > 0`, where `φ` has no jumps.
    #[track_caller]
    fn second_moment_slope_at(&self, q: f64) -> f64 {
        let growth = |x: f64| x * self.value(x) * self.slope(x);
        gaussian_expectation(growth, q, self.kinks()) / q
    }

    /// `E φ(x) φ(y)` for `x, y ~ N(0, q)` of correlation `c`.
    #[track_caller]
    fn pair_moment_at(&self, q: f64, c: f64) -> f64 {
        gaussian_pair_expectation(|x, y| self.value(x) * self.value(y), q, c, self.kinks())
    }

    /// `E φ'(x) φ'(y)` for `x, y ~ N(0, q)` of correlation `c`.
    #[track_caller]
    fn slope_pair_moment_at(&self, q: f64, c: f64) -> f64 {
        gaussian_pair_expectation(|x, y| self.slope(x) * self.slope(y), q, c, self.kinks())
    }

    /// `E (φ(x) − φ(y))² / 2` for `x, y ~ N(0, q)` of correlation `1 − d`, which keeps its digits when `d` is small.
    ///
    /// # Panics
    ///
    /// If `d` is not between 0 and 2.
    #[track_caller]
    fn pair_difference_at(&self, q: f64, d: f64) -> f64 {
        demand_difference(d);
        let square = |x, y| 0.5 * (self.value(x) - self.value(y)).powi(2);
        pair_expectation(square, q, difference_angle(d), self.kinks())
    }

    /// `1 / √E φ(z)²` for `z ~ N(0, 1)`: weights of standard deviation `gain / √fan_in` keep `z` at variance 1.
    #[track_caller]
    fn gain(&self) -> f64 {
        self.second_moment_at(1.0).recip().sqrt()
    }

    /// `1 / √E φ'(z)²` for `z ~ N(0, 1)`: weights of standard deviation `gain / √fan_out` keep the gradient.
    #[track_caller]
    fn backward_gain(&self) -> f64 {
        self.slope_moment_at(1.0).recip().sqrt()
    }

    /// `χ = E φ'(z)² / E φ(z)²` for `z ~ N(0, 1)`: the factor of a squared gradient per layer under the forward gain.
    #[track_caller]
    fn chi(&self) -> f64 {
        self.slope_moment_at(1.0) / self.second_moment_at(1.0)
    }
}

impl Nonlinearity for Activation {
    fn value(&self, z: f64) -> f64 {
        Self::value(*self, z)
    }
    fn slope(&self, z: f64) -> f64 {
        Self::slope(*self, z)
    }
    fn kinks(&self) -> &[f64] {
        Self::kinks(*self)
    }
    #[track_caller]
    fn mean_at(&self, q: f64) -> f64 {
        Self::mean_at(*self, q)
    }
    #[track_caller]
    fn second_moment_at(&self, q: f64) -> f64 {
        Self::second_moment_at(*self, q)
    }
    #[track_caller]
    fn slope_moment_at(&self, q: f64) -> f64 {
        Self::slope_moment_at(*self, q)
    }
    #[track_caller]
    fn second_moment_slope_at(&self, q: f64) -> f64 {
        if *self == Self::Sine {
            return libm::exp(-2.0 * q); // its waves would be too many
        }
        let growth = |x: f64| x * self.value(x) * self.slope(x);
        gaussian_expectation(growth, q, self.kinks()) / q
    }
    #[track_caller]
    fn pair_moment_at(&self, q: f64, c: f64) -> f64 {
        Self::pair_moment_at(*self, q, c)
    }
    #[track_caller]
    fn slope_pair_moment_at(&self, q: f64, c: f64) -> f64 {
        Self::slope_pair_moment_at(*self, q, c)
    }
    #[track_caller]
    fn pair_difference_at(&self, q: f64, d: f64) -> f64 {
        Self::pair_difference_at(*self, q, d)
    }
    fn gain(&self) -> f64 {
        Self::gain(*self)
    }
    fn backward_gain(&self) -> f64 {
        Self::backward_gain(*self)
    }
    fn chi(&self) -> f64 {
        Self::chi(*self)
    }
}

/// A borrowed activation is one: [`MeanField`](crate::theory::MeanField) takes what can be copied.
impl<A: Nonlinearity + ?Sized> Nonlinearity for &A {
    fn value(&self, z: f64) -> f64 {
        (**self).value(z)
    }
    fn slope(&self, z: f64) -> f64 {
        (**self).slope(z)
    }
    fn kinks(&self) -> &[f64] {
        (**self).kinks()
    }
    #[track_caller]
    fn mean_at(&self, q: f64) -> f64 {
        (**self).mean_at(q)
    }
    #[track_caller]
    fn second_moment_at(&self, q: f64) -> f64 {
        (**self).second_moment_at(q)
    }
    #[track_caller]
    fn slope_moment_at(&self, q: f64) -> f64 {
        (**self).slope_moment_at(q)
    }
    #[track_caller]
    fn second_moment_slope_at(&self, q: f64) -> f64 {
        (**self).second_moment_slope_at(q)
    }
    #[track_caller]
    fn pair_moment_at(&self, q: f64, c: f64) -> f64 {
        (**self).pair_moment_at(q, c)
    }
    #[track_caller]
    fn slope_pair_moment_at(&self, q: f64, c: f64) -> f64 {
        (**self).slope_pair_moment_at(q, c)
    }
    #[track_caller]
    fn pair_difference_at(&self, q: f64, d: f64) -> f64 {
        (**self).pair_difference_at(q, d)
    }
    #[track_caller]
    fn gain(&self) -> f64 {
        (**self).gain()
    }
    #[track_caller]
    fn backward_gain(&self) -> f64 {
        (**self).backward_gain()
    }
    #[track_caller]
    fn chi(&self) -> f64 {
        (**self).chi()
    }
}

/// A function of one number that several threads may call.
type Function = Arc<dyn Fn(f64) -> f64 + Send + Sync>;

/// An activation `φ` of one's own, from closures of `φ` and `φ'` and the points where one of them bends or jumps.
///
/// ```
/// use unit_variance::activation::{Nonlinearity, OwnActivation};
///
/// // A ReLU that begins at 1: E φ(z)² = 2 Φ(−1) − φ(1) of the Gaussian.
/// let late = OwnActivation::new(|z| (z - 1.0).max(0.0), |z| f64::from(z > 1.0)).with_kinks([1.0]);
/// let second_moment = 2.0 * 0.158_655_253_931_457_05 - 0.241_970_724_519_143_37;
/// assert!((late.gain() - 1.0 / f64::sqrt(second_moment)).abs() < 1e-11);
/// ```
#[derive(Clone)]
pub struct OwnActivation {
    value: Function,
    slope: Function,
    kinks: Vec<f64>,
}

impl OwnActivation {
    /// The activation `φ` with slope `φ'`, without kinks.
    pub fn new(
        value: impl Fn(f64) -> f64 + Send + Sync + 'static,
        slope: impl Fn(f64) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            value: Arc::new(value),
            slope: Arc::new(slope),
            kinks: Vec::new(),
        }
    }

    /// The same with these kinks, in any order.
    ///
    /// # Panics
    ///
    /// If one of them is infinite or NaN.
    #[must_use]
    #[track_caller]
    pub fn with_kinks(mut self, kinks: impl IntoIterator<Item = f64>) -> Self {
        self.kinks = kinks.into_iter().collect();
        assert!(
            self.kinks.iter().all(|kink| kink.is_finite()),
            "a kink must be finite, but they are {:?}",
            self.kinks
        );
        self.kinks.sort_by(f64::total_cmp);
        self
    }
}

impl fmt::Debug for OwnActivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnActivation")
            .field("kinks", &self.kinks)
            .finish_non_exhaustive()
    }
}

impl Nonlinearity for OwnActivation {
    fn value(&self, z: f64) -> f64 {
        (self.value)(z)
    }
    fn slope(&self, z: f64) -> f64 {
        (self.slope)(z)
    }
    fn kinks(&self) -> &[f64] {
        &self.kinks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn closures_of_the_eighteen_have_their_moments() {
        for phi in Activation::ALL {
            let own = OwnActivation::new(move |z| phi.value(z), move |z| phi.slope(z))
                .with_kinks(phi.kinks().iter().copied());
            for q in [0.25, 1.0, 4.0] {
                assert_relative_eq!(
                    own.mean_at(q),
                    phi.mean_at(q),
                    epsilon = 1e-13,
                    max_relative = 1e-12
                );
                assert_relative_eq!(
                    own.second_moment_at(q),
                    phi.second_moment_at(q),
                    max_relative = 1e-12
                );
                assert_relative_eq!(
                    own.slope_moment_at(q),
                    phi.slope_moment_at(q),
                    max_relative = 1e-12
                );
            }
            assert_relative_eq!(own.gain(), phi.gain(), max_relative = 1e-12);
            assert_relative_eq!(
                own.backward_gain(),
                phi.backward_gain(),
                max_relative = 1e-12
            );
            assert_relative_eq!(own.chi(), phi.chi(), max_relative = 1e-12);
        }
    }

    #[test]
    #[should_panic(expected = "a kink that is not given")]
    fn a_kink_that_is_kept_from_the_list_is_noticed() {
        let late = OwnActivation::new(|z| f64::from(z > 0.3), |_| 0.0);
        let _ = late.gain();
    }

    #[test]
    #[should_panic(expected = "must be finite, but they are [1.0, NaN]")]
    fn a_kink_that_is_no_number_is_refused() {
        let _ = OwnActivation::new(|z| z, |_| 1.0).with_kinks([1.0, f64::NAN]);
    }
}
