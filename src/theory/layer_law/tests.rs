//! The law of a layer against reference values, and against itself computed otherwise.

use super::*;
use approx::assert_relative_eq;
use std::f64::consts::PI;

#[test]
fn the_cumulants_are_those_of_fifteen_digits() {
    for (kind, width, mean, variance, third) in [
        (
            LayerKind::Relu,
            8,
            -0.398_777_269_866_756_6,
            1.246_989_127_766_659,
            -2.901_456_678_858_326,
        ),
        (
            LayerKind::Linear,
            8,
            -0.130_176_692_688_090_1,
            0.283_822_955_737_115_1,
            -0.080_039_732_245_114_5,
        ),
        (
            LayerKind::OrthogonalRelu,
            8,
            -0.268_600_577_178_666_5,
            0.963_166_172_029_543_3,
            -2.821_416_946_613_212,
        ),
        (
            LayerKind::Relu,
            80,
            -0.031_912_828_494_358_71,
            0.065_569_154_639_160_35,
            -0.005_469_623_712_201_048,
        ),
        (
            LayerKind::Linear,
            80,
            -0.012_552_080_079_093_18,
            0.025_315_103_841_291_03,
            -0.000_640_820_271_835_298_6,
        ),
        (
            LayerKind::OrthogonalRelu,
            80,
            -0.019_360_748_415_265_54,
            0.040_254_050_797_869_32,
            -0.004_828_803_440_365_749,
        ),
        (
            LayerKind::Relu,
            1024,
            -0.002_445_311_643_550_713,
            0.004_900_534_921_556_569,
            -2.983_337_618_676_199e-5,
        ),
        (
            LayerKind::OrthogonalRelu,
            1024,
            -0.001_468_431_252_233_176,
            0.002_945_501_331_161_272,
            -2.601_122_106_459_17e-5,
        ),
    ] {
        let log = LayerLaw::new(kind, width).log();
        let close = |a, b| assert_relative_eq!(a, b, max_relative = 1e-12);
        close(log.mean, mean);
        close(log.variance, variance);
        close(log.third, third);
    }
}

#[test]
fn a_single_unit_is_a_log_chi_square_and_no_share_is_lost() {
    let [linear, relu, rotated] = LayerKind::ALL.map(|kind| LayerLaw::new(kind, 1).log());
    assert_relative_eq!(linear.variance, PI * PI / 2.0, max_relative = 1e-14);
    assert_relative_eq!(relu.mean, linear.mean + LN_2, max_relative = 1e-14);
    let certain = LogCumulants {
        mean: rotated.mean,
        variance: 0.0,
        third: 0.0,
    };
    assert_eq!(rotated, certain);
    assert_relative_eq!(rotated.mean, LN_2, max_relative = 1e-15);
}

#[test]
fn wide_layers_have_the_cumulants_of_their_expansions() {
    // −5/2n − 31/12n² … : the first order, and that its error falls as 1/n.
    for width in [1_000_000_u64, 1_000_000_000, 1_000_000_000_000] {
        let n = width as f64;
        let log = LayerLaw::new(LayerKind::Relu, width).log();
        assert_relative_eq!(n * log.mean, -2.5, max_relative = 8.0 / n + 1e-10);
        assert_relative_eq!(n * log.variance, 5.0, max_relative = 8.0 / n + 1e-10);
        let narrower = LayerLaw::new(LayerKind::Relu, 100_000).log();
        assert_relative_eq!(
            n * n * log.third,
            1e10 * narrower.third,
            max_relative = 1e-3
        );
    }
}

#[test]
fn the_characteristic_function_begins_with_the_cumulants() {
    for kind in LayerKind::ALL {
        for width in [2, 9, 80, 1000, 1001, 50_000] {
            let layer = LayerLaw::new(kind, width);
            let t = 1e-3 / layer.log().variance.sqrt();
            let value = layer.characteristic(t);
            let log = layer.log();
            assert_relative_eq!(value.re, 1.0 - t * t * log.variance / 2.0, epsilon = 1e-11);
            assert_relative_eq!(value.im, -t.powi(3) * log.third / 6.0, epsilon = 1e-13);
        }
    }
}

#[test]
fn both_ways_to_the_characteristic_function_agree() {
    for kind in [LayerKind::Relu, LayerKind::OrthogonalRelu] {
        let layer = LayerLaw::new(kind, 300);
        let length = match kind {
            LayerKind::OrthogonalRelu => ln_gamma_ratio(150.0, 20.0),
            _ => Complex64::ZERO,
        };
        let mixed = layer.mixed(20.0, -length) * cis(-20.0 * layer.log().mean);
        let by_steps = layer.characteristic(20.0);
        assert_relative_eq!(mixed.re, by_steps.re, epsilon = 1e-12);
        assert_relative_eq!(mixed.im, by_steps.im, epsilon = 1e-12);
    }
}

#[test]
#[should_panic(expected = "a layer of 0 units has no factor")]
fn no_units_are_refused() {
    let _ = LayerLaw::new(LayerKind::Linear, 0);
}

#[test]
fn the_moments_of_a_factor_are_those_of_its_active_units() {
    // E χ²_k = k and E (χ²_k)² = k (k + 2); behind rotations in units of the same moments of the whole length.
    for width in [1, 2, 9, 80, 1001] {
        let n = width as f64;
        for kind in LayerKind::ALL {
            let layer = LayerLaw::new(kind, width);
            let (alive, units) = (1.0 - layer.dead(), layer.active());
            let once = alive * units.mean(|k| k as f64);
            let twice = alive * units.mean(|k| k as f64 * (k as f64 + 2.0));
            let (mean, square) = match kind {
                LayerKind::Linear => (1.0, n * (n + 2.0) / (n * n)),
                LayerKind::Relu => (2.0 * once / n, 4.0 * twice / (n * n)),
                LayerKind::OrthogonalRelu => (2.0 * once / n, 4.0 * twice / (n * (n + 2.0))),
            };
            assert_relative_eq!(layer.mean(), mean, max_relative = 1e-11);
            let variance = square - mean * mean;
            assert_relative_eq!(layer.variance(), variance, max_relative = 1e-8);
        }
    }
}
