//! What is exactly so of variance scaling, and what it refuses.

use super::*;
use crate::probability::Streams;

// A formula is exact, so it is compared with `==`; what sampling cannot
// resolve (1.9 for 2, a bias counted in the fan) is caught here.

#[test]
fn he_variance_is_two_over_fan_in() {
    assert_eq!(
        VarianceScaling::he(Law::Normal).variance(Fans::new(80, 30)),
        2.0 / 80.0
    );
}

#[test]
fn lecun_variance_is_one_over_fan_in() {
    assert_eq!(
        VarianceScaling::lecun(Law::Normal).variance(Fans::new(80, 30)),
        1.0 / 80.0
    );
}

#[test]
fn xavier_variance_is_two_over_the_sum_of_the_fans() {
    assert_eq!(
        VarianceScaling::xavier(Law::Normal).variance(Fans::new(80, 48)),
        2.0 / 128.0
    );
}

#[test]
fn the_computed_gain_makes_up_for_what_each_activation_leaves() {
    let fans = Fans::new(90, 20);
    for phi in Activation::ALL {
        let scheme = VarianceScaling::for_activation(phi, Law::Normal);
        let next = 90.0 * scheme.variance(fans) * phi.second_moment();
        assert!((next - 1.0).abs() < 1e-14, "{phi}: {next}");
        assert!((scheme.std_dev(fans) * 90_f64.sqrt() / phi.gain() - 1.0).abs() < 1e-14);
    }
}

#[test]
fn the_default_of_pytorch_has_a_third_of_lecuns_variance() {
    let fans = Fans::new(64, 7);
    let (default, lecun) = (
        VarianceScaling::pytorch_linear(),
        VarianceScaling::lecun(Law::Uniform),
    );
    assert_eq!(default.variance(fans), lecun.variance(fans) / 3.0);
    assert_eq!(default.bound(fans), 0.125);
}

#[test]
#[should_panic(
    expected = "a gain must be a positive number with a positive finite square, but is NaN"
)]
fn a_nan_gain_is_refused() {
    let _ = VarianceScaling::with_gain(f64::NAN, Fan::In, Law::Normal);
}

#[test]
fn every_weight_is_within_the_bound() {
    let shape = (30, 400);
    let fans = Fans::dense(shape);
    for law in [Law::Uniform, Law::TRUNCATED_NORMAL] {
        let he = VarianceScaling::he(law);
        let weight = he.sample(shape, &mut Streams::new(2).stream("weight"));
        let largest = weight
            .iter()
            .fold(0.0_f64, |largest, w| largest.max(w.abs()));
        assert!(
            largest <= he.bound(fans),
            "{law:?}: {largest} > {}",
            he.bound(fans)
        );
        assert!(largest > 0.98 * he.bound(fans), "{law:?}: {largest}");
    }
}

#[test]
fn the_layout_decides_the_fan() {
    let mut rng = Streams::new(3).stream("weight");
    let he = VarianceScaling::he(Law::Uniform);
    let mut kernel = Array2::<f64>::zeros((1000, 10));
    he.fill((&mut kernel).into(), Layout::OutIn, &mut rng);
    let largest = kernel
        .iter()
        .fold(0.0_f64, |largest: f64, w: &f64| largest.max(w.abs()));
    assert!(largest > he.bound(Fans::new(1000, 10)) * 5.0);
}

#[test]
#[should_panic(
    expected = "a gain must be a positive number with a positive finite square, but is 1e200"
)]
fn a_gain_whose_square_is_infinite_is_refused() {
    let _ = VarianceScaling::with_gain(1e200, Fan::In, Law::Normal);
}

#[test]
fn the_largest_and_the_smallest_scales_have_bounds() {
    let fans = Fans::new(1, 1);
    let bound = |scale| VarianceScaling::new(scale, Fan::In, Law::Uniform).bound(fans);
    approx::assert_relative_eq!(
        bound(1e308),
        1.732_050_807_568_877_3e154,
        max_relative = 1e-15
    );
    approx::assert_relative_eq!(bound(1e-320) / 1.732e-160, 1.0, max_relative = 1e-3);
    // A variance of 5e-326 is 0, its standard deviation is not.
    let tiny = VarianceScaling::new(5e-324, Fan::In, Law::Normal);
    approx::assert_relative_eq!(
        tiny.std_dev(Fans::new(100, 1)) / 5e-324_f64.sqrt(),
        0.1,
        max_relative = 1e-15
    );
}

#[test]
#[should_panic(expected = "must be a positive finite number, but is -1.0")]
fn a_negative_scale_is_refused() {
    let _ = VarianceScaling::new(-1.0, Fan::In, Law::Normal);
}

#[test]
#[should_panic(expected = "rows 3..9 are not within 0..8")]
fn rows_beyond_the_matrix_are_refused() {
    let he = VarianceScaling::he(Law::Normal);
    let _ = he.sample_rows((8, 2), 3..9, &mut Streams::new(0).stream("w"));
}

#[test]
fn a_gain_whose_square_is_zero_is_refused_as_a_gain() {
    let error = VarianceScaling::try_with_gain(1e-200, Fan::In, Law::Normal).expect_err("no scale");
    assert_eq!(
        error.to_string(),
        "a gain must be a positive number with a positive finite square, but is 1e-200"
    );
}

#[test]
fn rows_drawn_alone_are_those_of_the_whole() {
    let he = VarianceScaling::he(Law::Normal);
    let rng = || Streams::new(1).stream("w");
    let whole = he.sample((200, 30), &mut rng());
    // The second and the third begin within the first block of 4096 entries, and end within the next.
    for rows in [0..200, 100..200, 130..140, 150..200] {
        let part = he.sample_rows((200, 30), rows.clone(), &mut rng());
        assert_eq!(part, whole.slice(ndarray::s![rows.clone(), ..]), "{rows:?}");
    }
}
