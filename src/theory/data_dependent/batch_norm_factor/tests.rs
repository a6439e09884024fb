use super::*;
use crate::activation::OwnActivation;
use crate::initializer::{Initializer, Normal};
use crate::network::{BatchNorm, Chain, Dense, Layer};
use crate::probability::{Moments, Streams};
use crate::theory::simulated::assert_mean;
use approx::assert_relative_eq;
use ndarray::{Array1, Axis};

#[test]
fn factors_of_the_eighteen_are_those_of_the_reference() {
    for (activation, factor) in [
        (Activation::Identity, 1.0),
        (Activation::Relu, 1.466_942_206_924_26),
        (Activation::LeakyRelu { slope: 0.01 }, 1.453_370_761_055_914),
        (Activation::LeakyRelu { slope: 0.2 }, 1.243_600_133_511_504),
        (Activation::ReluSquared, 1.6),
        (Activation::Elu, 1.079_013_455_479_764_8),
        (Activation::Selu, 1.071_574_992_455_799_3),
        (Activation::Gelu, 1.318_844_970_865_622_6),
        (Activation::GeluTanh, 1.318_734_427_363_040_1),
        (Activation::Silu, 1.212_081_114_757_111),
        (Activation::Mish, 1.214_259_255_289_436_5),
        (Activation::Softplus, 1.080_528_052_507_467_4),
        (Activation::Softsign, 1.244_010_370_607_586_7),
        (Activation::HardTanh, 1.322_891_541_792_774_3),
        (Activation::Tanh, 1.177_807_232_304_179_6),
        (Activation::LecunTanh, 1.071_370_837_113_597_6),
        (Activation::Sigmoid, 1.033_592_390_039_935_6),
        (Activation::Erf, 1.225_700_003_785_690_7),
        (Activation::Sine, 1.313_035_285_499_331_3),
    ] {
        assert_relative_eq!(batch_norm_factor(activation), factor, max_relative = 1e-13);
    }
}

#[test]
fn batches_have_the_factors_of_the_reference() {
    for (batch, relu, linear, direction) in [
        (4, 3.084_060_948_087_733, 2.0, 0.320_165_392_509_096_7),
        (8, 1.788_189_976_658_748_1, 1.2, 0.419_031_624_032_403_8),
        (
            64,
            1.493_062_937_803_598_7,
            1.016_393_442_622_950_8,
            0.490_666_880_691_637,
        ),
        (
            1024,
            1.468_500_991_973_332_6,
            1.000_979_431_929_481,
            0.499_422_612_366_357_9,
        ),
    ] {
        let of = |activation| BatchNormOfBatch::new(activation, batch).expect("closed");
        assert_relative_eq!(of(Activation::Relu).factor(), relu, max_relative = 1e-13);
        assert_relative_eq!(
            of(Activation::Relu).direction(),
            direction,
            max_relative = 1e-14
        );
        assert_relative_eq!(
            of(Activation::Identity).factor(),
            linear,
            max_relative = 1e-13
        );
    }
}

#[test]
fn a_large_batch_has_the_quotient_of_poincare() {
    for slope in [-0.5, 0.0, 0.01, 0.2, 1.0, 3.0] {
        let leaky = Activation::LeakyRelu { slope };
        let batch = BatchNormOfBatch::new(leaky, 1 << 30).expect("closed");
        assert_relative_eq!(
            batch.factor(),
            batch_norm_factor(leaky),
            max_relative = 1e-8
        );
    }
}

#[test]
fn directions_on_the_sphere_let_this_much_through() {
    let mut rng = Streams::new(8).stream("directions");
    let normal = Normal::new(0.0, 1.0);
    for (slope, batch) in [(0.0, 4), (0.3, 5), (-1.0, 6)] {
        let leaky = Activation::LeakyRelu { slope };
        let centered = |x: Array1<f64>| {
            let mean = x.sum() / batch as f64;
            x - mean
        };
        let mut direction = || {
            let x = centered(normal.sample((1, batch), &mut rng).row(0).to_owned());
            let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
            x / length
        };
        let passed = |_| {
            let (u, g) = (direction(), direction());
            let masked = centered(&g * &u.mapv(|u| leaky.slope(u)));
            let along: f64 = masked.iter().zip(&u).map(|(m, u)| m * u).sum();
            (masked - along * u).iter().map(|x| x * x).sum::<f64>()
        };
        let draws: Vec<f64> = (0..40_000).map(passed).collect();
        let exact = BatchNormOfBatch::new(leaky, batch as u64).expect("closed");
        assert_mean(draws, exact.direction());
    }
}

#[test]
fn wide_layers_multiply_a_squared_gradient_by_the_factor_of_their_batch() {
    let (n, batch, depth) = (128, 16, 6);
    let mut rng = Streams::new(6).stream("networks");
    let normal = Normal::new(0.0, 1.0);
    let mut logs = Moments::new();
    for _ in 0..40 {
        let mut network = Chain::default();
        for _ in 0..depth {
            network = network
                .then(Dense::new(
                    normal.sample((n, n), &mut rng),
                    Activation::Identity,
                ))
                .then(BatchNorm::new(n).with_epsilon(0.0))
                .then(Dense::new(ndarray::Array2::eye(n), Activation::Relu));
        }
        let x = normal.sample((batch, n), &mut rng);
        let above = normal.sample((batch, n), &mut rng);
        let centered = &above - &(above.sum_axis(Axis(0)) / batch as f64);
        let (_, cache) = network.forward(&x);
        let gradients = network.backward(&cache, &centered).parameters;
        // A layer has W, b, g and b, and the two of the identity: its first matrix, from one layer to another.
        let size = |layer: usize| {
            let weight = &gradients[6 * layer];
            weight.iter().map(|g| g * g).sum::<f64>()
        };
        logs.push(libm::log(size(1) / size(depth - 1)) / (depth - 2) as f64);
    }
    let exact = BatchNormOfBatch::new(Activation::Relu, batch as u64).expect("closed");
    assert_relative_eq!(logs.mean(), libm::log(exact.factor()), max_relative = 0.1);
}

#[test]
fn a_slope_and_its_inverse_have_one_factor_at_any_size() {
    for (slope, inverse, batch) in [
        (4.0, 0.25, 16),
        (-4.0, -0.25, 4),
        (1e150, 0.0, 1 << 40),
        (1e154, 0.0, 16),
    ] {
        let of =
            |slope| BatchNormOfBatch::new(Activation::LeakyRelu { slope }, batch).expect("closed");
        let (steep, flat) = (of(slope), of(inverse));
        assert_relative_eq!(steep.factor(), flat.factor(), max_relative = 1e-13);
        // Squares of slopes are measured in that of the steeper one.
        let in_squares = steep.direction() / slope / slope;
        assert_relative_eq!(in_squares, flat.direction(), max_relative = 1e-13);
    }
}

#[test]
fn what_has_no_closed_form_says_so() {
    let error = BatchNormOfBatch::new(Activation::Tanh, 16).expect_err("none");
    assert!(error.to_string().ends_with("but not for tanh"), "{error}");
    let error = BatchNormOfBatch::new(Activation::Relu, 3).expect_err("none");
    assert!(error.to_string().ends_with("this one has 3"), "{error}");
}

#[test]
#[should_panic(expected = "positive variance, but this one has 0")]
fn a_constant_is_refused() {
    let _ = batch_norm_factor(OwnActivation::new(|_| 2.0, |_| 0.0));
}
