//! The exact probability that a test by the Kolmogorov distance passes, whatever the draws' true law.

use statrs::distribution::{ContinuousCDF, Normal};

/// A test that passes if the distance of `draws` numbers from a claimed distribution function has an
/// exact p-value above `alpha`: `scipy.stats.kstest` with a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovTest {
    draws: usize,
    critical: f64,
}

impl KolmogorovTest {
    /// The test of this number of draws.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(draws: usize, alpha: f64) -> Self {
        assert!(draws > 0, "a distribution needs at least one draw");
        // Massart's bound on the tail is above the exact one, and not by much.
        let mut high = (libm::log(2.0 / alpha) / (2.0 * draws as f64))
            .sqrt()
            .min(1.0);
        let mut low = 0.5 * high;
        for _ in 0..24 {
            let critical = f64::midpoint(low, high);
            let test = Self { draws, critical };
            if test.pass_probability(|p| p) < 1.0 - alpha {
                low = critical;
            } else {
                high = critical;
            }
        }
        Self {
            draws,
            critical: high,
        }
    }

    /// The distance at which the test begins to fail.
    pub const fn critical(&self) -> f64 {
        self.critical
    }

    /// The probability of passing if a number lies below the `p`-quantile of the claimed law with
    /// probability `actual(p)`; the identity, if the claim is true.
    ///
    /// The sorted numbers must stay between two steps, `i/N − d ≤ F(x_i) ≤ (i − 1)/N + d`. The number of
    /// them below a point is followed from point to point as a Poisson process that has to end at `N`.
    pub fn pass_probability(&self, actual: impl Fn(f64) -> f64) -> f64 {
        let n = self.draws as f64;
        // The most, or the least, numbers that may lie below `place`.
        let mut barriers: Vec<(f64, Barrier)> = (1..=self.draws)
            .flat_map(|i| {
                let earliest = (i as f64 / n - self.critical).max(0.0);
                let latest = ((i as f64 - 1.0) / n + self.critical).min(1.0);
                [
                    (actual(earliest), Barrier::AtMost(i - 1)),
                    (actual(latest), Barrier::AtLeast(i)),
                ]
            })
            .collect();
        barriers.sort_by(|a, b| a.0.total_cmp(&b.0));
        barriers.push((1.0, Barrier::AtLeast(0)));

        let mut counts = Counts::new();
        let mut place = 0.0;
        for (next, barrier) in barriers {
            counts.advance(n * (next - place), self.draws);
            counts.cut(barrier);
            place = next;
        }
        // Given that the process has N points in all.
        let all = counts.at(self.draws);
        let poisson = n * libm::log(n) - n - statrs::function::gamma::ln_gamma(n + 1.0);
        all / libm::exp(poisson)
    }

    /// The probability of passing for normal numbers whose standard deviation is `ratio` times the
    /// claimed one.
    pub fn passes_scaled_normal(&self, ratio: f64) -> f64 {
        let normal = Normal::standard();
        self.pass_probability(|p| match p {
            0.0 => 0.0,
            1.0 => 1.0,
            p => normal.cdf(normal.inverse_cdf(p) / ratio),
        })
    }
}

/// How many numbers may lie below a point.
#[derive(Clone, Copy)]
enum Barrier {
    AtMost(usize),
    AtLeast(usize),
}

/// The probabilities of counts from `first` on.
struct Counts {
    first: usize,
    probabilities: Vec<f64>,
}

impl Counts {
    fn new() -> Self {
        Self {
            first: 0,
            probabilities: vec![1.0],
        }
    }

    fn at(&self, count: usize) -> f64 {
        let index = count.checked_sub(self.first);
        let probability = index.and_then(|index| self.probabilities.get(index));
        probability.copied().unwrap_or(0.0)
    }

    /// Adds a Poisson number with this mean; counts above `most` are of no use.
    fn advance(&mut self, mean: f64, most: usize) {
        if mean <= 0.0 {
            return;
        }
        let mut poisson = vec![libm::exp(-mean)];
        while let Some(last) = poisson.last() {
            let k = poisson.len() as f64;
            let next = last * mean / k;
            if k > mean && next < 1e-30 {
                break;
            }
            poisson.push(next);
        }
        let reach = (self.probabilities.len() + poisson.len() - 1).min(most + 1 - self.first);
        let mut moved = vec![0.0; reach];
        for (i, probability) in self.probabilities.iter().enumerate() {
            for (sum, step) in moved[i.min(reach)..].iter_mut().zip(&poisson) {
                *sum += probability * step;
            }
        }
        self.probabilities = moved;
    }

    fn cut(&mut self, barrier: Barrier) {
        match barrier {
            Barrier::AtMost(most) => {
                let kept = (most + 1).saturating_sub(self.first);
                self.probabilities.truncate(kept);
            }
            Barrier::AtLeast(least) => {
                let gone = least.saturating_sub(self.first);
                self.probabilities
                    .drain(..gone.min(self.probabilities.len()));
                self.first += gone;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_distance_of_one_and_of_two_draws_is_by_hand() {
        // One draw: D < d exactly if it lies within d − 1/2 of the middle.
        let one = KolmogorovTest {
            draws: 1,
            critical: 0.7,
        };
        assert_relative_eq!(one.pass_probability(|p| p), 0.4, max_relative = 1e-12);
        // Two draws, by the area of the region in the unit square.
        let two = KolmogorovTest {
            draws: 2,
            critical: 0.6,
        };
        // x ≤ 0.6 and y ≥ 0.4, x < y: 2 · (0.6 · 0.6 − 0.2² / 2)
        assert_relative_eq!(two.pass_probability(|p| p), 0.68, max_relative = 1e-12);
    }

    #[test]
    fn the_critical_distances_are_those_of_tables() {
        // Smirnov's table: 0.409 for ten draws and 0.294 for twenty, at 5 %.
        for (draws, critical) in [(10, 0.409), (20, 0.294)] {
            let test = KolmogorovTest::new(draws, 0.05);
            assert!((test.critical - critical).abs() < 6e-4, "{test:?}");
        }
        // Far out, Massart's bound is nearly attained.
        let test = KolmogorovTest::new(400, 1e-4);
        let bound = (libm::log(2e4) / 800.0).sqrt();
        assert!(0.98 * bound < test.critical && test.critical < bound);
    }

    #[test]
    fn a_wrong_scale_passes_less_often() {
        let test = KolmogorovTest::new(400, 1e-4);
        assert_relative_eq!(
            test.passes_scaled_normal(1.0),
            1.0 - 1e-4,
            max_relative = 1e-8
        );
        let half = test.passes_scaled_normal(0.5_f64.sqrt());
        assert!(0.6 < half && half < 0.9, "{half}");
        assert!(test.passes_scaled_normal(0.5) < 1e-3);
    }
}
