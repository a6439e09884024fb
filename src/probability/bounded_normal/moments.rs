//! Mean and variance of the normal law between two bounds.
//!
//! With `t` the distance from the lower end, `Z − a`, the density is proportional to
//! `e^(−a t − t²/2)`. Its mass, its mean and its variance are integrals of positive functions, found by
//! Gauss–Legendre panels; what lies beyond `e^(−50)` of the largest density is left out.

use super::BoundedNormal;
use crate::probability::gaussian::{gaussian_density, gaussian_upper_tail};
use crate::probability::quadrature::nodes;

/// Where the density is below `e^(−EXPONENT)` of its largest value, it counts for nothing in `f64`.
const EXPONENT: f64 = 50.0;

/// The ends of the panels, as shares of the interval: short where an exponential density is largest.
const PANELS: [f64; 6] = [0.0, 0.0625, 0.25, 0.5, 0.75, 1.0];

/// Below this length, in standard deviations, the law is uniform to all digits.
const UNIFORM: f64 = 1e-9;

impl BoundedNormal {
    /// `E X = location + scale · (φ(a) − φ(b)) / (Φ(b) − Φ(a))`, with `a` and `b` the ends in standard
    /// deviations.
    pub fn mean(self) -> f64 {
        if self.lies_left() {
            return -self.mirrored().mean();
        }
        let [a, b] = self.ends();
        let mean = if a >= 0.0 {
            self.low + self.in_weights(self.relative().mean)
        } else if self.width() < UNIFORM {
            f64::midpoint(self.low, self.high)
        } else {
            self.location + self.scale * self.mean_around_zero(a, b)
        };
        mean.clamp(self.low, self.high) // but for rounding
    }

    /// `E Z` for `a < 0 < b`: `φ(a) (1 − φ(b) / φ(a)) / (Φ(b) − Φ(a))`.
    fn mean_around_zero(self, a: f64, b: f64) -> f64 {
        let density = gaussian_density(a);
        if density == 0.0 {
            return 0.0;
        }
        // φ(b) / φ(a) = e^(−(b − a)(b + a) / 2)
        let sum = ((self.low - self.location) + (self.high - self.location)) / self.scale;
        let sum = if sum.is_finite() { sum } else { a + b };
        let fall = if b.is_infinite() {
            1.0
        } else {
            -libm::expm1(-0.5 * self.width() * sum)
        };
        density * fall / mass_around_zero(a, b)
    }

    /// `Var X`, smaller than `scale²`.
    pub fn variance(self) -> f64 {
        let std_dev = self.std_dev();
        std_dev * std_dev
    }

    /// `√Var X`, also where the variance itself leaves the range of `f64`.
    pub fn std_dev(self) -> f64 {
        if self.lies_left() {
            return self.mirrored().std_dev();
        }
        self.in_weights(self.relative().std_dev)
    }

    /// From shares of the part that counts to weights.
    fn in_weights(self, share: f64) -> f64 {
        match self.part() {
            Part::All { .. } => self.across(share),
            Part::From { length, .. } => self.scale * (share * length),
        }
    }

    /// The part of the interval that counts, of a law that does not lie left.
    fn part(self) -> Part {
        let ([a, b], width) = (self.ends(), self.width());
        let reach = (2.0 * EXPONENT).sqrt();
        if a >= 0.0 {
            // a t + t²/2 = EXPONENT
            let length = EXPONENT / (0.5 * a + 0.5 * libm::hypot(a, reach));
            if width <= length {
                Part::All { a, width }
            } else {
                Part::From { start: a, length }
            }
        } else if -reach <= a && b <= reach {
            Part::All { a, width }
        } else {
            let start = a.max(-reach);
            let length = b.min(reach) - start;
            Part::From { start, length }
        }
    }

    /// Mean and standard deviation in units of the part that counts, from its start.
    fn relative(self) -> Relative {
        let (Part::All { a, width }
        | Part::From {
            start: a,
            length: width,
        }) = self.part();
        if a >= 0.0 {
            // An end that leaves the range of f64 has everything at it, in weights.
            let slope = if a.is_finite() { a * width } else { EXPONENT };
            Relative::of(|x| x * (slope + 0.5 * width * width * x))
        } else {
            Relative::of(|x| 0.5 * (a + width * x) * (a + width * x))
        }
    }
}

/// The part of an interval where the density is no smaller than `e^(−EXPONENT)` of its largest value.
enum Part {
    /// From `a`, over the whole width.
    All { a: f64, width: f64 },
    /// From `start`, over this length.
    From { start: f64, length: f64 },
}

/// Mean and standard deviation of a law on `[0, 1]`.
struct Relative {
    mean: f64,
    std_dev: f64,
}

impl Relative {
    /// Of the law with density proportional to `e^(−exponent)`.
    fn of(exponent: impl Fn(f64) -> f64) -> Self {
        let panels = PANELS.windows(2);
        let weights: Vec<(f64, f64)> = panels
            .flat_map(|panel| nodes(panel[0], panel[1]))
            .map(|(x, w)| (x, w * libm::exp(-exponent(x))))
            .collect();
        let sum = |f: &dyn Fn(f64) -> f64| weights.iter().map(|(x, w)| w * f(*x)).sum::<f64>();
        let mass = sum(&|_| 1.0);
        let mean = sum(&|x| x) / mass;
        let variance = sum(&|x| (x - mean) * (x - mean)) / mass;
        Self {
            mean,
            std_dev: variance.sqrt(),
        }
    }
}

/// `Φ(b) − Φ(a)` for `a < 0 < b`: two parts that are added.
fn mass_around_zero(a: f64, b: f64) -> f64 {
    if a < -1.0 && b > 1.0 {
        1.0 - gaussian_upper_tail(b) - gaussian_upper_tail(-a)
    } else {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        0.5 * (libm::erf(b * half) + libm::erf(-a * half))
    }
}
