//! The claims of the chapter on testing randomness.

use experiments::testing::library_tests::{
    KERAS_DRAWS, KolmogorovTest, PYTORCH_ALPHA, SampleVariance, burn_normal, keras_variance_scaling,
};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::evidence::{
    ALPHA, BETA, BinomialShare, Check, ChiSquareMean, Evidence, Exactness, KolmogorovDistance,
    KolmogorovFoil, NullLaw,
};
use unit_variance::probability::{StreamRng, gaussian_cdf};
use unit_variance::{Law, Streams};

use crate::harness::Report;

/// The p-value of a measurement, by some law.
type PValue = fn(f64) -> f64;

/// The mean square of two standard normal numbers.
fn mean_square_of_two(rng: &mut StreamRng) -> f64 {
    let mut square = || -> f64 {
        let z: f64 = StandardNormal.sample(rng);
        z * z
    };
    f64::midpoint(square(), square())
}

#[test]
fn the_p_values_of_an_exact_law_are_uniform() -> Report {
    claim!(
        "testing.uniform",
        r"If the sentence is true, the p-value of its exact law is uniform between zero and one, even for two weights;
        the p-value of the normal approximation is not.",
        |streams| {
            const RUNS: u64 = 4_000;
            let exact: PValue = |x| ChiSquareMean::new(2).p_value(x);
            // The mean square of two has mean 1 and variance 2/2.
            let approximate: PValue = |x| 2.0 * gaussian_cdf(-(x - 1.0).abs());
            // Where z = 1: below 0 never, above 2 with probability P(χ² > 4).
            let at = approximate(2.0);
            let actual = ChiSquared::new(2.0).expect("positive").sf(4.0);
            Check::of(
                "distance of the p-values from uniform",
                RUNS,
                |p_value: &PValue, rng| {
                    let p_values = (0..RUNS).map(|_| p_value(mean_square_of_two(rng)));
                    KolmogorovDistance::of(&mut p_values.collect::<Vec<f64>>(), |p| p)
                },
            )
            .null(KolmogorovDistance::new(RUNS))
            .holds_for("chi-square", exact)
            .foil(
                "the normal approximation",
                approximate,
                KolmogorovFoil::new(RUNS, at, actual),
            )
            .judge(streams)
        },
    )
}

/// The probability that this number of weights whose variance is `factor` times the claimed one are accepted.
fn miss(weights: u64, factor: f64) -> f64 {
    let null = ChiSquareMean::new(weights);
    let (low, high) = null.interval(ALPHA);
    null.lower_tail(high / factor)
        .min(null.upper_tail(low / factor))
}

#[test]
fn the_sample_size_follows_from_both_errors() -> Report {
    claim!(
        "testing.sample-size",
        r"With both errors at $10^{-9}$, it takes $617$ normal weights to tell $1/n$ from $2/n$, and $123\,142$ to
        tell a variance from one that is five percent larger.",
        || {
            let said = [(617, 0.5), (123_142, 1.05)];
            // So many are enough, and one fewer is not: the logarithm of what is left over.
            let excess = |(weights, factor): (u64, f64)| {
                let enough = libm::log(miss(weights, factor) / BETA).max(0.0);
                let too_many = libm::log(BETA / miss(weights - 1, factor)).max(0.0);
                enough.max(too_many)
            };
            let farthest =
                |sizes: [(u64, f64); 2]| sizes.map(excess).into_iter().fold(0.0, f64::max);
            // Two-sided 6.109 and one-sided 5.998 standard deviations of √(2/N), as if all were normal.
            let approximate = |factor: f64| {
                let sigmas = (6.109 + 5.998 * factor) / (1.0 - factor).abs();
                ((2.0 * sigmas * sigmas).ceil() as u64, factor)
            };
            Exactness::of("distance of the smallest size from the sentence", 2)
                .within(0.0)
                .holds_for("chi-square", farthest(said))
                .foil(
                    "the normal approximation",
                    farthest([approximate(0.5), approximate(1.05)]),
                )
                .foil(
                    "twice as many",
                    farthest(said.map(|(n, factor)| (2 * n, factor))),
                )
                .judge()
        },
    )
}

/// The share of runs in which a test passes, and what it should be; `None` for the candidate that is wrong.
fn passes_as_computed(
    streams: Streams,
    runs: u64,
    pass: impl Fn(f64, &mut StreamRng) -> bool,
    (name, factor, computed): (&str, f64, f64),
    (other, other_factor, other_computed): (&str, f64, f64),
) -> Evidence {
    Check::of("share of runs that pass", runs, |factor: &f64, rng| {
        (0..runs).filter(|_| pass(*factor, rng)).count() as f64 / runs as f64
    })
    .null(BinomialShare::new(runs, computed))
    .holds_for(name, factor)
    .foil(
        other,
        other_factor,
        BinomialShare::new(runs, other_computed),
    )
    .judge(streams)
}

#[test]
fn keras_accepts_lecuns_variance_for_hes() -> Report {
    claim!(
        "testing.keras",
        r"Keras' test of its variance scaling passes weights of variance $1/n$ in place of $2/n$ with probability $0.887$.",
        |streams| {
            let law = SampleVariance::new(Law::TRUNCATED_NORMAL, KERAS_DRAWS);
            let computed = |factor: f64| keras_variance_scaling(&law, [factor.sqrt(); 2]);
            assert_eq!(format!("{:.3}", computed(0.5)), "0.887");
            // The test as it is written: one set of draws, for both fans.
            let pass = |factor: f64, rng: &mut StreamRng| {
                let (_, variance) = mean_and_variance(Law::TRUNCATED_NORMAL, KERAS_DRAWS, 1.0, rng);
                let std_dev = variance.sqrt();
                [25.0, 20.0].into_iter().all(|fan: f64| {
                    let claimed = (2.0 / fan).sqrt();
                    (factor.sqrt() * claimed * std_dev - claimed).abs() <= 0.1
                })
            };
            passes_as_computed(
                streams,
                500,
                pass,
                ("1/n", 0.5, computed(0.5)),
                ("2/n", 1.0, computed(1.0)),
            )
        },
    )
}

/// Mean and variance, over the population, of this number of draws with this variance.
fn mean_and_variance(law: Law, draws: usize, variance: f64, rng: &mut StreamRng) -> (f64, f64) {
    let mut numbers = vec![0.0; draws];
    law.fill_block(variance.sqrt(), &mut numbers, rng);
    let mean = numbers.iter().sum::<f64>() / draws as f64;
    let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, squares / draws as f64)
}

#[test]
fn a_matrix_of_440_is_too_small_for_a_kolmogorov_test() -> Report {
    claim!(
        "testing.pytorch",
        r"PyTorch's test of Kaiming's normal weights, on a matrix of $20\times22$ alone, passes a variance $1/n$ in place
        of $2/n$ with probability $0.60$.",
        |streams| {
            const WEIGHTS: usize = 20 * 22;
            let test = KolmogorovTest::new(WEIGHTS, PYTORCH_ALPHA);
            let computed = |factor: f64| test.passes_scaled_normal(factor.sqrt());
            assert_eq!(format!("{:.2}", computed(0.5)), "0.60");
            let pass = |factor: f64, rng: &mut StreamRng| {
                let mut weights = [0.0; WEIGHTS];
                Law::Normal.fill_block(factor.sqrt(), &mut weights, rng);
                KolmogorovDistance::of(&mut weights, gaussian_cdf) < test.critical()
            };
            passes_as_computed(
                streams,
                400,
                pass,
                ("1/n", 0.5, computed(0.5)),
                ("2/n", 1.0, computed(1.0)),
            )
        },
    )
}

#[test]
fn a_test_without_a_stated_error_is_flaky() -> Report {
    claim!(
        "testing.flaky",
        r"Burn's test of its normal initializer, as it was until April 2026, fails a correct generator of
        independent numbers for one seed in $37$.",
        |streams| {
            const DRAWS: usize = 1_000;
            let computed = |factor: f64| burn_normal(DRAWS, factor);
            assert_eq!(format!("{:.0}", 1.0 / (1.0 - computed(1.0))), "37");
            let pass = |factor: f64, rng: &mut StreamRng| {
                let (mean, variance) = mean_and_variance(Law::Normal, DRAWS, factor, rng);
                let unbiased = variance * DRAWS as f64 / (DRAWS - 1) as f64;
                (0.9..1.1).contains(&unbiased) && mean.abs() < 0.1
            };
            let small = 0.97_f64.powi(2);
            passes_as_computed(
                streams,
                700,
                pass,
                ("correct", 1.0, computed(1.0)),
                ("3 % too small", small, computed(small)),
            )
        },
    )
}
