//! Is an initializer what it claims to be? Its scale and its shape, with foils that nobody has to write.

use std::fmt;

use super::{Check, ChiSquareMean, Evidence, KolmogorovDistance, KolmogorovFoil, MeanBound};
use crate::initializer::{Fans, Initializer, VarianceScaling};
use crate::probability::{Law, Moments, StreamRng, Streams};

/// How many weights are judged at least: enough that an error of 5 % in the variance passes with probability below 1e-9.
const WEIGHTS: usize = 200_000;

/// By how many standard deviations the weights of a foil are moved.
const MOVED: f64 = 0.1;

/// What was found of an initializer: its variance, and its distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsEvidence {
    /// The mean square of the weights over the variance that is claimed. Foils: half and twice the variance, 5 % more and
    /// less.
    pub scale: Evidence,
    /// The distance of the weights from the distribution that is claimed. Foils: another law of the same variance, and the
    /// same law about another mean.
    pub shape: Evidence,
}

impl WeightsEvidence {
    /// Whether both stand.
    pub fn holds(&self) -> bool {
        self.scale.holds() && self.shape.holds()
    }
}

impl fmt::Display for WeightsEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.scale, self.shape)
    }
}

/// Are the weights of `initializer`, in a kernel `(fan_in, fan_out)`, independent draws of the law and the variance that
/// `claimed` has there?
///
/// A right initializer fails with probability below `1.5·10⁻⁸`: the false alarms of two checks and of the laws of their foils.
/// The scale and the shape are judged, over as many kernels as it takes; both checks rest on independent draws, of which
/// they see what makes the numbers too regular or too uneven, and no more.
///
/// ```
/// use unit_variance::evidence::weights_are;
/// use unit_variance::{Law, Streams, VarianceScaling};
///
/// let xavier = VarianceScaling::xavier(Law::Uniform);
/// assert!(weights_are(&xavier, xavier, (300, 200), Streams::new(1)).holds());
///
/// let he = VarianceScaling::he(Law::Uniform);
/// let found = weights_are(&he, xavier, (300, 200), Streams::new(1)); // 2/300 instead of 2/500
/// assert!(!found.scale.holds());
/// ```
///
/// # Panics
///
/// If the initializer cannot fill such a kernel, or the fans are zero.
#[track_caller]
pub fn weights_are(
    initializer: &dyn Initializer,
    claimed: VarianceScaling,
    shape: (usize, usize),
    streams: Streams,
) -> WeightsEvidence {
    let fans = Fans::dense(shape);
    let kernels = WEIGHTS.div_ceil(shape.0.saturating_mul(shape.1));
    let sample = Sample {
        shape,
        kernels,
        std_dev: claimed.std_dev(fans),
    };
    WeightsEvidence {
        scale: scale(initializer, claimed.law(), &sample, streams),
        shape: distribution(initializer, claimed, &sample, streams),
    }
}

/// Which weights are drawn, and what they are divided by.
struct Sample {
    shape: (usize, usize),
    kernels: usize,
    std_dev: f64,
}

impl Sample {
    const fn weights(&self) -> u64 {
        (self.kernels * self.shape.0 * self.shape.1) as u64
    }

    /// The weights, over the standard deviation that they claim.
    fn draw(&self, initializer: &dyn Initializer, rng: &mut StreamRng) -> Vec<f64> {
        let mut weights = Vec::with_capacity(self.kernels * self.shape.0 * self.shape.1);
        for _ in 0..self.kernels {
            let kernel = initializer.sample(self.shape, rng);
            weights.extend(kernel.iter().map(|w| w / self.std_dev));
        }
        weights
    }
}

/// The check of the variance; a candidate is a factor of it.
fn scale(initializer: &dyn Initializer, law: Law, sample: &Sample, streams: Streams) -> Evidence {
    let check = Check::of(
        "mean square of the weights over the variance that is claimed",
        sample.weights(),
        |factor: &f64, rng: &mut StreamRng| {
            let weights = sample.draw(initializer, rng);
            let moments: Moments = weights.iter().collect();
            factor * moments.second_moment()
        },
    );
    let check = match law {
        Law::Normal => check.null_of_n(ChiSquareMean::new),
        Law::Uniform | Law::TruncatedNormal { .. } => {
            check.null_of_n(|n| MeanBound::of_squares(law, n))
        }
    };
    check
        .holds_for("the initializer", 1.0)
        .foil_scaled("half the variance", 0.5, 0.5)
        .foil_scaled("twice the variance", 2.0, 2.0)
        .foil_scaled("5 % less", 0.95, 0.95)
        .foil_scaled("5 % more", 1.05, 1.05)
        .judge(streams.family("scale"))
}

/// The check of the distribution; a candidate draws standardized weights.
fn distribution(
    initializer: &dyn Initializer,
    claimed: VarianceScaling,
    sample: &Sample,
    streams: Streams,
) -> Evidence {
    type Draw<'a> = Box<dyn Fn(&mut StreamRng) -> Vec<f64> + 'a>;
    let law = claimed.law();
    let (other, apart) = farther(law);
    let other_scheme = VarianceScaling::new(claimed.scale(), claimed.fan(), other);
    let moved_at = widest(|x| law.cdf(x), |x| law.cdf(x - MOVED));
    let foil = |n, at: f64, cdf: f64| KolmogorovFoil::new(n, law.cdf(at), cdf);
    let n = sample.weights();
    Check::of(
        "distance of the weights from the distribution that is claimed",
        n,
        |draw: &Draw<'_>, rng: &mut StreamRng| {
            KolmogorovDistance::of(&mut draw(rng), |x| law.cdf(x))
        },
    )
    .null_of_n(KolmogorovDistance::new)
    .holds_for(
        "the initializer",
        Box::new(|rng: &mut StreamRng| sample.draw(initializer, rng)) as Draw<'_>,
    )
    .foil(
        &format!("{other:?} of the same variance"),
        Box::new(|rng: &mut StreamRng| sample.draw(&other_scheme, rng)),
        foil(n, apart, other.cdf(apart)),
    )
    .foil(
        &format!("a mean of {MOVED} standard deviations"),
        Box::new(|rng: &mut StreamRng| {
            let mut weights = sample.draw(&claimed, rng);
            for w in &mut weights {
                *w += MOVED;
            }
            weights
        }),
        foil(n, moved_at, law.cdf(moved_at - MOVED)),
    )
    .judge(streams.family("shape"))
}

/// Of the normal and the uniform law the one that is farther from this law, and where it is so.
fn farther(law: Law) -> (Law, f64) {
    let at = |other: Law| widest(|x| law.cdf(x), |x| other.cdf(x));
    let gap = |other: Law| (law.cdf(at(other)) - other.cdf(at(other))).abs();
    let other = if gap(Law::Normal) > gap(Law::Uniform) {
        Law::Normal
    } else {
        Law::Uniform
    };
    (other, at(other))
}

/// Where two distribution functions are farthest apart, to a hundredth.
fn widest(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> f64 {
    let gap = |x: &f64| (f(*x) - g(*x)).abs();
    let grid = (-400..=400).map(|i| f64::from(i) / 100.0);
    grid.max_by(|x, y| gap(x).total_cmp(&gap(y)))
        .expect("the grid is not empty")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Fan, Normal, Uniform};
    use approx::assert_relative_eq;

    #[test]
    fn every_scheme_is_what_it_claims_at_sizes_small_and_large() {
        for law in [
            Law::Normal,
            Law::Uniform,
            Law::TRUNCATED_NORMAL,
            Law::TruncatedNormal { cut: 0.5 },
        ] {
            for shape in [(3, 2), (64, 10), (500, 500)] {
                let scheme = VarianceScaling::new(2.0, Fan::Average, law);
                let found = weights_are(&scheme, scheme, shape, Streams::new(8));
                assert!(found.holds(), "{law:?} {shape:?}\n{found}");
            }
        }
    }

    #[test]
    fn what_an_initializer_gets_wrong_is_said() {
        let of = |initializer: &dyn Initializer| {
            let claimed = VarianceScaling::lecun(Law::Normal);
            weights_are(initializer, claimed, (100, 50), Streams::new(5))
        };
        let wider = of(&Normal::new(0.0, 0.105));
        assert!(!wider.scale.holds() && !wider.shape.holds(), "{wider}");
        // The variance is 0.105² and not 0.1², and the foil of half the variance is half of that.
        assert_relative_eq!(wider.scale.value, 1.1025, max_relative = 0.03);
        assert_relative_eq!(wider.scale.foils[0].value, 0.55125, max_relative = 0.03);
        let flat = of(&Uniform::new(-0.03_f64.sqrt(), 0.03_f64.sqrt()));
        assert!(flat.scale.holds() && !flat.shape.holds(), "{flat}");
        assert!(!flat.holds());
        // The median of a normal law that is moved by a tenth has 2 Φ(0.05) − 1 less below it, and to its sides there is no more.
        assert_relative_eq!(flat.shape.foils[1].value, 0.03988, epsilon = 0.01);
        let nothing = of(&crate::initializer::Constant(0.0));
        assert!(!nothing.holds());
        assert!(nothing.to_string().contains("FAILS"));
    }

    #[test]
    fn two_laws_are_compared_where_they_are_farthest_apart() {
        // Densities of equal height: of the uniform law of variance 1, 1/√12, and the normal one, at √(log(6/π)).
        let at = widest(|x| Law::Normal.cdf(x), |x| Law::Uniform.cdf(x));
        let equal = libm::log(6.0 / std::f64::consts::PI).sqrt();
        assert!((at.abs() - equal).abs() <= 0.01, "{at}");
        assert_eq!(farther(Law::Normal).0, Law::Uniform);
        assert_eq!(farther(Law::Uniform).0, Law::Normal);
        // Cut at half its standard deviation, the normal law is nearly uniform.
        assert_eq!(farther(Law::TruncatedNormal { cut: 0.5 }).0, Law::Normal);
        assert_eq!(farther(Law::TruncatedNormal { cut: 4.0 }).0, Law::Uniform);
    }
}
