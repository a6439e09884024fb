use super::*;
use approx::assert_relative_eq;

#[test]
fn edges_by_their_variance_are_those_of_the_reference() {
    use Activation as A;
    // σ_w², σ_b², dq'/dq
    for (phi, q, [weight, bias, stability]) in [
        (
            A::Tanh,
            1.0,
            [2.153_302_648_902_8, 0.150_964_629_379, 0.391_465_443_437],
        ),
        (A::Erf, 2.0, [2.356_194_490_192_3, 0.609_057_172_998, 0.2]),
        (
            A::HardTanh,
            0.5,
            [1.186_660_803_414_8, 0.059_635_094_781_5, 0.507_408_203_607],
        ),
        (
            A::Softsign,
            5.0,
            [8.846_276_561_264_4, 1.918_557_921_07, 0.201_712_466_212],
        ),
        (
            A::Gelu,
            0.5,
            [2.455_506_416_825_9, 0.034_542_695_179_6, 1.099_790_008_3],
        ),
        (
            A::Silu,
            1.0,
            [2.635_168_659_879, 0.062_471_500_225_2, 1.099_340_344_38],
        ),
        (
            A::Mish,
            2.0,
            [1.994_288_955_035_3, 0.112_001_544_858, 0.994_497_246_571],
        ),
        (
            A::Elu,
            0.1,
            [
                1.216_701_709_038_1,
                0.000_817_673_691_053,
                0.910_822_765_909,
            ],
        ),
        (
            A::Selu,
            5.0,
            [1.226_081_072_666_3, 0.568_263_242_352, 0.738_101_007_871],
        ),
        (
            A::Sine,
            1.0,
            [1.761_594_155_955_8, 0.238_405_844_044, 0.238_405_844_044],
        ),
        (
            A::LecunTanh,
            0.5,
            [1.036_929_455_201_3, 0.013_838_507_276_8, 0.718_326_057_518],
        ),
    ] {
        let edge = EdgePoint::at_variance(phi, q).expect("an edge");
        let found = [edge.layers.weight, edge.layers.bias, edge.stability];
        for (ours, theirs) in found.into_iter().zip([weight, bias, stability]) {
            assert_relative_eq!(ours, theirs, epsilon = 1e-11, max_relative = 1e-11);
        }
        assert_relative_eq!(edge.layers.step(q), q, max_relative = 1e-14);
        assert_relative_eq!(edge.layers.chi(q), 1.0, max_relative = 1e-14);
        assert_eq!(edge.attracts(), stability < 1.0);
    }
}

#[test]
fn edges_by_their_biases_are_those_of_the_reference() {
    use Activation as A;
    for (phi, bias, [q, weight, stability]) in [
        (
            A::Tanh,
            0.0025,
            [0.153_691_935_821_2, 1.260_093_817_229, 0.782_196_237_184],
        ),
        (
            A::Tanh,
            0.05,
            [0.570_047_881_640_8, 1.760_954_639_607, 0.518_186_484_068],
        ),
        (
            A::Tanh,
            0.3,
            [1.461_169_446_932, 2.505_127_189_68, 0.312_084_514_504],
        ),
        (
            A::Erf,
            0.05,
            [0.517_176_837_980_6, 1.375_839_007_347, 0.491_556_611_722],
        ),
        (
            A::HardTanh,
            0.05,
            [0.463_863_969_432, 1.165_544_689_636, 0.535_327_803_322],
        ),
        (
            A::Gelu,
            0.1,
            [1.632_426_108_815, 2.076_676_193_723, 1.037_415_132_91],
        ),
        (
            A::Silu,
            0.1,
            [1.551_914_984_414, 2.439_554_621_364, 1.091_282_840_34],
        ),
        (
            A::Mish,
            0.1,
            [1.771_591_043_094, 2.006_854_569_646, 0.998_164_081_835],
        ),
        (
            A::Elu,
            0.1,
            [2.212_778_485_773, 1.606_743_557_944, 0.864_175_569_621],
        ),
        (
            A::Selu,
            0.1,
            [1.313_496_506_073, 0.980_327_286_443, 0.723_273_633_002],
        ),
    ] {
        let edges = EdgePoint::with_bias(phi, bias);
        assert_eq!(edges.len(), 1, "{phi}: {edges:?}");
        let found = [
            edges[0].variance,
            edges[0].layers.weight,
            edges[0].stability,
        ];
        for (ours, theirs) in found.into_iter().zip([q, weight, stability]) {
            assert_relative_eq!(ours, theirs, epsilon = 1e-11, max_relative = 1e-11);
        }
    }
}

#[test]
fn a_sine_has_an_edge_in_closed_form() {
    for q in [0.01_f64, 0.5, 3.0, 40.0] {
        let edge = EdgePoint::at_variance(Activation::Sine, q).expect("an edge");
        let weight = 2.0 / (1.0 + libm::exp(-2.0 * q));
        assert_relative_eq!(edge.layers.weight, weight, max_relative = 1e-14);
        let bias = q - libm::tanh(q);
        assert_relative_eq!(
            edge.layers.bias,
            bias,
            epsilon = 1e-15,
            max_relative = 1e-13
        );
    }
}

#[test]
fn the_edges_that_repel_end_where_the_reference_says() {
    for (phi, q, bias) in [
        (Activation::Gelu, 3.561_552_8, 0.172_92),
        (Activation::Silu, 14.320_173_6, 0.555_14),
        (Activation::Mish, 1.670_169_1, 0.094_52),
    ] {
        let edge = EdgePoint::at_variance(phi, q).expect("an edge");
        assert_relative_eq!(edge.stability, 1.0, epsilon = 1e-8);
        assert_relative_eq!(edge.layers.bias, bias, epsilon = 1e-5);
    }
}

#[test]
fn the_edge_of_a_gelu_repels_below_the_root_of_a_parabola() {
    // E φφ'' has the sign of 2 + 3q − q².
    for q in [0.01, 0.3, 1.0, 2.0, 3.5, 3.56, 3.57, 4.0, 9.0, 100.0] {
        let edge = EdgePoint::at_variance(Activation::Gelu, q).expect("an edge");
        assert_eq!(edge.attracts(), 2.0 + 3.0 * q - q * q < 0.0, "{q}");
    }
}

#[test]
fn where_a_homogeneous_activation_has_its_edge_each_variance_is_kept() {
    for phi in [
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.3 },
    ] {
        for q in [1e-3, 1.0, 1e3] {
            let edge = EdgePoint::at_variance(phi, q).expect("an edge");
            assert_eq!(edge.layers.bias, 0.0, "{phi}");
            assert_relative_eq!(edge.stability, 1.0, epsilon = 1e-13);
            assert!(!edge.attracts());
        }
        assert!(EdgePoint::with_bias(phi, 0.0).is_empty());
        assert!(EdgePoint::with_bias(phi, 0.1).is_empty());
    }
}

#[test]
fn a_sigmoid_needs_a_large_variance_and_a_softplus_has_none() {
    let edges = EdgePoint::with_bias(Activation::Sigmoid, 0.0);
    assert_eq!(edges.len(), 1);
    assert_relative_eq!(edges[0].variance, 45.624_277_8, epsilon = 1e-6);
    assert!(EdgePoint::at_variance(Activation::Sigmoid, 45.0).is_err());
    for q in [0.01, 1.0, 100.0, 1e4] {
        let error = EdgePoint::at_variance(Activation::Softplus, q).expect_err("none");
        assert!(error.bias < 0.0);
    }
    assert!(EdgePoint::with_bias(Activation::Tanh, 0.0).is_empty());
}

#[test]
#[should_panic(expected = "positive and finite, but is 0")]
fn an_edge_without_a_scale_is_refused() {
    let _ = EdgePoint::at_variance(Activation::Tanh, 0.0);
}

#[test]
fn small_biases_have_the_edge_of_the_power_series() {
    // The bias of a sine is q − tanh q = q³/3 − …, that of a tanh 4q³/3 − ….
    for bias in [1e-6, 1e-12, 1e-15] {
        let edges = EdgePoint::with_bias(Activation::Sine, bias);
        assert_eq!(edges.len(), 1, "{edges:?}");
        let q = libm::cbrt(3.0 * bias);
        assert_relative_eq!(edges[0].variance, q, max_relative = 3e-3);
    }
    for bias in [1e-9, 1e-12, 1e-15] {
        let edges = EdgePoint::with_bias(Activation::Tanh, bias);
        assert_eq!(edges.len(), 1, "{edges:?}");
        assert_relative_eq!(
            edges[0].variance,
            libm::cbrt(0.75 * bias),
            max_relative = 1e-2
        );
    }
}

#[test]
#[should_panic(expected = "biases of variance 1e-20 are lost in the rounding of the variance")]
fn biases_that_rounding_hides_are_refused() {
    let _ = EdgePoint::with_bias(Activation::Sine, 1e-20);
}

#[test]
#[should_panic(expected = "biases of variance 5e-324 are too small to be seen")]
fn the_smallest_biases_are_refused_and_end() {
    let _ = EdgePoint::with_bias(Activation::Tanh, 5e-324);
}

#[test]
#[should_panic(expected = "the squared slope has the mean 0e0")]
fn an_activation_without_slope_has_no_edge() {
    let flat = crate::activation::OwnActivation::new(|_| 1.0, |_| 0.0);
    let _ = EdgePoint::at_variance(&flat, 1.0);
}

#[test]
fn a_leaky_relu_of_ones_own_is_on_the_edge_at_each_variance() {
    for slope in [0.0, 0.1, 0.3] {
        let own = crate::activation::OwnActivation::new(
            move |z| if z < 0.0 { slope * z } else { z },
            move |z| if z < 0.0 { slope } else { 1.0 },
        )
        .with_kinks([0.0]);
        for tenth in -30..=30 {
            // Quadrature leaves a few units of the last digit, which are no biases.
            let q = libm::exp10(0.1 * f64::from(tenth));
            let edge = EdgePoint::at_variance(&own, q).expect("an edge");
            assert_relative_eq!(
                edge.layers.weight,
                2.0 / (1.0 + slope * slope),
                max_relative = 1e-12
            );
            assert!(edge.layers.bias <= 1e-13 * q, "{:e}", edge.layers.bias);
        }
    }
}

#[test]
#[should_panic(expected = "the squared slope has the mean inf")]
fn a_slope_without_a_square_has_no_edge() {
    let _ = EdgePoint::at_variance(Activation::LeakyRelu { slope: 1e160 }, 1e-100);
}

#[test]
fn large_biases_have_the_edge_of_an_arcsine() {
    // Of an erf, σ_b² = q − asin(2q / (1 + 2q)) √(1 + 4q) / 2 = q − π √q / 2 + 1 − …
    for bias in [1e18_f64, 1e301] {
        let edges = EdgePoint::with_bias(Activation::Erf, bias);
        assert_eq!(edges.len(), 1, "{edges:?}");
        let q = bias + std::f64::consts::FRAC_PI_2 * bias.sqrt();
        assert_relative_eq!(edges[0].variance, q, max_relative = 1e-13);
    }
}

#[test]
fn the_layers_have_the_biases_that_were_asked_for() {
    // To the last digit, which a difference of two variances does not have.
    for bias in [1e-6, 1e-12, 1e-15] {
        let edges = EdgePoint::with_bias(Activation::Sine, bias);
        assert_eq!(edges[0].layers.bias, bias);
    }
}
