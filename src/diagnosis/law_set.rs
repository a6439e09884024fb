//! The laws and scales that a sample allows: five tests inverted, valid for every sample size.
//!
//! A law `F` with standard deviation `σ` is in the set unless one of five tests rejects it, each with a false alarm of at
//! most `alpha / 5`, so the true law is missed with probability at most `alpha`:
//!
//! 1. scale: `Σx²/(Nσ²)` within [`mean_square_interval`];
//! 2. largest: `max|x| / σ` not too large, which for a bounded law never errs;
//! 3. smallest maximum: `P(max|x| ≤ t) = P(|x| ≤ t)^N`, which makes a bound sharp to `1/N`;
//! 4. mean: `|x̄| ≤ σ √(2 ln(2/alpha') / N)`, since all these laws are strictly sub-Gaussian;
//! 5. shape: the counts beyond 56 edges on each side of 0, from `σ/16` to `8σ`, and at 0.
//!
//! Each rejects an interval of `σ`, so nothing is searched on a grid. The interval that is returned is the hull of
//! what is left.

use super::bins::{EDGES_OF_OCTAVE, Tail};
use super::facts::Facts;
use super::mean_square::mean_square_interval;
use super::share::allowed_shares;
use crate::probability::Law;

/// Where the edges of the fifth test lie, in standard deviations: seven octaves.
const EDGES: std::ops::Range<f64> = 0.0625..8.0;

/// The laws that are tried.
pub(super) const LAWS: [Law; 5] = [
    Law::Normal,
    Law::Uniform,
    Law::TRUNCATED_NORMAL,
    Law::TruncatedNormal { cut: 1.0 },
    Law::TruncatedNormal { cut: 3.0 },
];

/// A law that the sample allows, and the standard deviations for which it does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowed {
    /// The shape.
    pub law: Law,
    /// `σ ∈ [low, high]`.
    pub std_dev: (f64, f64),
}

/// `{(F, σ)}` that five tests do not reject; the true one is missed with probability at most `alpha`.
///
/// ```
/// use ndarray::Array2;
/// use unit_variance::diagnosis::{Facts, Precision, allowed_laws};
/// use unit_variance::{Initializer, Law, Streams, VarianceScaling};
///
/// let he = VarianceScaling::he(Law::Uniform);
/// let weight: Array2<f64> = he.sample((100, 80), &mut Streams::new(1).stream("weight"));
/// let facts = Facts::of(weight.view().into_dyn(), Precision::F64);
///
/// let allowed = allowed_laws(&facts, 1e-9);
/// assert_eq!(allowed.len(), 1);
/// let (low, high) = allowed[0].std_dev;
/// assert!(allowed[0].law == Law::Uniform && low <= 0.02_f64.sqrt() && 0.02_f64.sqrt() <= high);
/// assert!(high < 1.01 * low);
/// ```
///
/// # Panics
///
/// If `alpha` is not from `1e-290` to below 1.
#[track_caller]
pub fn allowed_laws(facts: &Facts, alpha: f64) -> Vec<Allowed> {
    assert!(
        (1e-290..1.0).contains(&alpha),
        "the probability of missing the true law must be from 1e-290 to below 1, but is {alpha:e}"
    );
    if facts.count < 2
        || facts.non_finite() > 0
        || !(facts.second_moment > 0.0 && facts.second_moment.is_finite())
    {
        return Vec::new();
    }
    let shares = Shares::of(facts, alpha / 5.0);
    let hulls = LAWS.iter().filter_map(|&law| {
        let std_dev = interval_of(law, facts, alpha / 5.0)?;
        let std_dev = shares.narrow(law, std_dev)?;
        Some(Allowed { law, std_dev })
    });
    hulls.collect()
}

/// What the first four tests leave of `σ`, each with this false alarm.
fn interval_of(law: Law, facts: &Facts, alpha: f64) -> Option<(f64, f64)> {
    let n = facts.count as f64;
    let precision = facts.precision;
    let (unit, fine) = (precision.unit() + 1e-12, 0.5 * precision.finest());
    let rms = facts.second_moment.sqrt();
    let (low, high) = mean_square_interval(law, facts.count, alpha);
    let scale = (
        (rms * (1.0 - unit) - fine) / high.sqrt(),
        (rms * (1.0 + unit) + fine) / low.sqrt(),
    );
    let largest = facts.largest();
    // One of N normal draws lies beyond t with probability at most N P(|x| > t).
    let above = if law == Law::Normal {
        distance_with_outside(law, alpha / n)
    } else {
        law.bound()
    };
    let least_by_largest = (largest * (1.0 - unit) - fine) / above;
    // P(|x| ≤ t)^N = alpha
    let below = distance_with_outside(law, -libm::expm1(libm::log(alpha) / n));
    let most_by_largest = (largest * (1.0 + unit) + fine) / below;
    let deviation = (2.0 * libm::log(2.0 / alpha) / n).sqrt();
    let least_by_mean = (facts.mean.abs() - unit * rms - fine) / deviation;
    let low = scale.0.max(least_by_largest).max(least_by_mean);
    let high = scale.1.min(most_by_largest);
    (low > 0.0 && low <= high).then_some((low, high))
}

/// The `t` with `P(|x| > t) = outside`.
pub(super) fn distance_with_outside(law: Law, outside: f64) -> f64 {
    let (mut near, mut far) = (0.0, law.bound().min(39.0));
    for _ in 0..60 {
        let middle = f64::midpoint(near, far);
        if 2.0 * law.cdf(-middle) > outside {
            near = middle;
        } else {
            far = middle;
        }
    }
    far
}

/// For every edge the probabilities that its two counts allow.
struct Shares(Vec<(f64, f64, f64)>);

impl Shares {
    /// All edges that can be between `σ/16` and `8σ` for a `σ` that is not far off, at a joint false alarm of `alpha`.
    fn of(facts: &Facts, alpha: f64) -> Self {
        // Seven octaves on either side of 0, and 0 itself: two tails each.
        let counts = 2.0 * 7.0 * EDGES_OF_OCTAVE + 2.0;
        let tail = alpha / counts / 2.0;
        let n = facts.count;
        let rms = facts.second_moment.sqrt();
        let near =
            |tail: &&Tail| tail.edge > rms * EDGES.start / 8.0 && tail.edge < rms * EDGES.end * 8.0;
        let mut shares = Vec::new();
        for tails in facts.tails.iter().filter(near) {
            let edge = facts.precision.half_way_below(tails.edge);
            for count in [tails.positive, tails.negative] {
                let (low, high) = allowed_shares(count, n, tail);
                shares.push((edge, low, high));
            }
        }
        for count in [facts.positive, facts.negative] {
            let (low, _) = allowed_shares(count, n, tail);
            // What is rounded to 0 had a sign.
            let (_, high) = allowed_shares(count + facts.zeros, n, tail);
            shares.push((0.0, low, high));
        }
        Self(shares)
    }

    /// The hull of what the fifth test leaves of these `σ`.
    fn narrow(&self, law: Law, mut hull: (f64, f64)) -> Option<(f64, f64)> {
        // An edge that is out of range for the whole hull may come into it when the hull has shrunk.
        for _ in 0..3 {
            let before = hull;
            for &(edge, low, high) in &self.0 {
                hull = narrowed(law, hull, edge, low, high)?;
            }
            if before == hull {
                break;
            }
        }
        Some(hull)
    }
}

/// The hull without the `σ` for which `P(x ≥ edge)` is not from `low` to `high`, as far as the edge is tried for them.
fn narrowed(law: Law, hull: (f64, f64), edge: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    let beyond = |std_dev: f64| law.cdf(-edge / std_dev);
    if edge == 0.0 {
        return (low <= 0.5 && 0.5 <= high).then_some(hull);
    }
    // The edge belongs to σ if σ/16 ≤ edge < 8σ.
    let tried = |std_dev: f64| EDGES.contains(&(edge / std_dev));
    let (mut from, mut to) = hull;
    // P(x ≥ edge) grows with σ: too small a share rejects what is small, too large a one what is large.
    if tried(from) && beyond(from) < low {
        let last = to.min(edge / EDGES.start);
        if beyond(last) < low {
            if last == to {
                return None;
            }
            from = last;
        } else {
            from = bisected(from, last, |std_dev| beyond(std_dev) < low);
        }
    }
    if tried(to) && beyond(to) > high {
        let first = from.max(edge / EDGES.end);
        if beyond(first) > high {
            if first == from {
                return None;
            }
            to = first;
        } else {
            to = bisected(to, first, |std_dev| beyond(std_dev) > high);
        }
    }
    (from <= to).then_some((from, to))
}

/// The point, from the side of `rejected`, at which a rejection ends.
fn bisected(mut rejected: f64, mut kept: f64, is_rejected: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..40 {
        let middle = f64::midpoint(rejected, kept);
        if is_rejected(middle) {
            rejected = middle;
        } else {
            kept = middle;
        }
    }
    rejected
}

#[cfg(test)]
mod tests;
