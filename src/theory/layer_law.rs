//! The law of a layer's factor `r`, by which it multiplies the mean square of one input.
//!
//! Whatever enters, without biases and with the gain of the activation:
//!
//! ```text
//! linear, Gaussian weights    r = χ²_n / n
//! ReLU, Gaussian weights      r = (2/n) χ²_K ,              K ~ Bin(n, 1/2)
//! ReLU, orthogonal weights    r = 2 Beta(K/2, (n − K)/2) ,  which is 2 for K = n
//! ```
//!
//! The second is the product of the first and the third, which are independent: the length of a Gaussian vector, and
//! the share of it that survives the mask. So the cumulants of `ln r` add up.

use std::f64::consts::LN_2;

use num_complex::Complex64;

use super::active_units::ActiveUnits;
use super::gamma::{cis, digamma_less_log, exp, ln_gamma_ratio, tetragamma, trigamma};
use super::layer_kind::LayerKind;
use super::orthogonal_product::of_one_layer as of_one_orthogonal_layer;
use super::relu_product::of_one_layer as of_one_relu_layer;

/// The first three cumulants of `ln r`, given that the layer is not dead: mean, variance, and the third central moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogCumulants {
    /// `E ln r`.
    pub mean: f64,
    /// `Var ln r`.
    pub variance: f64,
    /// `E (ln r − E ln r)³`.
    pub third: f64,
}

/// The law of the factor of a layer of `width` units.
///
/// ```
/// use unit_variance::theory::{LayerKind, LayerLaw};
///
/// let [linear, relu, rotated] = LayerKind::ALL.map(|kind| LayerLaw::new(kind, 80));
/// // The five is two and three: a length, and the share of it that survives.
/// assert_eq!(80.0 * linear.variance(), 2.0);
/// assert_eq!(80.0 * relu.variance(), 5.0);
/// assert_eq!(82.0 * rotated.variance(), 3.0);
/// let sum = linear.log().variance + rotated.log().variance;
/// assert!((relu.log().variance - sum).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct LayerLaw {
    kind: LayerKind,
    width: u64,
    active: ActiveUnits,
    log: LogCumulants,
}

impl LayerLaw {
    /// A layer of this kind and so many units.
    ///
    /// # Panics
    ///
    /// If it has none.
    #[track_caller]
    pub fn new(kind: LayerKind, width: u64) -> Self {
        assert!(width > 0, "a layer of 0 units has no factor");
        let active = ActiveUnits::of(width);
        let log = match kind {
            LayerKind::Linear => of_length(width),
            LayerKind::Relu => {
                let [length, share] = [of_length(width), of_share(width, &active)];
                LogCumulants {
                    mean: length.mean + share.mean,
                    variance: length.variance + share.variance,
                    third: length.third + share.third,
                }
            }
            LayerKind::OrthogonalRelu => of_share(width, &active),
        };
        Self {
            kind,
            width,
            active,
            log,
        }
    }

    /// What the layer is made of.
    pub fn kind(&self) -> LayerKind {
        self.kind
    }

    /// How many units it has.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// `E r`, dead layers included: 1.
    pub fn mean(&self) -> f64 {
        1.0
    }

    /// `Var r`, dead layers included: `2/n`, `5/n` and `3/(n + 2)`.
    pub fn variance(&self) -> f64 {
        let n = self.width as f64;
        match self.kind {
            LayerKind::Linear => 2.0 / n,
            LayerKind::Relu => 5.0 / n,
            LayerKind::OrthogonalRelu => 3.0 / (n + 2.0),
        }
    }

    /// The cumulants of `ln r`, given that the layer is not dead.
    pub fn log(&self) -> LogCumulants {
        self.log
    }

    /// The probability that no unit is active, `2^(−n)` behind a ReLU.
    pub fn dead(&self) -> f64 {
        match self.kind {
            LayerKind::Linear => 0.0,
            LayerKind::Relu | LayerKind::OrthogonalRelu => libm::exp2(-(self.width as f64)),
        }
    }

    /// The number of active units, given that there are some.
    pub(super) fn active(&self) -> &ActiveUnits {
        &self.active
    }

    // ANCHOR: characteristic
    /// `E e^(it (ln r − E ln r))`, given that the layer is not dead.
    pub(super) fn characteristic(&self, t: f64) -> Complex64 {
        let shares = self.active.shares();
        let is_narrow = self.width <= ActiveUnits::FEW;
        let length = ln_gamma_ratio(self.width as f64 / 2.0, t);
        let whole = match self.kind {
            LayerKind::Linear => exp(length),
            LayerKind::Relu if is_narrow => of_one_relu_layer(shares, t),
            LayerKind::OrthogonalRelu if is_narrow => {
                let half = of_one_orthogonal_layer(shares, t * Complex64::I);
                half * cis(t * LN_2)
            }
            // Wide ones: a sum over some of the numbers of active units.
            LayerKind::Relu => self.mixed(t, Complex64::ZERO),
            LayerKind::OrthogonalRelu => self.mixed(t, -length),
        };
        whole * cis(-t * self.log.mean)
    }
    // ANCHOR_END: characteristic

    /// `Σ p_k (2k/n)^(it) Γ(k/2 + it) / ((k/2)^(it) Γ(k/2))`, each term times the exponential of `factor`.
    fn mixed(&self, t: f64, factor: Complex64) -> Complex64 {
        let terms = self.active.iter().map(|(k, share)| {
            let log = ln_gamma_ratio(k as f64 / 2.0, t) + factor;
            let turn = Complex64::new(0.0, t * ln_share(k, self.width));
            share * exp(log + turn)
        });
        terms.sum()
    }
}

/// `ln(2k/n)`, with all digits near 0.
fn ln_share(k: u64, width: u64) -> f64 {
    let n = width as f64;
    libm::log1p((k as f64 - (width - k) as f64) / n)
}

/// Of `ln(χ²_n / n)`: `ψ(n/2) − ln(n/2)`, `ψ'(n/2)` and `ψ''(n/2)`.
fn of_length(width: u64) -> LogCumulants {
    let half = width as f64 / 2.0;
    LogCumulants {
        mean: digamma_less_log(half),
        variance: trigamma(half),
        third: tetragamma(half),
    }
}

/// Of `ln 2 Beta(K/2, (n − K)/2)`: given `K = k` they are `ln(4/n) + ψ(k/2)`, `ψ'(k/2)` and `ψ''(k/2)` less those of the
/// length; then by the law of total cumulance.
fn of_share(width: u64, active: &ActiveUnits) -> LogCumulants {
    let length = of_length(width);
    let given = |k: u64| {
        let half = k as f64 / 2.0;
        let mean = ln_share(k, width) + digamma_less_log(half) - length.mean;
        let variance = trigamma(half) - length.variance;
        (mean, variance, tetragamma(half) - length.third)
    };
    let parts: Vec<(f64, (f64, f64, f64))> =
        active.iter().map(|(k, share)| (share, given(k))).collect();
    let mean: f64 = parts.iter().map(|(share, (mean, ..))| share * mean).sum();
    let (mut variance, mut third) = (0.0, 0.0);
    for (share, (given_mean, given_variance, given_third)) in &parts {
        let off = given_mean - mean;
        variance += share * (given_variance + off * off);
        third += share * (given_third + off * (3.0 * given_variance + off * off));
    }
    LogCumulants {
        mean,
        variance,
        third,
    }
}

#[cfg(test)]
mod tests;
