use super::*;
use crate::activation::{Activation, OwnActivation};
use approx::assert_relative_eq;

const fn of(activation: Activation, weight: f64, bias: f64) -> MeanField {
    MeanField {
        activation,
        weight,
        bias,
    }
}

#[test]
fn relu_layers_forget_as_the_reference_says() {
    let he = of(Activation::Relu, 2.0, 0.0);
    for (start, depth, expected) in [
        (0.0, 1, std::f64::consts::FRAC_1_PI),
        (0.0, 5, 0.735_946_350_627_636_7),
        (0.0, 50, 0.987_861_944_937_345_4),
        (0.0, 1000, 0.999_956_870_267_450_8),
        (0.5, 20, 0.955_260_184_892_556_1),
        (-1.0, 50, 0.987_439_205_513_198_3),
        (0.9, 100, 0.997_105_143_442_715_6),
    ] {
        let (q, c) = he.iterate_pair((1.0, start)).nth(depth).expect("no end");
        assert_relative_eq!(q, 1.0);
        assert_relative_eq!(c, expected, epsilon = 2e-14);
    }
}

#[test]
fn correlations_rest_where_the_reference_says() {
    for (phi, weight, bias, q, c, chi) in [
        (
            Activation::Tanh,
            2.0,
            0.05,
            0.721_761_872_652_1,
            0.744_082_419_501_2,
            0.961_114_791_974,
        ),
        (
            Activation::Tanh,
            4.0,
            0.05,
            2.195_493_928_034,
            0.165_064_962_022_3,
            0.866_527_995_597_3,
        ),
        (
            Activation::Erf,
            3.0,
            0.1,
            1.823_400_587_515,
            0.324_871_931_330_8,
            0.850_104_698_409_5,
        ),
        (
            Activation::HardTanh,
            2.0,
            0.05,
            1.130_041_986_244,
            0.318_911_594_758_2,
            0.877_770_951_883_3,
        ),
        (
            Activation::Softsign,
            4.0,
            0.1,
            0.724_585_202_788,
            0.940_642_852_575,
            0.974_449_361_245_9,
        ),
        (
            Activation::Elu,
            1.3,
            0.1,
            0.745_838_617_968_5,
            1.0,
            0.893_032_501_294_1,
        ),
    ] {
        let layers = of(phi, weight, bias);
        let found = layers.correlation_fixed_point(q);
        assert_relative_eq!(found, c, epsilon = 1e-10);
        assert_relative_eq!(layers.chi_of_pair(q, found), chi, epsilon = 1e-10);
        let (_, next) = layers.step_of_pair((q, found));
        assert_relative_eq!(next, found, epsilon = 1e-11);
    }
    let torch = of(Activation::Tanh, 25.0 / 9.0, 0.0);
    let q = torch.fixed_point().expect("tanh saturates");
    assert_eq!(torch.correlation_fixed_point(q), 0.0);
    assert_relative_eq!(
        torch.chi_of_pair(q, 0.0),
        0.920_790_652_845_2,
        epsilon = 1e-12
    );
}

#[test]
fn the_correlation_map_is_convex_from_zero_to_one() {
    for phi in Activation::ALL {
        for q in [0.1, 1.0, 10.0] {
            let at = |i: i32| phi.slope_pair_moment_at(q, f64::from(i) / 10.0);
            for i in 0..10 {
                assert!(at(i + 1) >= at(i) - 1e-13 * at(10), "{phi} at {q}");
            }
        }
    }
}

#[test]
fn near_the_edge_no_digit_is_lost() {
    // 1 − c ≈ 2 (χ − 1) / (σ_w² q E φ''²) for small χ − 1: the ratio tends to a constant.
    let (weight, q) = (1.760_954_639_607_2, 0.570_047_881_640_8);
    let ratio = |excess: f64| {
        let layers = of(Activation::Tanh, weight * (1.0 + excess), 0.05);
        let q = layers.fixed_point().unwrap_or(q);
        let d = 1.0 - layers.correlation_fixed_point(q);
        d / (layers.chi(q) - 1.0)
    };
    assert_relative_eq!(ratio(1e-6), ratio(1e-4), max_relative = 1e-2);
    assert_relative_eq!(ratio(1e-6), ratio(1e-5), max_relative = 1e-3);
}

#[test]
fn a_closure_forgets_like_the_activation_that_it_is() {
    let own = OwnActivation::new(libm::tanh, |z| 1.0 - libm::tanh(z).powi(2));
    let layers = MeanField {
        activation: &own,
        weight: 3.0,
        bias: 0.05,
    };
    let known = of(Activation::Tanh, 3.0, 0.05);
    let q = known.fixed_point().expect("tanh saturates");
    let (ours, theirs) = (
        layers.correlation_fixed_point(q),
        known.correlation_fixed_point(q),
    );
    assert_relative_eq!(ours, theirs, epsilon = 1e-10);
}

#[test]
#[should_panic(expected = "the layers do not rest at the variance 2e0: they make")]
fn a_correlation_without_a_resting_variance_is_refused() {
    let _ = of(Activation::Tanh, 3.0, 0.05).correlation_fixed_point(2.0);
}

#[test]
#[should_panic(expected = "makes inf of the variance 1e200: there is no correlation then")]
fn a_variance_that_overflows_is_refused() {
    let _ = of(Activation::ReluSquared, 1.0, 0.0).step_of_pair((1e200, 0.3));
}

#[test]
#[should_panic(expected = "between −1 and 1, but is NaN")]
fn a_correlation_that_is_no_number_is_refused() {
    let _ = of(Activation::Tanh, 0.0, 0.0).step_of_pair((1.0, f64::NAN));
}

#[test]
fn a_signal_that_is_gone_keeps_its_correlation() {
    let gone = of(Activation::Tanh, 0.0, 0.0);
    assert_eq!(gone.step_of_pair((1.0, 0.3)), (0.0, 0.3));
    // Nor does a moment count that overflows behind weights that are 0.
    let biased = of(Activation::ReluSquared, 0.0, 1.0);
    assert_eq!(biased.step_of_pair((1e200, 1.0)), (1.0, 1.0));
}
