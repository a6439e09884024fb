//! The softmax `a` of `T` independent logits of law `N(0, s²)`, on average: with independent `G_j` of Gumbel's law, and `G`
//! that of the largest `z_j + G_j`,
//!
//! ```text
//! E ln Σ e^(z_j) = E max_j (z_j + G_j) − γ ,    E Σ a_j² = E e^(−G) ,    −E Σ a_j ln a_j = E G − γ .
//! ```
//!
//! For given logits the largest sum `M` has Gumbel's law about `ln Σ e^(z_j)` and does not depend on which `j` it belongs to,
//! which is `j` with probability `a_j`; and `G = M − z_j`. All three are integrals
//! `T ∫ E[g(w) e^(−w − e^(−w))] F(x)^(T−1) dx` over the place `x` of the largest sum, where `w = x − sZ` is its `G`, and
//! `F(x) = E e^(−e^(−w))` the distribution of one sum. The integrands are analytic and bounded within `π/2` of the line,
//! where the rule of the trapezoid converges geometrically.

use crate::probability::{gaussian_cdf, gaussian_density, gaussian_upper_tail};

/// Euler's constant `γ`, the mean of Gumbel's law.
const GAMMA: f64 = 0.577_215_664_901_532_9;

/// Steps of the trapezoid rule in Gumbel's law and in a standard normal one, for errors below `e^(−π²/STEP)`. The largest of
/// many normal numbers is narrower, by `√(2 ln T)`, and so is the step where `x` is summed.
const STEP: f64 = 0.25;

/// What `T` tokens make of logits of standard deviation `s`, on average.
///
/// ```
/// use unit_variance::theory::SoftmaxLaw;
///
/// // A head of 64 features, among 1024 tokens: divided by the root of 64, a token looks at hundreds of others …
/// let divided = SoftmaxLaw::new(1024, 1.0);
/// assert!((1.0 / divided.concentration() - 379.4).abs() < 0.1);
/// // … and at one or two if it is not.
/// let plain = SoftmaxLaw::new(1024, 8.0);
/// assert!((1.0 / plain.concentration() - 1.66).abs() < 0.01);
/// // The loss of ten classes before the first step
/// assert!((SoftmaxLaw::new(10, 1.0).log_sum() - 2.728_863_895_487).abs() < 1e-11);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftmaxLaw {
    log_sum: f64,
    concentration: f64,
    entropy: f64,
}

impl SoftmaxLaw {
    /// Of `T` logits of law `N(0, s²)`.
    ///
    /// # Panics
    ///
    /// If there are no logits, or `s` is negative or above `10¹⁰⁰`, or NaN.
    #[track_caller]
    pub fn new(tokens: u64, std_dev: f64) -> Self {
        assert!(tokens > 0, "a softmax of 0 logits has no weights");
        assert!(
            (0.0..=1e100).contains(&std_dev),
            "a standard deviation of logits must be from 0 to 1e100, but is {std_dev}"
        );
        if tokens == 1 {
            return Self {
                log_sum: 0.0,
                concentration: 1.0,
                entropy: 0.0,
            };
        }
        let count = tokens as f64;
        let far = 46.0 + libm::log(count);
        let extremes = freezing_std_dev(tokens);
        let step = (STEP * std_dev / extremes.max(4.0)).max(STEP);
        let reach = (10.0 + extremes) * std_dev;
        let (from, to) = (-6.0 - reach, far + reach);
        let sums = Sums::new(std_dev, far);
        let mut law = Self {
            log_sum: -GAMMA,
            concentration: 0.0,
            entropy: -GAMMA,
        };
        for i in 0..=((to - from) / step) as u32 {
            let x = from + step * f64::from(i);
            let here = sums.at(x);
            let ln_below = if here.above < 0.5 {
                libm::log1p(-here.above)
            } else {
                libm::log(here.below)
            };
            let others = libm::exp((count - 1.0) * ln_below);
            let weight = step * count * others;
            law.log_sum += weight * here.density * x;
            law.concentration += weight * here.concentrated;
            law.entropy += weight * here.first;
        }
        // What rounding puts outside of the bounds
        law.concentration = law.concentration.clamp(1.0 / count, 1.0);
        law.entropy = law.entropy.clamp(0.0, libm::log(count));
        law
    }

    /// `E ln Σ e^(z_j)`, between `ln T` and `ln T + s²/2`: also the mean first loss of `T` classes whose logits have this
    /// law, whatever the labels, if they are independent of the logits.
    pub fn log_sum(self) -> f64 {
        self.log_sum
    }

    /// `E Σ a_j²`, from `1/T` to 1: one over it is about the number of tokens that matter; the output of attention to values
    /// of variance 1 has this variance; and one minus it is the trace of the softmax's Jacobian.
    pub fn concentration(self) -> f64 {
        self.concentration
    }

    /// `−E Σ a_j ln a_j`, the entropy, from 0 to `ln T`; it is `E ln Σ e^(z_j) − s² (1 − E Σ a_j²)`.
    pub fn entropy(self) -> f64 {
        self.entropy
    }
}

/// `√(2 ln T)`: the standard deviation of logits above which one of `T` weights takes a share that does not vanish for
/// `T → ∞`: the largest of `T` logits is about `s √(2 ln T)`, and above this value `e` to it is as much as all others
/// together.[^rem]
///
/// ```
/// use unit_variance::theory::freezing_std_dev;
///
/// // Without a division, 64 features have logits of 8: more than any number of tokens forgives.
/// assert!(freezing_std_dev(1024) < 3.73 && freezing_std_dev(1 << 45) < 8.0);
/// ```
///
/// # Panics
///
/// If there are no logits.
///
/// [^rem]: B. Derrida (1981). *Random-energy model: An exactly solvable model of disordered systems*. Physical Review B 24.
#[track_caller]
pub fn freezing_std_dev(tokens: u64) -> f64 {
    assert!(tokens > 0, "a softmax of 0 logits has no weights");
    (2.0 * libm::log(tokens as f64)).sqrt()
}

/// `1 − √(2 ln T)/s` above the freezing point and 0 below: the limit of `E Σ a_j²` for `T → ∞` at a fixed ratio. It comes
/// slowly: of 1024 logits of standard deviation 8 it says 0.535, and [`SoftmaxLaw`] 0.602.
///
/// # Panics
///
/// If there are no logits, or `s` is not positive.
#[track_caller]
pub fn frozen_concentration(tokens: u64, std_dev: f64) -> f64 {
    assert!(
        std_dev > 0.0,
        "a standard deviation of logits must be positive, but is {std_dev}"
    );
    (1.0 - freezing_std_dev(tokens) / std_dev).max(0.0)
}

/// The nodes of a trapezoid rule for expectations over one sum `z + G` at a given place.
enum Sums {
    /// Over `G = w`, with weights of Gumbel's law; the density of `z` is wide.
    Gumbel {
        std_dev: f64,
        nodes: Vec<(f64, f64)>,
    },
    /// Over `z`, with Gaussian weights; it is narrow, and Gumbel's law is wide.
    Gaussian {
        std_dev: f64,
        nodes: Vec<(f64, f64)>,
    },
}

/// Of one sum `z + G`, at `x`.
#[derive(Default)]
struct Sum {
    /// `P(z + G < x)` and `P(z + G > x)`.
    below: f64,
    above: f64,
    /// Its density, and the density times the mean of `e^(−G)` and of `G`.
    density: f64,
    concentrated: f64,
    first: f64,
}

impl Sums {
    fn new(std_dev: f64, far: f64) -> Self {
        let grid = |from: f64, to: f64, density: fn(f64) -> f64| {
            (0..=((to - from) / STEP) as u32)
                .map(|i| from + STEP * f64::from(i))
                .map(|place| (place, STEP * density(place)))
                .collect()
        };
        if std_dev < 1.0 {
            let nodes = grid(-9.0, 9.0, gaussian_density);
            return Self::Gaussian { std_dev, nodes };
        }
        let nodes = grid(-4.5, far, |w| libm::exp(-w - libm::exp(-w)));
        Self::Gumbel { std_dev, nodes }
    }

    fn at(&self, x: f64) -> Sum {
        let mut sum = Sum::default();
        match self {
            Self::Gumbel { std_dev, nodes } => {
                for &(w, weight) in nodes {
                    let z = (x - w) / std_dev;
                    let density = weight * gaussian_density(z) / std_dev;
                    sum.below += weight * gaussian_cdf(z);
                    sum.above += weight * gaussian_upper_tail(z);
                    sum.add(density, w);
                }
            }
            Self::Gaussian { std_dev, nodes } => {
                for &(z, weight) in nodes {
                    let w = x - std_dev * z;
                    let rest = libm::exp(-w);
                    let density = weight * libm::exp(-w - rest);
                    sum.below += weight * libm::exp(-rest);
                    sum.above -= weight * libm::expm1(-rest);
                    sum.add(density, w);
                }
            }
        }
        sum
    }
}

impl Sum {
    fn add(&mut self, density: f64, w: f64) {
        self.density += density;
        self.first += density * w;
        self.concentrated += density * libm::exp(-w);
    }
}

#[cfg(test)]
mod tests;
