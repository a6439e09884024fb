//! What two correlated Gaussian pre-activations make of an activation.
//!
//! With `x, y ~ N(0, q)` of correlation `c = cos θ`, closed where a closed form keeps its digits:
//!
//! | `φ` | `E φ(x) φ(y)` | `E φ'(x) φ'(y)` |
//! |---|---|---|
//! | identity | `q c` | 1 |
//! | leaky ReLU, slope `a` | `q (a c + (1 − a)² κ(c) / 2)`, `κ = (sin θ + (π − θ) c) / π` | `a + (1 − a)² (π − θ) / 2π` |
//! | ReLU squared | `q² (3 sin θ cos θ + (π − θ)(1 + 2 c²)) / 2π` | `2 q κ(c)` |
//! | GELU | `k/4 + ((k² + q² D) / ((1+q)² √D) + k atan(k/√D)) / 2π`, `k = qc`, `D = (1+q)² − k²` | see the source |
//! | erf | `2/π asin(2qc / (1+2q))` | `4/π / √((1+2q)² − 4q²c²)` |
//! | sine | `(e^(−q(1−c)) − e^(−q(1+c))) / 2` | the same with a plus |
//!
//! `κ` and its like are the arc-cosine kernels of Cho and Saul;[^cho] that of erf is Williams's,[^williams] that of the GELU is the
//! one in the library neural-tangents. All others by [`gaussian_pair_expectation`](crate::probability::gaussian_pair_expectation).
//!
//! [^cho]: Y. Cho, L. Saul (2009). *Kernel methods for deep learning*. NIPS 22.
//! [^williams]: C. Williams (1997). *Computing with infinite networks*. NIPS 9.

use std::f64::consts::{FRAC_1_PI, PI};

use super::Activation;
use crate::probability::{angle, pair_expectation};

/// `1 / 2π`.
const FRAC_1_2PI: f64 = 0.5 * FRAC_1_PI;

/// Stands for a variance of 0 where only the signs of the pre-activations count.
const TINY: f64 = 1e-280;

impl Activation {
    /// `E φ(x) φ(y)` for Gaussian `x` and `y` of variance `q` and correlation `c`: what a wide layer makes of two inputs.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// let tanh = Activation::Tanh;
    /// assert_eq!(tanh.pair_moment_at(1.0, 1.0), tanh.second_moment());
    /// // A tanh makes two inputs less alike: 0.186 in place of 0.5 · 0.394.
    /// assert!(tanh.pair_moment_at(1.0, 0.5) < 0.5 * tanh.second_moment());
    /// // A ReLU, which makes them positive, more.
    /// let relu = Activation::Relu;
    /// assert!(relu.pair_moment_at(1.0, 0.5) > 0.5 * relu.second_moment());
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `c` is not between −1 and 1.
    #[track_caller]
    pub fn pair_moment_at(self, q: f64, c: f64) -> f64 {
        demand_pair(q, c);
        match self {
            _ if q == 0.0 => self.value(0.0).powi(2),
            _ if c == 1.0 => self.second_moment_at(q),
            Self::Identity => q * c,
            Self::Relu => 0.5 * q * kappa(c),
            Self::LeakyRelu { slope } => q * (slope * c + 0.5 * (1.0 - slope).powi(2) * kappa(c)),
            Self::ReluSquared => {
                let theta = angle(c);
                let bent = 3.0 * libm::sin(theta) * c + (PI - theta) * (1.0 + 2.0 * c * c);
                q * q * FRAC_1_2PI * bent
            }
            Self::Gelu => gelu(q, c),
            Self::Erf => 2.0 * FRAC_1_PI * libm::asin(2.0 * q / (1.0 + 2.0 * q) * c),
            Self::Sine if q < 1.0 => libm::exp(-q) * libm::sinh(q * c),
            Self::Sine => 0.5 * (libm::exp(-q * (1.0 - c)) - libm::exp(-q * (1.0 + c))),
            _ => pair_expectation(
                |x, y| self.value(x) * self.value(y),
                q,
                angle(c),
                self.kinks(),
            ),
        }
    }

    /// `E φ'(x) φ'(y)` for Gaussian `x` and `y` of variance `q` and correlation `c`: by Price's theorem, the derivative of
    /// [`pair_moment_at`](Self::pair_moment_at) by `c`, over `q`.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// // Two inputs at 60 degrees share a third of the units of a ReLU layer.
    /// let shared = Activation::Relu.slope_pair_moment_at(1.0, 0.5);
    /// assert!((shared - 1.0 / 3.0).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `c` is not between −1 and 1.
    #[track_caller]
    pub fn slope_pair_moment_at(self, q: f64, c: f64) -> f64 {
        demand_pair(q, c);
        match self {
            _ if c == 1.0 => self.slope_moment_at(q),
            Self::Identity => 1.0,
            Self::Relu => FRAC_1_2PI * (PI - angle(c)),
            Self::LeakyRelu { slope } => {
                slope + (1.0 - slope).powi(2) * FRAC_1_2PI * (PI - angle(c))
            }
            Self::ReluSquared => 2.0 * q * kappa(c),
            Self::Gelu => gelu_slope(q, c),
            Self::Erf => {
                // (1 + 2q)² − 4q²c², without a difference of large numbers
                let square = 1.0 + 4.0 * q + 4.0 * q * q * (1.0 - c) * (1.0 + c);
                4.0 * FRAC_1_PI / square.sqrt()
            }
            Self::Sine => 0.5 * (libm::exp(-q * (1.0 - c)) + libm::exp(-q * (1.0 + c))),
            _ => pair_expectation(
                |x, y| self.slope(x) * self.slope(y),
                q.max(TINY),
                angle(c),
                self.kinks(),
            ),
        }
    }

    /// `E (φ(x) − φ(y))² / 2` for Gaussian `x` and `y` of variance `q` and correlation `1 − d`: `E φ(x)² − E φ(x) φ(y)`, which
    /// keeps its digits when the two are nearly the same.
    ///
    /// ```
    /// use unit_variance::Activation;
    ///
    /// // For small d it is q d E φ'(x)².
    /// let tanh = Activation::Tanh;
    /// let ratio = tanh.pair_difference_at(1.0, 1e-14) / (1e-14 * tanh.slope_moment());
    /// assert!((ratio - 1.0).abs() < 1e-8);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is negative, infinite or NaN, or `d` is not between 0 and 2.
    #[track_caller]
    pub fn pair_difference_at(self, q: f64, d: f64) -> f64 {
        demand_pair(q, 1.0 - d);
        match self {
            Self::Identity => q * d,
            Self::Sine => {
                let far = libm::exp(-q * (2.0 - d)) - libm::exp(-2.0 * q);
                0.5 * (far - libm::expm1(-q * d))
            }
            _ => {
                let square = |x, y| 0.5 * (self.value(x) - self.value(y)).powi(2);
                pair_expectation(square, q, difference_angle(d), self.kinks())
            }
        }
    }
}

/// The angle between two Gaussians of correlation `1 − d`: `sin²(θ/2) = d/2`.
pub(super) fn difference_angle(d: f64) -> f64 {
    libm::atan2((d * (2.0 - d)).sqrt(), 1.0 - d)
}

/// `κ(c) = (sin θ + (π − θ) cos θ) / π`: the correlation behind a ReLU layer.
fn kappa(c: f64) -> f64 {
    let theta = angle(c);
    FRAC_1_PI * (libm::sin(theta) + (PI - theta) * c)
}

/// `k = q c` and `D = (1 + q)² − k²`, without a difference of large numbers.
fn gelu_parts(q: f64, c: f64) -> (f64, f64) {
    let d = 1.0 + 2.0 * q + q * q * (1.0 - c) * (1.0 + c);
    (q * c, d)
}

fn gelu(q: f64, c: f64) -> f64 {
    let (k, d) = gelu_parts(q, c);
    let (root, one) = (d.sqrt(), 1.0 + q);
    let share = q / one;
    let bent = (share * share * (c * c + d)) / root;
    0.25 * k + FRAC_1_2PI * (bent + k * libm::atan(k / root))
}

fn gelu_slope(q: f64, c: f64) -> f64 {
    let (k, d) = gelu_parts(q, c);
    let (root, one) = (d.sqrt(), 1.0 + q);
    let sum = d.recip() + (1.0 - q) / one + 1.0; // (1 − q²) / (1 + q)² is the quotient in the middle
    0.25 + FRAC_1_2PI * (libm::atan(k / root) + sum * k / root)
}

#[track_caller]
fn demand_pair(q: f64, c: f64) {
    assert!(
        q >= 0.0 && q.is_finite(),
        "the variance of a pre-activation must be finite and not negative, but is {q}"
    );
    assert!(
        (-1.0..=1.0).contains(&c),
        "a correlation lies between −1 and 1, but is {c}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Nonlinearity, OwnActivation};
    use crate::probability::{gaussian_expectation, try_gaussian_expectation};
    use approx::assert_relative_eq;

    /// `E f(x) f(y)`, one Gaussian inside of the other: the inner integral from kink to kink, the outer one in pieces.
    fn nested(f: &dyn Fn(f64) -> f64, q: f64, c: f64, kinks: &[f64]) -> f64 {
        let (s, root) = (q.sqrt(), ((1.0 - c) * (1.0 + c)).sqrt());
        let inner = |x: f64| {
            let kinks: Vec<f64> = kinks.iter().map(|k| (k / s - c * x) / root).collect();
            // Where f is nearly nothing, its panels have no digits to agree upon.
            try_gaussian_expectation(|t| f(s * (c * x + root * t)), 1.0, &kinks).unwrap_or(0.0)
        };
        let mut cuts: Vec<f64> = (-6..=6).map(f64::from).collect();
        for kink in kinks {
            let near = (0..12).map(|i| root * f64::from(2_i32.pow(i)) / 8.0);
            for centre in [kink / s, kink / (c * s)] {
                cuts.push(centre);
                cuts.extend(near.clone().flat_map(|d| [centre - d, centre + d]));
            }
        }
        cuts.retain(|cut| cut.abs() < 14.0);
        gaussian_expectation(|x| f(s * x) * inner(x), 1.0, &cuts)
    }

    #[test]
    fn pair_moments_are_those_of_the_reference() {
        // E φφ and E φ'φ' at q = 1, c = 1/2, from two rules in Python.
        use Activation as A;
        for (phi, value, slope) in [
            (A::Relu, 0.304_498_890_522_11, 1.0 / 3.0),
            (
                A::LeakyRelu { slope: 0.2 },
                0.294_879_289_934_15,
                0.413_333_333_333_33,
            ),
            (A::ReluSquared, 0.706_748_335_783_17, 1.217_995_562_088_5),
            (A::Elu, 0.324_783_648_956_76, 0.617_184_210_078_26),
            (A::Selu, 0.490_569_128_325_47, 0.994_459_069_051_43),
            (A::Gelu, 0.227_294_915_021_99, 0.342_267_242_459_44),
            (A::GeluTanh, 0.227_267_076_425_91, 0.342_279_978_272_39),
            (A::Silu, 0.183_169_663_088_16, 0.312_279_615_293_54),
            (A::Mish, 0.235_212_562_573_3, 0.392_707_984_828_68),
            (A::Softplus, 0.780_078_165_206_94, 0.271_428_325_631_7),
            (A::Softsign, 0.086_354_393_549_957, 0.177_709_936_059_51),
            (A::HardTanh, 0.238_169_165_800_77, 0.497_971_777_839_21),
            (A::Tanh, 0.186_324_413_203_45, 0.384_747_028_441_04),
            (A::LecunTanh, 0.366_020_396_602_47, 0.743_316_471_511_45),
            (A::Sigmoid, 0.271_428_325_631_7, 0.043_190_020_462_262),
            (A::Erf, 0.216_346_895_938_79, 0.450_158_158_078_55),
            (A::Sine, 0.191_700_249_782_1, 0.414_830_409_930_53),
        ] {
            assert_relative_eq!(phi.pair_moment_at(1.0, 0.5), value, max_relative = 2e-13);
            let ours = phi.slope_pair_moment_at(1.0, 0.5);
            assert_relative_eq!(ours, slope, max_relative = 2e-13);
        }
    }

    #[test]
    fn one_gaussian_inside_of_the_other_gives_the_same_moments() {
        use Activation as A;
        for phi in [
            A::Elu,
            A::GeluTanh,
            A::HardTanh,
            A::Mish,
            A::Selu,
            A::Softsign,
            A::Tanh,
        ] {
            for (q, c) in [(0.05, -0.9), (1.0, 0.5), (9.0, 0.99)] {
                for (f, ours) in [
                    (
                        Activation::value as fn(Activation, f64) -> f64,
                        phi.pair_moment_at(q, c),
                    ),
                    (Activation::slope, phi.slope_pair_moment_at(q, c)),
                ] {
                    let theirs = nested(&|x| f(phi, x), q, c, phi.kinks());
                    let size = gaussian_expectation(|x| f(phi, x).powi(2), q, phi.kinks());
                    assert_relative_eq!(ours, theirs, epsilon = 1e-12 * size);
                }
            }
        }
    }

    #[test]
    fn closed_forms_are_what_the_polar_rule_finds() {
        for phi in Activation::ALL {
            for q in [1e-3, 0.7, 30.0] {
                for d in [1e-9, 1e-3, 0.3, 1.0, 1.9, 2.0] {
                    let theta = difference_angle(d);
                    let value =
                        pair_expectation(|x, y| phi.value(x) * phi.value(y), q, theta, phi.kinks());
                    let slope =
                        pair_expectation(|x, y| phi.slope(x) * phi.slope(y), q, theta, phi.kinks());
                    let square = |x, y| 0.5 * (phi.value(x) - phi.value(y)).powi(2);
                    let difference = pair_expectation(square, q, theta, phi.kinks());
                    let (second, slopes) = (phi.second_moment_at(q), phi.slope_moment_at(q));
                    let c = 1.0 - d;
                    assert_relative_eq!(phi.pair_moment_at(q, c), value, epsilon = 2e-13 * second);
                    // The angle of 1 − d, rounded, is 10⁻¹² wrong, and a jump notices.
                    let ours = phi.slope_pair_moment_at(q, c);
                    assert_relative_eq!(ours, slope, epsilon = 1e-11 * slopes);
                    let ours = phi.pair_difference_at(q, d);
                    assert_relative_eq!(ours, difference, max_relative = 1e-9);
                    assert_relative_eq!(ours, second - value, epsilon = 1e-12 * second);
                }
            }
        }
    }

    #[test]
    fn the_slope_moment_is_the_slope_of_the_pair_moment() {
        let h = 1e-5;
        for phi in Activation::ALL {
            for (q, c) in [(0.3, 0.2), (2.0, -0.6), (5.0, 0.9)] {
                let quotient =
                    (phi.pair_moment_at(q, c + h) - phi.pair_moment_at(q, c - h)) / (2.0 * h * q);
                let slope = phi.slope_pair_moment_at(q, c);
                assert_relative_eq!(slope, quotient, max_relative = 1e-6, epsilon = 1e-7);
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_are_those_of_one_gaussian() {
        for phi in Activation::ALL {
            for q in [0.0, 1e-9, 1.0, 1e3] {
                assert_eq!(phi.pair_moment_at(q, 1.0), phi.second_moment_at(q));
                assert_eq!(phi.slope_pair_moment_at(q, 1.0), phi.slope_moment_at(q));
                let mirrored =
                    gaussian_expectation(|x| phi.value(x) * phi.value(-x), q, &[-1.0, 1.0]);
                let ours = phi.pair_moment_at(q, -1.0);
                assert_relative_eq!(ours, mirrored, epsilon = 1e-13 * phi.second_moment_at(q));
            }
        }
    }

    #[test]
    fn independent_pre_activations_have_a_product_of_means() {
        for phi in Activation::ALL {
            for q in [1e-4, 1.0, 50.0, 1e8] {
                let mean = phi.mean_at(q);
                let second = phi.second_moment_at(q);
                let ours = phi.pair_moment_at(q, 0.0);
                assert_relative_eq!(ours, mean * mean, epsilon = 1e-13 * second);
            }
        }
    }

    #[test]
    fn closures_have_the_pair_moments_of_what_they_are() {
        for phi in [Activation::Elu, Activation::HardTanh, Activation::Tanh] {
            let own = OwnActivation::new(move |z| phi.value(z), move |z| phi.slope(z))
                .with_kinks(phi.kinks().iter().copied());
            for (q, c) in [(0.3, 0.2), (2.0, -0.6), (5.0, 0.999)] {
                let (ours, theirs) = (own.pair_moment_at(q, c), phi.pair_moment_at(q, c));
                assert_relative_eq!(ours, theirs, max_relative = 1e-12);
                let (ours, theirs) = (
                    own.slope_pair_moment_at(q, c),
                    phi.slope_pair_moment_at(q, c),
                );
                assert_relative_eq!(ours, theirs, max_relative = 1e-12);
                let d = 1.0 - c;
                let (ours, theirs) = (own.pair_difference_at(q, d), phi.pair_difference_at(q, d));
                assert_relative_eq!(ours, theirs, max_relative = 1e-12);
            }
        }
    }

    #[test]
    #[should_panic(expected = "between −1 and 1, but is 1.5")]
    fn a_correlation_above_one_is_refused() {
        let _ = Activation::Tanh.pair_moment_at(1.0, 1.5);
    }
}
