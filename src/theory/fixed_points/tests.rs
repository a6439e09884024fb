use super::*;
use approx::assert_relative_eq;

const fn of(activation: Activation, weight: f64, bias: f64) -> MeanField {
    MeanField {
        activation,
        weight,
        bias,
    }
}

/// Layers, and `q`, `χ₁`, `dq'/dq`, `ξ_q`, `c`, `χ_c`, `ξ_c`.
const REFERENCE: [(MeanField, [f64; 7]); 8] = [
    (
        of(Activation::Tanh, 1.0, 0.05),
        [
            0.193_592_520_245_3,
            0.759_031_647_185_4,
            0.564_279_982_046_8,
            1.747_626_242_9,
            1.0,
            0.759_031_647_185_4,
            3.626_975_618_05,
        ],
    ),
    (
        of(Activation::Tanh, 2.0, 0.05),
        [
            0.721_761_872_652_1,
            1.047_665_999_576,
            0.486_521_744_031_3,
            1.387_975_748_26,
            0.744_082_419_501_2,
            0.961_114_791_974,
            25.213_414_789_1,
        ],
    ),
    (
        of(Activation::Tanh, 25.0 / 9.0, 0.0),
        [
            1.178_480_490_386,
            1.209_831_320_383,
            0.430_899_386_364_7,
            1.187_816_812_25,
            0.0,
            0.920_790_652_845_2,
            12.117_896_554_6,
        ],
    ),
    (
        of(Activation::Erf, 1.5, 0.1),
        [
            0.691_100_433_825_6,
            0.984_358_725_321_9,
            0.413_213_989_923_7,
            1.131_490_916,
            1.0,
            0.984_358_725_321_9,
            63.432_094_543_8,
        ],
    ),
    (
        of(Activation::HardTanh, 2.0, 0.05),
        [
            1.130_041_986_244,
            1.306_286_239_686,
            0.341_870_683_243_1,
            0.931_686_220_398,
            0.318_911_594_758_2,
            0.877_770_951_883_3,
            7.670_500_210_69,
        ],
    ),
    (
        of(Activation::Softsign, 4.0, 0.1),
        [
            0.724_585_202_788,
            1.033_845_884_353,
            0.438_775_431_583_2,
            1.213_934_694_95,
            0.940_642_852_575,
            0.974_449_361_245_9,
            38.635_807_923_5,
        ],
    ),
    (
        of(Activation::Relu, 1.5, 0.1),
        [
            0.4,
            0.75,
            0.75,
            3.476_059_496_78,
            1.0,
            0.75,
            3.476_059_496_78,
        ],
    ),
    (
        of(Activation::Sigmoid, 9.0, 0.5),
        [
            3.593_484_677_195,
            0.272_063_906_055_7,
            0.112_934_056_765,
            0.458_515_532_319,
            1.0,
            0.272_063_906_055_7,
            0.768_215_370_786,
        ],
    ),
];

#[test]
fn fixed_points_are_those_of_the_reference() {
    for (layers, expected) in REFERENCE {
        let points = layers.fixed_points().expect("one");
        assert_eq!(points.len(), 1, "{layers:?}");
        let p = points[0];
        let found = [
            p.variance,
            p.chi,
            p.stability,
            p.variance_scale(),
            p.correlation,
            p.chi_of_pair,
            p.correlation_scale(),
        ];
        for (ours, theirs) in found.into_iter().zip(expected) {
            assert_relative_eq!(ours, theirs, epsilon = 1e-10, max_relative = 1e-10);
        }
        assert!(p.attracts());
    }
}

#[test]
fn the_stability_is_one_over_what_a_deviation_leaves() {
    for phi in [
        Activation::Tanh,
        Activation::Gelu,
        Activation::Selu,
        Activation::Sine,
    ] {
        let layers = of(phi, 1.3, 0.2);
        for point in layers.fixed_points().expect("one") {
            let (q, h) = (point.variance, 1e-5 * point.variance);
            let quotient = (layers.step(q + h) - layers.step(q - h)) / (2.0 * h);
            assert_relative_eq!(point.stability, quotient, max_relative = 1e-7);
        }
    }
}

#[test]
fn where_there_is_none_it_says_why() {
    use Activation as A;
    for (layers, why) in [
        (of(A::Relu, 2.0, 0.0), NoFixedPoint::Kept),
        (of(A::Relu, 2.0, 0.1), NoFixedPoint::Grows),
        (of(A::Relu, 3.0, 0.0), NoFixedPoint::Grows),
        (of(A::Relu, 1.0, 0.0), NoFixedPoint::Vanishes),
        (
            of(A::LeakyRelu { slope: 0.2 }, 2.0 / 1.04, 0.0),
            NoFixedPoint::Kept,
        ),
        (of(A::Gelu, 2.5, 0.1), NoFixedPoint::Grows),
        (of(A::Tanh, 1.0, 0.0), NoFixedPoint::Vanishes),
        (of(A::HardTanh, 1.0, 0.0), NoFixedPoint::Vanishes),
    ] {
        assert_eq!(layers.fixed_points(), Err(why), "{layers:?}");
    }
}

#[test]
fn several_come_in_rising_order_and_the_first_attracts() {
    let points = of(Activation::Gelu, 2.076_676_193_723, 0.1)
        .fixed_points()
        .expect("two");
    let variances: Vec<f64> = points.iter().map(|point| point.variance).collect();
    assert_eq!(points.len(), 2, "{variances:?}");
    assert!(points[0].attracts() && !points[1].attracts());
    assert_relative_eq!(points[1].stability, 1.037_415_132_91, epsilon = 1e-9);
    assert_relative_eq!(points[1].chi, 1.0, epsilon = 1e-10);
    // Without biases a GELU network vanishes below a point that repels.
    let points = of(Activation::Gelu, 3.0, 0.0).fixed_points().expect("one");
    assert!(points.len() == 1 && !points[0].attracts());
}

#[test]
fn extreme_variances_are_no_obstacle() {
    for (layers, variance) in [
        (of(Activation::Tanh, 0.5, 1e-14), 2e-14),
        (of(Activation::Tanh, 0.0, 3.0), 3.0),
        (
            of(Activation::Tanh, 1e6, 0.1),
            1e6 * (1.0 - (2.0 / std::f64::consts::PI).sqrt() * 1e-3),
        ),
        (of(Activation::Relu, 1.0, 1e6), 2e6),
        (of(Activation::Sine, 1e6, 1.0), 500_001.0),
    ] {
        let points = layers.fixed_points().expect("one");
        assert_relative_eq!(points[0].variance, variance, max_relative = 1e-5);
    }
}

#[test]
fn small_biases_have_their_fixed_point() {
    let points = of(Activation::Tanh, 0.5, 1e-60)
        .fixed_points()
        .expect("one");
    assert_relative_eq!(points[0].variance, 2e-60, max_relative = 1e-5);
}

#[test]
#[should_panic(expected = "biases of variance 5e-324 are too small for a search")]
fn biases_below_are_refused_and_end() {
    let _ = of(Activation::Tanh, 0.5, 5e-324).fixed_points();
}

#[test]
fn a_squared_gradient_shrinks_to_the_eth_part_or_grows_as_much_within_its_scale() {
    // 1 / |ln χ₁| of a ReLU with χ₁ = 3/4, and of a tanh with the χ₁ of the reference, which is above 1.
    for (layers, scale) in [
        (of(Activation::Relu, 1.5, 0.1), 3.476_059_496_782_207),
        (of(Activation::Tanh, 25.0 / 9.0, 0.0), 5.249_868_949_852_104),
    ] {
        let points = layers.fixed_points().expect("one");
        assert_relative_eq!(points[0].gradient_scale(), scale, max_relative = 1e-10);
    }
}

#[test]
fn a_point_that_keeps_a_deviation_does_not_attract() {
    let [below, at] = [1.0 - f64::EPSILON, 1.0].map(|stability| FixedPoint {
        layers: of(Activation::Identity, 1.0, 0.0),
        variance: 1.0,
        stability,
        chi: 1.0,
        correlation: 1.0,
        chi_of_pair: 1.0,
    });
    assert!(below.attracts() && !at.attracts());
}

#[test]
fn variances_far_above_those_of_the_biases_and_near_the_end_of_the_range_are_found() {
    // Behind a ReLU q = σ_w² q / 2 + σ_b²; here q is 10⁸ times as much as the biases, and near the largest float.
    for (weight, bias) in [(2.0 * (1.0 - 1e-8), 1e8), (1.0, 1e301)] {
        let layers = of(Activation::Relu, weight, bias);
        let found = layers.resting_variances().expect("one");
        assert_eq!(found.len(), 1, "{found:?}");
        let exact = bias / (1.0 - weight / 2.0);
        assert_relative_eq!(found[0], exact, max_relative = 1e-6);
    }
}
