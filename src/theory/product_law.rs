//! The exact law of a signal behind any list of layers: the product of their factors.
//!
//! The factors are independent, so the characteristic function of `ln r₁ + … + ln r_L` is the product of those of the
//! layers, and the inversion formula of Gil-Pelaez turns it into probabilities:
//!
//! ```text
//! P(r₁ ⋯ r_L ≤ x) = 1/2 − (1/π) ∫₀^∞ Im[x^(−it) Π_l ψ_l(t)] dt / t .
//! ```
//!
//! Source: J. Gil-Pelaez, *Note on the inversion theorem* (1951).

use std::f64::consts::LN_2;

use num_complex::Complex64;

use super::gil_pelaez::CenteredLaw;
use super::layer_kind::LayerKind;
use super::layer_law::LayerLaw;
use super::orthogonal_product::Rotations;

/// Layers of one kind and one width, one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layers {
    /// What each of them is made of.
    pub kind: LayerKind,
    /// The number of units in each.
    pub width: u64,
    /// How many there are.
    pub count: u32,
}

/// The law of `r₁ ⋯ r_L`, the factor by which a network of these layers multiplies the mean square of one input, given
/// that no layer is dead.
///
/// ```
/// use unit_variance::theory::{LayerKind, Layers, ProductLaw};
///
/// let relu = |width, count| Layers { kind: LayerKind::Relu, width, count };
/// let equal = ProductLaw::of(&[relu(80, 50)]);
/// let bottleneck = ProductLaw::of(&[relu(80, 24), relu(8, 1), relu(80, 25)]);
/// // One narrow layer among fifty: the typical network answers with less.
/// assert!(bottleneck.quantile(0.5) < 0.8 * equal.quantile(0.5));
/// // The mean, dead networks included, is 1 in both.
/// assert!((bottleneck.log_std_dev() / equal.log_std_dev()) > 1.1);
/// ```
#[derive(Debug, Clone)]
pub struct ProductLaw {
    /// `E ln r` and the standard deviation of `ln r`.
    mean: f64,
    std_dev: f64,
    dead: f64,
    inversion: Inversion,
}

/// Where the probabilities come from.
#[derive(Debug, Clone)]
enum Inversion {
    /// `ln r` has one value: the mean.
    Certain,
    /// `ln r − mean` has a density.
    Fourier(CenteredLaw),
    /// `ln r` has a largest value, which has a positive probability.
    Contour { top: f64, rotations: Rotations },
}

/// The most places until a characteristic function has vanished.
const MOST_PLACES: u32 = 1 << 23;

/// Of a layer of this many units or fewer it counts that one of them may be active alone, once in `2^n / n` networks.
const NARROW: u64 = 64;

impl ProductLaw {
    /// The product over these layers, in any order.
    ///
    /// # Panics
    ///
    /// If there are no layers, or one of them has no units; or if few narrow orthogonal layers stand beside Gaussian ones so
    /// wide (of billions of units) that their law is a staircase of nearly sharp steps.
    #[track_caller]
    pub fn of(layers: &[Layers]) -> Self {
        assert!(
            layers.iter().any(|layers| layers.count > 0),
            "a product needs layers, but has none"
        );
        let laws: Vec<(LayerLaw, u32)> = layers
            .iter()
            .filter(|layers| layers.count > 0)
            .map(|layers| (LayerLaw::new(layers.kind, layers.width), layers.count))
            .collect();
        let sum = |of: fn(&LayerLaw) -> f64| -> f64 {
            laws.iter()
                .map(|(law, count)| f64::from(*count) * of(law))
                .sum()
        };
        let (mean, variance) = (sum(|law| law.log().mean), sum(|law| law.log().variance));
        Self {
            mean,
            std_dev: variance.sqrt(),
            dead: -libm::expm1(sum(|law| libm::log1p(-law.dead()))),
            inversion: Inversion::of(&laws, variance.sqrt()),
        }
    }

    /// `E ln r`.
    pub fn log_mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation of `ln r`.
    pub fn log_std_dev(&self) -> f64 {
        self.std_dev
    }

    /// The probability that a layer is dead, on which all else is not conditioned: `1 − Π (1 − 2^(−n_l))` over the ReLU layers.
    pub fn dead(&self) -> f64 {
        self.dead
    }

    /// `P(r₁ ⋯ r_L ≤ ratio)`, to 13 digits after the point; of orthogonal layers alone, of at most eighty units in all, to 10, and of
    /// layers of more than a hundred million units to fewer: of `10¹²` to 11.
    ///
    /// # Panics
    ///
    /// If the ratio is NaN.
    #[track_caller]
    pub fn cdf(&self, ratio: f64) -> f64 {
        assert!(!ratio.is_nan(), "a probability up to NaN is none");
        if ratio <= 0.0 {
            return 0.0;
        }
        self.cdf_of_log(libm::log(ratio))
    }

    /// The factor below which a network stays with probability `p`: the smallest one that is not exceeded with probability
    /// `p` or more.
    ///
    /// # Panics
    ///
    /// If `p` is not strictly between 0 and 1; or, where neither the law is one number nor a largest value has a probability above `1 − p`,
    /// nearer to an end than `10⁻¹³`, or `10⁻¹⁰` of orthogonal layers alone of at most eighty units.
    #[track_caller]
    pub fn quantile(&self, p: f64) -> f64 {
        assert!(
            0.0 < p && p < 1.0,
            "a quantile needs a probability between 0 and 1, but was given {p}"
        );
        let demand_told = |p: f64, resolution: f64| {
            assert!(
                resolution <= p && p <= 1.0 - resolution,
                "the probabilities of these layers have an error of up to {resolution:e}, so there is no quantile at {p:e}"
            );
        };
        let highest = match &self.inversion {
            Inversion::Certain => return libm::exp(self.mean),
            Inversion::Contour { top, rotations } if p > 1.0 - rotations.atom() => {
                return libm::exp(*top);
            }
            Inversion::Contour { top, .. } => {
                demand_told(p, Rotations::ERROR);
                *top
            }
            Inversion::Fourier(_) => {
                demand_told(p, CenteredLaw::ERROR);
                f64::INFINITY
            }
        };
        let below = |log: f64| self.cdf_of_log(log) < p;
        let mut step = self.std_dev;
        let (mut low, mut high) = (self.mean - step, (self.mean + step).min(highest));
        while !below(low) {
            high = low;
            step *= 2.0;
            low = self.mean - step;
        }
        while below(high) {
            low = high;
            step *= 2.0;
            high = (self.mean + step).min(highest);
        }
        libm::exp(zero_between(
            |log| self.cdf_of_log(log) - p,
            low,
            high,
            self.std_dev,
        ))
    }

    /// `P(ln r₁ + … + ln r_L ≤ log)`.
    fn cdf_of_log(&self, log: f64) -> f64 {
        match &self.inversion {
            // Within the rounding of the sum of logarithms.
            Inversion::Certain => f64::from(log >= self.mean * (1.0 - 1e-14)),
            Inversion::Contour { top, rotations } => {
                if log >= *top {
                    1.0
                } else {
                    rotations.at_least(top - log)
                }
            }
            Inversion::Fourier(centered) => centered.cdf(log - self.mean),
        }
    }
}

impl Inversion {
    #[track_caller]
    fn of(laws: &[(LayerLaw, u32)], std_dev: f64) -> Self {
        // An orthogonal layer of one living unit doubles, and that is all.
        let varied: Vec<&(LayerLaw, u32)> = laws
            .iter()
            .filter(|(law, _)| law.kind() != LayerKind::OrthogonalRelu || law.width() > 1)
            .collect();
        if varied.is_empty() {
            return Self::Certain;
        }
        let is_rotated = varied
            .iter()
            .all(|(law, _)| law.kind() == LayerKind::OrthogonalRelu);
        let units = varied
            .iter()
            .map(|(law, count)| law.width().saturating_mul(u64::from(*count)));
        let units = units.fold(0, u64::saturating_add);
        if is_rotated && units <= Rotations::MOST_UNITS {
            let depth: f64 = laws.iter().map(|(_, count)| f64::from(*count)).sum();
            let shares = |(law, count): &&(LayerLaw, u32)| (law.active().shares().to_vec(), *count);
            return Self::Contour {
                top: depth * LN_2,
                rotations: Rotations::of(varied.iter().map(shares).collect()),
            };
        }
        let characteristic = |t: f64| -> Complex64 {
            let of_layers = |(law, count): &&(LayerLaw, u32)| {
                let (centered, depth) = (law.characteristic(t), *count);
                centered.powu(depth)
            };
            varied.iter().map(of_layers).product()
        };
        let is_narrow = varied.iter().any(|(law, _)| law.width() <= NARROW);
        let centered = CenteredLaw::new(std_dev, is_narrow, MOST_PLACES, characteristic);
        Self::Fourier(centered.expect(
            "the law of these layers has steps that are too sharp: give the Gaussian ones fewer units, or the orthogonal ones more",
        ))
    }
}

/// Where a function that goes up from below zero at `low` to zero or more at `high` changes its sign, to `10⁻¹⁴ (unit + |place|)`: by regula
/// falsi, where an end that stays twice counts for half (the Illinois rule); after sixteen steps every second one halves the interval, for
/// functions that are all but a step.
fn zero_between(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64, unit: f64) -> f64 {
    let (mut at_low, mut at_high) = (f(low), f(high));
    let mut low_is_new = None;
    for round in 0..200 {
        let middle = f64::midpoint(low, high);
        let digits = 1e-14 * (unit + middle.abs());
        if high - low <= digits {
            return middle;
        }
        let guess = low - at_low * (high - low) / (at_high - at_low);
        let is_slow = round > 16 && round % 2 == 0;
        let at = if is_slow || guess.is_nan() {
            middle
        } else {
            // Beside an end that is the zero already, so that the other one comes close.
            guess.clamp(low + 0.5 * digits, high - 0.5 * digits)
        };
        let value = f(at);
        if value == 0.0 {
            return at;
        }
        if value < 0.0 {
            (low, at_low) = (at, value);
            if low_is_new.replace(true) == Some(true) {
                at_high /= 2.0;
            }
        } else {
            (high, at_high) = (at, value);
            if low_is_new.replace(false) == Some(false) {
                at_low /= 2.0;
            }
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests;
