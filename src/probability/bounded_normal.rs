//! The standard normal law between any two bounds, by rejection.

use rand::Rng;

use super::gaussian::{gaussian_density, gaussian_upper_tail};
use super::lanes::unit_interval;
use super::normal_sampler;

/// `Z ~ N(0, 1)` given `low ≤ Z ≤ high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BoundedNormal {
    low: f64,
    high: f64,
}

impl BoundedNormal {
    pub(crate) fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// The side of 0 on which the interval lies, or mostly lies: there, tails have all their digits.
    fn mirrored(self) -> Self {
        Self::new(-self.high, -self.low)
    }

    fn lies_left(self) -> bool {
        self.low + self.high < 0.0
    }

    /// `(φ(a) − φ(b)) / (Φ(b) − Φ(a))`.
    pub(crate) fn mean(self) -> f64 {
        if self.lies_left() {
            return -self.mirrored().mean();
        }
        (gaussian_density(self.low) - gaussian_density(self.high)) / self.mass()
    }

    /// `1 + (a φ(a) − b φ(b)) / (Φ(b) − Φ(a)) − mean²`.
    pub(crate) fn variance(self) -> f64 {
        let edge = |z: f64| {
            if z.is_finite() {
                z * gaussian_density(z)
            } else {
                0.0
            }
        };
        let mean = self.mean();
        let towards = if self.lies_left() {
            self.mirrored()
        } else {
            self
        };
        1.0 + (edge(towards.low) - edge(towards.high)) / towards.mass() - mean * mean
    }

    fn mass(self) -> f64 {
        gaussian_upper_tail(self.low) - gaussian_upper_tail(self.high)
    }

    /// After C. P. Robert (1995), [*Simulation of truncated normal variables*](https://arxiv.org/abs/0907.4010).
    pub(crate) fn sample<R: Rng + ?Sized>(self, rng: &mut R) -> f64 {
        let Self { low, high } = self;
        if self.lies_left() {
            return -self.mirrored().sample(rng);
        }
        // The largest density lies at 0 or at `low`; a narrow interval is sampled uniformly below it.
        let peak = low.max(0.0);
        let rate = f64::midpoint(low, (low * low + 4.0).sqrt());
        let narrow = high - low < 1.0 / rate.max(0.5);
        loop {
            let z = if narrow {
                let z = low + (high - low) * unit_interval(rng.next_u64());
                if unit_interval(rng.next_u64()) >= libm::exp(0.5 * (peak - z) * (peak + z)) {
                    continue;
                }
                z
            } else if low < 0.5 {
                normal_sampler::sample(rng)
            } else {
                let z = low - libm::log(1.0 - unit_interval(rng.next_u64())) / rate;
                if unit_interval(rng.next_u64()) >= libm::exp(-0.5 * (z - rate) * (z - rate)) {
                    continue;
                }
                z
            };
            if low <= z && z <= high {
                return z;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::{Moments, Streams};

    const CASES: [(f64, f64); 9] = [
        (-2.0, 2.0),
        (-0.1, 0.3),
        (0.0, f64::INFINITY),
        (0.7, f64::INFINITY),
        (-3.0, 0.1),
        (f64::NEG_INFINITY, -1.0),
        (3.0, 3.2),
        (6.0, 9.0),
        (-9.0, -2.0),
    ];

    #[test]
    fn draws_follow_the_law() {
        // Dvoretzky, Kiefer, Wolfowitz, Massart at 1e-9 each.
        let n = 100_000;
        let critical = (2e9_f64.ln() / (2.0 * f64::from(n))).sqrt();
        for (low, high) in CASES {
            let law = BoundedNormal::new(low, high);
            let mut rng = Streams::new(1).stream("bounded");
            let mut draws: Vec<f64> = (0..n).map(|_| law.sample(&mut rng)).collect();
            draws.sort_by(f64::total_cmp);
            assert!(low <= draws[0] && draws[n as usize - 1] <= high);
            for (i, z) in draws.iter().enumerate() {
                // The share right of z, on the side where tails have digits.
                let right = if law.lies_left() {
                    1.0 - BoundedNormal::new(-z, -low).mass() / law.mirrored().mass()
                } else {
                    BoundedNormal::new(*z, high).mass() / law.mass()
                };
                let below = i as f64 / f64::from(n);
                assert!(
                    (1.0 - right - below).abs() < critical,
                    "{low} to {high} at {z}"
                );
            }
        }
    }

    #[test]
    fn mean_and_variance_are_those_of_the_draws() {
        for (low, high) in CASES {
            let law = BoundedNormal::new(low, high);
            let mut rng = Streams::new(2).stream("bounded");
            let n = 200_000_u32;
            let moments: Moments = (0..n).map(|_| law.sample(&mut rng)).collect();
            // Seven standard errors; the kurtosis of these laws is at most 9, that of an exponential.
            let error = 7.0 * (law.variance() / f64::from(n)).sqrt();
            assert!(
                (moments.mean() - law.mean()).abs() < error,
                "{low} to {high}"
            );
            let relative = 7.0 * (8.0 / f64::from(n)).sqrt();
            assert!(
                (moments.variance() / law.variance() - 1.0).abs() < relative,
                "{low} to {high}"
            );
        }
    }
}
