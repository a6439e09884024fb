use super::*;
use crate::probability::{Law, Moments, Streams};
use approx::assert_relative_eq;
use serde_json::Value;

fn reference(what: &str) -> Vec<Value> {
    let text = include_str!("../../../tests/data/truncated_normal.json");
    let table: Value = serde_json::from_str(text).expect("the reference numbers are JSON");
    table[what].as_array().expect("a list of laws").clone()
}

fn number(text: &Value) -> f64 {
    let text = text.as_str().expect("digits");
    text.parse().expect("a number")
}

fn bounded(entry: &Value) -> BoundedNormal {
    let of = |i: usize| number(&entry["law"][i]);
    BoundedNormal::new(of(0), of(1), of(2), of(3))
}

#[test]
fn mean_and_variance_have_all_their_digits_wherever_the_bounds_are() {
    let laws = reference("bounded");
    assert!(laws.len() > 45);
    for entry in laws {
        let law = bounded(&entry);
        for law in [law, law.mirrored()] {
            let mean = number(&entry["mean"]) * if law == bounded(&entry) { 1.0 } else { -1.0 };
            // The smallest floats have fewer digits.
            assert_relative_eq!(law.mean(), mean, max_relative = 1e-13, epsilon = 1e-321);
            let variance = number(&entry["variance"]);
            assert_relative_eq!(
                law.variance(),
                variance,
                max_relative = 1e-13,
                epsilon = 1e-321
            );
        }
    }
}

#[test]
fn a_cut_law_has_all_its_digits_whatever_the_cut() {
    for entry in reference("cut") {
        let cut = number(&entry["cut"]);
        let law = Law::TruncatedNormal { cut };
        assert_relative_eq!(law.bound(), number(&entry["bound"]), max_relative = 1e-14);
        assert_relative_eq!(
            law.kurtosis(),
            number(&entry["kurtosis"]),
            max_relative = 1e-14
        );
        for (u, name) in [
            (0.5, "cdf_at_half_bound"),
            (-0.875, "cdf_at_minus_seven_eighths"),
        ] {
            let expected = number(&entry[name]);
            let ours = law.cdf(u * law.bound());
            assert_relative_eq!(ours, expected, max_relative = 1e-13);
        }
    }
}

#[test]
fn the_tail_near_a_cut_has_all_its_digits() {
    // P(Z < −c + d) = d φ(c) (1 + c d / 2) / mass to first orders.
    for cut in [1.0, 2.0, 9.0, 30.0] {
        let d = 1e-12;
        let near = 1.0 - d / cut;
        let way = cut * (1.0 - near);
        let expected = way * crate::probability::gaussian_density(cut) * (1.0 + 0.5 * cut * way)
            / libm::erf(cut / 2_f64.sqrt());
        assert_relative_eq!(cdf_within(cut, -near), expected, max_relative = 1e-13);
    }
}

#[test]
fn distributions_end_at_their_bounds() {
    for cut in [5e-324, 1e-300, 0.4, 1.0, 7.0, 1e9, 1e103, 1e308] {
        let law = Law::TruncatedNormal { cut };
        assert!(
            law.bound().is_finite() && law.bound() >= 1.7,
            "{cut}: {}",
            law.bound()
        );
        assert!((1.79..=3.0).contains(&law.kurtosis()), "{cut}");
        assert_eq!(law.cdf(0.0), 0.5);
        assert_eq!(law.cdf(f64::INFINITY), 1.0);
        assert_eq!(law.cdf(f64::NEG_INFINITY), 0.0);
        assert_eq!(law.cdf(-law.bound()), 0.0);
        assert!(law.cdf(f64::NAN).is_nan());
    }
}

#[test]
fn every_law_of_the_reference_draws_within_its_bounds_and_with_its_moments() {
    let n = 20_000_u32;
    for entry in reference("bounded") {
        let law = bounded(&entry);
        let mut rng = Streams::new(3).stream("bounded");
        let draws: Vec<f64> = (0..n).map(|_| law.sample(&mut rng)).collect();
        assert!(
            draws.iter().all(|x| (law.low..=law.high).contains(x)),
            "{entry}"
        );
        let moments: Moments = draws.iter().collect();
        // Seven standard errors; the kurtosis of these laws is at most 9, that of an exponential.
        // Where the floats are further apart than the draws, a draw is off by half of their distance.
        let (mean, std_dev) = (law.mean(), law.std_dev());
        if std_dev > 1e-300 && std_dev > 1e-14 * mean.abs() {
            let error = 7.0 * std_dev / f64::from(n).sqrt();
            assert!((moments.mean() - mean).abs() < error, "{entry}");
            let relative = 7.0 * (8.0 / f64::from(n)).sqrt();
            assert!(
                (moments.std_dev() / std_dev).powi(2) < 1.0 + relative
                    && (moments.std_dev() / std_dev).powi(2) > 1.0 - relative,
                "{entry}: {} {std_dev}",
                moments.std_dev()
            );
        } else {
            assert!((moments.mean() - mean).abs() <= 1e-13 * mean.abs() + 1e-300);
        }
    }
}

#[test]
fn far_ends_end() {
    // Squares, differences and quotients of these ends leave the range of f64.
    let far = [
        -1.7e308, -1e308, -1e160, -1.0, -5e-324, 0.0, 1e-310, 1.0, 1e159, 1e160, 1e308, 1.7e308,
    ];
    let mut rng = Streams::new(4).stream("far");
    for location in far {
        for scale in [5e-324, 1e-310, 1e-160, 1.0, 1e160, 1.7e308] {
            for (i, low) in far.into_iter().enumerate() {
                let ends = far[i + 1..].iter().copied().chain([f64::INFINITY]);
                for high in ends {
                    for law in [
                        BoundedNormal::new(location, scale, low, high),
                        BoundedNormal::new(-location, scale, -high, -low),
                    ] {
                        let inside = law.low..=law.high;
                        for _ in 0..20 {
                            let x = law.sample(&mut rng);
                            assert!(inside.contains(&x), "{law:?} draws {x}");
                        }
                        assert!(inside.contains(&law.mean()), "{law:?}: {}", law.mean());
                        assert!(law.variance() >= 0.0, "{law:?}: {}", law.variance());
                    }
                }
            }
        }
    }
}

#[test]
fn draws_follow_the_law() {
    // Dvoretzky, Kiefer, Wolfowitz, Massart at 1e-9 each.
    let n = 100_000;
    let critical = (libm::log(2e9) / (2.0 * f64::from(n))).sqrt();
    for (low, high) in [
        (-2.0, 2.0),
        (-0.1, 0.3),
        (0.0, f64::INFINITY),
        (0.7, f64::INFINITY),
        (-3.0, 0.1),
        (f64::NEG_INFINITY, -1.0),
        (3.0, 3.2),
        (6.0, 9.0),
        (-9.0, -2.0),
    ] {
        let law = BoundedNormal::new(0.0, 1.0, low, high);
        let mut rng = Streams::new(1).stream("bounded");
        let mut draws: Vec<f64> = (0..n).map(|_| law.sample(&mut rng)).collect();
        draws.sort_by(f64::total_cmp);
        // On the side where tails have digits.
        let side = if law.lies_left() { -1.0 } else { 1.0 };
        let tail = |z: f64| crate::probability::gaussian_upper_tail(side * z);
        let mass = (tail(low) - tail(high)).abs();
        for (i, z) in draws.iter().enumerate() {
            let below = (tail(low) - tail(*z)).abs() / mass;
            assert!(
                (below - i as f64 / f64::from(n)).abs() < critical,
                "{low} to {high} at {z}"
            );
        }
    }
}
