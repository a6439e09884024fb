//! What a softmax makes of independent normal logits: integrals against other integrals, and against draws.

use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{Check, Exactness, MeanBound, Scaled, largest};
use unit_variance::probability::{StreamRng, gaussian_density};
use unit_variance::theory::SoftmaxLaw;

use crate::harness::{Report, half_digits};

/// `E Σ a²` and the entropy of a softmax of `T` independent normal logits, by Laplace's transform of `e^(sZ)`.
fn softmax(tokens: i32, std_dev: f64) -> [f64; 2] {
    let nodes: Vec<(f64, f64)> = (-144..=144)
        .map(|i| f64::from(i) / 16.0)
        .map(|z| (libm::exp(std_dev * z), gaussian_density(z) / 16.0))
        .collect();
    // Λ(t) and Λ''(t), where Λ(t) is the mean of e^(−t e^(sZ)).
    let transform = |t: f64| {
        let mut sums = [0.0; 2];
        for (e, weight) in &nodes {
            let term = weight * libm::exp(-t * e);
            sums[0] += term;
            sums[1] += term * e * e;
        }
        sums
    };
    // ∫ … dt over t = e^u, by the rule of the trapezoid; e^(−t) is there for a difference of logarithms.
    let step = 1.0 / 32.0;
    let (mut squares, mut log_sum) = (0.0, 0.0);
    for i in -3200..=1600 {
        let t = libm::exp(step * f64::from(i));
        let [value, second] = transform(t);
        squares += step * f64::from(tokens) * t * t * second * value.powi(tokens - 1);
        log_sum += step * (libm::exp(-t) - value.powi(tokens));
    }
    let entropy = log_sum - std_dev * std_dev * (1.0 - squares);
    [squares, entropy]
}

#[test]
fn undivided_logits_leave_one_token_or_two() -> Report {
    claim!(
        "residual.softmax",
        r"The weights $a_j$ that a *softmax* makes of *$1024$* independent normal logits of mean zero have an expected
        sum of squares of *$0.00264$* and an expected entropy $-\sum_j a_j\ln a_j$ of *$6.43$* where the standard
        deviation of the logits is *one*, and of *$0.602$* and *$0.899$* where it is *eight*.",
        || {
            let off = |tokens: i32, small: f64, large: f64, squared: bool| {
                let of = |std_dev: f64| {
                    let [squares, entropy] = softmax(tokens, std_dev);
                    let squares = if squared { squares } else { squares.sqrt() };
                    [squares, entropy]
                };
                let ([a, b], [c, d]) = (of(small), of(large));
                largest([
                    half_digits(a, "0.00264"),
                    half_digits(b, "6.43"),
                    half_digits(c, "0.602"),
                    half_digits(d, "0.899"),
                ])
            };
            for std_dev in [1.0, 8.0] {
                let library = SoftmaxLaw::new(1024, std_dev);
                let [squares, entropy] = softmax(1024, std_dev);
                assert!((library.concentration() / squares - 1.0).abs() < 1e-9);
                assert!((library.entropy() / entropy - 1.0).abs() < 1e-9);
            }
            Exactness::of("largest distance from the sentence, in half digits", 4)
                .within(1.0)
                .holds_for("another integral", off(1024, 1.0, 8.0, true))
                .foil("1000 logits", off(1000, 1.0, 8.0, true))
                .attacks(&["$1024$", "$0.00264$", "$6.43$"])
                .foil("a standard deviation of 1.1", off(1024, 1.1, 8.0, true))
                .attacks(&["one"])
                .foil("a standard deviation of 7.9", off(1024, 1.0, 7.9, true))
                .attacks(&["eight", "$0.602$", "$0.899$"])
                .foil("the length of the weights", off(1024, 1.0, 8.0, false))
                .attacks(&["softmax"])
                .judge()
        },
    )
}

#[test]
fn drawn_softmaxes_have_the_mean_of_the_integral() -> Report {
    claim!(
        "residual.drawn-softmax",
        r"The weights that a *softmax* makes of *$1024$* independent normal logits of mean zero and standard deviation
        *eight* have an expected sum of squares of *$0.60$*, up to *ten* percent.",
        |streams| {
            const DRAWS: u64 = 14_000;
            // Half a percent of the ten is for 0.60 itself.
            let mean = 0.60;
            let expected = SoftmaxLaw::new(1024, 8.0).concentration();
            assert!((expected / mean - 1.0).abs() < 0.005);
            let law = |mean: f64| {
                // A number from 0 to 1 has no larger variance than a coin of its mean.
                MeanBound::new(
                    "sums of squares, over their mean",
                    DRAWS,
                    (1.0 - mean) / mean,
                    0.0,
                    // A little more than the largest, for rounding.
                    1.000_001 / mean,
                )
            };
            let measured = |(tokens, std_dev): &(usize, f64), rng: &mut StreamRng| {
                let mut logits = vec![0.0; *tokens];
                let draws = (0..DRAWS).map(|_| {
                    for logit in &mut logits {
                        let z: f64 = StandardNormal.sample(rng);
                        *logit = std_dev * z;
                    }
                    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let (mut sum, mut squares) = (0.0, 0.0);
                    for logit in &logits {
                        // What is e^40 times smaller has no digit in the sum.
                        if logit - most > -40.0 {
                            let e = libm::exp(logit - most);
                            sum += e;
                            squares += e * e;
                        }
                    }
                    squares / (sum * sum)
                });
                draws.sum::<f64>() / DRAWS as f64 / expected
            };
            let foil = |tokens: u64, std_dev: f64| {
                SoftmaxLaw::new(tokens, std_dev).concentration() / expected
            };
            let [fewer, smaller] = [foil(128, 8.0), foil(1024, 6.0)];
            let [of_fewer, of_smaller] = [fewer, smaller].map(|factor| law(factor * expected));
            Check::of(
                "mean of the sums of squares over the expected one",
                DRAWS,
                measured,
            )
            .null(law(expected))
            // It resolves some nine percent, and half a percent is for 0.60 itself: the sentence says ten.
            .without_resolution()
            .holds_for("1024 logits of standard deviation 8", (1024, 8.0))
            .foil("128 logits", (128, 8.0), Scaled::new(fewer, &of_fewer))
            .attacks(&["$1024$", "$0.60$", "ten"])
            .foil(
                "a standard deviation of six",
                (1024, 6.0),
                Scaled::new(smaller, &of_smaller),
            )
            .attacks(&["eight", "softmax"])
            .judge(streams)
        },
    )
}
