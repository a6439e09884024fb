use super::*;
use crate::activation::OwnActivation;
use approx::assert_relative_eq;

#[test]
#[should_panic(expected = "weights have inf and biases 0e0")]
fn an_infinite_gain_is_refused() {
    let _ = MeanField::with_gain(Activation::Relu, 1e200).step(0.0);
}

#[test]
#[should_panic(expected = "a gain of 1e-200 has a square that is too small for f64")]
fn a_gain_whose_square_is_nothing_is_refused() {
    let _ = MeanField::with_gain(Activation::Relu, 1e-200);
}

#[test]
fn no_weights_make_nothing_of_what_is_infinite() {
    let gone = MeanField::with_gain(Activation::ReluSquared, 0.0);
    assert_eq!((gone.step(1e200), gone.chi(f64::MAX)), (0.0, 0.0));
}

#[test]
fn the_tanh_map_has_its_known_values() {
    for (q, expected) in [
        (0.1, 0.084_213_928),
        (0.5, 0.273_676_308),
        (1.0, 0.394_294_490),
        (2.0, 0.519_975_746),
        (4.0, 0.635_261_234),
    ] {
        assert_relative_eq!(variance_map(Activation::Tanh, q), expected, epsilon = 5e-10);
    }
}

#[test]
fn xaviers_tanh_decays_like_one_over_twice_the_depth() {
    let q: Vec<f64> = MeanField::with_gain(Activation::Tanh, 1.0)
        .iterate(1.0)
        .take(1001)
        .collect();
    for (depth, expected) in [
        (1, 0.3943),
        (2, 0.2365),
        (5, 0.1034),
        (10, 0.0522),
        (20, 0.0259),
        (50, 0.0102),
        (100, 0.005_07),
    ] {
        assert_relative_eq!(q[depth], expected, epsilon = 6e-5);
    }
    assert_relative_eq!(2000.0 * q[1000], 1.0023, epsilon = 1e-4);
}

#[test]
fn pytorchs_gains_lead_to_their_fixed_points() {
    let tanh = MeanField::with_gain(Activation::Tanh, 5.0 / 3.0);
    let q = tanh.fixed_point().expect("a fixed point");
    assert_relative_eq!(q, 1.178_480, epsilon = 1e-6);
    assert_relative_eq!(
        variance_map(Activation::Tanh, q).sqrt(),
        0.651_347,
        epsilon = 1e-6
    );
    assert_relative_eq!(tanh.chi(q), 1.209_831, epsilon = 1e-6);

    let selu = MeanField::with_gain(Activation::Selu, 0.75);
    let q = selu.fixed_point().expect("a fixed point");
    assert_relative_eq!(q, 0.023_033_8, epsilon = 1e-7);
    assert_relative_eq!(
        variance_map(Activation::Selu, q).sqrt(),
        0.202_358,
        epsilon = 1e-6
    );
    assert_relative_eq!(selu.chi(q), 1.003_670, epsilon = 1e-6);
}

#[test]
fn the_gain_of_an_activation_holds_the_variance_at_one() {
    for activation in Activation::ALL {
        let layers = MeanField::with_gain(activation, activation.gain());
        assert_relative_eq!(layers.step(1.0), 1.0, max_relative = 1e-14);
        assert_relative_eq!(layers.chi(1.0), activation.chi(), max_relative = 1e-14);
    }
}

#[test]
fn with_biases_there_is_an_edge_of_chaos() {
    // There the variance rests and a squared gradient neither grows nor shrinks.
    for (activation, weight, bias, q) in [
        (Activation::Tanh, 1.760_95, 0.05, 0.570_05),
        (Activation::Tanh, 1.986_07, 0.1, 0.805_80),
        (Activation::Gelu, 2.076_68, 0.1, 1.632_43),
        (Activation::Silu, 2.439_55, 0.1, 1.551_92),
        (Activation::Mish, 2.006_85, 0.1, 1.771_59),
        (Activation::Elu, 1.606_74, 0.1, 2.212_78),
    ] {
        let layers = MeanField {
            activation,
            weight,
            bias,
        };
        assert_relative_eq!(layers.step(q), q, epsilon = 1e-4);
        assert_relative_eq!(layers.chi(q), 1.0, epsilon = 1e-4);
    }
}

#[test]
fn the_factor_of_a_deviation_is_the_slope_of_the_step() {
    for activation in Activation::ALL {
        for q in [0.3, 1.0, 2.5] {
            let layers = MeanField {
                activation,
                weight: 1.7,
                bias: 0.2,
            };
            let h = 1e-4 * q;
            let quotient = (layers.step(q + h) - layers.step(q - h)) / (2.0 * h);
            assert_relative_eq!(layers.stability(q), quotient, max_relative = 1e-7);
        }
    }
}

#[test]
fn a_closure_is_followed_like_the_activation_that_it_is() {
    let own = OwnActivation::new(libm::tanh, |z| 1.0 - libm::tanh(z).powi(2));
    let gain = 5.0 / 3.0;
    let (ours, theirs) = (
        MeanField::with_gain(&own, gain),
        MeanField::with_gain(Activation::Tanh, gain),
    );
    let rest = ours.fixed_point().expect("a tanh saturates");
    let known = theirs.fixed_point().expect("a tanh saturates");
    assert_relative_eq!(rest, known, max_relative = 1e-11);
    assert_relative_eq!(ours.chi(rest), theirs.chi(known), max_relative = 1e-10);
}

#[test]
fn a_relu_without_biases_has_no_fixed_point_of_its_own() {
    for gain in [1.0, 2.0] {
        assert_eq!(
            MeanField::with_gain(Activation::Relu, gain).fixed_point(),
            None
        );
    }
}

#[test]
fn the_smallest_gain_is_the_root_of_the_smallest_normal_number() {
    let layers = MeanField::with_gain(Activation::Relu, libm::exp2(-511.0));
    assert_eq!(layers.weight, f64::MIN_POSITIVE);
}

#[test]
fn without_weights_the_variance_rests_at_that_of_the_biases_within_sixteen_decades() {
    let of_biases = |bias: f64| MeanField {
        activation: Activation::Relu,
        weight: 0.0,
        bias,
    };
    // To the last bit; 1 is a place of the grid.
    for bias in [2.5e-8, 3.7e-5, 0.3, 1.0, 2.9, 7e4, 3e7] {
        assert_eq!(of_biases(bias).fixed_point(), Some(bias));
    }
    for bias in [1e-9, 1e9] {
        assert_eq!(of_biases(bias).fixed_point(), None);
    }
}
