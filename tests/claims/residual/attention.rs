//! The logits of attention at the start, and what a softmax makes of them.

use ndarray::{Array2, array};
use rand_distr::{Distribution, StandardNormal};
use statrs::function::gamma::ln_gamma;
use unit_variance::Initializer;
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, MeanBound, largest};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::probability::{StreamRng, gaussian_cdf, gaussian_density};
use unit_variance::theory::SoftmaxLaw;

use crate::finite_width::{apart, foil_at, from_uniform};
use crate::harness::{Report, half_digits};

/// The widths of the heads.
const HEADS: [usize; 3] = [2, 9, 64];

const LOGITS: u64 = 6_000;

/// `σ_q` and `σ_k`
const QUERY: f64 = 0.5;
const KEY: f64 = 2.0;

/// A way to make a logit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Logit {
    Divided,
    /// What the product is divided by, a power of the width of the head.
    ByPower(f64),
    /// One matrix for queries and keys, and a token that looks at itself.
    OneMatrix,
    /// A token that is turned into the query's direction by the matrix of the keys.
    ChosenAfter,
}

/// `P(z √(χ²_d/d) ≤ t)`, an integral over the length.
fn below(t: f64, d: usize) -> f64 {
    let d = d as f64;
    // The density of r = √(χ²/d), by the rule of the trapezoid.
    let ln_factor = (0.5 * d) * libm::log(0.5 * d) - ln_gamma(0.5 * d) + std::f64::consts::LN_2;
    let step = 1.0 / 128.0;
    let terms = (1..128 * 7).map(|i| {
        let r = step * f64::from(i);
        let density = libm::exp(ln_factor + (d - 1.0) * libm::log(r) - 0.5 * d * r * r);
        density * gaussian_cdf(t / r)
    });
    step * terms.sum::<f64>()
}

impl Logit {
    /// A logit in units of what the sentence says, with the width of its head.
    fn draw(self, i: u64, rng: &mut StreamRng) -> (f64, usize) {
        let d = HEADS[(i % 3) as usize];
        // At an angle, at a right angle, and a token that looks at itself.
        let x = array![[1.0, 2.0, 2.0, 0.0]];
        let others = [
            [4.0, 0.0, 3.0, 0.0],
            [2.0, 1.0, -2.0, 4.0],
            [1.0, 2.0, 2.0, 0.0],
        ];
        let mut y = Array2::from_shape_vec((1, 4), others[(i / 3 % 3) as usize].to_vec())
            .expect("a row of four");
        if self == Self::OneMatrix {
            y = x.clone();
        }
        let query = Normal::new(0.0, QUERY).sample((4, d), rng);
        let key = if self == Self::OneMatrix {
            &query * (KEY / QUERY)
        } else {
            Normal::new(0.0, KEY).sample((4, d), rng)
        };
        let q = product(&x, &query);
        if self == Self::ChosenAfter {
            y = product(&q, &key.t());
        }
        let k = product(&y, &key);
        let power = match self {
            Self::ByPower(power) => power,
            _ => 0.5,
        };
        let length = |x: &Array2<f64>| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let size = QUERY * KEY * length(&x) * length(&y);
        let logit = (&q * &k).sum() / libm::pow(d as f64, power);
        (logit / size, d)
    }
}

#[test]
fn the_root_of_the_heads_width_takes_it_out() -> Report {
    claim!(
        "residual.attention-scale",
        r"Let $x_i$ and $x_j$ be two tokens other than zero, *at any angle* or equal, fixed *before the weights are
        drawn*. Let $q = x_iW_q$ and $k = x_jW_k$ be query and key of a head of *any* width $d_k$, with
        *independent* matrices of independent normal entries of mean zero and variances $\sigma_q^2$ and
        $\sigma_k^2$. Then $q \cdot k$ over *$\sqrt{d_k}$* has the law of $\sigma_q\sigma_k\|x_i\|\|x_j\|$ times
        $z\sqrt{\chi^2_{d_k}/d_k}$, with a standard normal $z$ that is independent of the chi-square variable.",
        |streams| {
            const STEPS: usize = 2_000;
            // One table of the distribution for each width: an integral for every draw would take a minute.
            let tables = HEADS.map(|d| {
                let at = |i: usize| below(0.01 * i as f64 - 10.0, d);
                (0..=STEPS).map(at).collect::<Vec<f64>>()
            });
            let cdf = |t: f64, d: usize| {
                let table = &tables[HEADS.iter().position(|head| *head == d).expect("a head")];
                let place = ((t + 10.0) / 0.01).clamp(0.0, STEPS as f64 - 1e-9);
                let (i, share) = (place as usize, place.fract());
                table[i] + share * (table[i + 1] - table[i])
            };
            let measured = |logit: &Logit, rng: &mut StreamRng| {
                let of = |i: u64| {
                    let (t, d) = logit.draw(i, rng);
                    cdf(t, d)
                };
                from_uniform((0..LOGITS).map(of).collect())
            };
            // A logit that is divided by another power: the place where the law differs most.
            let by = |power: f64| {
                let actual = |t: f64| {
                    let of = |d: usize| cdf(t * libm::pow(d as f64, power - 0.5), d);
                    HEADS.map(of).iter().sum::<f64>() / 3.0
                };
                // All three are mixtures of normal laws with mean 0: one place for all of them is one of the uniform law.
                let claimed = |u: f64| u;
                let of_uniform = |u: f64| {
                    let place = |d: usize| quantile(u, |t| cdf(t, d));
                    let of = |d: usize| cdf(place(d) * libm::pow(d as f64, power - 0.5), d);
                    HEADS.map(of).iter().sum::<f64>() / 3.0
                };
                debug_assert!(actual(0.0) > 0.49);
                let places = (1..40).map(|i| f64::from(i) / 40.0);
                foil_at(LOGITS, apart(claimed, of_uniform, places))
            };
            Check::of(
                "distance of the probabilities of smaller logits from the uniform law",
                LOGITS,
                measured,
            )
            .null_of_n(KolmogorovDistance::new)
            .holds_for("divided by √d", Logit::Divided)
            .proved_beyond(
                "at any angle",
                "three pairs of tokens: at an angle, a right angle, and equal",
            )
            .proved_beyond("any", "heads of 2, 9 and 64 features")
            .foil("not divided", Logit::ByPower(0.0), by(0.0))
            .attacks(&[r"$\sqrt{d_k}$", "any"])
            .foil("divided by d", Logit::ByPower(1.0), by(1.0))
            .attacks(&[r"$\sqrt{d_k}$"])
            .foil(
                "one matrix for both, and a token that looks at itself",
                Logit::OneMatrix,
                foil_at(LOGITS, (0.5, 0.0)),
            )
            .attacks(&["independent", "at any angle"])
            .foil(
                "a token chosen for the query",
                Logit::ChosenAfter,
                foil_at(LOGITS, (0.5, 0.0)),
            )
            .attacks(&["before the weights are drawn"])
            .judge(streams)
        },
    )
}

/// The place from −10 to 10 below which a probability is `u`, by bisection.
fn quantile(u: f64, below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

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
            const DRAWS: u64 = 20_000;
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
            // What it resolves is seven or eight percent, with half a percent of the mean itself less than the ten of the sentence.
            .without_resolution()
            .holds_for("1024 logits of standard deviation 8", (1024, 8.0))
            .foil(
                "128 logits",
                (128, 8.0),
                unit_variance::evidence::Scaled::new(fewer, &of_fewer),
            )
            .attacks(&["$1024$", "$0.60$", "ten"])
            .foil(
                "a standard deviation of six",
                (1024, 6.0),
                unit_variance::evidence::Scaled::new(smaller, &of_smaller),
            )
            .attacks(&["eight", "softmax"])
            .judge(streams)
        },
    )
}
