//! What the weights of an initializer must look like: predicted moments and extremes, and for each
//! an interval that holds the measured value with probability at least `1 − ALPHA`.
//!
//! Nothing is asymptotic: laws are exact, or Bernstein's bound, or a union bound.

use statrs::distribution::{Beta, ContinuousCDF};

use unit_variance::evidence::{ALPHA, ChiSquareMean, MeanBound, NullLaw};
use unit_variance::probability::{Law, gaussian_cdf, gaussian_upper_tail};

/// One quantity: its name, what it should be, and the values that are accepted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) quantity: &'static str,
    pub(super) predicted: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The kinds of matrices that initializers draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Prediction {
    /// `drawn` of `weights` are `std_dev` times independent draws from `law`, the rest 0.
    Independent {
        std_dev: f64,
        law: Law,
        drawn: u64,
        weights: u64,
    },
    /// `on` of `weights` are `value`, the rest 0.
    Fixed { value: f64, on: u64, weights: u64 },
    /// `groups` matrices with orthonormal rows or columns, times `gain`.
    Isometry {
        gain: f64,
        rows: u64,
        columns: u64,
        groups: u64,
    },
}

impl Prediction {
    /// The mean, about which the moments are taken.
    pub(super) fn mean(self) -> f64 {
        match self {
            Self::Fixed { value, on, weights } => value * (on as f64 / weights as f64),
            Self::Independent { .. } | Self::Isometry { .. } => 0.0,
        }
    }

    /// Mean, variance, kurtosis (where there is one), least and largest weight.
    pub(super) fn rows(self) -> Vec<Row> {
        match self {
            Self::Independent {
                std_dev,
                law,
                drawn,
                weights,
            } => independent(std_dev, law, drawn, weights),
            Self::Fixed { value, on, weights } => fixed(value, on, weights),
            Self::Isometry {
                gain,
                rows,
                columns,
                groups,
            } => isometry(gain, rows.max(columns), rows.min(columns), groups),
        }
    }
}

fn row(quantity: &'static str, predicted: f64, (low, high): (f64, f64)) -> Row {
    Row {
        quantity,
        predicted,
        low,
        high,
    }
}

/// The least weight is minus the largest of a symmetric law.
fn extremes(predicted: f64, (low, high): (f64, f64)) -> [Row; 2] {
    [
        row("min", -predicted, (-high, -low)),
        row("max", predicted, (low, high)),
    ]
}

/// The law that `n` draws from `law` follow in `f64`: the normal one, if a cut is so far out that a
/// normal draw beyond it is a million million times less likely than a false alarm.
fn in_floats(law: Law, n: f64) -> Law {
    match law {
        Law::TruncatedNormal { cut } if 2.0 * n * gaussian_upper_tail(cut) < 1e-12 * ALPHA => {
            Law::Normal
        }
        law => law,
    }
}

fn independent(std_dev: f64, law: Law, drawn: u64, weights: u64) -> Vec<Row> {
    let n = drawn as f64;
    let law = in_floats(law, n);
    let share = n / weights as f64;
    let deviation = share * std_dev * mean_deviation(law, n);
    let squares = |alpha| match law {
        Law::Normal => ChiSquareMean::new(drawn).interval(alpha),
        law => MeanBound::of_squares(law, drawn).interval(alpha),
    };
    let variance = share * std_dev * std_dev;
    let (low, high) = squares(ALPHA);

    // Kurtosis is the mean fourth power over the squared mean square: half of alpha for each.
    let (low2, high2) = squares(0.5 * ALPHA);
    let (low4, high4) = fourth_powers(law, n);
    let kurtosis = (
        (low4 / (high2 * high2) / share).max(1.0),
        high4 / (low2 * low2) / share,
    );

    // P(max ≤ t) = (1 − P(X > t))^n.
    let largest = |p: f64| {
        let t = std_dev * upper_quantile(law, -libm::expm1(libm::log(p) / n));
        if drawn < weights { t.max(0.0) } else { t }
    };
    let [min, max] = extremes(
        largest(0.5),
        (largest(0.5 * ALPHA), largest(1.0 - 0.5 * ALPHA)),
    );
    vec![
        row("mean", 0.0, (-deviation, deviation)),
        row("variance", variance, (variance * low, variance * high)),
        row("kurtosis", law.kurtosis() / share, kurtosis),
        min,
        max,
    ]
}

/// The deviation from 0 of the mean of `n` draws: exact for the normal law, else Bernstein's bound.
fn mean_deviation(law: Law, n: f64) -> f64 {
    match law {
        Law::Normal => upper_quantile(Law::Normal, 0.5 * ALPHA) / n.sqrt(),
        law => bernstein(libm::log(2.0 / ALPHA), n, 1.0, law.bound()),
    }
}

/// The `t` with `n t² / (2(v + b t / 3)) = exponent`.
fn bernstein(exponent: f64, n: f64, variance: f64, excess: f64) -> f64 {
    let half = exponent * excess / 3.0;
    (half + (half * half + 2.0 * exponent * n * variance).sqrt()) / n
}

/// Accepted means of `n` fourth powers, at half of [`ALPHA`]: Bernstein's bound, for the normal law
/// after the event (an eighth of alpha) that a draw is beyond `c`.
fn fourth_powers(law: Law, n: f64) -> (f64, f64) {
    let mean = law.kurtosis();
    let (largest, variance) = match law {
        Law::Normal => (upper_quantile(law, ALPHA / 16.0 / n).powi(4), 96.0),
        Law::Uniform => (9.0, 9.0 - mean * mean),
        // Bhatia and Davis: the variance of values in [0, L] with mean m is at most m (L − m).
        Law::TruncatedNormal { .. } => {
            let largest = law.bound().powi(4);
            (largest, mean * (largest - mean))
        }
    };
    let below = bernstein(libm::log(4.0 / ALPHA), n, variance, mean);
    let above = bernstein(libm::log(8.0 / ALPHA), n, variance, largest - mean);
    ((mean - below).max(0.0), mean + above)
}

/// The `t` with `P(X > t) = tail`.
fn upper_quantile(law: Law, tail: f64) -> f64 {
    let end = law.bound().min(40.0);
    // The laws are symmetric, and their lower tails have all digits.
    if tail > 0.5 {
        -bisect(0.0, end, |t| law.cdf(-t) > 1.0 - tail)
    } else if law.cdf(0.0) > tail {
        bisect(0.0, end, |t| law.cdf(-t) > tail)
    } else {
        0.0
    }
}

fn fixed(value: f64, on: u64, weights: u64) -> Vec<Row> {
    let share = on as f64 / weights as f64;
    let spread = share * (1.0 - share);
    // Sums of equal terms, rounded.
    let near = |x: f64| (x - 1e-12 * x.abs(), x + 1e-12 * x.abs());
    let exact = |quantity, x| row(quantity, x, near(x));
    let zero = if on < weights { 0.0 } else { value };
    let mut rows = vec![
        exact("mean", value * share),
        // Not ∞ · 0: a constant has no variance, however large.
        exact(
            "variance",
            if spread > 0.0 {
                value * value * spread
            } else {
                0.0
            },
        ),
    ];
    if spread > 0.0 && value != 0.0 {
        rows.push(exact("kurtosis", (1.0 - 3.0 * spread) / spread));
    }
    rows.push(exact("min", value.min(zero)));
    rows.push(exact("max", value.max(zero)));
    rows
}

/// Matrices whose longer side is `long`. Each entry, and `Σw / √(long · short)`, is distributed as
/// a coordinate of a random unit vector: its square is `Beta(1/2, (long − 1)/2)`.
fn isometry(gain: f64, long: u64, short: u64, groups: u64) -> Vec<Row> {
    let d = long as f64;
    let entries = (long * short * groups) as f64;
    let beyond = |tail: f64| {
        if long == 1 {
            return 1.0;
        }
        let squares = Beta::new(0.5, 0.5 * (d - 1.0)).expect("the parameters are positive");
        bisect(0.0, 1.0, |t| squares.sf(t * t) > tail)
    };
    let deviation = gain * beyond(ALPHA / groups as f64) / ((long * short) as f64).sqrt();
    let variance = gain * gain / d;
    let largest = beyond(ALPHA / entries);

    // One row (or column) is z / |z|: its largest coordinate is small only if max z is, or |z| is large.
    let (_, length) = ChiSquareMean::new(long).interval(0.5 * ALPHA);
    let lowest = bisect(-40.0, 40.0, |z| {
        libm::pow(gaussian_cdf(z), d) < 0.25 * ALPHA
    });
    let lowest = if lowest > 0.0 {
        lowest / (d * length).sqrt()
    } else {
        -1.0 - 1e-12
    };
    let typical = bisect(-40.0, 40.0, |z| {
        gaussian_upper_tail(z) * entries > libm::log(2.0)
    });
    let [min, max] = extremes(
        gain * (typical / d.sqrt()).min(1.0),
        (gain * lowest, gain * largest * (1.0 + 1e-12)),
    );
    vec![
        row("mean", 0.0, (-deviation, deviation)),
        row(
            "variance",
            variance,
            (variance * (1.0 - 1e-12), variance * (1.0 + 1e-12)),
        ),
        row(
            "kurtosis",
            3.0 * d / (d + 2.0),
            (1.0 - 1e-12, d * largest * largest * (1.0 + 1e-12)),
        ),
        min,
        max,
    ]
}

/// Where `holds`, true at `left` and false at `right`, changes.
fn bisect(mut left: f64, mut right: f64, holds: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = f64::midpoint(left, right);
        if middle <= left || middle >= right {
            return right;
        }
        if holds(middle) {
            left = middle;
        } else {
            right = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn quantiles_are_tabulated_ones() {
        assert_relative_eq!(
            upper_quantile(Law::Normal, 5e-10),
            6.109_410,
            epsilon = 1e-6
        );
        assert_relative_eq!(
            upper_quantile(Law::Uniform, 0.25),
            0.5 * 3_f64.sqrt(),
            epsilon = 1e-14
        );
    }

    #[test]
    fn the_median_of_a_symmetric_law_is_zero() {
        for law in [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL] {
            assert_eq!(upper_quantile(law, 0.5), 0.0);
            for tail in [1e-9, 0.3] {
                let (right, left) = (upper_quantile(law, tail), upper_quantile(law, 1.0 - tail));
                assert_relative_eq!(right, -left, max_relative = 1e-7);
            }
        }
    }

    #[test]
    fn a_law_that_is_cut_far_out_is_predicted_as_the_normal_one() {
        let rows = |law| {
            let (drawn, weights) = (131_072, 131_072);
            Prediction::Independent {
                std_dev: 0.3,
                law,
                drawn,
                weights,
            }
            .rows()
        };
        for cut in [12.0, 1e9, 1e103, 1e308] {
            assert_eq!(rows(Law::TruncatedNormal { cut }), rows(Law::Normal));
        }
    }

    #[test]
    fn bernsteins_deviation_solves_its_equation() {
        let t = bernstein(21.0, 1e4, 0.8, 2.0);
        assert_relative_eq!(
            1e4 * t * t / (2.0 * (0.8 + 2.0 * t / 3.0)),
            21.0,
            max_relative = 1e-12
        );
    }

    #[test]
    fn every_interval_holds_its_prediction() {
        let independent = |law, drawn| Prediction::Independent {
            std_dev: 0.3,
            law,
            drawn,
            weights: 131_072,
        };
        for prediction in [
            independent(Law::Normal, 131_072),
            independent(Law::Uniform, 131_072),
            independent(Law::TRUNCATED_NORMAL, 131_072),
            independent(Law::Normal, 3840),
            Prediction::Fixed {
                value: -2.0,
                on: 3,
                weights: 12,
            },
            Prediction::Isometry {
                gain: 2.0,
                rows: 512,
                columns: 256,
                groups: 1,
            },
            Prediction::Isometry {
                gain: 2.0,
                rows: 1,
                columns: 1,
                groups: 4,
            },
        ] {
            for row in prediction.rows() {
                assert!(
                    row.low <= row.predicted && row.predicted <= row.high,
                    "{prediction:?}: {row:?}"
                );
            }
        }
    }

    #[test]
    fn the_normal_kurtosis_is_told_from_the_truncated_one() {
        let rows = Prediction::Independent {
            std_dev: 1.0,
            law: Law::Normal,
            drawn: 131_072,
            weights: 131_072,
        }
        .rows();
        assert!(
            rows[2].low > Law::TRUNCATED_NORMAL.kurtosis() && rows[2].high < 3.8,
            "{:?}",
            rows[2]
        );
    }
}
