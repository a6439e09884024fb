//! Which probabilities a count allows: `K` of `N`, inverted.

/// All `p` that Chernoff's bound does not reject for `count` successes in `trials`, at most `tail` on each side:
/// `P(K ≥ k) ≤ exp(−N D(k/N ‖ p))` for `p` below `k/N`, and likewise above, with
/// `D(q ‖ p) = q ln(q/p) + (1−q) ln((1−q)/(1−p))`.
///
/// The exact binomial law would make the interval a few percent narrower, and takes a hundred times as long.
pub(super) fn allowed_shares(count: u64, trials: u64, tail: f64) -> (f64, f64) {
    let q = count as f64 / trials as f64;
    let rate = -libm::log(tail) / trials as f64;
    (end(q, rate, 0.0), end(q, rate, 1.0))
}

/// The `p` between `q` and `edge` at which `D(q ‖ p)` reaches `rate`, from outside.
fn end(q: f64, rate: f64, edge: f64) -> f64 {
    if q == edge {
        return edge;
    }
    let (mut inside, mut outside) = (q, edge);
    for _ in 0..60 {
        let p = f64::midpoint(inside, outside);
        if divergence(q, p) < rate {
            inside = p;
        } else {
            outside = p;
        }
        if (outside - inside).abs() <= 1e-12 * outside.min(1.0 - outside) {
            break;
        }
    }
    outside
}

fn divergence(q: f64, p: f64) -> f64 {
    let part = |q: f64, p: f64| if q == 0.0 { 0.0 } else { q * libm::log(q / p) };
    part(q, p) + part(1.0 - q, 1.0 - p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{BinomialShare, NullLaw};

    #[test]
    fn what_is_allowed_contains_what_the_exact_law_allows() {
        for (count, trials) in [(0, 50), (3, 50), (50, 50), (480, 1000), (7, 100_000)] {
            let (low, high) = allowed_shares(count, trials, 1e-9);
            let share = count as f64 / trials as f64;
            assert!(low <= share && share <= high);
            if low > 0.0 {
                assert!(BinomialShare::new(trials, low).upper_tail(share) <= 1.001e-9);
                assert!(BinomialShare::new(trials, 0.5 * (low + share)).upper_tail(share) > 1e-9);
            }
            if high < 1.0 {
                assert!(BinomialShare::new(trials, high).lower_tail(share) <= 1.001e-9);
            }
        }
    }
}
