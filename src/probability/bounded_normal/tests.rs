use super::*;
use crate::probability::{Law, Moments, Streams, gaussian_cdf, gaussian_density};
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
            assert_relative_eq!(ours, expected, epsilon = 0.0, max_relative = 1e-13);
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
        let expected =
            way * gaussian_density(cut) * (1.0 + 0.5 * cut * way) / libm::erf(cut / 2_f64.sqrt());
        assert_relative_eq!(
            cdf_within(cut, -near),
            expected,
            epsilon = 0.0,
            max_relative = 1e-13
        );
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
        (-0.7, 0.7),
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

#[test]
fn a_law_at_an_end_of_the_range_is_a_small_one_in_another_unit() {
    // In units of 2^1020 differences leave the range of f64; of odd multiples of the smallest float there is no half.
    let (largest, smallest) = (2_f64.powi(1020), 5e-324);
    for [location, scale, low, high] in [
        [-12.0, 3.0, 8.0, 15.0],
        [-10.0, 10.0, -15.0, 15.0],
        [1.0, 5.0, -12.0, 13.0],
    ] {
        let small = BoundedNormal::new(location, scale, low, high);
        let times =
            |unit: f64| BoundedNormal::new(unit * location, unit * scale, unit * low, unit * high);
        for law in [times(largest), times(smallest)] {
            assert_eq!(law.ends(), small.ends(), "{law:?}");
            assert_eq!(law.width(), small.width(), "{law:?}");
        }
        let law = times(largest);
        assert_relative_eq!(law.mean() / largest, small.mean(), max_relative = 1e-14);
        assert_relative_eq!(
            law.std_dev() / largest,
            small.std_dev(),
            max_relative = 1e-14
        );
    }
}

#[test]
fn the_variance_keeps_its_digits_where_the_mean_is_ten_times_as_far_from_the_end() {
    // 1 − 2 c φ(c) / (2 Φ(c) − 1)
    for i in 0..=40 {
        let c = 9.0 + f64::from(i) / 40.0;
        let expected = 1.0 - 2.0 * c * gaussian_density(c) / (2.0 * gaussian_cdf(c) - 1.0);
        let law = BoundedNormal::new(0.0, 1.0, -c, c);
        assert_relative_eq!(law.variance(), expected, max_relative = 2e-14);
    }
}

#[test]
fn an_interval_that_is_just_not_narrow_takes_the_normal_draws_that_fall_into_it() {
    // From 0 on, a width of 1 is the first that does.
    let law = BoundedNormal::new(0.0, 1.0, 0.0, 1.0);
    let mut rng = Streams::new(6).stream("bounded");
    let mut normal = rng.clone();
    for _ in 0..100 {
        assert_eq!(law.sample(&mut rng), sample_between(0.0, 1.0, &mut normal));
    }
}

#[test]
fn the_smallest_cut_leaves_a_uniform_law() {
    for near in [0.125, 0.5, 0.875] {
        let expected = 0.5 * (1.0 - near);
        assert_relative_eq!(cdf_within(5e-324, -near), expected, max_relative = 1e-14);
    }
}

#[test]
fn far_from_a_wide_cut_the_law_is_normal() {
    for cut in [30.0, 1e3, 1e9] {
        for z in [0.001, 0.5, 3.0, 15.0] {
            assert_relative_eq!(
                cdf_within(cut, -z / cut),
                gaussian_cdf(-z),
                epsilon = 0.0,
                max_relative = 1e-12
            );
        }
    }
    // P(Z ≤ −7c/8) given |Z| ≤ c, mpmath at 400 digits
    for (cut, expected) in [
        (12.0, 4.319_006_140_161_019e-26),
        (30.0, 3.573_814_789_165_470_5e-152),
    ] {
        assert_relative_eq!(
            cdf_within(cut, -0.875),
            expected,
            epsilon = 0.0,
            max_relative = 1e-12
        );
    }
}

#[test]
#[should_panic(expected = "a normal law of location NaN and scale 1 between 0 and 1 is none")]
fn a_location_that_is_no_number_is_refused() {
    let _ = BoundedNormal::new(f64::NAN, 1.0, 0.0, 1.0);
}
