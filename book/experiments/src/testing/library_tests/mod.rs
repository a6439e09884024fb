//! How often the tests of other libraries pass implementations that are wrong.

mod curves;
mod kolmogorov;
mod sample_variance;

use std::ops::RangeInclusive;

use clap::Args;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::{Cell, Configuration, Progress, Table};
use unit_variance::evidence::{ChiSquareMean, KolmogorovFoil, NullLaw};
use unit_variance::probability::{Law, gaussian_cdf};

pub use curves::PassCurves;
pub use kolmogorov::KolmogorovTest;
pub use sample_variance::SampleVariance;

/// How often the tests of other libraries pass wrong implementations.
///
/// For the tests of several libraries, the probability, over seeds, that an implementation passes:
/// the correct one in the first row of a test, then wrong ones.
///
/// Each test was read in its source, and is described where it is computed. The probabilities are
/// exact or numeric to all digits shown, except where a bound is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Args)]
pub struct LibraryTests {}

/// Keras, `test_variance_scaling` in `random_initializers_test.py`: a matrix of shape (25, 20) from
/// `VarianceScaling(2.0)`, whose law is the normal one cut at two; its standard deviation within
/// 0.1 of `√(2/25)` on the fan-in; once more on the fan-out, `√(2/20)`, from the same seed, so
/// from the same draws.
///
/// The factors are those of the standard deviations in place of the right ones.
pub fn keras_variance_scaling(law: &SampleVariance, [on_in, on_out]: [f64; 2]) -> f64 {
    let accepted = |claimed: f64, factor: f64| {
        let drawn = factor * claimed;
        ((claimed - 0.1).max(0.0) / drawn)..=((claimed + 0.1) / drawn)
    };
    let (a, b) = (
        accepted((2.0_f64 / 25.0).sqrt(), on_in),
        accepted((2.0_f64 / 20.0).sqrt(), on_out),
    );
    let both = a.start().max(*b.start())..=a.end().min(*b.end());
    within_std(law, both)
}

/// The draws of Keras' tests: 25 rows of 20.
pub const KERAS_DRAWS: usize = 500;

/// `P(low ≤ std ≤ high)` for standardized draws, the standard deviation over the population.
fn within_std(law: &SampleVariance, range: RangeInclusive<f64>) -> f64 {
    (law.below(range.end().powi(2)) - law.below(range.start().powi(2))).max(0.0)
}

/// Burn, `initializer_normal_init` in `initializer.rs`: standard normal numbers, their unbiased variance
/// between 0.9 and 1.1 and their mean within 0.1.
///
/// `factor` is that of the variance.
pub fn burn_normal(draws: usize, factor: f64) -> f64 {
    let law = SampleVariance::new(Law::Normal, draws);
    let variance = law.unbiased_below(1.1 / factor) - law.unbiased_below(0.9 / factor);
    variance * mean_within(0.1 / (factor / draws as f64).sqrt())
}

/// `P(|z| ≤ bound)`.
fn mean_within(bound: f64) -> f64 {
    gaussian_cdf(bound) - gaussian_cdf(-bound)
}

/// Burn, `initializer_kaiming_normal_init`: of a matrix of 10 by 1000 with variance 0.004 the
/// first ten columns, ten numbers each; each unbiased variance within 0.1 of it, each mean within 0.1 of zero.
pub fn burn_kaiming_normal(factor: f64) -> f64 {
    let (claimed, tolerance, numbers) = (0.004, 0.1, 10_usize);
    let drawn = factor * claimed;
    let law = SampleVariance::new(Law::Normal, numbers);
    let variance = law.unbiased_below((claimed + tolerance) / drawn);
    let mean = mean_within(tolerance / (drawn / numbers as f64).sqrt());
    (variance * mean).powi(10)
}

/// `WeightInitializers.jl`, the test set "kaiming": the standard deviation within 10 % of the claimed
/// one, in a matrix of 100 by 100 and in one of 100 by 400.
pub fn lux_kaiming_normal(factor: f64) -> f64 {
    let one = |draws: usize| {
        let law = SampleVariance::new(Law::Normal, draws);
        law.unbiased_below(1.21 / factor) - law.unbiased_below(0.81 / factor)
    };
    one(10_000) * one(40_000)
}

/// The shapes that PyTorch's `test_kaiming_normal` draws under its seed: four matrices and four
/// kernels, as numbers of weights; each must have a Kolmogorov p-value above 0.0001.
const PYTORCH_MATRICES: [usize; 4] = [20 * 22, 23 * 22, 25 * 21, 21 * 20];
const PYTORCH_KERNELS: [usize; 4] = [
    20 * 23 * 24 * 24,
    20 * 21 * 21 * 22,
    23 * 20 * 24 * 23,
    20 * 20 * 22 * 25,
];
/// PyTorch's threshold.
pub const PYTORCH_ALPHA: f64 = 1e-4;

/// The matrices of PyTorch's test alone, if the variance is `factor` times the right one.
pub fn pytorch_matrices(factor: f64) -> f64 {
    let one = |draws| KolmogorovTest::new(draws, PYTORCH_ALPHA).passes_scaled_normal(factor.sqrt());
    PYTORCH_MATRICES.map(one).into_iter().product()
}

/// A bound on the whole of PyTorch's test under the same mistake: on its first kernel, from the
/// distribution function at one point.
fn pytorch_kernels(factor: f64) -> f64 {
    let draws = PYTORCH_KERNELS[0];
    // No larger than Massart's bound on the critical distance.
    let critical = (libm::log(2.0 / PYTORCH_ALPHA) / (2.0 * draws as f64)).sqrt();
    let normal = Normal::standard();
    let ratio = factor.sqrt();
    let at = -(libm::log(factor) / (factor - 1.0)).sqrt() * ratio;
    let foil = KolmogorovFoil::new(draws as u64, normal.cdf(at), normal.cdf(at / ratio));
    foil.lower_tail(critical)
}

/// This book's `he.normal`: the mean square of 130 000 weights over the claimed one, in the interval
/// of a false alarm of 1e-9.
pub fn book_normal(factor: f64) -> f64 {
    let null = ChiSquareMean::new(BOOK_WEIGHTS);
    let (low, high) = null.interval(unit_variance::evidence::ALPHA);
    (null.lower_tail(high / factor) - null.lower_tail(low / factor)).max(0.0)
}

/// The weights of the claim `he.normal`.
const BOOK_WEIGHTS: u64 = 500 * 260;

/// A test, an implementation, and how often it passes.
#[derive(Debug, Clone, Copy)]
struct Row {
    key: &'static str,
    library: &'static str,
    test: &'static str,
    implementation: &'static str,
    passes: f64,
}

/// The rows of one test: keys, implementations, and how often they pass.
fn test(
    library: &'static str,
    test: &'static str,
    cases: &[(&'static str, &'static str, f64)],
) -> Vec<Row> {
    let row = |&(key, implementation, passes)| Row {
        key,
        library,
        test,
        implementation,
        passes,
    };
    cases.iter().map(row).collect()
}

/// What cannot fail, whatever the seed.
const ALWAYS: f64 = 1.0;

fn keras() -> Vec<Row> {
    let cut = SampleVariance::new(Law::TRUNCATED_NORMAL, KERAS_DRAWS);
    let normal = SampleVariance::new(Law::Normal, KERAS_DRAWS);
    let scaling = |factors: [f64; 2]| keras_variance_scaling(&cut, factors);
    let (half, lost) = (0.5_f64.sqrt(), 2.0 / Law::TRUNCATED_NORMAL.bound());
    let swap = (25.0_f64 / 20.0).sqrt();
    // `test_random_normal`: the standard deviation within 0.1 of 1.
    let random = |law: &SampleVariance, factor: f64| within_std(law, 0.9 / factor..=1.1 / factor);
    let scaling = [
        ("keras-correct", "correct", scaling([1.0, 1.0])),
        ("keras-lecun", "1/n for 2/n", scaling([half, half])),
        ("keras-fans", "fans exchanged", scaling([swap, 1.0 / swap])),
        ("keras-cut", "cut not made up for", scaling([lost, lost])),
    ];
    let random = [
        ("keras-normal", "correct", random(&normal, 1.0)),
        ("keras-normal-small", "5 % too small", random(&normal, 0.95)),
        ("keras-normal-cut", "cut at two", random(&cut, lost)),
    ];
    // `test_orthogonal_initializer`: columns of the right length, and at right angles.
    let orthogonal = [("keras-identity", "the identity", ALWAYS)];
    [
        test("Keras", "variance_scaling", &scaling),
        test("Keras", "random_normal", &random),
        test("Keras", "orthogonal", &orthogonal),
    ]
    .concat()
}

fn pytorch() -> Vec<Row> {
    let small = 0.9_f64.powi(2);
    let kaiming = [
        (
            "pytorch-matrices-lecun",
            "1/n for 2/n, matrices",
            pytorch_matrices(0.5),
        ),
        ("pytorch-lecun", "1/n for 2/n, all", pytorch_kernels(0.5)),
        (
            "pytorch-matrices-small",
            "10 % too small, matrices",
            pytorch_matrices(small),
        ),
        (
            "pytorch-small",
            "10 % too small, all",
            pytorch_kernels(small),
        ),
        ("pytorch-groups", "any fans of groups", ALWAYS),
    ];
    // `test_orthogonal`: the product with the transpose is the identity.
    let orthogonal = [("pytorch-signs", "QR, signs as they come", ALWAYS)];
    [
        test("PyTorch", "kaiming_normal", &kaiming),
        test("PyTorch", "orthogonal", &orthogonal),
    ]
    .concat()
}

/// `testInitializer` in `nn_test.py`: shape and type of what is returned.
fn jax() -> Vec<Row> {
    test(
        "JAX",
        "Initializer",
        &[("jax-shape", "any numbers", ALWAYS)],
    )
}

fn burn() -> Vec<Row> {
    let small = 0.97_f64.powi(2);
    let before = [
        ("burn-1000", "correct", burn_normal(1_000, 1.0)),
        (
            "burn-1000-small",
            "3 % too small",
            burn_normal(1_000, small),
        ),
    ];
    let since = [
        ("burn-10000", "correct", burn_normal(10_000, 1.0)),
        (
            "burn-10000-small",
            "3 % too small",
            burn_normal(10_000, small),
        ),
    ];
    let kaiming = [
        ("burn-zero", "all weights zero", ALWAYS),
        ("burn-doubled", "variance doubled", burn_kaiming_normal(2.0)),
    ];
    // `initializer_kaiming_uniform_init`: 30 weights within the bound.
    let uniform = [
        ("burn-uniform-zero", "all weights zero", ALWAYS),
        ("burn-uniform-wide", "5 % too wide", 1.05_f64.powi(-30)),
    ];
    [
        test("Burn", "normal_init, 1,000", &before),
        test("Burn", "normal_init, 10,000", &since),
        test("Burn", "kaiming_normal_init", &kaiming),
        test("Burn", "kaiming_uniform_init", &uniform),
    ]
    .concat()
}

/// Correct, 5 % too small, and LeCun's for He's.
fn lux_and_this_book() -> Vec<Row> {
    let small = 0.95_f64.powi(2);
    let kaiming = [
        ("lux", "correct", lux_kaiming_normal(1.0)),
        ("lux-small", "5 % too small", lux_kaiming_normal(small)),
        ("lux-lecun", "1/n for 2/n", lux_kaiming_normal(0.5)),
    ];
    let book = [
        ("book", "correct", book_normal(1.0)),
        ("book-small", "5 % too small", book_normal(small)),
        ("book-lecun", "1/n for 2/n", book_normal(0.5)),
    ];
    [
        test("Lux", "kaiming", &kaiming),
        test("this book", "he.normal", &book),
    ]
    .concat()
}

fn rows() -> Vec<Row> {
    [keras(), pytorch(), jax(), burn(), lux_and_this_book()].concat()
}

impl Configuration for LibraryTests {
    const NAME: &'static str = "library-tests";

    fn constants() -> Vec<(String, Cell)> {
        vec![("keras_draws".into(), KERAS_DRAWS.into())]
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows = rows();
        progress(Progress { done: 1, total: 1 });
        let rows = rows
            .into_iter()
            .map(|row| {
                vec![
                    row.key.into(),
                    row.library.into(),
                    row.test.into(),
                    row.implementation.into(),
                    row.passes.into(),
                ]
            })
            .collect();
        Table::of(
            self,
            &["key", "library", "test", "implementation", "passes"],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correct_implementation_mostly_passes_and_a_wrong_one_may_too() {
        let rows = rows();
        for row in &rows {
            let passes = row.passes;
            assert!((0.0..=1.0).contains(&passes), "{}: {passes}", row.key);
            if row.implementation == "correct" {
                assert!(passes > 0.95, "{}: {passes}", row.key);
            }
        }
        let passes = |key: &str| {
            let mut rows = rows.iter();
            rows.find(|row| row.key == key).expect("a row").passes
        };
        assert!(passes("keras-lecun") > 0.8);
        assert!(passes("pytorch-lecun") < 1e-9);
        assert!(passes("book-small") < 1e-9);
    }
}
