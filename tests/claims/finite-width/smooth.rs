//! How far tanh networks wander.

use ndarray::Array2;
use rand::Rng;
use unit_variance::evidence::{BinomialShare, Check, Exactness};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{MeanField, WeightShape};
use unit_variance::{Activation, Dense, Initializer, Law, Orthogonal, VarianceScaling};

use super::square;
use crate::harness::Report;

#[test]
fn a_critical_tanh_network_wanders_by_two_thirds() -> Report {
    claim!(
        "finite-width.two-thirds",
        r"To first order in $1/n$, the variance over *tanh* networks of $n$ units a layer and gain *$1$*, with independent
        normal weights of mean zero and variance one over the fan-in and without biases, of the mean square of the
        activations in layer $\ell = 300$ is *$\frac23\,\ell/n$* times the square of its mean, within one percent, for
        an input of mean square one.",
        || {
            const DEPTH: usize = 300;
            let relative = |layers: MeanField, shape, start: f64| {
                let at = layers
                    .fluctuations(start, shape)
                    .nth(DEPTH)
                    .expect("no end");
                (at.spread / (at.q * at.q) / DEPTH as f64 * 1.5 - 1.0).abs()
            };
            let with = MeanField::with_gain;
            let tanh = with(Activation::Tanh, 1.0);
            let gaussian = WeightShape::Gaussian;
            Exactness::of(
                "relative error of two thirds of the depth over the width",
                1,
            )
            .within(0.01)
            .holds_for("tanh of gain 1", relative(tanh, gaussian, 1.0))
            .foil(
                "ReLU of gain √2: five",
                relative(with(Activation::Relu, 2_f64.sqrt()), gaussian, 1.0),
            )
            .attacks(&["tanh"])
            .foil(
                "gain 5/3: no growth",
                relative(with(Activation::Tanh, 5.0 / 3.0), gaussian, 1.0),
            )
            .attacks(&["$1$"])
            .foil(
                "orthogonal weights: it falls",
                relative(tanh, WeightShape::Orthogonal, 1.0),
            )
            .attacks(&[r"$\frac23\,\ell/n$"])
            .judge()
        },
    )
}

#[test]
fn a_rotated_tanh_network_strays_less() -> Report {
    claim!(
        "finite-width.tanh-calm",
        r"Draw a tanh network of twenty layers of 32 units with independent normal weights of variance $1/n$, and one with *orthogonal*
        matrices of Haar's law, without biases, and send an input of 32 ones through both. In *nine of ten* such pairs or more the
        mean square of the last layer's activations is nearer to that of infinite width, $0.0259$, in the *orthogonal* one.",
        |streams| {
            const PAIRS: u64 = 180;
            const WIDTH: usize = 32;
            let layers = MeanField::with_gain(Activation::Tanh, 1.0);
            let limit = layers.iterate(1.0).nth(20).expect("no end");
            assert_eq!(format!("{limit:.4}"), "0.0259");
            let (normal, rotation) = (VarianceScaling::lecun(Law::Normal), Orthogonal::new(1.0));
            let strays = |weights: &dyn Initializer, rng: &mut dyn Rng| {
                let mut signal = Array2::ones((1, WIDTH));
                for _ in 0..20 {
                    let layer = Dense::new(weights.sample((WIDTH, WIDTH), rng), Activation::Tanh);
                    signal = layer.forward(&signal).activation;
                }
                (square(&signal) / WIDTH as f64 - limit).abs()
            };
            let share = |is_rotated: &[bool; 2], rng: &mut StreamRng| {
                let mut stray = |rotated: bool| {
                    if rotated {
                        strays(&rotation, rng)
                    } else {
                        strays(&normal, rng)
                    }
                };
                let nearer = (0..PAIRS).filter(|_| stray(is_rotated[0]) < stray(is_rotated[1]));
                nearer.count() as f64 / PAIRS as f64
            };
            Check::of(
                "share of pairs in which the orthogonal one strays less",
                PAIRS,
                share,
            )
            .null(BinomialShare::at_least(PAIRS, 0.9))
            .holds_for("orthogonal beside normal weights", [true, false])
            .foil(
                "two orthogonal networks",
                [true, true],
                BinomialShare::new(PAIRS, 0.5),
            )
            .attacks(&["nine of ten"])
            .foil(
                "two networks of normal weights",
                [false, false],
                BinomialShare::new(PAIRS, 0.5),
            )
            .attacks(&["orthogonal"])
            .judge(streams)
        },
    )
}
