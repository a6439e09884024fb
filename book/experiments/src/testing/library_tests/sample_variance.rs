//! The law of a sample variance, exact for normal numbers and by its characteristic function for others.

use std::f64::consts::PI;

use statrs::distribution::{ChiSquared, ContinuousCDF};

use unit_variance::probability::{Law, gaussian_density};

/// `S = Σ (x_i − x̄)²` of `N` independent draws from a standardized law: `χ²_{N−1}` for the normal law.
///
/// For a cut normal law the characteristic function is a pair of integrals. Since
/// `e^{−iω N x̄²}` is the expectation of `e^{√(−2iω/N) g Σx}` over a standard normal `g`,
///
/// ```text
/// E e^{iωS} = E_g [ ( E_x e^{iωx² + √(−2iω/N) g x} )^N ],
/// ```
///
/// and Gil-Pelaez' formula inverts it.
#[derive(Debug, Clone)]
pub struct SampleVariance {
    draws: usize,
    numeric: Option<Vec<Complex>>,
}

type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn power((re, im): Complex, n: usize) -> Complex {
    let (size, angle) = (
        n as f64 * 0.5 * libm::log(re * re + im * im),
        n as f64 * libm::atan2(im, re),
    );
    let size = libm::exp(size);
    (size * libm::cos(angle), size * libm::sin(angle))
}

/// `2π / STEP` standard deviations are one period of the inverted law.
const STEP: f64 = 2.0 * PI / 40.0;
/// Beyond this number of inverse standard deviations the characteristic function is below 10⁻¹⁷.
const REACH: f64 = 9.0;

impl SampleVariance {
    /// The law for this number of draws.
    ///
    /// # Panics
    ///
    /// If there are fewer than two, or the law is neither normal nor a cut normal one.
    #[track_caller]
    pub fn new(law: Law, draws: usize) -> Self {
        assert!(draws > 1, "a variance needs two draws");
        let numeric = match law {
            Law::Normal => None,
            Law::TruncatedNormal { cut } => Some(characteristic(law, cut, draws)),
            Law::Uniform => panic!("the sample variance of {law:?} draws is not implemented"),
        };
        Self { draws, numeric }
    }

    /// `P(S / N ≤ x)`: the variance over the population.
    pub fn below(&self, x: f64) -> f64 {
        self.sum_below(self.draws as f64 * x)
    }

    /// `P(S / (N − 1) ≤ x)`: the unbiased variance.
    pub fn unbiased_below(&self, x: f64) -> f64 {
        self.sum_below((self.draws - 1) as f64 * x)
    }

    fn sum_below(&self, s: f64) -> f64 {
        if s <= 0.0 {
            return 0.0;
        }
        let Some(values) = &self.numeric else {
            let law = ChiSquared::new((self.draws - 1) as f64).expect("at least one degree");
            return law.cdf(s);
        };
        let sd = spread(self.draws);
        let away = (s - (self.draws - 1) as f64) / sd;
        // Half a period away there is nothing left.
        if away.abs() > 19.0 {
            return f64::from(away > 0.0);
        }
        let terms = values.iter().enumerate().map(|(k, value)| {
            let place = k as f64 + 0.5;
            let angle = -place * STEP * away;
            times((libm::cos(angle), libm::sin(angle)), *value).1 / place
        });
        (0.5 - terms.sum::<f64>() / PI).clamp(0.0, 1.0)
    }
}

/// The unit in which frequencies are chosen: the standard deviation for normal draws.
fn spread(draws: usize) -> f64 {
    (2.0 * (draws - 1) as f64).sqrt()
}

/// `E e^{iω(S − N + 1)}` at `ω = (k + 1/2) · STEP / sd`.
fn characteristic(law: Law, cut: f64, draws: usize) -> Vec<Complex> {
    const PANELS: u32 = 100;
    let scale = law.bound() / cut;
    let h = cut / f64::from(PANELS);
    // Simpson's rule on [0, cut], as a law: the weights sum to 1.
    let weight = |i: u32| {
        let simpson = match i {
            0 | PANELS => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        simpson * gaussian_density(h * f64::from(i))
    };
    let total: f64 = (0..=PANELS).map(weight).sum();
    let law: Vec<(f64, f64)> = (0..=PANELS)
        .map(|i| (scale * h * f64::from(i), weight(i) / total))
        .collect();

    let n = draws as f64;
    let one = |omega: f64, g: f64| -> Complex {
        // cosh((1 − i) c) = cosh c cos c − i sinh c sin c
        let root = (omega / n).sqrt() * g;
        law.iter().fold((0.0, 0.0), |sum, (x, weight)| {
            let c = root * x;
            let both_signs = (libm::cosh(c) * libm::cos(c), -libm::sinh(c) * libm::sin(c));
            let angle = omega * x * x;
            let term = times((libm::cos(angle), libm::sin(angle)), both_signs);
            (sum.0 + weight * term.0, sum.1 + weight * term.1)
        })
    };
    let count = (REACH / STEP) as u32;
    (0..count)
        .map(|k| {
            let omega = (f64::from(k) + 0.5) * STEP / spread(draws);
            // The trapezoidal rule converges geometrically under a Gaussian.
            let (step, last) = (0.2, 40_u32);
            let sum = (0..=last).fold((0.0, 0.0), |sum, j| {
                let g = step * f64::from(j);
                let sides = if j == 0 { 1.0 } else { 2.0 };
                let mass = sides * step * gaussian_density(g);
                let value = power(one(omega, g), draws);
                (sum.0 + mass * value.0, sum.1 + mass * value.1)
            });
            let shift = -omega * (n - 1.0);
            times((libm::cos(shift), libm::sin(shift)), sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use rand_distr::Distribution;
    use unit_variance::probability::{Moments, Streams};

    #[test]
    fn a_far_cut_is_the_chi_square_law() {
        let (exact, numeric) = (
            SampleVariance::new(Law::Normal, 50),
            SampleVariance::new(Law::TruncatedNormal { cut: 9.0 }, 50),
        );
        for x in [0.5, 0.8, 0.98, 1.2, 1.7] {
            assert_abs_diff_eq!(exact.below(x), numeric.below(x), epsilon = 1e-6);
        }
    }

    #[test]
    fn a_simulation_agrees() {
        const RUNS: usize = 20_000;
        let law = SampleVariance::new(Law::TRUNCATED_NORMAL, 40);
        let mut rng = Streams::new(1).stream("draws");
        let mut variance = || {
            let draws = (0..40).map(|_| Law::TRUNCATED_NORMAL.sample(&mut rng));
            draws
                .fold(Moments::new(), |mut moments, x| {
                    moments.push(x);
                    moments
                })
                .variance()
        };
        let variances: Vec<f64> = (0..RUNS).map(|_| variance()).collect();
        for x in [0.7, 0.9, 1.0, 1.3] {
            let share = variances.iter().filter(|v| **v <= x).count() as f64 / RUNS as f64;
            assert_abs_diff_eq!(
                law.below(x),
                share,
                epsilon = 6.0 * 0.5 / (RUNS as f64).sqrt()
            );
        }
    }
}
