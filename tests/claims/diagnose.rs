//! The claims of the chapter on diagnosing checkpoints.

use experiments::diagnose::{Tensor, diagnose};
use ndarray::{Array1, Array2};
use unit_variance::diagnosis::{Allowed, Facts, Kind, Precision, TensorReport, allowed_laws};
use unit_variance::evidence::{
    BinomialShare, Check, ChiSquareMean, Exactness, NullLaw, largest, smallest,
};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::{Fan, Fans, Initializer, Law, Streams, VarianceScaling};

use crate::harness::{Report, half_digits};

/// The stated error of a diagnosis that is not told otherwise.
const ALPHA: f64 = 1e-6;
/// The laws that are drawn from.
const LAWS: [Law; 3] = [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL];
/// How many weights a sample has.
const SIZES: [usize; 3] = [100, 400, 1600];

/// The facts of so many weights of standard deviation `size`.
fn facts_of(law: Law, weights: usize, size: f64, rng: &mut StreamRng) -> Facts {
    let mut sample = vec![0.0; weights];
    law.fill_block(size, &mut sample, rng);
    Facts::of(Array1::from(sample).into_dyn().view(), Precision::F64)
}

/// What the set at the usual error has for such weights.
fn set_of(law: Law, weights: usize, size: f64, rng: &mut StreamRng) -> Vec<Allowed> {
    allowed_laws(&facts_of(law, weights, size, rng), ALPHA)
}

fn has(allowed: &[Allowed], law: Law, std_dev: f64) -> bool {
    let mut own = allowed.iter().filter(|one| one.law == law);
    own.any(|one| (one.std_dev.0..=one.std_dev.1).contains(&std_dev))
}

/// How samples are drawn, and what is looked for in their sets.
struct Coverage {
    laws: &'static [Law],
    /// The standard deviation that is looked for; a sample is drawn with 1.
    wanted: f64,
    /// What all weights of a sample are multiplied by: the one or the other.
    sizes: [f64; 2],
    /// Whether the measured standard deviation, to three digits, is taken for the set.
    is_measured: bool,
}

impl Coverage {
    /// What the sentence says.
    const TRUTH: Self = Self {
        laws: &LAWS,
        wanted: 1.0,
        sizes: [1.0; 2],
        is_measured: false,
    };

    fn misses(&self, run: usize, error: f64, rng: &mut StreamRng) -> bool {
        let law = self.laws[run % self.laws.len()];
        let weights = SIZES[run / 3 % 3];
        let facts = facts_of(law, weights, self.sizes[run / 9 % 2], rng);
        if self.is_measured {
            (facts.second_moment.sqrt() - self.wanted).abs() > 5e-4
        } else {
            !has(&allowed_laws(&facts, error), law, self.wanted)
        }
    }
}

/// The least of a probability over the sizes of samples.
fn least_over_sizes(probability: impl Fn(ChiSquareMean) -> f64) -> f64 {
    let laws = SIZES.map(|weights| ChiSquareMean::new(weights as u64));
    smallest(laws.into_iter().map(probability))
}

#[test]
fn the_set_misses_the_truth_as_rarely_as_it_says() -> Report {
    claim!(
        "diagnose.coverage",
        r"With a stated error of $0.15$, the set of a hundred, four hundred or sixteen hundred *independent*
        weights misses the law and *the standard deviation* from which they were drawn with *at most* that
        probability: of a *normal* law, a *uniform* one, and a normal one *cut at two* standard deviations.",
        |streams| {
            const RUNS: u64 = 180;
            const ERROR: f64 = 0.15;
            let missed = |case: &Coverage, rng: &mut StreamRng| {
                let misses = (0..RUNS as usize).filter(|run| case.misses(*run, ERROR, rng));
                misses.count() as f64 / RUNS as f64
            };
            // The first test alone looks at the mean square, which a size of all weights together multiplies.
            let squares = [1.8, 0.2];
            let of_one_size = least_over_sizes(|law| {
                let (low, high) = law.interval(ERROR / 5.0);
                let outside =
                    |square: f64| law.lower_tail(low / square) + law.upper_tail(high / square);
                smallest(squares.map(outside))
            });
            let of_measured = least_over_sizes(|law| {
                law.lower_tail((1.0_f64 - 5e-4).powi(2)) + law.upper_tail((1.0_f64 + 5e-4).powi(2))
            });
            let normal = Coverage {
                laws: &LAWS[..1],
                ..Coverage::TRUTH
            };
            Check::of("share of sets without the truth", RUNS, missed)
                .null(BinomialShare::at_most(RUNS, ERROR))
                .holds_for("five tests, at a fifth of the error each", Coverage::TRUTH)
                .over("normal", "60 of 180 samples, of three sizes in turn")
                .over("uniform", "60 more of them")
                .over("cut at two", "and the last 60")
                .foil(
                    "the measured standard deviation, to three digits",
                    Coverage {
                        is_measured: true,
                        ..normal
                    },
                    BinomialShare::at_least(RUNS, of_measured),
                )
                .attacks(&["at most"])
                .foil(
                    "a standard deviation that is 5 % smaller",
                    Coverage {
                        laws: &LAWS[1..2],
                        wanted: 0.95,
                        ..Coverage::TRUTH
                    },
                    // Unless no uniform weight lies beyond 0.95 of the bound.
                    BinomialShare::at_least(RUNS, 1.0 - libm::pow(0.95, SIZES[0] as f64)),
                )
                .attacks(&["the standard deviation"])
                .foil(
                    "a size that all weights of a sample share",
                    Coverage {
                        sizes: squares.map(f64::sqrt),
                        ..normal
                    },
                    BinomialShare::at_least(RUNS, of_one_size),
                )
                .attacks(&["independent"])
                .judge(streams)
        },
    )
}

#[test]
fn what_is_wrong_by_enough_is_excluded() -> Report {
    claim!(
        "diagnose.near-miss",
        r"At a stated error of $10^{-6}$, *four hundred* weights of He's *normal* law exclude LeCun's *$1/n$* of
        the same fan and the uniform law with *any scale*, with probability *$0.999$* or more.",
        |streams| {
            const RUNS: u64 = 150;
            const WEIGHTS: usize = 400;
            // LeCun's variance is half of He's: the set may keep it if the mean square is at most this.
            let law = ChiSquareMean::new(WEIGHTS as u64);
            let (_, highest) = law.interval(ALPHA / 5.0);
            let keeps_lecun = law.lower_tail(0.5 * highest);
            // The uniform law needs its bound beyond the largest, and its mean square not far below its variance.
            let reach = 2.3;
            let all_inside = libm::pow(1.0 - 2.0 * Law::Normal.cdf(-reach), WEIGHTS as f64);
            let keeps_uniform = all_inside + law.upper_tail(reach * reach / 3.0 * 0.72);
            assert!(
                keeps_lecun + keeps_uniform < 1e-3,
                "{keeps_lecun} {keeps_uniform}"
            );
            let excluded = |(law, variance): &(Law, f64), rng: &mut StreamRng| {
                let is_excluded = |rng: &mut StreamRng| {
                    let allowed = set_of(*law, WEIGHTS, variance.sqrt(), rng);
                    let uniform = allowed.iter().any(|one| one.law == Law::Uniform);
                    !uniform && !has(&allowed, Law::Normal, 0.5_f64.sqrt())
                };
                (0..RUNS).filter(|_| is_excluded(rng)).count() as f64 / RUNS as f64
            };
            Check::of("share of samples that exclude both", RUNS, excluded)
                .null(BinomialShare::at_least(RUNS, 0.999))
                .holds_for("He, normal", (Law::Normal, 1.0))
                .over("four hundred", "150 samples of 400 weights each")
                .over("any scale", "all scales: a set has none of the uniform law")
                .over(
                    "$0.999$",
                    "0.999 is computed from the tests of scale and size; 150 samples were drawn",
                )
                .foil(
                    "LeCun, normal",
                    (Law::Normal, 0.5),
                    BinomialShare::at_most(RUNS, ALPHA),
                )
                .attacks(&["$1/n$"])
                .foil(
                    "He, uniform",
                    (Law::Uniform, 1.0),
                    BinomialShare::at_most(RUNS, ALPHA),
                )
                .attacks(&["normal"])
                .judge(streams)
        },
    )
}

#[test]
fn a_bound_is_known_to_the_number_of_weights() -> Report {
    claim!(
        "diagnose.edge",
        r"At a stated error of $10^{-6}$ for one set, the standard deviations that $N \ge 100$ *uniform* weights
        allow span a factor of at most *$(5\cdot10^6)^{1/N}$*, rounded *$1.167$* for a hundred and *$1.0015$* for ten
        thousand.",
        |streams| {
            const SAMPLES: u64 = 24;
            let tried = [100, 400, 1_600, 10_000];
            let said = |weights: usize, tests: f64| libm::log(tests / ALPHA) / weights as f64;
            assert_eq!(format!("{:.3}", libm::exp(said(100, 5.0))), "1.167");
            assert_eq!(format!("{:.4}", libm::exp(said(10_000, 5.0))), "1.0015");
            let farthest = |law: Law, tests: f64| {
                let error = |sample: u64| {
                    let weights = tried[sample as usize % tried.len()];
                    let mut rng = streams.stream(&format!("{law:?}.{sample}"));
                    let allowed = set_of(law, weights, 0.1, &mut rng);
                    let own = allowed.iter().find(|one| one.law == law);
                    own.map_or(f64::INFINITY, |own| {
                        let (low, high) = own.std_dev;
                        let excess = libm::log(high / low) / said(weights, tests) - 1.0;
                        // Of a few hundred weights a small mean square may cut more. A NaN stays one.
                        let may_be_less = weights < 1_600 && excess < 0.0;
                        if may_be_less { 0.0 } else { excess.abs() }
                    })
                };
                largest((0..SAMPLES).map(error))
            };
            Exactness::of("relative error of the logarithm of the factor", SAMPLES)
                .sampled()
                .within(1e-6)
                .holds_for("the set", farthest(Law::Uniform, 5.0))
                .over(
                    "$1.167$",
                    r"24 samples of 100, 400, 1600 and 10 000 weights in turn; 1.167 is the formula's value",
                )
                .over("$1.0015$", "the same; 1.0015 is the formula's value")
                .foil("four tests", farthest(Law::Uniform, 4.0))
                .attacks(&[r"$(5\cdot10^6)^{1/N}$"])
                .foil("normal weights", farthest(Law::Normal, 5.0))
                .attacks(&["uniform"])
                .judge()
        },
    )
}

#[test]
fn a_normal_approximation_errs_at_the_ends() -> Report {
    claim!(
        "diagnose.approximation",
        r"The interval of *the normal approximation*, around the true variance, that is to miss the mean square of
        *a hundred* normal weights with probability $2\cdot10^{-7}$ misses it with *$7.3\cdot10^{-6}$*,
        thirty-six times as often.",
        || {
            const STATED: f64 = ALPHA / 5.0;
            // Beyond this a standard normal number lies with half of that probability.
            let z = {
                let (mut near, mut far) = (0.0, 10.0);
                for _ in 0..80 {
                    let middle = f64::midpoint(near, far);
                    if Law::Normal.cdf(-middle) > 0.5 * STATED {
                        near = middle;
                    } else {
                        far = middle;
                    }
                }
                far
            };
            let misses = |weights: u64, interval: (f64, f64)| {
                let law = ChiSquareMean::new(weights);
                law.lower_tail(interval.0) + law.upper_tail(interval.1)
            };
            let approximate = |weights: u64| {
                let width = z * (2.0 / weights as f64).sqrt();
                misses(weights, (1.0 - width, 1.0 + width))
            };
            let exact = misses(100, ChiSquareMean::new(100).interval(STATED));
            assert_eq!((approximate(100) / STATED).floor(), 36.0);
            let error = |probability: f64| half_digits(probability, "7.3e-6");
            Exactness::of("distance from the printed number, in half digits", 1)
                .within(1.0)
                .holds_for("1 ± z √(2/N)", error(approximate(100)))
                .foil("the quantiles of the chi-square law", error(exact))
                .attacks(&["the normal approximation", r"$7.3\cdot10^{-6}$"])
                .foil("ten thousand weights", error(approximate(10_000)))
                .attacks(&["a hundred", r"$7.3\cdot10^{-6}$"])
                .judge()
        },
    )
}

#[test]
fn no_test_tells_he_from_xavier_in_a_small_head() -> Report {
    claim!(
        "diagnose.head",
        r"In a head of *$64 \times 10$*, *no test* that takes Xavier's *normal* weights for He's, of the fan-in,
        with a probability of at most $10^{-6}$ recognizes He's with a probability above *$0.0232$*; the largest
        of *uniform* weights fails to with probability *$6.7\cdot10^{-21}$*, and never takes Xavier's for He's.",
        || {
            // Neyman and Pearson: the best test looks at the mean square, since the ratio of the densities grows with it.
            let power = |weights: u64, tail: f64, ratio: f64| {
                let law = ChiSquareMean::new(weights);
                // Both tails of the interval are half of its error.
                let (_, limit) = law.interval(2.0 * tail);
                law.upper_tail(limit / ratio)
            };
            // All weights of the wider law lie within the bound of the other.
            let missed = |weights: u64, ratio: f64| libm::pow(ratio, -0.5 * weights as f64);
            let fans = Fans::new(64, 10);
            let ratio = VarianceScaling::he(Law::Normal).variance(fans)
                / VarianceScaling::xavier(Law::Normal).variance(fans);
            let farther = |normal: f64, uniform: f64| {
                largest([
                    half_digits(normal, "0.0232"),
                    half_digits(uniform, "6.7e-21"),
                ])
            };
            let said = farther(power(640, ALPHA, ratio), missed(640, ratio));
            // The mean square of uniform weights has a variance of 0.8/N in place of 2/N.
            let by_square = power(1_600, ALPHA, ratio);
            Exactness::of("distance from the printed numbers, in half digits", 2)
                .proved()
                .within(1.0)
                .holds_for("the best test of each law", said)
                .proved_beyond("no test", "the most powerful one")
                .foil(
                    "a head of 640 × 10",
                    farther(
                        power(6_400, ALPHA, 650.0 / 640.0),
                        missed(6_400, 650.0 / 640.0),
                    ),
                )
                .attacks(&[r"$64 \times 10$", "$0.0232$", r"$6.7\cdot10^{-21}$"])
                .foil(
                    "uniform weights by their mean square",
                    farther(power(640, ALPHA, ratio), 1.0 - by_square),
                )
                .attacks(&["uniform", r"$6.7\cdot10^{-21}$"])
                .foil(
                    "normal weights by the formula of the uniform ones",
                    farther(1.0 - missed(640, ratio), missed(640, ratio)),
                )
                .attacks(&["normal", "$0.0232$"])
                .judge()
        },
    )
}

/// How many different variances these rules have on a layer.
fn variances(rules: &[VarianceScaling], geometric: bool, fans: Fans) -> usize {
    let mut found: Vec<f64> = rules.iter().map(|rule| rule.variance(fans)).collect();
    if geometric {
        found.push((fans.fan_in() * fans.fan_out()).sqrt().recip());
    }
    found.sort_by(f64::total_cmp);
    found.dedup_by(|a, b| (*a / *b - 1.0).abs() < 1e-12);
    found.len()
}

#[test]
fn rules_coincide_where_the_sides_do() -> Report {
    claim!(
        "diagnose.square",
        r"LeCun's and He's rules, each on the fan-in and on the fan-out, and *Xavier's* are five. They have *two*
        different variances on *square* layers, *four* where one side is *twice* the other, and five on *all
        other* layers.",
        || {
            const SIDE: usize = 100;
            let normal = [
                VarianceScaling::lecun(Law::Normal),
                VarianceScaling::lecun(Law::Normal).on(Fan::Out),
                VarianceScaling::he(Law::Normal),
                VarianceScaling::he(Law::Normal).on(Fan::Out),
                VarianceScaling::xavier(Law::Normal),
            ];
            let wrong = |rules: &[VarianceScaling],
                         geometric: bool,
                         said: &dyn Fn(usize, usize) -> usize| {
                let shapes = (0..SIDE * SIDE).map(|i| (1 + i / SIDE, 1 + i % SIDE));
                let is_wrong = |&(n, m): &(usize, usize)| {
                    variances(rules, geometric, Fans::new(n, m)) != said(n, m)
                };
                shapes.filter(is_wrong).count() as f64
            };
            let said = |n: usize, m: usize| match (n, m) {
                _ if n == m => 2,
                _ if n == 2 * m || m == 2 * n => 4,
                _ => 5,
            };
            Exactness::of(
                "shapes with another number of variances",
                (SIDE * SIDE) as u64,
            )
            .proved()
            .within(0.0)
            .holds_for("five rules", wrong(&normal, false, &said))
            .proved_beyond("all other", "all shapes with sides of 1 to 100")
            .foil(
                "Xavier with the geometric mean",
                wrong(&normal[..4], true, &said),
            )
            .attacks(&["Xavier's", "all other"])
            .foil(
                "three on square layers: LeCun, He and Xavier",
                wrong(&normal, false, &|n, m| if n == m { 3 } else { said(n, m) }),
            )
            .attacks(&["square", "two"])
            .foil(
                "five wherever the sides differ",
                wrong(&normal, false, &|n, m| if n == m { 2 } else { 5 }),
            )
            .attacks(&["twice", "four"])
            .judge()
        },
    )
}

/// The report on a single matrix.
fn report(weight: &Array2<f64>) -> TensorReport {
    let diagnosis = diagnose(&[Tensor::turned("layer.weight", weight)]);
    diagnosis.tensors.into_iter().next().expect("there is one")
}

fn passes_for_normal(report: &TensorReport) -> bool {
    report.laws.iter().any(|law| law.law == "normal")
}

fn normal(shape: (usize, usize), variance: f64, rng: &mut StreamRng) -> Array2<f64> {
    VarianceScaling::new(variance * shape.0 as f64, Fan::In, Law::Normal).sample(shape, rng)
}

#[test]
fn a_thin_product_passes_entry_by_entry_and_is_caught() -> Report {
    claim!(
        "diagnose.rank",
        r"Taken without their places, the entries of the *product* of two normal matrices, of $128 \times 96$ and
        $96 \times 128$, pass for independent draws of a *normal law*; the matrix is called a fault, of *low
        rank*.",
        |streams| {
            const PRODUCTS: u64 = 12;
            let wrong = |rank: Option<usize>, name: &str| {
                let is_wrong = |i: u64| {
                    let streams = streams.family(&format!("{name}.{i}"));
                    let draw = |side: &str, shape| normal(shape, 0.1, &mut streams.stream(side));
                    let weight = match rank {
                        Some(rank) => {
                            product(&draw("left", (128, rank)), &draw("right", (rank, 128)))
                        }
                        None => draw("whole", (128, 128)),
                    };
                    let diagnosis = diagnose(&[Tensor::turned("layer.weight", &weight)]);
                    let mut said = diagnosis.verdicts.iter();
                    let is_named = said.any(|verdict| verdict.kind == Kind::Rank);
                    !(is_named && passes_for_normal(&diagnosis.tensors[0]))
                };
                (0..PRODUCTS).filter(|i| is_wrong(*i)).count() as f64
            };
            Exactness::of("matrices that are not called so", PRODUCTS)
                .sampled()
                .within(0.0)
                .holds_for("products of rank 96", wrong(Some(96), "96"))
                .foil("independent entries", wrong(None, "whole"))
                .attacks(&["product", "low rank"])
                .foil("products of rank 2", wrong(Some(2), "2"))
                .attacks(&["normal law"])
                .judge()
        },
    )
}

#[test]
fn a_step_in_one_direction_is_seen_in_the_singular_values() -> Report {
    claim!(
        "diagnose.direction",
        r"A step along *one direction*, that of two random normal vectors, which adds *two percent* to the mean
        square of a normal matrix of $256 \times 256$ leaves its entries within a normal law, and its largest
        singular value *beyond* what independent weights reach.",
        |streams| {
            const MATRICES: u64 = 4;
            const SIDE: usize = 256;
            let wrong = |share: f64, is_direction: bool, name: &str| {
                let is_wrong = |i: u64| {
                    let streams = streams.family(&format!("{name}.{i}"));
                    let draw = |part: &str, shape, variance: f64| {
                        normal(shape, variance, &mut streams.stream(part))
                    };
                    let step = if is_direction {
                        // The mean square of u vᵀ is the product of theirs.
                        let unit = |part: &str, shape| {
                            let vector = draw(part, shape, 1.0);
                            let mean_square =
                                vector.iter().map(|x| x * x).sum::<f64>() / SIDE as f64;
                            vector / mean_square.sqrt()
                        };
                        product(&unit("u", (SIDE, 1)), &unit("v", (1, SIDE))) * share.sqrt()
                    } else {
                        draw("step", (SIDE, SIDE), share)
                    };
                    let report = report(&(draw("weight", (SIDE, SIDE), 1.0) + step));
                    let is_beyond = report.spectral_norm_over_edge.is_some_and(|x| x > 1.0);
                    !(passes_for_normal(&report) && is_beyond && report.trained == Some(true))
                };
                (0..MATRICES).filter(|i| is_wrong(*i)).count() as f64
            };
            Exactness::of("matrices of which it is not so", MATRICES)
                .sampled()
                .within(0.0)
                .holds_for("one direction", wrong(0.02, true, "one"))
                .foil("two percent in all directions", wrong(0.02, false, "all"))
                .attacks(&["one direction", "beyond"])
                .foil("a thousandth in one direction", wrong(0.001, true, "small"))
                .attacks(&["two percent"])
                .judge()
        },
    )
}

/// Sides of three layers.
const UNEQUAL: [(usize, usize); 3] = [(160, 96), (96, 64), (64, 24)];
const SQUARE: [(usize, usize); 3] = [(96, 96); 3];

/// Whether a network of this rule, its variance divided, is accused of a bound without √3.
fn is_accused(
    rule: VarianceScaling,
    over: f64,
    shapes: &[(usize, usize)],
    streams: Streams,
) -> bool {
    let rule = VarianceScaling::new(rule.scale() / over, rule.fan(), rule.law());
    let draw = |(i, shape): (usize, &(usize, usize))| {
        let weight = rule.sample(*shape, &mut streams.stream(&i.to_string()));
        Tensor::turned(&format!("layers.{i}.weight"), &weight)
    };
    let tensors: Vec<Tensor> = shapes.iter().enumerate().map(draw).collect();
    let verdicts = diagnose(&tensors).verdicts;
    verdicts
        .iter()
        .any(|verdict| verdict.kind == Kind::BoundWithoutSqrt3)
}

#[test]
fn a_forgotten_root_is_found_unless_it_is_a_default() -> Report {
    claim!(
        "diagnose.root",
        r"A network with layers of *$160\times96$, $96\times64$ and $64\times24$* is accused if its *uniform* weights have He's or
        Xavier's standard deviation *for a bound*; if they have *LeCun's*, which is PyTorch's default, it is not.",
        |streams| {
            const NETWORKS: u64 = 3;
            let lecun: fn(Law) -> VarianceScaling = VarianceScaling::lecun;
            let right = [
                (VarianceScaling::he as fn(Law) -> VarianceScaling, true),
                (VarianceScaling::xavier, true),
                (lecun, false),
            ];
            let wrong =
                |law: Law, over: f64, shapes: &[(usize, usize)], accused: [bool; 3], name: &str| {
                    let is_wrong = |i: u64| {
                        right.iter().zip(accused).enumerate().any(
                            |(place, ((rule, _), accused))| {
                                let streams = streams.family(&format!("{name}.{i}.{place}"));
                                is_accused(rule(law), over, shapes, streams) != accused
                            },
                        )
                    };
                    (0..NETWORKS).filter(|i| is_wrong(*i)).count() as f64
                };
            let accused = right.map(|(_, accused)| accused);
            Exactness::of("triples of networks with another verdict", NETWORKS)
                .sampled()
                .within(0.0)
                .holds_for(
                    "the diagnosis",
                    wrong(Law::Uniform, 3.0, &UNEQUAL, accused, "truth"),
                )
                .foil(
                    "with √3",
                    wrong(Law::Uniform, 1.0, &UNEQUAL, accused, "with"),
                )
                .attacks(&["for a bound"])
                .foil(
                    "normal, of that variance",
                    wrong(Law::Normal, 3.0, &UNEQUAL, accused, "normal"),
                )
                .attacks(&["uniform"])
                .foil(
                    "square layers",
                    wrong(Law::Uniform, 3.0, &SQUARE, accused, "square"),
                )
                .attacks(&[r"$160\times96$, $96\times64$ and $64\times24$"])
                .foil(
                    "LeCun's accused as well",
                    wrong(Law::Uniform, 3.0, &UNEQUAL, [true; 3], "all"),
                )
                .attacks(&["LeCun's"])
                .judge()
        },
    )
}
