use super::*;
use crate::activation::{Nonlinearity, OwnActivation};
use crate::probability::{gaussian_expectation, try_gaussian_expectation};
use approx::assert_relative_eq;

/// `E f(x) f(y)`, one Gaussian inside of the other: the inner integral from kink to kink, the outer one in pieces.
fn nested(f: &dyn Fn(f64) -> f64, q: f64, c: f64, kinks: &[f64]) -> f64 {
    let (s, root) = (q.sqrt(), ((1.0 - c) * (1.0 + c)).sqrt());
    let inner = |x: f64| {
        let kinks: Vec<f64> = kinks.iter().map(|k| (k / s - c * x) / root).collect();
        // Where f is nearly nothing, its panels have no digits to agree upon.
        try_gaussian_expectation(|t| f(s * (c * x + root * t)), 1.0, &kinks).unwrap_or(0.0)
    };
    let mut cuts: Vec<f64> = (-6..=6).map(f64::from).collect();
    for kink in kinks {
        let near = (0..12).map(|i| root * f64::from(2_i32.pow(i)) / 8.0);
        for centre in [kink / s, kink / (c * s)] {
            cuts.push(centre);
            cuts.extend(near.clone().flat_map(|d| [centre - d, centre + d]));
        }
    }
    cuts.retain(|cut| cut.abs() < 14.0);
    gaussian_expectation(|x| f(s * x) * inner(x), 1.0, &cuts)
}

#[test]
fn pair_moments_are_those_of_the_reference() {
    // E φφ and E φ'φ' at q = 1, c = 1/2, from two rules in Python.
    use Activation as A;
    for (phi, value, slope) in [
        (A::Relu, 0.304_498_890_522_11, 1.0 / 3.0),
        (
            A::LeakyRelu { slope: 0.2 },
            0.294_879_289_934_15,
            0.413_333_333_333_33,
        ),
        (A::ReluSquared, 0.706_748_335_783_17, 1.217_995_562_088_5),
        (A::Elu, 0.324_783_648_956_76, 0.617_184_210_078_26),
        (A::Selu, 0.490_569_128_325_47, 0.994_459_069_051_43),
        (A::Gelu, 0.227_294_915_021_99, 0.342_267_242_459_44),
        (A::GeluTanh, 0.227_267_076_425_91, 0.342_279_978_272_39),
        (A::Silu, 0.183_169_663_088_16, 0.312_279_615_293_54),
        (A::Mish, 0.235_212_562_573_3, 0.392_707_984_828_68),
        (A::Softplus, 0.780_078_165_206_94, 0.271_428_325_631_7),
        (A::Softsign, 0.086_354_393_549_957, 0.177_709_936_059_51),
        (A::HardTanh, 0.238_169_165_800_77, 0.497_971_777_839_21),
        (A::Tanh, 0.186_324_413_203_45, 0.384_747_028_441_04),
        (A::LecunTanh, 0.366_020_396_602_47, 0.743_316_471_511_45),
        (A::Sigmoid, 0.271_428_325_631_7, 0.043_190_020_462_262),
        (A::Erf, 0.216_346_895_938_79, 0.450_158_158_078_55),
        (A::Sine, 0.191_700_249_782_1, 0.414_830_409_930_53),
    ] {
        assert_relative_eq!(phi.pair_moment_at(1.0, 0.5), value, max_relative = 2e-13);
        let ours = phi.slope_pair_moment_at(1.0, 0.5);
        assert_relative_eq!(ours, slope, max_relative = 2e-13);
    }
}

#[test]
fn one_gaussian_inside_of_the_other_gives_the_same_moments() {
    use Activation as A;
    for (phi, q, c) in [
        (A::Elu, 0.05, -0.9),
        (A::GeluTanh, 1.0, 0.5),
        (A::HardTanh, 9.0, 0.99),
        (A::Mish, 0.05, -0.9),
        (A::Selu, 1.0, 0.5),
        (A::Softsign, 9.0, 0.99),
        (A::Tanh, 1.0, 0.5),
    ] {
        for (f, ours) in [
            (
                Activation::value as fn(Activation, f64) -> f64,
                phi.pair_moment_at(q, c),
            ),
            (Activation::slope, phi.slope_pair_moment_at(q, c)),
        ] {
            let theirs = nested(&|x| f(phi, x), q, c, phi.kinks());
            let size = gaussian_expectation(|x| f(phi, x).powi(2), q, phi.kinks());
            assert_relative_eq!(ours, theirs, epsilon = 1e-12 * size);
        }
    }
}

#[test]
fn closed_forms_are_what_the_polar_rule_finds() {
    for phi in Activation::ALL {
        for q in [1e-3, 0.7, 30.0] {
            for d in [1e-9, 1e-3, 0.3, 1.0, 1.9, 2.0] {
                let theta = difference_angle(d);
                let value =
                    pair_expectation(|x, y| phi.value(x) * phi.value(y), q, theta, phi.kinks());
                let slope =
                    pair_expectation(|x, y| phi.slope(x) * phi.slope(y), q, theta, phi.kinks());
                let square = |x, y| 0.5 * (phi.value(x) - phi.value(y)).powi(2);
                let difference = pair_expectation(square, q, theta, phi.kinks());
                let (second, slopes) = (phi.second_moment_at(q), phi.slope_moment_at(q));
                let c = 1.0 - d;
                assert_relative_eq!(phi.pair_moment_at(q, c), value, epsilon = 2e-13 * second);
                // The angle of 1 − d, rounded, is 10⁻¹² wrong, and a jump notices.
                let ours = phi.slope_pair_moment_at(q, c);
                assert_relative_eq!(ours, slope, epsilon = 1e-11 * slopes);
                let ours = phi.pair_difference_at(q, d);
                assert_relative_eq!(ours, difference, max_relative = 1e-9);
                assert_relative_eq!(ours, second - value, epsilon = 1e-12 * second);
            }
        }
    }
}

#[test]
fn the_slope_moment_is_the_slope_of_the_pair_moment() {
    let h = 1e-5;
    for phi in Activation::ALL {
        for (q, c) in [(0.3, 0.2), (2.0, -0.6), (5.0, 0.9)] {
            let quotient =
                (phi.pair_moment_at(q, c + h) - phi.pair_moment_at(q, c - h)) / (2.0 * h * q);
            let slope = phi.slope_pair_moment_at(q, c);
            assert_relative_eq!(slope, quotient, max_relative = 1e-6, epsilon = 1e-7);
        }
    }
}

#[test]
fn the_ends_of_the_range_are_those_of_one_gaussian() {
    for phi in Activation::ALL {
        for q in [0.0, 1e-9, 1.0, 1e3] {
            assert_eq!(phi.pair_moment_at(q, 1.0), phi.second_moment_at(q));
            assert_eq!(phi.slope_pair_moment_at(q, 1.0), phi.slope_moment_at(q));
            let mirrored = gaussian_expectation(|x| phi.value(x) * phi.value(-x), q, &[-1.0, 1.0]);
            let ours = phi.pair_moment_at(q, -1.0);
            assert_relative_eq!(ours, mirrored, epsilon = 1e-13 * phi.second_moment_at(q));
        }
    }
}

#[test]
fn independent_pre_activations_have_a_product_of_means() {
    for phi in Activation::ALL {
        for q in [1e-4, 1.0, 50.0, 1e8] {
            let mean = phi.mean_at(q);
            let second = phi.second_moment_at(q);
            let ours = phi.pair_moment_at(q, 0.0);
            assert_relative_eq!(ours, mean * mean, epsilon = 1e-13 * second);
        }
    }
}

#[test]
fn closures_have_the_pair_moments_of_what_they_are() {
    for phi in [Activation::Elu, Activation::HardTanh, Activation::Tanh] {
        let own = OwnActivation::new(move |z| phi.value(z), move |z| phi.slope(z))
            .with_kinks(phi.kinks().iter().copied());
        for (q, c) in [(0.3, 0.2), (2.0, -0.6), (5.0, 0.999)] {
            let (ours, theirs) = (own.pair_moment_at(q, c), phi.pair_moment_at(q, c));
            assert_relative_eq!(ours, theirs, max_relative = 1e-12);
            let (ours, theirs) = (
                own.slope_pair_moment_at(q, c),
                phi.slope_pair_moment_at(q, c),
            );
            assert_relative_eq!(ours, theirs, max_relative = 1e-12);
            let d = 1.0 - c;
            let (ours, theirs) = (own.pair_difference_at(q, d), phi.pair_difference_at(q, d));
            assert_relative_eq!(ours, theirs, max_relative = 1e-12);
        }
    }
}

#[test]
#[should_panic(expected = "between −1 and 1, but is 1.5")]
fn a_correlation_above_one_is_refused() {
    let _ = Activation::Tanh.pair_moment_at(1.0, 1.5);
}

#[test]
fn closed_forms_go_over_into_their_limits() {
    use Activation as A;
    // Just below and just above of where the limit takes over.
    for phi in [A::Gelu, A::Erf, A::ReluSquared] {
        for c in [-1.0, -0.7, 0.0, 0.3, 0.999] {
            let (below, above) = (0.999e150, 1.001e150);
            let (before, after) = (phi.pair_moment_at(below, c), phi.pair_moment_at(above, c));
            let size = phi.second_moment_at(above);
            assert_relative_eq!(before, after, epsilon = 5e-3 * size);
            let (before, after) = (
                phi.slope_pair_moment_at(below, c),
                phi.slope_pair_moment_at(above, c),
            );
            assert_relative_eq!(before, after, max_relative = 5e-3, epsilon = 1e-15);
        }
    }
    for d in [1e-160, 1e-9, 0.3, 1.0, 1.9, 2.0] {
        let (before, after) = (0.999e150, 1.001e150);
        let [before, after] = [before, after].map(|q| A::Erf.pair_difference_at(q, d));
        assert_relative_eq!(before, after, max_relative = 5e-3);
    }
    let steep = |slope| A::LeakyRelu { slope }.pair_moment_at(1e-200, 0.3);
    assert_relative_eq!(steep(0.999e150), steep(1.001e150), max_relative = 5e-3);
    assert_relative_eq!(
        steep(-1e160),
        1e120 * 0.5 * kappa(0.3),
        max_relative = 1e-14
    );
}

#[test]
fn no_moment_is_nan() {
    let steep = [1e160, -1e160, 1e200, f64::MAX].map(|slope| Activation::LeakyRelu { slope });
    for phi in Activation::ALL.into_iter().chain(steep) {
        for q in [
            0.0,
            5e-324,
            1e-300,
            1.0,
            1e149,
            1e151,
            1e154,
            1e200,
            1e308,
            f64::MAX,
        ] {
            for c in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                if q > 1.0 && !is_closed(phi) {
                    continue;
                }
                let moments = [phi.pair_moment_at(q, c), phi.slope_pair_moment_at(q, c)];
                assert!(
                    moments.iter().all(|m| !m.is_nan()),
                    "{phi} at {q:e}, {c}: {moments:?}"
                );
            }
        }
    }
}

/// Whether there is a formula, which has no need of a quadrature.
fn is_closed(phi: Activation) -> bool {
    use Activation as A;
    matches!(
        phi,
        A::Identity | A::Relu | A::LeakyRelu { .. } | A::ReluSquared | A::Gelu | A::Erf | A::Sine
    )
}

#[test]
#[should_panic(expected = "1 − c lies between 0 and 2, but is -1e-17")]
fn a_distance_slightly_below_zero_is_refused() {
    let _ = Activation::Tanh.pair_difference_at(1.0, -1e-17);
}
