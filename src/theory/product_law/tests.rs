//! The law of a product against reference values, and against itself computed otherwise.

use super::*;
use approx::assert_relative_eq;
use statrs::distribution::{ChiSquared, ContinuousCDF};

fn layers(kind: LayerKind, width: u64, count: u32) -> Layers {
    Layers { kind, width, count }
}

use LayerKind::{Linear, OrthogonalRelu, Relu};

#[test]
fn the_laws_are_those_of_twelve_digits() {
    let mixed = [64, 48, 96, 32].map(|width| layers(Relu, width, 1));
    let cases: [(&[Layers], [f64; 6]); 5] = [
        (
            &[layers(Relu, 80, 50)],
            [
                -1.595_641_424_717_94,
                1.810_651_190_030_27,
                0.810_494_868_965_192,
                0.005_605_792_692_2,
                0.205_615_013_85,
                6.778_225_002_4,
            ],
        ),
        (
            &[layers(Relu, 320, 200)],
            [
                -1.570_549_512_562_24,
                1.778_105_719_775_73,
                0.811_348_124_977_528,
                0.006_314_468_057_7,
                0.208_615_355_28,
                6.720_323_881_2,
            ],
        ),
        (
            &[layers(Linear, 80, 50)],
            [
                -0.627_604_003_954_659,
                1.125_057_861_651_81,
                0.710_647_344_630_451,
                0.058_154_104_545,
                0.536_126_304_11,
                4.784_957_357_2,
            ],
        ),
        (
            &[layers(OrthogonalRelu, 80, 50)],
            [
                -0.968_037_420_763_277,
                1.418_697_480_047_62,
                0.750_159_519_692_268,
                0.022_256_937_249,
                0.387_492_116_78,
                5.786_248_27,
            ],
        ),
        (
            &mixed,
            [
                -0.203_123_068_712_626,
                0.654_031_488_831_662,
                0.608_665_653_805_809,
                0.209_800_893_02,
                0.838_150_354_37,
                2.727_171_244_2,
            ],
        ),
    ];
    for (layers, expected) in cases {
        let law = ProductLaw::of(layers);
        let found = [
            law.log_mean(),
            law.log_std_dev(),
            law.cdf(1.0),
            law.quantile(0.025),
            law.quantile(0.5),
            law.quantile(0.975),
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            assert_relative_eq!(found, expected, max_relative = 1e-10);
        }
    }
}

#[test]
fn linear_layers_of_one_unit_are_chi_square() {
    let law = ProductLaw::of(&[layers(Linear, 1, 1)]);
    let square = ChiSquared::new(1.0).expect("a degree of freedom");
    for ratio in [1e-12, 1e-3, 0.5, 1.0, 8.0] {
        assert_relative_eq!(law.cdf(ratio), square.cdf(ratio), epsilon = 1e-11);
    }
}

#[test]
fn a_narrow_relu_layer_has_the_law_of_its_active_units() {
    // Σ_k C(n, k) P(χ²_k ≤ n x / 2) / (2^n − 1) by mpmath's gammainc with 40 digits, at x = 1e-13, 1e-3 and 1.
    for (width, expected) in [
        (
            1,
            [
                1.784_124_116_152_756e-7,
                0.017_839_754_502_932_04,
                0.520_499_877_813_046_5,
            ],
        ),
        (
            3,
            [
                1.324_369_014_079_496e-7,
                0.013_563_891_103_588_58,
                0.605_516_560_811_600_4,
            ],
        ),
        (
            8,
            [
                1.583_144_170_680_688e-8,
                0.001_816_794_073_632_73,
                0.592_057_386_447_762_2,
            ],
        ),
        (
            12,
            [
                1.811_107_320_847_788e-9,
                0.000_236_409_797_051_471_5,
                0.576_070_719_842_782_1,
            ],
        ),
        (
            16,
            [
                1.742_342_617_453_694e-10,
                0.000_026_575_312_169_609_26,
                0.565_829_148_188_901_2,
            ],
        ),
        (
            20,
            [
                1.521_854_537_477_801e-11,
                2.777_555_942_628_054e-6,
                0.558_811_919_290_432,
            ],
        ),
        (
            30,
            [
                2.730_309_683_219_967e-14,
                8.542_869_129_745_859e-9,
                0.547_939_368_529_863_2,
            ],
        ),
        (
            40,
            [
                4.105_090_437_522_341e-17,
                2.454_201_897_906_36e-11,
                0.541_481_351_565_511_3,
            ],
        ),
    ] {
        let law = ProductLaw::of(&[layers(Relu, width, 1)]);
        for (ratio, expected) in [1e-13, 1e-3, 1.0].into_iter().zip(expected) {
            assert_relative_eq!(law.cdf(ratio), expected, epsilon = 1e-13);
        }
        // It rises from end to end, and is 1 behind 200, as χ²_n is above 100 n less than once in 1e22 cases.
        let along: Vec<f64> = (-225..=225)
            .map(|i| law.cdf_of_log(law.mean + 0.4 * f64::from(i)))
            .collect();
        assert!(
            along.windows(2).all(|two| two[1] >= two[0] - 1e-13),
            "{width}"
        );
        for ratio in [200.0, 545.0, 1e9, 3e12, 1e30] {
            assert!(1.0 - law.cdf(ratio) < 1e-13, "{width} at {ratio}");
        }
    }
}

#[test]
fn quantiles_of_a_narrow_layer_stay_near_it_as_long_as_digits_do() {
    // Roots of the same sum.
    for (width, p, quantile) in [
        (16, 1.0 - libm::exp2(-40.0), 9.818_860_592_870_207),
        (12, 1.0 - libm::exp2(-42.0), 12.611_820_528_533_27),
        (16, 1e-10, 3.294_082_232_825_665e-14),
    ] {
        let law = ProductLaw::of(&[layers(Relu, width, 1)]);
        assert_relative_eq!(law.quantile(p), quantile, max_relative = 2e-3);
    }
}

#[test]
fn two_linear_layers_of_two_units_have_the_law_of_a_bessel_function() {
    // r₁ r₂ = E₁ E₂ of exponential variables; P(E₁ E₂ > 1) = ∫ e^(−x − 1/x) dx = 2 K₁(2).
    let law = ProductLaw::of(&[layers(Linear, 2, 2)]);
    assert_relative_eq!(law.cdf(1.0), 1.0 - 0.279_731_763_633_045, epsilon = 1e-11);
}

#[test]
fn both_inversions_agree_where_both_work() {
    // Forty pairs keep all of their units once in a hundred billion billion networks.
    let pairs = [layers(OrthogonalRelu, 2, 40)];
    let by_contour = ProductLaw::of(&pairs);
    assert!(matches!(by_contour.inversion, Inversion::Contour { .. }));
    // One more pair, as a layer so wide that it changes nothing but the method.
    let laws = [(LayerLaw::new(OrthogonalRelu, 2), 40)];
    let (mean, std_dev) = (by_contour.mean, by_contour.std_dev);
    let psi = |t: f64| laws[0].0.characteristic(t).powu(40);
    let centered = CenteredLaw::new(std_dev, true, 20_000, psi);
    let centered = centered.expect("the atom is below what counts");
    for log in [
        -60.0,
        mean - std_dev,
        mean,
        mean + std_dev,
        mean + 2.0 * std_dev,
    ] {
        let by_fourier = centered.cdf(log - mean);
        assert_relative_eq!(by_contour.cdf_of_log(log), by_fourier, epsilon = 1e-10);
    }
}

#[test]
fn a_layer_is_a_length_and_a_share_in_law() {
    // R1: a ReLU layer is a linear one times an orthogonal one, even of three units.
    for width in [1, 3, 20] {
        let whole = ProductLaw::of(&[layers(Relu, width, 2)]);
        let parts = ProductLaw::of(&[layers(Linear, width, 2), layers(OrthogonalRelu, width, 2)]);
        for ratio in [0.01, 0.5, 1.0, 3.0] {
            assert_relative_eq!(whole.cdf(ratio), parts.cdf(ratio), epsilon = 1e-12);
        }
    }
}

#[test]
fn what_cannot_fall_below_two_to_the_depth_is_there() {
    let law = ProductLaw::of(&[layers(OrthogonalRelu, 1, 3)]);
    assert_relative_eq!(law.quantile(0.025), 8.0, max_relative = 1e-14);
    assert_eq!(
        (law.cdf(7.99), law.cdf(8.0), law.log_std_dev()),
        (0.0, 1.0, 0.0)
    );
    let pair = ProductLaw::of(&[layers(OrthogonalRelu, 2, 1), layers(OrthogonalRelu, 1, 1)]);
    // With probability a third both units of the pair are active; else the share is of the arcsine law.
    assert_relative_eq!(pair.quantile(0.975), 4.0, max_relative = 1e-14);
    assert_relative_eq!(pair.quantile(1.0 / 3.0), 2.0, max_relative = 1e-10);
    assert_relative_eq!(pair.dead(), 1.0 - 0.75 * 0.5, max_relative = 1e-15);
}

#[test]
fn a_narrow_rotation_beside_a_wide_layer_is_a_smoothed_staircase() {
    let wide = layers(Linear, 1_000_000, 1);
    let pair = layers(OrthogonalRelu, 2, 1);
    let (smooth, sharp) = (ProductLaw::of(&[wide, pair]), ProductLaw::of(&[pair]));
    for ratio in [0.2, 1.0, 1.9] {
        assert_relative_eq!(smooth.cdf(ratio), sharp.cdf(ratio), epsilon = 2e-5);
    }
    // The atom at 2 is now a normal law of width √(2/n) around it: nearly half of it lies below 2.
    assert!((smooth.cdf(2.0) - sharp.cdf(1.999_999) - 1.0 / 6.0).abs() < 0.02);
}

#[test]
fn quantiles_lead_back_to_their_probabilities() {
    for list in [
        vec![layers(Relu, 80, 50)],
        vec![layers(Relu, 1, 1)],
        vec![layers(Linear, 3, 7), layers(OrthogonalRelu, 5, 2)],
        vec![layers(OrthogonalRelu, 6, 3)],
        vec![layers(Relu, 1_000_000, 1000)],
    ] {
        let law = ProductLaw::of(&list);
        for p in [0.001, 0.025, 0.5, 0.975, 0.999] {
            assert_relative_eq!(law.cdf(law.quantile(p)), p, epsilon = 1e-10);
        }
        assert_eq!(
            (law.cdf(0.0), law.cdf(1e-300), law.cdf(1e300)),
            (0.0, 0.0, 1.0)
        );
    }
}

#[test]
#[should_panic(expected = "a product needs layers, but has none")]
fn a_product_of_nothing_is_refused() {
    let _ = ProductLaw::of(&[layers(Relu, 80, 0)]);
}

#[test]
fn a_ratio_of_nothing_and_one_of_everything_are_certain() {
    for kind in LayerKind::ALL {
        let law = ProductLaw::of(&[layers(kind, 6, 3)]);
        for (ratio, probability) in [(-1.0, 0.0), (0.0, 0.0), (f64::INFINITY, 1.0)] {
            assert_eq!(law.cdf(ratio), probability, "{kind} at {ratio}");
        }
        assert!(law.cdf(5e-324) < 1e-10);
    }
}

#[test]
#[should_panic(expected = "a probability up to NaN is none")]
fn a_nan_has_no_probability() {
    let _ = ProductLaw::of(&[layers(LayerKind::Relu, 6, 3)]).cdf(f64::NAN);
}

#[test]
#[should_panic(expected = "an error of up to 1e-10, so there is no quantile at 1e-11")]
fn a_probability_below_the_error_of_the_contour_has_no_quantile() {
    let _ = ProductLaw::of(&[layers(LayerKind::OrthogonalRelu, 6, 3)]).quantile(1e-11);
}

#[test]
#[should_panic(expected = "an error of up to 1e-13, so there is no quantile at 1e-14")]
fn a_probability_below_the_error_of_the_inversion_has_no_quantile() {
    let _ = ProductLaw::of(&[layers(LayerKind::Relu, 6, 3)]).quantile(1e-14);
}

#[test]
fn layers_of_which_there_are_none_change_nothing() {
    // Beside what only doubles, Gaussian layers that are not there.
    let law = ProductLaw::of(&[layers(OrthogonalRelu, 1, 3), layers(Linear, 80, 0)]);
    assert_eq!((law.cdf(7.99), law.cdf(8.0)), (0.0, 1.0));
}

#[test]
fn a_hundred_layers_of_one_unit_double_and_that_is_all() {
    let law = ProductLaw::of(&[layers(OrthogonalRelu, 1, 100)]);
    assert_relative_eq!(law.quantile(0.5), libm::exp2(100.0), max_relative = 1e-12);
    // They leave the law of one pair beside them what it is.
    let [pair, more] = [0, 100].map(|count| {
        ProductLaw::of(&[
            layers(OrthogonalRelu, 2, 1),
            layers(OrthogonalRelu, 1, count),
        ])
    });
    for ratio in [0.01, 0.5, 1.9] {
        assert_relative_eq!(
            more.cdf(libm::exp2(100.0) * ratio),
            pair.cdf(ratio),
            epsilon = 1e-9
        );
    }
}

#[test]
fn above_the_atom_the_quantile_is_the_largest_value_however_near_to_one() {
    // 1e-12 is below the error of the contour, but a pair keeps all in one case of three.
    let law = ProductLaw::of(&[layers(OrthogonalRelu, 2, 1)]);
    for p in [0.67, 0.9, 1.0 - 1e-12] {
        assert_relative_eq!(law.quantile(p), 2.0, max_relative = 1e-14);
    }
}

#[test]
fn a_law_as_narrow_as_a_ten_millionth_has_gaussian_quantiles() {
    // ln r of n = 1e14 units is normal but for a skewness of √(2/n) = 1.4e-7; z by SciPy's ndtri.
    let law = ProductLaw::of(&[layers(Linear, 100_000_000_000_000, 1)]);
    let std_dev = 2e-14_f64.sqrt();
    for (p, z) in [
        (0.001, -3.090_232_306_167_813),
        (0.3, -0.524_400_512_708_040_9),
        (0.7, 0.524_400_512_708_040_7),
        (0.975, 1.959_963_984_540_054),
    ] {
        let found = libm::log(law.quantile(p)) / std_dev;
        assert_relative_eq!(found, z, epsilon = 1e-5);
    }
}

#[test]
fn a_quantile_is_found_in_half_of_the_places_that_halves_would_need() {
    // Halves of two standard deviations, to the fourteenth digit, take 47.
    for p in [0.001, 0.1, 0.3, 0.5, 0.9, 0.999] {
        let places = std::cell::Cell::new(0);
        let excess = |x: f64| {
            places.set(places.get() + 1);
            crate::probability::gaussian_cdf(x) - p
        };
        let found = super::zero_between(excess, -4.0, 4.0, 1.0);
        assert_relative_eq!(
            crate::probability::gaussian_cdf(found),
            p,
            max_relative = 1e-12
        );
        assert!(places.get() <= 22, "{} places for {p}", places.get());
    }
    // All but a step, which halves find.
    let places = std::cell::Cell::new(0);
    let step = |x: f64| {
        places.set(places.get() + 1);
        if x < 0.7 { -1e-12 } else { 1.0 }
    };
    assert_relative_eq!(
        super::zero_between(step, -4.0, 4.0, 1.0),
        0.7,
        max_relative = 1e-13
    );
    assert!(places.get() <= 120, "{} places", places.get());
}
