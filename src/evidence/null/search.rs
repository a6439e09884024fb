//! Where the tail of a law falls to a given probability: a search that ends, whatever the law.

use super::NullLaw;

/// How often the first step is lengthened, by a half and then tenfold: from the smallest float to the largest.
const STEPS: u32 = 740;

/// How often the bracket is shortened. Every third time halves it.
const ROUNDS: u32 = 180;

/// [`NullLaw::quantile`] by Illinois' false position on the logarithm of the tail, which is nearly a
/// parabola. Where a law has steps it is not, and false position hardly moves: every third round is a bisection.
#[track_caller]
pub(super) fn quantile<L: NullLaw + ?Sized>(law: &L, tail: f64, side: f64) -> f64 {
    let excess = |x: f64| {
        let p = if side > 0.0 {
            law.upper_tail(x)
        } else {
            law.lower_tail(x)
        };
        assert!(!p.is_nan(), "the tail at {x} is NaN: {}", law.describe());
        // Below the smallest positive float a tail says nothing more about where it began.
        libm::log(p.max(f64::MIN_POSITIVE)) - libm::log(tail)
    };
    let center = law.center();
    let unit = unit(law);
    let mut inside = (center, excess(center));
    let mut outside = inside;
    let mut step = side * 6.0 * unit;
    let mut steps = 0;
    while outside.1 > 0.0 {
        assert!(
            steps < STEPS && outside.0.is_finite() && step.is_finite(),
            "the tail does not fall to {tail:e}: {}",
            law.describe()
        );
        inside = outside;
        let x = (center + step).max(law.minimum());
        if side < 0.0 && inside.0 == law.minimum() {
            return inside.0; // nothing lies below
        }
        outside = (x, excess(x));
        step *= if steps < 100 { 1.5 } else { 10.0 };
        steps += 1;
    }
    for round in 1..=ROUNDS {
        let width = outside.0 - inside.0;
        if width.abs() <= 1e-9 * unit {
            break;
        }
        let x = if round % 3 == 0 {
            inside.0 + width / 2.0
        } else {
            outside.0 - outside.1 * width / (outside.1 - inside.1)
        };
        let next = (x, excess(x));
        if next.1.abs() < 1e-9 {
            return x;
        }
        if (next.1 > 0.0) == (inside.1 > 0.0) {
            inside = next;
            outside.1 /= 2.0;
        } else {
            outside = next;
            inside.1 /= 2.0;
        }
    }
    outside.0
}

/// The first step: the spread of the law, or, of a law that has none, a little of its center.
fn unit<L: NullLaw + ?Sized>(law: &L) -> f64 {
    let spread = law.spread();
    if spread > 0.0 {
        spread
    } else {
        f64::EPSILON * law.center().abs().max(f64::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use approx::assert_relative_eq;

    fn laws() -> Vec<Box<dyn NullLaw>> {
        use crate::probability::Law;
        let mut laws: Vec<Box<dyn NullLaw>> = vec![
            Box::new(StandardNormal),
            Box::new(MeanBound::new("x", 10, 0.0, 0.0, 2.0)),
            Box::new(MeanBound::new("x", 10, 0.0, 1.0, 1.0)),
            Box::new(MeanBound::new("x", u64::MAX, 1e-300, 0.0, 1e300)),
            Box::new(MeanBound::new("x", 1, 1.0, -1e300, 1e300)),
            Box::new(MeanBound::of_squares(
                Law::TruncatedNormal { cut: 1e-300 },
                1,
            )),
            Box::new(MeanBound::of_squares(
                Law::TruncatedNormal { cut: 1e103 },
                1000,
            )),
            Box::new(KolmogorovFoil::new(1000, 0.5, 0.5)),
            Box::new(KolmogorovFoil::new(1, 0.0, 1.0)),
            Box::new(TwoSampleFoil::new(1000, 0.9, 0.4)),
            Box::new(TwoSampleFoil::new(1, 0.0, 0.0)),
            Box::new(LeakyReluBound::new(1000, 1e70)),
        ];
        for n in [1, 2, 3, 100, 1_000_000, 1_000_000_000_000, u64::MAX] {
            laws.push(Box::new(ChiSquareMean::new(n)));
            laws.push(Box::new(GaussianNorm::new(n)));
            laws.push(Box::new(KolmogorovDistance::new(n)));
            laws.push(Box::new(TwoSampleDistance::new(n, 6)));
            laws.push(Box::new(SubGaussianRelu::new(n)));
            laws.push(Box::new(LeakyReluBound::new(n, 0.2)));
            laws.push(Box::new(LeakyReluBound::new(n, 0.0)));
            for p in [0.0, 1e-300, 1e-10, 0.5, 1.0] {
                laws.push(Box::new(BinomialShare::new(n, p)));
            }
            for law in [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL] {
                laws.push(Box::new(Largest::of(law, n)));
            }
        }
        for n in [1, 2, 100, 1_000_000, 1_000_000_000_000, u64::MAX] {
            laws.push(Box::new(ReluMixture::new(n)));
        }
        for n in [1, 2, 100, 10_000] {
            laws.push(Box::new(LivingPairs::new(n)));
        }
        laws
    }

    #[test]
    fn every_law_has_an_interval_for_every_false_alarm() {
        for law in laws() {
            let mut inner = (f64::NAN, f64::NAN);
            for alpha in [0.5, 1e-3, 1e-9, 1e-100, 1e-300] {
                let (low, high) = law.interval(alpha);
                assert!(low <= high, "{}: {low} to {high}", law.describe());
                // What a smaller false alarm accepts is more, to the width at which the search ends.
                let slack = 1e-8 * law.spread();
                let holds = |inner: f64, outer: f64| {
                    inner.is_nan() || outer <= inner + 1e-14 * inner.abs() + slack
                };
                assert!(
                    holds(inner.0, low) && holds(-inner.1, -high),
                    "{} at {alpha:e}: {low} to {high}, before {inner:?}",
                    law.describe()
                );
                inner = (low, high);
                for x in [low, high, f64::NAN] {
                    let p = law.p_value(x);
                    assert!(x.is_nan() == p.is_nan(), "{} at {x}: {p}", law.describe());
                }
            }
        }
    }

    #[test]
    fn a_tail_of_nan_is_nan() {
        for law in laws() {
            assert!(law.lower_tail(f64::NAN).is_nan(), "{}", law.describe());
            assert!(law.upper_tail(f64::NAN).is_nan(), "{}", law.describe());
        }
    }

    #[test]
    fn all_lies_between_the_infinities() {
        for law in laws() {
            let below = law.lower_tail(f64::NEG_INFINITY);
            let above = law.upper_tail(f64::INFINITY);
            assert_eq!((below, above), (0.0, 0.0), "{}", law.describe());
            let whole = [
                law.lower_tail(f64::INFINITY),
                law.upper_tail(f64::NEG_INFINITY),
            ];
            let is_whole = whole.iter().all(|tail| (tail - 1.0).abs() < 1e-9);
            assert!(is_whole, "{}: {whole:?}", law.describe());
        }
    }

    #[test]
    fn an_impossible_false_alarm_is_refused() {
        for alpha in [0.0, 1e-310, -1.0, 1.0, f64::NAN, f64::INFINITY] {
            for law in laws() {
                let refused =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| law.interval(alpha)));
                assert!(refused.is_err(), "{} at {alpha:e}", law.describe());
            }
        }
    }

    #[test]
    #[should_panic(expected = "must be from 1e-300 to below 1, but is 0e0")]
    fn a_false_alarm_of_zero_is_refused_with_its_value() {
        let _ = ChiSquareMean::new(100).interval(0.0);
    }

    /// A law whose tails, the lower and the upper, never fall.
    #[derive(Debug)]
    struct Endless(f64, f64);

    impl NullLaw for Endless {
        fn lower_tail(&self, _: f64) -> f64 {
            self.0
        }
        fn upper_tail(&self, _: f64) -> f64 {
            self.1
        }
        fn center(&self) -> f64 {
            0.0
        }
        fn spread(&self) -> f64 {
            1.0
        }
        fn minimum(&self) -> f64 {
            f64::NEG_INFINITY
        }
        fn describe(&self) -> String {
            "no law".to_owned()
        }
    }

    #[test]
    #[should_panic(expected = "the tail does not fall to 5e-10: no law")]
    fn a_tail_that_never_falls_ends_the_search() {
        let _ = Endless(1.0, 1.0).quantile(5e-10, 1.0);
    }

    #[test]
    #[should_panic(expected = "is NaN: no law")]
    fn a_tail_that_is_nan_ends_the_search() {
        let _ = Endless(f64::NAN, 1.0).quantile(5e-10, -1.0);
    }

    #[test]
    fn with_one_tail_of_nan_the_p_value_is_nan() {
        assert!(Endless(f64::NAN, 0.5).p_value(0.0).is_nan());
        assert!(Endless(0.5, f64::NAN).p_value(0.0).is_nan());
    }

    #[test]
    fn nothing_lies_below_the_smallest_value() {
        // P(X ≤ 0) = 0.9^10 is more than a thousandth.
        assert_eq!(BinomialShare::new(10, 0.1).quantile(1e-3, -1.0), 0.0);
    }

    #[test]
    fn without_a_variance_bernsteins_bound_is_that_of_the_range() {
        // exp(−3 N t / (2 B)) = 5e-10
        let (_, high) = MeanBound::new("x", 10, 0.0, 0.0, 2.0).interval(1e-9);
        let t = 2.0 / 30.0 * libm::log(2e9);
        assert_relative_eq!(high, (1.0 + t).min(2.0), max_relative = 1e-9);
    }
}
