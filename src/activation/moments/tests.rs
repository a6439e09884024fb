use super::*;
use approx::assert_relative_eq;

#[test]
fn the_moments_agree_with_twenty_digits() {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/gaussian_moments.json"))
            .expect("the moments are JSON");
    let table = table["values"]
        .as_object()
        .expect("one entry an activation");
    assert_eq!(table.len(), 19, "eighteen, and a second leaky slope");
    for (name, expected) in table {
        let phi: Activation = name.parse().expect("a name that we know");
        let digits = |key: &str| -> f64 {
            let text = expected[key].as_str().expect("digits");
            text.parse().expect("a number")
        };
        for (ours, theirs) in [
            (phi.mean(), digits("E_f")),
            (phi.second_moment(), digits("E_f2")),
            (phi.slope_moment(), digits("E_df2")),
        ] {
            assert_relative_eq!(ours, theirs, epsilon = 1e-14, max_relative = 1e-14);
        }
    }
}

#[test]
fn closed_forms_are_what_quadrature_finds_at_every_variance() {
    for phi in Activation::ALL {
        for q in [1e-8, 0.01, 0.7, 1.0, 3.0, 40.0] {
            let mean = gaussian_expectation(|x| phi.value(x), q, phi.kinks());
            assert_relative_eq!(phi.mean_at(q), mean, epsilon = 1e-14, max_relative = 1e-13);
            let second = gaussian_expectation(|x| phi.value(x).powi(2), q, phi.kinks());
            assert_relative_eq!(phi.second_moment_at(q), second, max_relative = 1e-13);
            let slope = gaussian_expectation(|x| phi.slope(x).powi(2), q, phi.kinks());
            assert_relative_eq!(phi.slope_moment_at(q), slope, max_relative = 1e-13);
        }
    }
}

#[test]
fn the_sigmoid_is_a_tanh_of_half_the_size() {
    for q in [0.01, 1.0, 30.0, 1e5] {
        let tied = (1.0 + Activation::Tanh.second_moment_at(q / 4.0)) / 4.0;
        let ours = Activation::Sigmoid.second_moment_at(q);
        assert_relative_eq!(ours, tied, max_relative = 1e-14);
    }
}

#[test]
fn a_wide_gaussian_sees_the_asymptotes_and_a_narrow_one_the_origin() {
    for phi in [Activation::Tanh, Activation::HardTanh, Activation::Softsign] {
        assert_relative_eq!(phi.second_moment_at(1e24), 1.0, epsilon = 1e-10);
        assert_relative_eq!(phi.second_moment_at(1e-24), 1e-24, max_relative = 1e-11);
    }
    for phi in [
        Activation::Elu,
        Activation::Silu,
        Activation::Gelu,
        Activation::Mish,
    ] {
        assert_relative_eq!(phi.second_moment_at(1e24), 5e23, max_relative = 1e-9);
    }
}

#[test]
fn a_leaky_relu_of_any_slope_keeps_the_gradient() {
    for slope in [0.0, 0.01, -3.0, 1e100, 1e160, -1e200, f64::MAX] {
        let leaky = Activation::LeakyRelu { slope };
        assert_eq!(leaky.chi(), 1.0);
        assert_eq!(leaky.gain(), leaky.backward_gain());
        assert_relative_eq!(
            leaky.gain(),
            2_f64.sqrt() / libm::hypot(1.0, slope),
            max_relative = 1e-15
        );
    }
}

#[test]
fn at_variance_zero_only_the_origin_counts() {
    for phi in Activation::ALL {
        assert_relative_eq!(phi.mean_at(0.0), phi.value(0.0));
        assert_relative_eq!(phi.second_moment_at(0.0), phi.value(0.0).powi(2));
        let near = phi.slope_moment_at(1e-30);
        assert_relative_eq!(phi.slope_moment_at(0.0), near, epsilon = 1e-14);
    }
}

#[test]
fn moments_at_the_ends_of_the_range_are_numbers() {
    let steep = Activation::LeakyRelu { slope: 1e200 };
    assert_eq!(steep.second_moment_at(0.0), 0.0);
    assert_eq!(Activation::Erf.second_moment_at(f64::MAX), 1.0);
    assert_relative_eq!(Activation::Erf.second_moment_at(1e299), 1.0);
}

#[test]
#[should_panic(expected = "finite and not negative, but is NaN")]
fn a_nan_variance_is_refused() {
    let _ = Activation::Relu.second_moment_at(f64::NAN);
}
