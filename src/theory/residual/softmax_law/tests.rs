use super::*;
use crate::initializer::{Initializer, Normal};
use crate::probability::{Streams, gaussian_expectation};
use crate::theory::simulated::assert_mean;
use approx::assert_relative_eq;

#[test]
fn averages_are_those_of_the_reference() {
    for (tokens, std_dev, log_sum, concentration, entropy) in [
        (
            2,
            1.0,
            0.902_661_907_72,
            0.636_838_153_968_4,
            0.539_500_061_688_4,
        ),
        (
            16,
            0.3072,
            2.816_692_551_685,
            0.068_188_028_214_36,
            2.728_755_741_374,
        ),
        (
            64,
            1.0,
            4.645_942_220_327,
            0.038_804_239_796_81,
            3.684_746_460_124,
        ),
        (
            64,
            8.0,
            19.021_843_324_47,
            0.711_777_281_456_4,
            0.575_589_337_681_2,
        ),
        (
            1024,
            0.3072,
            6.978_609_403_872,
            0.001_073_087_030_598,
            6.884_338_833_069,
        ),
        (
            1024,
            1.0,
            7.430_635_076_194,
            0.002_635_409_006_163,
            6.433_270_485_2,
        ),
        (
            1024,
            8.0,
            26.392_752_129_25,
            0.601_656_947_150_2,
            0.898_796_746_864_7,
        ),
        // Many logits that vary much: the largest decide.
        (
            1 << 40,
            100.0,
            712.615_469_679_1,
            0.928_750_811_055_6,
            0.123_580_234_639_2,
        ),
        (
            u64::MAX,
            1e4,
            91_417.568_082_51,
            0.999_085_824_334_2,
            0.001_504_752_280_679,
        ),
        (10, 2_f64.sqrt(), 3.110_432_121_647, 0.0, 0.0),
        (27, 1.0, 3.766_300_314_98, 0.0, 0.0),
    ] {
        let law = SoftmaxLaw::new(tokens, std_dev);
        assert_relative_eq!(law.log_sum(), log_sum, max_relative = 2e-12);
        if concentration > 0.0 {
            assert_relative_eq!(law.concentration(), concentration, max_relative = 3e-12);
            assert_relative_eq!(law.entropy(), entropy, max_relative = 3e-12);
        }
    }
}

#[test]
fn two_logits_are_a_sigmoid_of_their_difference() {
    for std_dev in [0.0, 1e-3, 0.5, 0.99, 1.0, 3.0, 30.0] {
        let law = SoftmaxLaw::new(2, std_dev);
        let other = |z: f64| 1.0 / (1.0 + libm::exp(z.abs()));
        let entropy = |z: f64| {
            let p = other(z);
            -p * libm::log(p) - (1.0 - p) * libm::log1p(-p)
        };
        let variance = 2.0 * std_dev * std_dev;
        let over = |f: &dyn Fn(f64) -> f64| gaussian_expectation(f, variance, &[0.0]);
        let squares = over(&|z| 1.0 - 2.0 * other(z) * (1.0 - other(z)));
        assert_relative_eq!(law.concentration(), squares, max_relative = 1e-12);
        // The entropy of a logit that is far off is 0 times an infinite logarithm.
        let entropies = over(&|z| if z.abs() > 700.0 { 0.0 } else { entropy(z) });
        assert_relative_eq!(law.entropy(), entropies, epsilon = 1e-12);
    }
}

#[test]
fn a_single_logit_has_all_of_the_weight() {
    for std_dev in [0.0, 0.3, 1.0, 50.0, 1e9] {
        let law = SoftmaxLaw::new(1, std_dev);
        assert_eq!(law.concentration(), 1.0);
        assert_eq!(law.entropy(), 0.0);
        assert_eq!(law.log_sum(), 0.0);
    }
    // Nor does rounding make an entropy negative where one of five has it.
    let entropy = SoftmaxLaw::new(5, 1e100).entropy();
    assert!((0.0..1e-13).contains(&entropy), "{entropy:e}");
}

#[test]
fn equal_logits_share_and_the_entropy_obeys_the_identity_of_stein() {
    for tokens in [1, 2, 7, 1000, 1 << 40] {
        let law = SoftmaxLaw::new(tokens, 0.0);
        let count = tokens as f64;
        assert_relative_eq!(law.concentration(), 1.0 / count, max_relative = 1e-12);
        assert_relative_eq!(law.entropy(), libm::log(count), epsilon = 1e-12);
    }
    for (tokens, std_dev) in [
        (3, 0.01),
        (100, 0.9),
        (1 << 20, 3.0),
        (1 << 40, 2.0),
        (9, 20.0),
    ] {
        let law = SoftmaxLaw::new(tokens, std_dev);
        let variance = std_dev * std_dev;
        let by_stein = law.log_sum() - variance * (1.0 - law.concentration());
        assert_relative_eq!(law.entropy(), by_stein, epsilon = 1e-11);
        let uniform = libm::log(tokens as f64);
        assert!(uniform <= law.log_sum() && law.log_sum() <= uniform + variance / 2.0);
    }
}

#[test]
fn draws_of_logits_have_this_mean_concentration() {
    let mut rng = Streams::new(4).stream("logits");
    let normal = Normal::new(0.0, 2.0);
    let draws = (0..20_000).map(|_| {
        let weights = normal.sample((1, 6), &mut rng).mapv(libm::exp);
        let squares: f64 = weights.iter().map(|a| a * a).sum();
        squares / weights.sum().powi(2)
    });
    assert_mean(draws, SoftmaxLaw::new(6, 2.0).concentration());
}

#[test]
fn freezing_is_seen_for_many_tokens_and_slowly() {
    for (tokens, critical) in [(16, 2.354_820_045_030_949_4), (1024, 3.723_297_411_059_034)] {
        assert_relative_eq!(freezing_std_dev(tokens), critical, max_relative = 1e-15);
    }
    let missing = |tokens: u64, ratio: f64| {
        let std_dev = ratio * freezing_std_dev(tokens);
        SoftmaxLaw::new(tokens, std_dev).concentration() - frozen_concentration(tokens, std_dev)
    };
    for ratio in [0.5, 2.0] {
        let [few, more, many] = [10, 30, 60].map(|log| missing(1 << log, ratio).abs());
        assert!(
            few > more && more > many && many < 0.03,
            "{few} {more} {many}"
        );
    }
}

#[test]
#[should_panic(expected = "from 0 to 1e100, but is NaN")]
fn logits_without_a_spread_are_refused() {
    let _ = SoftmaxLaw::new(3, f64::NAN);
}
