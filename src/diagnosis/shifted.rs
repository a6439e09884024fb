//! Laws about a mean that is not zero: a uniform law on `[0, s)` where one on `±s` was meant, or a normal one moved aside.

use super::facts::Facts;
use crate::probability::Law;

/// A symmetric law moved by its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shifted {
    /// The shape.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub law: Law,
    /// The mean of the sample.
    pub mean: f64,
    /// The standard deviation of the sample about it.
    pub std_dev: f64,
}

/// The law, moved to the sample's mean, if that is not zero, and stretched to its deviation, that the counts allow, with a false alarm of at most `alpha`.
///
/// `sup |F_N − F| ≤ √(ln(2/alpha')/(2N))` (Dvoretzky, Kiefer, Wolfowitz and Massart) for the true parameters. Those of the
/// sample are not far from them: the mean by `σ √(2 ln(2/alpha')/N)`, and a move by `δσ` changes `F` by at most `0.4 δ`
/// if its density is at most `0.4/σ`; the deviation by the same `δ` at most, which changes `F` by less than `0.45 δ`.
pub(super) fn shifted(facts: &Facts, alpha: f64) -> Option<Shifted> {
    let varies = facts.std_dev > 0.0 && facts.std_dev.is_finite();
    if facts.count < 100 || facts.non_finite() > 0 || !varies {
        return None;
    }
    let n = facts.count as f64;
    let rate = libm::log(6.0 / alpha) / n;
    // A mean of zero would be nearer than this, twice.
    if facts.mean.abs() <= 2.0 * facts.std_dev * (2.0 * rate).sqrt() {
        return None;
    }
    let limit = (0.5 * rate).sqrt() + 0.85 * (2.0 * rate).sqrt();
    let distance = |law: Law| {
        let at = |x: f64| law.cdf((x - facts.mean) / facts.std_dev);
        let mut largest: f64 = 0.0;
        for tail in &facts.tails {
            let below = facts.precision.half_way_below(tail.edge);
            let off = (1.0 - at(below)) - tail.positive as f64 / n;
            let other = at(-below) - tail.negative as f64 / n;
            largest = largest.max(off.abs()).max(other.abs());
        }
        largest
    };
    // The uniform law is told apart by its bound as well.
    let reach = (facts.maximum - facts.minimum) / (2.0 * 3_f64.sqrt() * facts.std_dev);
    let uniform = reach < 1.0 + 4.0 * (2.0 * rate).sqrt();
    let mut best: Option<(f64, Law)> = None;
    for law in [Law::Uniform, Law::Normal, Law::TRUNCATED_NORMAL] {
        if law == Law::Uniform && !uniform {
            continue;
        }
        let found = distance(law);
        if found <= limit && best.is_none_or(|(least, _)| found < least) {
            best = Some((found, law));
        }
    }
    best.map(|(_, law)| Shifted {
        law,
        mean: facts.mean,
        std_dev: facts.std_dev,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Precision;
    use crate::probability::Streams;
    use ndarray::Array1;
    use rand_distr::Distribution;

    fn facts(values: impl Iterator<Item = f64>) -> Facts {
        Facts::of(
            values
                .take(16_384)
                .collect::<Array1<f64>>()
                .view()
                .into_dyn(),
            Precision::F64,
        )
    }

    #[test]
    fn a_law_moved_aside_is_recognized() {
        for law in [Law::Uniform, Law::Normal] {
            let draws = law
                .sample_iter(Streams::new(3).stream("x"))
                .map(|x| 0.09 + 0.05 * x);
            let found = shifted(&facts(draws), 1e-9).expect("it is the law");
            assert_eq!(found.law, law);
            assert!((found.mean - 0.09).abs() < 0.005);
        }
    }

    #[test]
    fn a_law_with_long_tails_is_not() {
        let draws = Law::Normal
            .sample_iter(Streams::new(3).stream("x"))
            .map(|x: f64| 0.5 + x.powi(3));
        assert!(shifted(&facts(draws), 1e-9).is_none());
    }
}
