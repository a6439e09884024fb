//! A law is standardized: mean 0 and variance 1. A weight is `std_dev · law`.
//!
//! So the `√3` of a uniform weight and the `0.8796…` of a truncated one are
//! each written once, here, and no initializer mentions them.

use rand::Rng;
use rand::distr::Distribution;

use super::block_mut::BlockMut;
use super::bounded_normal::{cdf_within, truncated_moments};
use super::gaussian::gaussian_cdf;
use super::lanes::{symmetric_unit, unit_interval};
use super::normal_sampler;
use super::uniform_sampler;

/// The shape of a weight's law, standardized to mean 0 and variance 1.
///
/// | law | support | kurtosis |
/// |---|---|---|
/// | `Normal` | all reals | 3 |
/// | `Uniform` | `[−√3, √3]` | 9/5 |
/// | `TruncatedNormal { cut }` | `[−cut/s, cut/s]`, `s² = 1 − 2 cut φ(cut) / (2Φ(cut) − 1)` | between 9/5 and 3 |
///
/// ```
/// use rand::distr::Distribution;
/// use unit_variance::{Law, Moments, Streams};
///
/// let rng = Streams::new(1).stream("law");
/// let sample: Moments = Law::TRUNCATED_NORMAL.sample_iter(rng).take(100_000).collect();
/// assert!((sample.variance() - 1.0).abs() < 0.03);
/// ```
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
// ANCHOR: law
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// The standard normal law.
    Normal,
    /// The uniform law on `[−√3, √3]`.
    Uniform,
    /// A normal law conditioned on `|z| ≤ cut` and scaled back to variance 1.
    TruncatedNormal {
        /// Where the normal law is cut, in its own standard deviations.
        #[cfg_attr(feature = "serde", serde(deserialize_with = "super::number::positive"))]
        cut: f64,
    },
}
// ANCHOR_END: law

impl Law {
    /// The normal law cut at two standard deviations, the usual choice of JAX and Keras.
    pub const TRUNCATED_NORMAL: Self = Self::TruncatedNormal { cut: 2.0 };

    /// The largest absolute value: `√3` for the uniform law, `cut / s` for the truncated one. A draw that is rounded to `f32` or
    /// a shorter number may round to one beyond.
    ///
    /// ```
    /// use unit_variance::Law;
    ///
    /// assert_eq!(Law::Uniform.bound(), 3_f64.sqrt());
    /// assert_eq!(Law::Normal.bound(), f64::INFINITY);
    /// ```
    ///
    /// # Panics
    ///
    /// If a cut is not a positive finite number.
    pub fn bound(self) -> f64 {
        match self {
            Self::Normal => f64::INFINITY,
            Self::Uniform | Self::TruncatedNormal { .. } => self.raw_bound() * self.standardizer(),
        }
    }

    /// `E[X⁴]`, the kurtosis: 3, 9/5, or between.
    ///
    /// A sample variance of `n` draws has relative standard error `√((kurtosis − 1) / n)`.
    ///
    /// ```
    /// use unit_variance::Law;
    ///
    /// assert!(Law::Uniform.kurtosis() < Law::TRUNCATED_NORMAL.kurtosis());
    /// assert!(Law::TRUNCATED_NORMAL.kurtosis() < Law::Normal.kurtosis());
    /// ```
    ///
    /// # Panics
    ///
    /// If a cut is not a positive finite number.
    pub fn kurtosis(self) -> f64 {
        match self {
            Self::Normal => 3.0,
            Self::Uniform => 1.8,
            Self::TruncatedNormal { cut } => {
                let (second, fourth) = truncated_moments(cut);
                fourth / (second * second)
            }
        }
    }

    /// `P(X ≤ x)`.
    ///
    /// ```
    /// use unit_variance::Law;
    ///
    /// assert_eq!(Law::Uniform.cdf(0.0), 0.5);
    /// assert_eq!(Law::Uniform.cdf(2.0), 1.0);
    /// ```
    ///
    /// # Panics
    ///
    /// If a cut is not a positive finite number.
    pub fn cdf(self, x: f64) -> f64 {
        match self {
            Self::Normal => gaussian_cdf(x),
            Self::Uniform => (0.5 * (x / self.standardizer() + 1.0)).clamp(0.0, 1.0),
            Self::TruncatedNormal { cut } => cdf_within(cut, x / self.bound()),
        }
    }

    /// The factor that brings a raw draw to variance 1: 1, `√3`, or `1 / s`. A raw draw of a normal law
    /// that is cut below 1 is in units of the cut.
    // ANCHOR: standardizer
    pub(crate) fn standardizer(self) -> f64 {
        match self {
            Self::Normal => 1.0,
            Self::Uniform => 3_f64.sqrt(),
            Self::TruncatedNormal { cut } => truncated_moments(cut).0.sqrt().recip(),
        }
    }
    // ANCHOR_END: standardizer

    /// Fills a block with `std_dev` times draws, each rounded once; `rng` is the generator of the block.
    ///
    /// A shorter block gets the beginning of a longer one.
    ///
    /// # Panics
    ///
    /// If the standard deviation is negative, infinite or NaN, or a cut is not a positive finite number.
    #[track_caller]
    pub fn fill_block<'a, R: Rng + ?Sized>(
        self,
        std_dev: f64,
        block: impl Into<BlockMut<'a>>,
        rng: &mut R,
    ) {
        assert!(
            std_dev >= 0.0 && std_dev.is_finite(),
            "a standard deviation must be finite and not negative, but is {std_dev}"
        );
        let block = block.into();
        let factor = std_dev * self.standardizer();
        match self {
            Self::Normal => normal_sampler::fill(block, factor, rng, |draw| draw),
            Self::Uniform => uniform_sampler::fill(block, factor, rng, |draw| draw),
            Self::TruncatedNormal { cut } if cut >= 1.0 => {
                normal_sampler::fill_within(block, factor, cut, rng);
            }
            Self::TruncatedNormal { cut } => {
                block.fill_with(|| factor * sample_narrow(cut, rng));
            }
        }
    }

    fn raw_bound(self) -> f64 {
        match self {
            Self::Normal => f64::INFINITY,
            Self::Uniform => 1.0,
            Self::TruncatedNormal { cut } => cut.max(1.0),
        }
    }
}

impl Distribution<f64> for Law {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let factor = self.standardizer(); // which refuses a bad cut, before anything is drawn
        let raw = match *self {
            Self::Normal => normal_sampler::sample(rng),
            Self::Uniform => symmetric_unit(rng.next_u64()),
            Self::TruncatedNormal { cut } if cut >= 1.0 => normal_sampler::sample_within(cut, rng),
            Self::TruncatedNormal { cut } => sample_narrow(cut, rng),
        };
        factor * raw
    }
}

/// A normal draw given `|z| ≤ cut`, divided by the cut, by rejection from the uniform law. Below a cut of 1
/// that rejects fewer draws than rejection from the normal law.
fn sample_narrow<R: Rng + ?Sized>(cut: f64, rng: &mut R) -> f64 {
    loop {
        let u = symmetric_unit(rng.next_u64());
        let z = cut * u;
        if unit_interval(rng.next_u64()) < libm::exp(-0.5 * z * z) {
            return u;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;
    use approx::assert_relative_eq;

    #[test]
    fn the_cut_at_two_has_the_well_known_factor() {
        let (second, fourth) = truncated_moments(2.0);
        assert_relative_eq!(second, 0.773_741_303_549_923_2, max_relative = 1e-13);
        assert_relative_eq!(second.sqrt(), 0.879_625_661_034_239_8, max_relative = 1e-11);
        assert_relative_eq!(
            fourth / (second * second) - 1.0,
            1.365_54,
            max_relative = 1e-5
        );
    }

    #[test]
    fn series_and_closed_form_meet_at_one() {
        let below = truncated_moments(1.0 - 1e-12);
        let above = truncated_moments(1.0);
        assert_relative_eq!(below.0, above.0, max_relative = 1e-10);
        assert_relative_eq!(below.1, above.1, max_relative = 1e-10);
    }

    #[test]
    fn every_precision_holds_the_same_draws() {
        let laws = [0.5, 1.0, 2.0].map(|cut| Law::TruncatedNormal { cut });
        for law in laws.into_iter().chain([Law::Normal, Law::Uniform]) {
            for n in [0, 1, 511, 512, 1300] {
                let mut rng = Streams::new(3).stream("block");
                let (mut double, mut single) = (vec![0.0; n], vec![0_f32; n]);
                law.fill_block(0.3, &mut double, &mut rng.clone());
                law.fill_block(0.3, &mut single, &mut rng);
                assert!(
                    single.iter().zip(&double).all(|(s, d)| *s == *d as f32),
                    "{law:?}, {n} draws"
                );
            }
        }
    }

    #[test]
    fn a_tiny_cut_is_uniform_and_a_far_one_normal() {
        let tiny = Law::TruncatedNormal { cut: 1e-6 };
        assert_relative_eq!(tiny.kurtosis(), 1.8, max_relative = 1e-9);
        assert_relative_eq!(tiny.bound(), 3_f64.sqrt(), max_relative = 1e-9);
        let far = Law::TruncatedNormal { cut: 12.0 };
        assert_relative_eq!(far.kurtosis(), 3.0, max_relative = 1e-12);
        assert_relative_eq!(far.standardizer(), 1.0, max_relative = 1e-12);
    }

    #[test]
    fn distributions_rise_from_zero_to_one() {
        for law in [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL] {
            assert!(law.cdf(-40.0) < 1e-300);
            assert_relative_eq!(law.cdf(0.0), 0.5, max_relative = 1e-12);
            assert_relative_eq!(law.cdf(40.0), 1.0);
            assert!(law.cdf(0.3) > law.cdf(0.2));
        }
    }

    #[test]
    #[should_panic(expected = "must be a positive finite number, but is 0")]
    fn a_cut_of_zero_is_refused() {
        let _ = Law::TruncatedNormal { cut: 0.0 }.bound();
    }

    #[test]
    #[should_panic(expected = "must be a positive finite number, but is NaN")]
    fn nothing_is_drawn_within_a_cut_that_is_no_number() {
        let law = Law::TruncatedNormal { cut: f64::NAN };
        let _ = law.sample(&mut Streams::new(1).stream("law"));
    }

    #[test]
    #[should_panic(expected = "must be finite and not negative, but is -1")]
    fn a_negative_standard_deviation_is_refused() {
        let law = Law::TruncatedNormal { cut: 1.5 };
        law.fill_block(-1.0, &mut [0.0; 3], &mut Streams::new(1).stream("law"));
    }
}
