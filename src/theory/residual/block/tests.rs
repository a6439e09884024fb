use super::*;
use crate::activation::Activation;
use crate::initializer::{Initializer, VarianceScaling};
use crate::network::{Chain, Dense, Layer, Residual};
use crate::probability::{Law, Streams};
use crate::theory::simulated::assert_mean;
use approx::assert_relative_eq;
use ndarray::Array2;

#[test]
fn moments_are_those_of_the_reference() {
    for (a, n, m, second) in [
        (1.0, 8, 8, 5.531_25),
        (1.0, 64, 64, 4.174_316_406_25),
        (0.1, 8, 8, 1.270_312_5),
        (0.02, 80, 320, 1.041_416_406_25),
    ] {
        let block = ResidualBlock::new(a, n, m);
        assert_relative_eq!(block.mean(), 1.0 + a, max_relative = 1e-15);
        assert_relative_eq!(block.second_moment(), second, max_relative = 1e-15);
    }
}

#[test]
fn the_second_moment_is_the_sum_over_all_numbers_of_active_units() {
    for (a, n, m) in [(1.0, 3_u64, 1_u64), (0.3, 1, 5), (2.5, 7, 12)] {
        let (n_f, m_f) = (n as f64, m as f64);
        let mut choices = 1.0;
        let mut sum = 0.0;
        for k in 0..=m {
            // E τ and E τ² of k units, then E R² of a τ that is given.
            let (k_f, scale) = (k as f64, 2.0 / m_f);
            let (first, second) = (scale * k_f, scale * scale * k_f * (k_f + 2.0));
            let given =
                1.0 + 4.0 * a * first / n_f + 2.0 * a * first + a * a * second * (n_f + 2.0) / n_f;
            sum += choices * libm::exp2(-m_f) * given;
            choices *= (m_f - k_f) / (k_f + 1.0);
        }
        let block = ResidualBlock::new(a, n, m);
        assert_relative_eq!(block.second_moment(), sum, max_relative = 1e-14);
    }
}

#[test]
fn blocks_of_real_matrices_have_these_moments() {
    let streams = Streams::new(20);
    let mut rng = streams.stream("blocks");
    let (n, m, a) = (3, 5, 0.7_f64);
    let x = Array2::from_shape_vec((1, n), vec![0.6, -0.0, 0.8]).expect("three numbers");
    let factor = |_| {
        let he = VarianceScaling::he(Law::Normal).sample((n, m), &mut rng);
        let lecun = VarianceScaling::lecun(Law::Normal).sample((m, n), &mut rng);
        let branch = Chain::default()
            .then(Dense::new(he, Activation::Relu))
            .then(Dense::new(lecun, Activation::Identity));
        let (y, _) = Residual::new(branch).scaled(a.sqrt()).forward(&x);
        y.iter().map(|h| h * h).sum::<f64>()
    };
    let factors: Vec<f64> = (0..60_000).map(factor).collect();
    let block = ResidualBlock::new(a, n as u64, m as u64);
    assert_mean(factors.iter().copied(), block.mean());
    assert_mean(factors.iter().map(|r| r * r), block.second_moment());
}

#[test]
fn growth_and_spread_over_depth_are_those_of_the_reference() {
    for (depth, growth) in [
        (1, 2.0),
        (2, 2.25),
        (10, 2.593_742_460_1),
        (20, 2.653_297_705_144_42),
        (50, 2.691_588_029_073_605_4),
        (1000, 2.716_923_932_235_892_5),
    ] {
        let scaled = ResidualBlock::scaled(depth, 9, 9);
        assert_relative_eq!(scaled.growth(depth), growth, max_relative = 1e-15);
    }
    for (n, depth, plain, scaled, feed_forward, limit) in [
        (
            32,
            10,
            2.332_389_951_806_500_3,
            1.129_133_882_916_150_6,
            4.270_880_868_888_804,
            1.133_148_453_066_826_3,
        ),
        (
            64,
            50,
            8.438_566_408_326_724,
            1.064_157_975_650_798_4,
            42.998_750_704_138_49,
            1.064_494_458_917_859_4,
        ),
        (
            256,
            50,
            1.709_382_247_863_797_5,
            1.015_665_861_002_809,
            2.630_432_133_890_833,
            1.015_747_708_586_685_7,
        ),
    ] {
        let of = |block: ResidualBlock| block.spread(depth);
        assert_relative_eq!(of(ResidualBlock::plain(n, n)), plain, max_relative = 1e-13);
        let one_over_root = of(ResidualBlock::scaled(depth, n, n));
        assert_relative_eq!(one_over_root, scaled, max_relative = 1e-14);
        assert_relative_eq!(
            feed_forward_spread(n, depth),
            feed_forward,
            max_relative = 1e-13
        );
        assert_relative_eq!(scaled_spread_bound(n), limit, max_relative = 1e-15);
    }
}

#[test]
fn the_bound_holds_at_every_depth_and_is_the_limit() {
    for (n, m) in [(10, 10), (1, 3), (64, 55), (100, 400)] {
        assert!(6 * m >= 5 * n + 10);
        let bound = scaled_spread_bound(n);
        let spread = |depth| ResidualBlock::scaled(depth, n, m).spread(depth);
        for depth in (1..300).chain([1 << 12, 1 << 20]) {
            assert!(spread(depth) <= bound, "{n} {m} {depth}");
        }
        assert_relative_eq!(spread(1 << 40), bound, max_relative = 1e-10);
    }
    // A single feature with a single unit is beyond it.
    assert!(ResidualBlock::scaled(40, 1, 1).spread(40) > scaled_spread_bound(1));
}

#[test]
fn a_branch_at_the_end_of_the_range_gives_no_nan() {
    let steep = ResidualBlock::new(1e200, 4, 4);
    assert_eq!(steep.growth(2), f64::INFINITY);
    assert!(steep.spread(3).is_finite());
}

#[test]
#[should_panic(expected = "features and units, but here are 4 and 0")]
fn a_branch_without_units_is_refused() {
    let _ = ResidualBlock::plain(4, 0);
}

#[test]
#[should_panic(expected = "not negative, but is -0.5")]
fn a_negative_mean_square_is_refused() {
    let _ = ResidualBlock::new(-0.5, 4, 4);
}
