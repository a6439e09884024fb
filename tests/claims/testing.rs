//! The claims of the chapter on testing randomness.

use experiments::testing::library_tests::{
    KERAS_DRAWS, KolmogorovTest, PYTORCH_ALPHA, SampleVariance, burn_normal, keras_variance_scaling,
};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::Law;
use unit_variance::evidence::{
    ALPHA, BETA, BinomialShare, Check, ChiSquareMean, Exactness, KolmogorovDistance,
    KolmogorovFoil, NullLaw, largest, smallest,
};
use unit_variance::probability::{StreamRng, gaussian_cdf};

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
        r"If the sentence is *true* and the law of the measurement *continuous*, the p-value of the *exact* law is
        uniform between zero and one, for the mean square of no more than *two weights*, too; there, the p-value
        of the normal approximation is not.",
        |streams| {
            const RUNS: u64 = 4_000;
            let exact: PValue = |x| ChiSquareMean::new(2).p_value(x);
            // The mean square of two has mean 1 and variance 2/2.
            let approximate: PValue = |x| 2.0 * gaussian_cdf(-(x - 1.0).abs());
            // Where z = 1: below 0 never, above 2 with probability P(χ² > 4).
            let at = approximate(2.0);
            let actual = ChiSquared::new(2.0).expect("positive").sf(4.0);
            // The mean square of two is exponential. Doubled, it has a p-value below u if e^(−2x) or
            // 1 − e^(−2x) is below u/2.
            let doubled: PValue = |x| ChiSquareMean::new(2).p_value(2.0 * x);
            let below = |u: f64| (0.5 * u).sqrt() + 1.0 - (1.0 - 0.5 * u).sqrt();
            // Heads with probability 0.3: the p-value is 0.6 for heads and 1 for tails.
            let coin: PValue = |x| {
                let heads = x > -libm::log(0.3);
                BinomialShare::new(1, 0.3).p_value(f64::from(u8::from(heads)))
            };
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
            .over("two weights", "4000 runs, with two normal weights in each")
            .foil(
                "the normal approximation",
                approximate,
                KolmogorovFoil::new(RUNS, at, actual),
            )
            .attacks(&["exact"])
            .foil(
                "weights of twice the variance",
                doubled,
                KolmogorovFoil::new(RUNS, 0.2, below(0.2)),
            )
            .attacks(&["true"])
            .foil("a coin", coin, KolmogorovFoil::new(RUNS, 0.7, 0.3))
            .attacks(&["continuous"])
            .judge(streams)
        },
    )
}

/// The probability that this number of weights whose variance is `factor` times the claimed one are accepted.
fn miss(weights: u64, factor: f64) -> f64 {
    let null = ChiSquareMean::new(weights);
    let (low, high) = null.interval(ALPHA);
    smallest([
        null.lower_tail(high / factor),
        null.upper_tail(low / factor),
    ])
}

#[test]
fn the_sample_size_follows_from_both_errors() -> Report {
    claim!(
        "testing.sample-size",
        r"With *both errors* at $10^{-9}$, it takes *$617$* normal weights to tell $2/n$ from $1/n$, and *$123\,142$*
        to tell a variance from one that is five percent larger.",
        || {
            let said = [(617, 0.5), (123_142, 1.05)];
            // So many are enough, and one fewer is not: the logarithm of what is left over.
            let excess = |(weights, factor): (u64, f64), beta: f64| {
                let enough = libm::log(miss(weights, factor) / beta);
                let too_many = libm::log(beta / miss(weights - 1, factor));
                largest([enough, too_many, 0.0])
            };
            let farthest = |sizes: [(u64, f64); 2], beta: f64| {
                let excesses = sizes.map(|size| excess(size, beta));
                largest(excesses)
            };
            // Two-sided 6.109 and one-sided 5.998 standard deviations of √(2/N), as if all were normal.
            let approximate = |factor: f64| {
                let sigmas = (6.109 + 5.998 * factor) / (1.0 - factor).abs();
                ((2.0 * sigmas * sigmas).ceil() as u64, factor)
            };
            Exactness::of("distance of the smallest size from the sentence", 2)
                .within(0.0)
                .holds_for("chi-square", farthest(said, BETA))
                .foil("a miss of one in a hundred", farthest(said, 0.01))
                .attacks(&["both errors"])
                .foil(
                    "the normal approximation",
                    farthest([approximate(0.5), approximate(1.05)], BETA),
                )
                .attacks(&["$617$", r"$123\,142$"])
                .foil(
                    "twice as many",
                    farthest(said.map(|(n, factor)| (2 * n, factor)), BETA),
                )
                .attacks(&["$617$", r"$123\,142$"])
                .judge()
        },
    )
}

/// The share of runs in which a test passes a candidate, with the probability that was computed.
fn passes<'a, C: 'a>(
    runs: u64,
    computed: f64,
    pass: impl Fn(&C, &mut StreamRng) -> bool + 'a,
) -> Check<'a, C> {
    let share = move |candidate: &C, rng: &mut StreamRng| {
        (0..runs).filter(|_| pass(candidate, rng)).count() as f64 / runs as f64
    };
    Check::of("share of runs that pass", runs, share).null(BinomialShare::new(runs, computed))
}

#[test]
fn keras_accepts_lecuns_variance_for_hes() -> Report {
    claim!(
        "testing.keras",
        r"Keras' test of its variance scaling passes weights of variance *$1/n$* in place of $2/n$ with probability
        *$0.887$*.",
        |streams| {
            const RUNS: u64 = 500;
            let law = SampleVariance::new(Law::TRUNCATED_NORMAL, KERAS_DRAWS);
            let computed = |factor: f64| keras_variance_scaling(&law, [factor.sqrt(); 2]);
            assert_eq!(format!("{:.3}", computed(0.5)), "0.887");
            // The test as it is written: one set of draws, for both fans.
            let pass = |factor: &f64, rng: &mut StreamRng| {
                let (_, variance) = mean_and_variance(Law::TRUNCATED_NORMAL, KERAS_DRAWS, 1.0, rng);
                let std_dev = variance.sqrt();
                [25.0, 20.0].into_iter().all(|fan: f64| {
                    let claimed = (2.0 / fan).sqrt();
                    (factor.sqrt() * claimed * std_dev - claimed).abs() <= 0.1
                })
            };
            passes(RUNS, computed(0.5), pass)
                .holds_for("1/n", 0.5)
                .over(
                    "$0.887$",
                    "computed, and 500 runs of the test as we transcribed it, with 25 × 20 truncated weights in each",
                )
                .foil("2/n", 1.0, BinomialShare::new(RUNS, computed(1.0)))
                .attacks(&["$1/n$", "$0.887$"])
                .judge(streams)
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
        r"PyTorch's test of Kaiming's normal weights, on a matrix of *$20\times22$* alone, passes a variance *$1/n$* in
        place of $2/n$ with probability *$0.60$*.",
        |streams| {
            const RUNS: u64 = 400;
            const WEIGHTS: usize = 20 * 22;
            // Twice as many rows and twice as many columns.
            const MORE: usize = 4 * WEIGHTS;
            let [test, larger] = [WEIGHTS, MORE].map(|n| KolmogorovTest::new(n, PYTORCH_ALPHA));
            let computed = |factor: f64| test.passes_scaled_normal(factor.sqrt());
            assert_eq!(format!("{:.2}", computed(0.5)), "0.60");
            let pass = |candidate: &(KolmogorovTest, usize, f64), rng: &mut StreamRng| {
                let (test, weights, factor) = *candidate;
                let mut weights = vec![0.0; weights];
                Law::Normal.fill_block(factor.sqrt(), &mut weights, rng);
                KolmogorovDistance::of(&mut weights, gaussian_cdf) < test.critical()
            };
            passes(RUNS, computed(0.5), pass)
                .holds_for("1/n", (test, WEIGHTS, 0.5))
                .over(
                    "$0.60$",
                    "computed, and 400 runs of the test as we transcribed it",
                )
                .foil(
                    "2/n",
                    (test, WEIGHTS, 1.0),
                    BinomialShare::new(RUNS, computed(1.0)),
                )
                .attacks(&["$1/n$", "$0.60$"])
                .foil(
                    "1/n, on a matrix of 40 × 44",
                    (larger, MORE, 0.5),
                    BinomialShare::new(RUNS, larger.passes_scaled_normal(0.5_f64.sqrt())),
                )
                .attacks(&[r"$20\times22$", "$0.60$"])
                .judge(streams)
        },
    )
}

#[test]
fn a_test_without_a_stated_error_is_flaky() -> Report {
    claim!(
        "testing.flaky",
        r"Burn's test of its normal initializer, as it was until April 2026, fails a *correct* generator of
        *independent* numbers for one seed in *$37$*.",
        |streams| {
            const RUNS: u64 = 1_000;
            const DRAWS: usize = 1_000;
            let computed = |factor: f64| burn_normal(DRAWS, factor);
            assert_eq!(format!("{:.0}", 1.0 / (1.0 - computed(1.0))), "37");
            // Each number comes so many times, which changes neither the mean nor the variance over the population.
            let pass = |(copies, factor): &(usize, f64), rng: &mut StreamRng| {
                let (mean, variance) = mean_and_variance(Law::Normal, DRAWS / copies, *factor, rng);
                let unbiased = variance * DRAWS as f64 / (DRAWS - 1) as f64;
                (0.9..1.1).contains(&unbiased) && mean.abs() < 0.1
            };
            let small = 0.97_f64.powi(2);
            let in_pairs = {
                let law = SampleVariance::new(Law::Normal, DRAWS / 2);
                let below = |x: f64| law.below(x * (DRAWS - 1) as f64 / DRAWS as f64);
                let mean = 0.1 * ((DRAWS / 2) as f64).sqrt();
                (below(1.1) - below(0.9)) * (gaussian_cdf(mean) - gaussian_cdf(-mean))
            };
            passes(RUNS, computed(1.0), pass)
                .holds_for("correct", (1, 1.0))
                .over(
                    "$37$",
                    "computed, and 1000 runs of the test as we transcribed it",
                )
                .foil(
                    "3 % too small",
                    (1, small),
                    BinomialShare::new(RUNS, computed(small)),
                )
                .attacks(&["correct", "$37$"])
                .foil(
                    "every number twice",
                    (2, 1.0),
                    BinomialShare::new(RUNS, in_pairs),
                )
                .attacks(&["independent", "$37$"])
                .judge(streams)
        },
    )
}
