//! The claims of the chapter on the laws of weights.

use ndarray::{Array1, Array2, ArrayRef1};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{Beta, ContinuousCDF};
use unit_variance::evidence::{
    BinomialShare, Check, Exactness, KolmogorovDistance, KolmogorovFoil, Largest, NullLaw, largest,
};
use unit_variance::matrix::product;
use unit_variance::probability::{StreamRng, gaussian_cdf, gaussian_density};
use unit_variance::{Fan, Fans, Initializer, Law, Orthogonal, VarianceScaling};

use crate::harness::Report;

/// So many weights of a matrix, over the standard deviation that they claim.
fn standardized(law: Law, weights: u64, rng: &mut StreamRng) -> Vec<f64> {
    let shape = (500, weights as usize / 500);
    let scheme = VarianceScaling::lecun(law);
    let std_dev = scheme.std_dev(Fans::dense(shape));
    let matrix = scheme.sample(shape, rng);
    matrix.into_iter().map(|w| w / std_dev).collect()
}

/// Weights as an implementation draws them, over the standard deviation that they claim.
type Draw = fn(u64, &mut StreamRng) -> Vec<f64>;

/// The distance of this number of weights from the law that they claim.
fn has_the_shape_of<'a>(law: Law, weights: u64) -> Check<'a, Draw> {
    Check::of(
        "distance from the distribution function",
        weights,
        move |draw: &Draw, rng| KolmogorovDistance::of(&mut draw(weights, rng), |x| law.cdf(x)),
    )
    .null(KolmogorovDistance::new(weights))
}

/// `∫ f(z) φ(z) dz` over `[−c, c]`, by Simpson's rule.
fn gaussian_integral(cut: f64, f: impl Fn(f64) -> f64) -> f64 {
    const PANELS: u32 = 2_000;
    let h = cut / f64::from(PANELS);
    let at = |i: u32| f(h * f64::from(i)) * gaussian_density(h * f64::from(i));
    let sum: f64 = (0..PANELS)
        .step_by(2)
        .map(|i| at(i) + 4.0 * at(i + 1) + at(i + 2))
        .sum();
    2.0 * h / 3.0 * sum
}

#[test]
fn a_cut_normal_law_loses_variance() -> Report {
    claim!(
        "laws.truncated",
        r"A normal law cut at $c$ keeps the share *$1 - 2c\,\phi(c)/(2\Phi(c)-1)$* of its variance, for *every cut
        from $0.01$ to $6$*, and *the library makes up for the rest*; cut at two it keeps *$0.7737$*.",
        || {
            const CASES: u32 = 600;
            let cuts = || (1..=CASES).map(|i| 0.01 * f64::from(i));
            let formula = |c: f64, edges: f64| {
                1.0 - edges * c * gaussian_density(c) / (gaussian_cdf(c) - gaussian_cdf(-c))
            };
            assert_eq!(format!("{:.4}", formula(2.0, 2.0)), "0.7737");
            // The raw edge is at the cut and the standardized one at `bound`.
            let library = |c: f64| (c / Law::TruncatedNormal { cut: c }.bound()).powi(2);
            let farthest = |kept: &dyn Fn(f64) -> f64, library: &dyn Fn(f64) -> f64| {
                let error = |c: f64| {
                    let truth = gaussian_integral(c, |z| z * z) / gaussian_integral(c, |_| 1.0);
                    let errors = [kept(c) / truth - 1.0, library(c) / truth - 1.0];
                    largest(errors.map(f64::abs))
                };
                largest(cuts().map(error))
            };
            // At a cut of 0.01 the two terms cancel to five digits, twice.
            Exactness::of("relative error of the share", u64::from(CASES))
                .proved()
                .within(1e-7)
                .holds_for("two edges", farthest(&|c| formula(c, 2.0), &library))
                .proved_beyond(
                    "every cut from $0.01$ to $6$",
                    "600 cuts, a hundredth apart",
                )
                .over("the library makes up for the rest", "the same 600 cuts")
                .foil("one edge", farthest(&|c| formula(c, 1.0), &library))
                .attacks(&[r"$1 - 2c\,\phi(c)/(2\Phi(c)-1)$", "$0.7737$"])
                .foil("nothing lost", farthest(&|_| 1.0, &library))
                .attacks(&[r"$1 - 2c\,\phi(c)/(2\Phi(c)-1)$", "$0.7737$"])
                .foil(
                    "a library that keeps the raw edge",
                    farthest(&|c| formula(c, 2.0), &|_| 1.0),
                )
                .attacks(&["the library makes up for the rest"])
                .judge()
        },
    )
}

#[test]
fn normal_weights_have_a_normal_law() -> Report {
    claim!(
        "laws.normal-shape",
        r"The library's normal weights have *a normal law*: *a hundred and fifty thousand* of them are closer to
        the normal distribution function than as many weights cut at two standard deviations.",
        |streams| {
            const WEIGHTS: u64 = 150_000;
            let foil =
                |law: Law, at: f64| KolmogorovFoil::new(WEIGHTS, gaussian_cdf(at), law.cdf(at));
            has_the_shape_of(Law::Normal, WEIGHTS)
                .holds_for("normal", |n, rng| standardized(Law::Normal, n, rng))
                .over("a hundred and fifty thousand", "one matrix of 500 × 300")
                .foil(
                    "cut at two, of the same variance",
                    |n, rng| standardized(Law::TRUNCATED_NORMAL, n, rng),
                    // Where the distribution functions differ most.
                    foil(Law::TRUNCATED_NORMAL, -0.85),
                )
                .attacks(&["a normal law"])
                .judge(streams)
        },
    )
}

#[test]
fn uniform_weights_have_a_uniform_law() -> Report {
    claim!(
        "laws.uniform-shape",
        r"The library's uniform weights have *a uniform law*, and not a normal law of the same variance.",
        |streams| {
            const WEIGHTS: u64 = 20_000;
            let foil =
                |law: Law, at: f64| KolmogorovFoil::new(WEIGHTS, Law::Uniform.cdf(at), law.cdf(at));
            has_the_shape_of(Law::Uniform, WEIGHTS)
                .holds_for("uniform", |n, rng| standardized(Law::Uniform, n, rng))
                .over(
                    "a uniform law",
                    "the 20 000 weights of one matrix of 500 × 40",
                )
                .foil(
                    "normal, of the same variance",
                    |n, rng| standardized(Law::Normal, n, rng),
                    foil(Law::Normal, -0.8),
                )
                .attacks(&["a uniform law"])
                .judge(streams)
        },
    )
}

#[test]
fn truncated_weights_are_drawn_again_and_not_clamped() -> Report {
    claim!(
        "laws.truncated-shape",
        r"The library's truncated weights, divided by the standard deviation that they claim and *scaled back* to
        the law that was cut, have the law of a standard normal number that was *drawn again* until it lay
        within *the cut*, not of one that was moved to the edge.",
        |streams| {
            const WEIGHTS: u64 = 40_000;
            const LAW: Law = Law::TRUNCATED_NORMAL;
            // A hair inside the edge, where everything below is already there.
            let inside = LAW.bound() * (1.0 - 1e-9);
            has_the_shape_of(LAW, WEIGHTS)
                .holds_for("drawn again", |n, rng| standardized(LAW, n, rng))
                .over(
                    "the cut",
                    "a cut at two standard deviations, the 40 000 weights of one matrix of 500 × 80",
                )
                .foil(
                    "moved to the edge",
                    |n, rng| {
                        let edge = LAW.bound() / 2.0;
                        let normal = standardized(Law::Normal, n, rng).into_iter();
                        normal.map(|z| edge * z.clamp(-2.0, 2.0)).collect()
                    },
                    KolmogorovFoil::new(WEIGHTS, LAW.cdf(inside), gaussian_cdf(2.0)),
                )
                .attacks(&["drawn again"])
                .foil(
                    "not scaled back",
                    |n, rng| {
                        let shrink = 2.0 / LAW.bound();
                        let truncated = standardized(LAW, n, rng).into_iter();
                        truncated.map(|w| shrink * w).collect()
                    },
                    KolmogorovFoil::new(WEIGHTS, LAW.cdf(-1.0), LAW.cdf(-LAW.bound() / 2.0)),
                )
                .attacks(&["scaled back"])
                .judge(streams)
        },
    )
}

/// The largest in size of this number of weights, over the standard deviation that they claim.
fn reaches_as_far_as<'a>(law: Law, weights: u64) -> Check<'a, Draw> {
    let largest = move |draw: &Draw, rng: &mut StreamRng| {
        let weights = draw(weights, rng);
        largest(weights.iter().map(|w| w.abs()))
    };
    Check::of("largest weight in size, over σ", weights, largest).null(Largest::of(law, weights))
}

#[test]
fn uniform_weights_reach_their_edge() -> Report {
    claim!(
        "laws.uniform-edge",
        r"Uniform weights end at *$\pm\sqrt3\,\sigma$* and come close: the largest in size of *ten thousand* lies
        between *$0.9979\,\sqrt3\,\sigma$* and *$\sqrt3\,\sigma$*, but for one run in a billion.",
        |streams| {
            const WEIGHTS: u64 = 10_000;
            const EDGE: f64 = 0.01;
            let (low, high) = Largest::of(Law::Uniform, WEIGHTS).interval(1e-9);
            let bound = Law::Uniform.bound();
            assert!(low / bound > 0.9979 && high <= bound, "{low}, {high}");
            reaches_as_far_as(Law::Uniform, WEIGHTS)
                .holds_for("uniform", |n, rng| standardized(Law::Uniform, n, rng))
                .over("ten thousand", "one matrix of 500 × 20")
                .foil_scaled(
                    "between ±σ: the √3 dropped",
                    |n, rng| {
                        let uniform = standardized(Law::Uniform, n, rng).into_iter();
                        uniform.map(|w| w / 3_f64.sqrt()).collect()
                    },
                    1.0 / 3_f64.sqrt(),
                )
                .attacks(&[r"$\pm\sqrt3\,\sigma$", r"$0.9979\,\sqrt3\,\sigma$"])
                .foil_scaled(
                    "an edge one percent too far",
                    |n, rng| {
                        let uniform = standardized(Law::Uniform, n, rng).into_iter();
                        uniform.map(|w| (1.0 + EDGE) * w).collect()
                    },
                    1.0 + EDGE,
                )
                .attacks(&[r"$\pm\sqrt3\,\sigma$", r"$\sqrt3\,\sigma$"])
                .judge(streams)
        },
    )
}

#[test]
fn normal_weights_have_no_outliers() -> Report {
    claim!(
        "laws.no-outliers",
        r"The largest in size of *a million* *normal* weights lies between *$4.25$* and *$8.12$* standard
        deviations, but for one run in a billion.",
        |streams| {
            const WEIGHTS: u64 = 1_000_000;
            const OUTLIERS: f64 = 1.0 / 40_000.0;
            let largest = Largest::of(Law::Normal, WEIGHTS);
            let outside = largest.lower_tail(4.25) + largest.upper_tail(8.12);
            assert!(outside <= 1e-9, "{outside:e}");
            reaches_as_far_as(Law::Normal, WEIGHTS)
                .holds_for("normal", |n, rng| standardized(Law::Normal, n, rng))
                .over("a million", "one matrix of 500 × 2000")
                .foil(
                    "cut at four",
                    |n, rng| standardized(Law::TruncatedNormal { cut: 4.0 }, n, rng),
                    Largest::of(Law::TruncatedNormal { cut: 4.0 }, WEIGHTS),
                )
                .attacks(&["normal", "$4.25$"])
                .foil(
                    "one weight in forty thousand, by chance, of a thousand standard deviations",
                    |n, rng| {
                        let mut weights = standardized(Law::Normal, n, rng);
                        for w in &mut weights {
                            if rng.random_bool(OUTLIERS) {
                                *w = 1_000.0;
                            }
                        }
                        weights
                    },
                    largest.with_outliers(OUTLIERS, 1_000.0),
                )
                .attacks(&["normal", "$8.12$"])
                .judge(streams)
        },
    )
}

/// The kurtosis of `Σ x_i w_i`: the moments of the sum, grown by one term after the other.
fn kurtosis_of_sum(x: &[f64], second: f64, fourth: f64) -> f64 {
    let grow = |(m2, m4): (f64, f64), x: &f64| {
        let (a2, a4) = (x * x * second, x.powi(4) * fourth);
        (m2 + a2, m4 + 6.0 * m2 * a2 + a4)
    };
    let (m2, m4) = x.iter().fold((0.0, 0.0), grow);
    m4 / (m2 * m2)
}

/// The kurtosis of a sum over inputs, from that of a weight.
type SumKurtosis = dyn Fn(&[f64], f64) -> f64;

#[test]
fn a_sum_of_weights_is_nearly_normal() -> Report {
    claim!(
        "laws.kurtosis",
        r"The standardized laws have kurtosis $\kappa = 3$, *$1.8$* and *$2.3655$*, and a pre-activation $\sum_i
        x_i w_i$ of *independent* weights of one law has *$3 + (\kappa - 3)\sum_i x_i^4 / (\sum_i x_i^2)^2$*, if
        an input is not zero: with ten equal inputs and uniform weights, *$2.88$*.",
        || {
            // All inputs of one to six of these numbers, and seven to sixty equal inputs.
            const SIZES: [f64; 4] = [0.01, 1.0, 3.0, 10.0];
            let longer = |inputs: &Vec<Vec<f64>>| -> Vec<Vec<f64>> {
                let with = |x: &Vec<f64>| {
                    let x = x.clone();
                    SIZES.map(|size| [x.as_slice(), &[size]].concat())
                };
                inputs.iter().flat_map(with).collect()
            };
            let single = SIZES.map(|size| vec![size]).to_vec();
            let inputs: Vec<Vec<f64>> =
                std::iter::successors(Some(single), |inputs| Some(longer(inputs)))
                    .take(6)
                    .flatten()
                    .chain((7..=60).map(|n| vec![1.0; n]))
                    .collect();
            let laws = [Law::Normal, Law::Uniform, Law::TRUNCATED_NORMAL];
            // ∫ x⁴ dF = 8 ∫ x³ F(−x) dx over the positive half, from the distribution function alone.
            let fourth = |law: Law| {
                let (steps, end) = (4_000_u32, law.bound().min(14.0));
                let h = end / f64::from(steps);
                let at = |i: u32| (h * f64::from(i)).powi(3) * law.cdf(-h * f64::from(i));
                let simpson = |i: u32| at(i) + 4.0 * at(i + 1) + at(i + 2);
                8.0 * h / 3.0 * (0..steps).step_by(2).map(simpson).sum::<f64>()
            };
            let measured = laws.map(fourth);
            assert_eq!(
                measured.map(|k| format!("{k:.4}")),
                ["3.0000", "1.8000", "2.3655"]
            );
            let equal = kurtosis_of_sum(&[1.0; 10], 1.0, measured[1]);
            assert_eq!(format!("{equal:.2}"), "2.88");

            let independent: &SumKurtosis = &|x, measured| kurtosis_of_sum(x, 1.0, measured);
            let farthest = |kurtosis: &dyn Fn(Law) -> f64, power: i32, truth: &SumKurtosis| {
                let error = |(law, measured): (Law, f64), x: &Vec<f64>| {
                    let moment = |power: i32| x.iter().map(|x| x.powi(power)).sum::<f64>();
                    let share = moment(4) / moment(2).powi(power);
                    let formula = 3.0 + (kurtosis(law) - 3.0) * share;
                    (formula / truth(x, measured) - 1.0).abs()
                };
                let cases = laws.into_iter().zip(measured);
                largest(cases.flat_map(|case| inputs.iter().map(move |x| error(case, x))))
            };
            let formula = r"$3 + (\kappa - 3)\sum_i x_i^4 / (\sum_i x_i^2)^2$";
            Exactness::of("relative error of the kurtosis", 3 * inputs.len() as u64)
                .within(1e-9)
                .holds_for(
                    "the formula, with the library's kurtosis",
                    farthest(&Law::kurtosis, 2, independent),
                )
                .over(
                    formula,
                    "the three laws, with all inputs of one to six of the sizes 0.01, 1, 3 and 10, and with seven to sixty \
                     equal ones",
                )
                .foil(
                    "every law as the normal one",
                    farthest(&|_| 3.0, 2, independent),
                )
                .attacks(&["$1.8$", "$2.3655$", "$2.88$"])
                .foil(
                    "the sum of squares not squared",
                    farthest(&Law::kurtosis, 1, independent),
                )
                .attacks(&[formula, "$2.88$"])
                .foil(
                    "one weight for all inputs",
                    // Its multiples have its kurtosis.
                    farthest(&Law::kurtosis, 2, &|_, measured| measured),
                )
                .attacks(&["independent"])
                .judge()
        },
    )
}

/// Rows or columns: the fewer of them, or the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    Fewer,
    More,
}

/// The largest entry of `QᵀQ / gain² − I`, or of `QQᵀ / gain² − I` if these are the rows.
fn deviation(q: &Array2<f64>, gain: f64, lines: Lines) -> f64 {
    let gram = if (q.nrows() < q.ncols()) == (lines == Lines::Fewer) {
        product(q, &q.t())
    } else {
        product(&q.t(), q)
    };
    let identity = Array2::<f64>::eye(gram.nrows());
    let errors = gram / (gain * gain) - identity;
    largest(errors.iter().map(|x| x.abs()))
}

/// A matrix of a shape, with a gain.
type DrawMatrix<'a> = dyn Fn((usize, usize), f64, &mut StreamRng) -> Array2<f64> + 'a;

#[test]
fn orthogonal_matrices_are_orthogonal() -> Report {
    claim!(
        "laws.orthogonal",
        r"*Divided by their gain*, the rows or the columns of the library's orthogonal matrices, *whichever are
        fewer*, are *orthonormal* up to *$10^{-13}$*. One matrix of *every shape* from one by one to forty by forty
        was drawn, with gains of $0.1$, $1$, $\sqrt2$ and $10$ in turn.",
        |streams| {
            const LARGEST: usize = 40;
            let gains = [0.1, 1.0, 2_f64.sqrt(), 10.0];
            let shapes =
                (1..=LARGEST).flat_map(|rows| (1..=LARGEST).map(move |columns| (rows, columns)));
            let cases: Vec<_> = shapes
                .zip(gains.into_iter().cycle())
                .map(|((rows, columns), gain)| (rows, columns, gain))
                .collect();
            let farthest_of = |lines: Lines, draw: &DrawMatrix<'_>| {
                let mut rng = streams.stream("matrices");
                let error = |&(rows, columns, gain): &(usize, usize, f64)| {
                    deviation(&draw((rows, columns), gain, &mut rng), gain, lines)
                };
                largest(cases.iter().map(error))
            };
            let normal = |shape: (usize, usize), gain: f64, rng: &mut StreamRng| {
                let fan = if shape.0 < shape.1 { Fan::Out } else { Fan::In };
                VarianceScaling::new(gain * gain, fan, Law::Normal).sample(shape, rng)
            };
            let farthest = |draw: &DrawMatrix<'_>| farthest_of(Lines::Fewer, draw);
            let orthogonal = |shape: (usize, usize), gain: f64, rng: &mut StreamRng| {
                Orthogonal::new(gain).sample(shape, rng)
            };
            Exactness::of("largest entry of QᵀQ − I", cases.len() as u64)
                .sampled()
                .within(1e-13)
                .holds_for("orthogonal", farthest(&orthogonal))
                .over(
                    "every shape",
                    "1600 shapes, one matrix of each, its gain the next of the four",
                )
                .foil(
                    "the gain taken twice",
                    farthest(&|shape, gain, rng| orthogonal(shape, gain * gain, rng)),
                )
                .attacks(&["Divided by their gain"])
                .foil(
                    "rows or columns, whichever are more",
                    farthest_of(Lines::More, &orthogonal),
                )
                .attacks(&["whichever are fewer"])
                .foil(
                    "rounded to single precision",
                    farthest(&|shape, gain, rng| {
                        orthogonal(shape, gain, rng).mapv(|x| f64::from(x as f32))
                    }),
                )
                .attacks(&["$10^{-13}$"])
                .foil(
                    "independent normal weights of the same size",
                    farthest(&normal),
                )
                .attacks(&["orthonormal"])
                .foil(
                    "columns of unit length that are not orthogonal",
                    farthest(&|fans, gain, rng| {
                        let mut q = normal(fans, gain, rng);
                        for mut column in q.columns_mut() {
                            let length = length(&column);
                            column.mapv_inplace(|x| gain * x / length);
                        }
                        q
                    }),
                )
                .attacks(&["orthonormal"])
                .judge()
        },
    )
}

/// `|x|`.
fn length(x: &ArrayRef1<f64>) -> f64 {
    x.mapv(|x| x * x).sum().sqrt()
}

/// An entry of a random `n × n` matrix, by row and column.
type Entry = fn(usize, [usize; 2], &mut StreamRng) -> f64;

fn haar(n: usize, at: [usize; 2], rng: &mut StreamRng) -> f64 {
    Orthogonal::new(1.0).sample((n, n), rng)[at]
}

/// An entry of the first column of the `Q` that a QR decomposition of a Gaussian matrix returns when its first
/// reflection takes that column to the far side, as it does for the sake of rounding: the corner is never positive.
fn unsigned(n: usize, [row, _]: [usize; 2], rng: &mut StreamRng) -> f64 {
    let column: Array1<f64> = StandardNormal.sample_iter(rng).take(n).collect();
    -column[row] * column[0].signum() / length(&column)
}

/// The distribution function of an entry of a random orthogonal matrix of `n` rows, whose square has a beta law.
fn entry_cdf(n: usize, x: f64) -> f64 {
    let beta = Beta::new(0.5, 0.5 * (n as f64 - 1.0)).expect("positive parameters");
    0.5 + 0.5 * x.signum() * beta.cdf(x * x)
}

/// The sizes of the random rotations; of one row there is nothing to choose but the sign.
const ROWS: std::ops::RangeInclusive<usize> = 2..=6;

#[test]
fn the_entries_of_a_random_rotation_have_a_beta_law() -> Report {
    claim!(
        "laws.haar-square",
        r"The square of *any entry* of a square random orthogonal matrix of the library, of gain one and $n$ rows,
        has *the beta law* with parameters $\frac12$ and $\frac{n-1}{2}$: this was tested for *$n$ from $2$ to $6$*.
        With three rows, the entry itself is *uniform between $-1$ and $1$*.",
        |streams| {
            const MATRICES: u64 = 20_000;
            // Where the law of a normal entry is judged: see below.
            const POINT: f64 = 0.25;
            for x in [-0.9, -0.3, 0.1, 0.7] {
                assert!((entry_cdf(3, x) - 0.5 * (x + 1.0)).abs() < 1e-12);
            }
            let normal: Entry = |n, _, rng| {
                let z: f64 = StandardNormal.sample(rng);
                (z / (n as f64).sqrt()).clamp(-1.0, 1.0)
            };
            // Whatever the size, the distribution function of an entry makes it a uniform number. A point at which
            // that of a normal entry is not, and the share that it has below it.
            let below = |n: usize| {
                let (mut low, mut high) = (-1.0, 0.0);
                for _ in 0..60 {
                    let middle = f64::midpoint(low, high);
                    if entry_cdf(n, middle) < POINT {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                gaussian_cdf(low * (n as f64).sqrt())
            };
            let normal_below = ROWS.map(below).sum::<f64>() / ROWS.count() as f64;
            // The corner, which is never positive, is one of a column's n entries.
            let corners = ROWS.map(|n| (n as f64).recip()).sum::<f64>() / ROWS.count() as f64;
            Check::of(
                "distance of the entries' distribution functions from uniform",
                MATRICES,
                move |entry: &Entry, rng| {
                    let mut drawn: Vec<f64> = (0..MATRICES)
                        .map(|_| {
                            let n = rng.random_range(ROWS);
                            let at = [rng.random_range(0..n), rng.random_range(0..n)];
                            entry_cdf(n, entry(n, at, rng))
                        })
                        .collect();
                    KolmogorovDistance::of(&mut drawn, |u| u)
                },
            )
            .null(KolmogorovDistance::new(MATRICES))
            .holds_for("the library's rotations", haar as Entry)
            .over(
                "any entry",
                "one entry of each of 20 000 matrices, its row and its column drawn at random",
            )
            .over(
                "$n$ from $2$ to $6$",
                "n from 2 to 6, drawn at random for each of the matrices, all in one sample",
            )
            .foil(
                "independent normal entries of variance 1/n",
                normal,
                KolmogorovFoil::new(MATRICES, POINT, normal_below),
            )
            .attacks(&["the beta law"])
            .foil(
                "the first column of a QR decomposition, signs as they come",
                unsigned as Entry,
                KolmogorovFoil::new(MATRICES, 0.5, 0.5 + 0.5 * corners),
            )
            .attacks(&["uniform between $-1$ and $1$"])
            .judge(streams)
        },
    )
}

#[test]
fn a_random_rotation_has_fair_signs() -> Report {
    claim!(
        "laws.haar-sign",
        r"The first entry of a square random orthogonal matrix of the library, of *two to six rows*, is positive with
        probability *one half*.",
        |streams| {
            const MATRICES: u64 = 2_000;
            let positive = |entry: &Entry, rng: &mut StreamRng| {
                let signs = (0..MATRICES).map(|_| {
                    let n = rng.random_range(ROWS);
                    entry(n, [0, 0], rng)
                });
                signs.filter(|entry| *entry > 0.0).count() as f64 / MATRICES as f64
            };
            Check::of("share of positive corners", MATRICES, positive)
                .null(BinomialShare::new(MATRICES, 0.5))
                .holds_for("the library's rotations", haar as Entry)
                .over(
                    "two to six rows",
                    "2000 matrices, the number of rows of each drawn at random",
                )
                .foil(
                    "the Q of a QR decomposition, signs as they come",
                    unsigned as Entry,
                    BinomialShare::new(MATRICES, 0.0),
                )
                .attacks(&["one half"])
                .judge(streams)
        },
    )
}
