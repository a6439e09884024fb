//! What a normalization makes of normal numbers: of those that it has seen, and of another one.

use ndarray::{Array1, Axis};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::beta_reg;
use unit_variance::evidence::{Check, KolmogorovDistance, KolmogorovFoil};
use unit_variance::probability::{StreamRng, gaussian_cdf};
use unit_variance::{Layer, LayerNorm, RmsNorm};

use super::gaussian;
use crate::finite_width::apart;
use crate::harness::Report;

/// Where a rising function of a probability is this.
fn inverse(u: f64, (mut low, mut high): (f64, f64), of: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if of(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

fn hundredths() -> impl Iterator<Item = f64> {
    (1..100).map(|i| f64::from(i) / 100.0)
}

/// Numbers of features.
const FEATURES: [usize; 3] = [3, 4, 6];

/// `P(x² ≤ (d − 1) s)` behind a `LayerNorm`, by the stated law.
fn stated(d: usize, s: f64) -> f64 {
    beta_reg(0.5, (d as f64 - 2.0) / 2.0, s.clamp(0.0, 1.0))
}

/// What is done to normal features, and whether the first has another scale.
#[derive(Clone, Copy)]
struct Normalized {
    rms: bool,
    first: f64,
}

#[test]
fn an_output_of_a_layer_normalization_is_a_coordinate_of_a_sphere() -> Report {
    claim!(
        "data-dependent.layer-norm",
        r"A *layer* normalization with $\varepsilon = 0$, gain one and shift zero reads *$d \ge 3$* independent normal
        features of *a common mean and a common positive variance*. For each of its outputs $x$, $x^2/(d-1)$ has the law
        *$\mathrm{Beta}(\frac12, \frac{d-2}{2})$*.",
        |streams| {
            const ROWS: u64 = 30_000;
            let distance = |how: &Normalized, rng: &mut StreamRng| {
                let mut sample = Vec::with_capacity(ROWS as usize);
                for d in FEATURES {
                    let mut h = 5.0 + 3.0 * gaussian((ROWS as usize / 3, d), rng);
                    h.column_mut(0)
                        .mapv_inplace(|h| 5.0 + how.first * (h - 5.0));
                    let x = if how.rms {
                        // Of mean zero, as its own law wants it.
                        RmsNorm::new(d).with_epsilon(0.0).forward(&(h - 5.0)).0
                    } else {
                        LayerNorm::new(d).with_epsilon(0.0).forward(&h).0
                    };
                    let squares = x.column(0).mapv(|x| stated(d, x * x / (d as f64 - 1.0)));
                    sample.extend(squares);
                }
                KolmogorovDistance::of(&mut sample, |u| u)
            };
            // x² = d b with b of the law Beta(1/2, (d − 1)/2).
            let rms = apart(
                |u| u,
                |u| {
                    let of = |d: usize| {
                        let s = inverse(u, (0.0, 1.0), |s| stated(d, s));
                        let size = d as f64;
                        beta_reg(0.5, (size - 1.0) / 2.0, s * (size - 1.0) / size)
                    };
                    FEATURES.map(of).iter().sum::<f64>() / 3.0
                },
                hundredths(),
            );
            let plain = Normalized {
                rms: false,
                first: 1.0,
            };
            Check::of("distance of the squares from the law", ROWS, distance)
                .null(KolmogorovDistance::new(ROWS))
                .holds_for("three, four and six features", plain)
                .proved_beyond(r"$d \ge 3$", "3, 4 and 6")
                .foil(
                    "RMS normalization",
                    Normalized { rms: true, ..plain },
                    KolmogorovFoil::new(ROWS, rms.0, rms.1),
                )
                .attacks(&["layer", r"$\mathrm{Beta}(\frac12, \frac{d-2}{2})$"])
                .foil_executed_only(
                    "a first feature of five times the standard deviation",
                    Normalized {
                        first: 5.0,
                        ..plain
                    },
                    "the direction of unequal features has a law that is none of this book",
                )
                .attacks(&["a common mean and a common positive variance"])
                .judge(streams)
        },
    )
}

/// Sizes of a batch.
const BATCHES: [usize; 3] = [2, 4, 8];

/// How a number is standardized by a batch.
#[derive(Clone, Copy)]
enum By {
    /// Mean and biased standard deviation of the batch, in which it was not.
    Stated,
    Unbiased,
    /// It is one of the batch.
    Inside,
    /// The mean is known, and the deviations are from it.
    KnownMean,
    /// Both are known.
    Known,
}

impl By {
    fn standardized(self, batch: usize, count: usize, rng: &mut StreamRng) -> Array1<f64> {
        let (mean, size) = (2.0, 3.0);
        let t = mean + size * gaussian((batch + 1, count), rng);
        let seen = t.slice(ndarray::s![..batch, ..]);
        let new = match self {
            Self::Inside => t.row(0),
            _ => t.row(batch),
        };
        let rows = batch as f64;
        let own = seen.sum_axis(Axis(0)) / rows;
        let about = |center: &Array1<f64>| (&seen - center).mapv(|t| t * t).sum_axis(Axis(0));
        let known = Array1::from_elem(count, mean);
        let (center, square) = match self {
            Self::Stated | Self::Inside => (own.clone(), about(&own) / rows),
            Self::Unbiased => (own.clone(), about(&own) / (rows - 1.0)),
            Self::KnownMean => (known.clone(), about(&known) / rows),
            Self::Known => (known, Array1::from_elem(count, size * size)),
        };
        (&new - &center) / square.mapv(f64::sqrt)
    }
}

fn student(degrees: usize, t: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees as f64)
        .expect("a law")
        .cdf(t)
}

/// `√((B + 1)/(B − 1))`.
fn widening(batch: usize) -> f64 {
    ((batch + 1) as f64 / (batch - 1) as f64).sqrt()
}

#[test]
fn the_next_input_has_a_students_law() -> Report {
    claim!(
        "data-dependent.student",
        r"Standardize an independent normal number by the mean and the *biased* standard deviation of $B \ge 2$ *others*, all
        of a common mean and a common positive variance. The result is *$T\sqrt{(B+1)/(B-1)}$*, where $T$ has *Student's* law with
        *$B - 1$* degrees of freedom.",
        |streams| {
            const DRAWS: u64 = 60_000;
            let each = DRAWS as usize / BATCHES.len();
            let distance = |by: &By, rng: &mut StreamRng| {
                let mut sample = Vec::with_capacity(DRAWS as usize);
                for batch in BATCHES {
                    let y = by.standardized(batch, each, rng);
                    sample.extend(y.iter().map(|y| student(batch - 1, y / widening(batch))));
                }
                KolmogorovDistance::of(&mut sample, |u| u)
            };
            // At the place that has the stated probability u, that of another law.
            let foil = |below: &dyn Fn(usize, f64) -> f64| {
                let actual = |u: f64| {
                    let of = |batch: usize| {
                        let t = inverse(u, (-1e3, 1e3), |t| student(batch - 1, t));
                        below(batch, t * widening(batch))
                    };
                    BATCHES.map(of).iter().sum::<f64>() / BATCHES.len() as f64
                };
                let (claimed, actual) = apart(|u| u, actual, hundredths());
                KolmogorovFoil::new(DRAWS, claimed, actual)
            };
            let rows = |batch: usize| batch as f64;
            // Of two inputs y = ±1; of more, y²/(B − 1) has the law of an output of a layer normalization.
            let inside = |batch: usize, y: f64| {
                let s = y * y / (rows(batch) - 1.0);
                let within = match batch {
                    2 => f64::from(s >= 1.0),
                    _ => stated(batch, s),
                };
                0.5 * (1.0 + y.signum() * within)
            };
            Check::of("distance of the results from the law", DRAWS, distance)
                .null(KolmogorovDistance::new(DRAWS))
                .holds_for("by batches of 2, 4 and 8", By::Stated)
                .foil(
                    "divided by B − 1",
                    By::Unbiased,
                    foil(&|batch, y| {
                        let biased = y * (rows(batch) / (rows(batch) - 1.0)).sqrt();
                        student(batch - 1, biased / widening(batch))
                    }),
                )
                .attacks(&["biased"])
                .foil("one of the batch", By::Inside, foil(&inside))
                .attacks(&["others"])
                .foil(
                    "deviations from the true mean",
                    By::KnownMean,
                    foil(&|batch, y| student(batch, y)),
                )
                .attacks(&["$B - 1$", r"$T\sqrt{(B+1)/(B-1)}$"])
                .foil(
                    "mean and variance known",
                    By::Known,
                    foil(&|_, y| gaussian_cdf(y)),
                )
                .attacks(&["Student's"])
                .judge(streams)
        },
    )
}
