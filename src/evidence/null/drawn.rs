//! Every statistic drawn as it is defined, and compared with its law: at moderate levels, where draws can tell.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal as Gauss};

use super::*;
use crate::probability::{Law, StreamRng, Streams};

/// How many values of a statistic are drawn, and how far their distribution is from their law at most, but for one run
/// in a billion: `√(ln(2·10⁹) / (2 N))`.
const DRAWS: usize = 20_000;
const DISTANCE: f64 = 0.0232;

/// Draws a statistic as it is defined, and compares the shares of values at most and at least as large with the tails.
#[track_caller]
fn assert_follows(law: &dyn NullLaw, mut draw: impl FnMut(&mut StreamRng) -> f64) {
    let what = law.describe();
    let mut rng = Streams::new(1).stream(&what);
    let mut sample: Vec<f64> = (0..DRAWS).map(|_| draw(&mut rng)).collect();
    sample.sort_by(f64::total_cmp);
    for x in sample.iter().step_by(97) {
        let at_most = sample.partition_point(|y| y <= x) as f64 / DRAWS as f64;
        let at_least = 1.0 - sample.partition_point(|y| y < x) as f64 / DRAWS as f64;
        for (share, tail) in [
            (at_most, law.lower_tail(*x)),
            (at_least, law.upper_tail(*x)),
        ] {
            let is_near = match law.grade() {
                Grade::Exact => (share - tail).abs() <= DISTANCE,
                _ => share <= tail + DISTANCE,
            };
            assert!(is_near, "{what} at {x}: {tail}, drawn {share}");
        }
    }
}

fn normal(rng: &mut StreamRng) -> f64 {
    Gauss.sample(rng)
}

/// The mean of `n` values.
fn mean(n: usize, mut value: impl FnMut() -> f64) -> f64 {
    (0..n).map(|_| value()).sum::<f64>() / n as f64
}

/// The largest of `n` values that are not negative.
fn most(n: usize, mut value: impl FnMut() -> f64) -> f64 {
    (0..n).map(|_| value()).fold(0.0, f64::max)
}

#[test]
fn drawn_statistics_follow_their_laws() {
    let relu = |z: f64| if z > 0.0 { z } else { 0.0 };
    assert_follows(&StandardNormal, normal);
    assert_follows(&ChiSquareMean::new(5), |rng| {
        mean(5, || normal(rng).powi(2))
    });
    assert_follows(&Scaled::new(2.5, &ChiSquareMean::new(3)), |rng| {
        2.5 * mean(3, || normal(rng).powi(2))
    });
    assert_follows(&GaussianNorm::new(3), |rng| {
        (0..3).map(|_| normal(rng).powi(2)).sum::<f64>().sqrt()
    });
    assert_follows(&ReluMixture::new(6), |rng| {
        mean(6, || 2.0 * relu(normal(rng)).powi(2))
    });
    assert_follows(&LivingPairs::new(4), |rng| {
        mean(4, || {
            loop {
                let sum = relu(normal(rng)).powi(2) + relu(normal(rng)).powi(2);
                if sum > 0.0 {
                    return sum;
                }
            }
        })
    });
    for p in [0.3, 0.5] {
        assert_follows(&BinomialShare::new(20, p), |rng| {
            mean(20, || f64::from(u8::from(rng.random_bool(p))))
        });
    }
    for law in [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL] {
        assert_follows(&Largest::of(law, 10), |rng| {
            most(10, || law.sample(rng).abs())
        });
    }
    assert_follows(
        &Largest::of(Law::Normal, 10).with_outliers(0.05, 2.0),
        |rng| {
            most(10, || {
                if rng.random_bool(0.05) {
                    2.0
                } else {
                    normal(rng).abs()
                }
            })
        },
    );
}

#[test]
fn bounds_hold_for_what_is_drawn() {
    let relu = |z: f64| if z > 0.0 { z } else { 0.0 };
    for law in [Law::Uniform, Law::TRUNCATED_NORMAL] {
        assert_follows(&MeanBound::of_squares(law, 5), |rng| {
            mean(5, || law.sample(rng).powi(2))
        });
        assert_follows(&MeanBound::of_squared_differences(law, 5), |rng| {
            mean(5, || 0.5 * (law.sample(rng) - law.sample(rng)).powi(2))
        });
        assert_follows(&SubGaussianRelu::new(5), |rng| {
            mean(5, || 2.0 * relu(law.sample(rng)).powi(2))
        });
    }
    for slope in [0.2_f64, 3.0] {
        assert_follows(&LeakyReluBound::new(5, slope), |rng| {
            let square = |z: f64| (if z > 0.0 { z } else { slope * z }).powi(2);
            mean(5, || square(normal(rng))) * 2.0 / (1.0 + slope * slope)
        });
    }
    assert_follows(&BinomialShare::at_most(20, 0.3), |rng| {
        mean(20, || f64::from(u8::from(rng.random_bool(0.25))))
    });
    assert_follows(&BinomialShare::at_least(20, 0.3), |rng| {
        mean(20, || f64::from(u8::from(rng.random_bool(0.35))))
    });
}

/// Draws between 0 and 1, of which this share is below one half.
fn halves(n: usize, below: f64, rng: &mut StreamRng) -> Vec<f64> {
    let draw = |_| {
        let within: f64 = rng.random();
        0.5 * if rng.random_bool(below) {
            within
        } else {
            1.0 + within
        }
    };
    (0..n).map(draw).collect()
}

#[test]
fn bounds_of_distances_hold_for_what_is_drawn() {
    assert_follows(&KolmogorovDistance::new(5), |rng| {
        KolmogorovDistance::of(&mut halves(5, 0.5, rng), |x| x)
    });
    assert_follows(&KolmogorovFoil::new(20, 0.5, 0.8), |rng| {
        KolmogorovDistance::of(&mut halves(20, 0.8, rng), |x| x)
    });
    assert_follows(&TwoSampleDistance::new(5, 2), |rng| {
        let pairs = [0, 1].map(|_| [0, 1].map(|_| halves(5, 0.5, rng)));
        most(2, {
            let mut pairs = pairs.into_iter();
            move || {
                let [mut one, mut other] = pairs.next().expect("two functions");
                TwoSampleDistance::of(&mut one, &mut other)
            }
        })
    });
    assert_follows(&TwoSampleFoil::new(20, 0.9, 0.3), |rng| {
        let (mut one, mut other) = (halves(20, 0.9, rng), halves(20, 0.3, rng));
        TwoSampleDistance::of(&mut one, &mut other)
    });
}
