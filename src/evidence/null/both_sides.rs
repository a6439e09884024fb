//! Every null law from both sides. Its tails are not smaller than those of an independent computation, or its interval
//! would be too narrow; and its interval is hardly longer than that of the exact law, or it would be too wide.

use serde::Deserialize;

use super::*;
use crate::probability::Law;
use approx::assert_relative_eq;

/// A law by the name that it has in the table, with its parameters.
fn law(name: &str, of: &[f64]) -> Box<dyn NullLaw> {
    let n = of.first().map_or(0, |n| *n as u64);
    match name {
        "StandardNormal" => Box::new(StandardNormal),
        "ChiSquareMean" => Box::new(ChiSquareMean::new(n)),
        "GaussianNorm" => Box::new(GaussianNorm::new(n)),
        "BinomialShare" => Box::new(BinomialShare::new(n, of[1])),
        "ReluMixture" => Box::new(ReluMixture::new(n)),
        "LivingPairs" => Box::new(LivingPairs::new(n)),
        "LargestNormal" => Box::new(Largest::of(Law::Normal, n)),
        "LargestUniform" => Box::new(Largest::of(Law::Uniform, n)),
        "KolmogorovDistance" => Box::new(KolmogorovDistance::new(n)),
        "KolmogorovFoil" => Box::new(KolmogorovFoil::new(n, of[1], of[2])),
        "TwoSampleDistance" => Box::new(TwoSampleDistance::new(n, of[1] as u64)),
        "TwoSampleFoil" => Box::new(TwoSampleFoil::new(n, of[1], of[2])),
        "MeanBoundOfSquaresUniform" => Box::new(MeanBound::of_squares(Law::Uniform, n)),
        "MeanBoundOfSquaresTruncated" => Box::new(MeanBound::of_squares(Law::TRUNCATED_NORMAL, n)),
        "MeanBoundOfDifferencesUniform" => {
            Box::new(MeanBound::of_squared_differences(Law::Uniform, n))
        }
        "LeakyReluBound" => Box::new(LeakyReluBound::new(n, of[1])),
        "SubGaussianRelu" => Box::new(SubGaussianRelu::new(n)),
        _ => panic!("the table has a law {name}, which nobody makes"),
    }
}

/// What was computed elsewhere, and how: see its note.
#[derive(Deserialize)]
struct Reference {
    exact: Vec<Tails>,
    bounded: Vec<Tails>,
    ends: Vec<Ends>,
}

/// The true tails at a value, and how many times larger a bound of them may be.
#[derive(Deserialize)]
struct Tails {
    law: String,
    of: Vec<f64>,
    x: f64,
    lower: Option<f64>,
    upper: Option<f64>,
    looser: Option<f64>,
}

/// Where the true tails are `5·10⁻¹⁰`, and how many times farther from 1, or from 0, the interval of the bound may end.
#[derive(Deserialize)]
struct Ends {
    law: String,
    of: Vec<f64>,
    low: f64,
    high: f64,
    wider: f64,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("../../../tests/data/null_laws.json"))
        .expect("the reference is JSON")
}

#[test]
fn exact_tails_are_those_of_an_independent_computation() {
    let rows = reference().exact;
    assert!(rows.len() > 50);
    for Tails {
        law: name,
        of,
        x,
        lower,
        upper,
        ..
    } in rows
    {
        let law = law(&name, &of);
        assert_eq!(law.grade(), Grade::Exact, "{name}");
        let pairs = [(law.lower_tail(x), lower), (law.upper_tail(x), upper)];
        for (ours, theirs) in pairs {
            let theirs = theirs.expect("both tails");
            assert!(
                (ours / theirs - 1.0).abs() < 1e-9,
                "{name} {of:?} at {x}: {ours:e}, not {theirs:e}"
            );
        }
    }
}

#[test]
fn bounds_of_tails_are_not_below_the_tails_and_not_far_above() {
    for Tails {
        law: name,
        of,
        x,
        lower,
        upper,
        looser,
    } in reference().bounded
    {
        let law = law(&name, &of);
        assert_eq!(law.grade(), Grade::Bound, "{name}");
        for (ours, theirs) in [(law.lower_tail(x), lower), (law.upper_tail(x), upper)] {
            let Some(theirs) = theirs else { continue };
            let most = looser.map_or(1.0, |times| times * theirs);
            // Where the bound is the tail itself, all but the last digits agree.
            assert!(
                (1.0 - 1e-9) * theirs <= ours && ours <= most,
                "{name} {of:?} at {x}: {ours:e} for a tail of {theirs:e}"
            );
        }
    }
}

#[test]
fn intervals_of_bounds_hold_those_of_the_exact_laws_and_are_hardly_wider() {
    for Ends {
        law: name,
        of,
        low,
        high,
        wider,
    } in reference().ends
    {
        let law = law(&name, &of);
        let ours = law.interval(1e-9);
        assert!(
            ours.0 <= low && high <= ours.1,
            "{name} {of:?}: {ours:?} does not hold [{low}, {high}]"
        );
        // A mean is 1; a distance is at least 0, which is the lower end of both.
        let middle = if low == 0.0 { 0.0 } else { 1.0 };
        for (ours, theirs) in [(ours.0, low), (ours.1, high)] {
            let reach = wider * (theirs - middle).abs();
            assert!(
                (ours - middle).abs() <= reach,
                "{name} {of:?}: {ours} is more than {wider} times as far out as {theirs}"
            );
        }
    }
}

/// With these parameters the bounds are these numbers, by their formulas.
#[test]
fn bounds_are_their_formulas_to_the_last_factor() {
    // exp(−N t² / (2 (v + B t / 3))), N = 3 and v = 0.8: t = 0.5 with B = 2 above and with B = 1 below
    let mean = MeanBound::of_squares(Law::Uniform, 3);
    assert_relative_eq!(
        mean.upper_tail(1.5),
        libm::exp(-0.75 / (2.0 * (0.8 + 1.0 / 3.0))),
        max_relative = 1e-12
    );
    assert_relative_eq!(
        mean.lower_tail(0.5),
        libm::exp(-0.75 / (2.0 * (0.8 + 0.5 / 3.0))),
        max_relative = 1e-12
    );
    // (u − u')²/2 between ±√3: v = 1.4, at most 6
    let pairs = MeanBound::of_squared_differences(Law::Uniform, 3);
    assert_relative_eq!(
        pairs.upper_tail(2.0),
        libm::exp(-3.0 / (2.0 * (1.4 + 5.0 / 3.0))),
        max_relative = 1e-12
    );
    // 2 exp(−2 N t²), and 2 m exp(−N² t² / (N + 1/2))
    assert_relative_eq!(
        KolmogorovDistance::new(50).upper_tail(0.3),
        2.0 * libm::exp(-9.0),
        max_relative = 1e-12
    );
    assert_relative_eq!(
        TwoSampleDistance::new(50, 6).upper_tail(0.8),
        12.0 * libm::exp(-1600.0 / 50.5),
        epsilon = 0.0,
        max_relative = 1e-12
    );
    assert_relative_eq!(
        TwoSampleFoil::new(50, 0.9, 0.0).lower_tail(0.1),
        libm::exp(-32.0),
        epsilon = 0.0,
        max_relative = 1e-12
    );
    // Two units of slope 1 are a chi-square variable of two degrees, x e^(1 − x).
    let leaky = LeakyReluBound::new(2, 1.0);
    for x in [0.2, 0.7] {
        assert_relative_eq!(
            leaky.lower_tail(x),
            x * libm::exp(1.0 - x),
            max_relative = 1e-9
        );
        assert_relative_eq!(
            leaky.upper_tail(1.0 / x),
            libm::exp(1.0 - 1.0 / x) / x,
            max_relative = 1e-9
        );
    }
}

/// The tails just outside and just inside of an end of the interval: `side` is 1 for the upper end, −1 for the lower one.
fn tails_at_the_end(law: &dyn NullLaw, side: f64) -> (f64, f64) {
    let (low, high) = law.interval(1e-9);
    let step = side * 1e-4 * law.spread();
    if side > 0.0 {
        (law.upper_tail(high + step), law.upper_tail(high - step))
    } else {
        (law.lower_tail(low + step), law.lower_tail(low - step)) // the step is negative
    }
}

#[test]
fn an_interval_ends_where_its_share_of_the_false_alarm_is_left() {
    let (both, half, whole) = ([-1.0, 1.0].as_slice(), 5e-10, 1e-9);
    for (name, of, sides, share) in [
        ("StandardNormal", [].as_slice(), both, half),
        ("ChiSquareMean", &[50.0], both, half),
        ("GaussianNorm", &[50.0], both, half),
        ("BinomialShare", &[200.0, 0.4], both, half),
        ("ReluMixture", &[90.0], both, half),
        ("LivingPairs", &[90.0], both, half),
        ("LargestNormal", &[50.0], both, half),
        ("MeanBoundOfSquaresUniform", &[500.0], both, half),
        ("LeakyReluBound", &[500.0, 0.2], both, half),
        ("SubGaussianRelu", &[500.0], both, half),
        // No distance is too small, and none of a foil too large; the largest is never too close to its edge.
        ("KolmogorovDistance", &[500.0], &[1.0], half),
        ("TwoSampleDistance", &[500.0, 6.0], &[1.0], half),
        ("KolmogorovFoil", &[500.0, 0.2, 0.6], &[-1.0], whole),
        ("TwoSampleFoil", &[500.0, 0.1, 0.9], &[-1.0], whole),
        ("LargestUniform", &[50.0], &[-1.0], whole),
    ] {
        let law = law(name, of);
        for side in sides {
            let (outside, inside) = tails_at_the_end(&*law, *side);
            assert!(
                outside <= share && share < inside,
                "{name}, side {side}: {outside:e} outside and {inside:e} inside"
            );
        }
        if sides.len() == 2 {
            let (low, high) = law.interval(1e-9);
            // A count has steps, so that of it no value has just this probability.
            let exactly = name != "BinomialShare";
            for p in [law.p_value(low), law.p_value(high)]
                .into_iter()
                .filter(|_| exactly)
            {
                assert_relative_eq!(p, 1e-9, max_relative = 1e-3);
            }
        }
    }
}
