//! The mean of the inputs, and that of the classes.

use experiments::data_dependent::{Pixels, two_largest};
use ndarray::{Array1, Array2};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::matrix::singular_values;
use unit_variance::theory::{entropy, prior_biases};
use unit_variance::{Activation, Dense, Loss, Streams};

use super::{DIGITS, gaussian};
use crate::harness::{Report, half_digits};

#[test]
fn the_mean_of_the_digits_is_their_steepest_direction() -> Report {
    claim!(
        "data-dependent.mean-direction",
        r"Take the pixels of MNIST's 60,000 training images, divided by 255, and a linear unit without bias that is fitted
        by *half of the mean squared error*. The largest eigenvalue of the Hessian is *$38.09$*; with *the mean of each
        pixel* subtracted it is *$5.117$*. The rate up to which gradient descent converges from every start is
        *$0.0525$* in the first case and *$0.391$* in the second.",
        || {
            let pixels = Pixels::of(&DIGITS);
            let of = |hessian: &Array2<f64>| two_largest(hessian)[0];
            let (raw, centered) = (of(&pixels.raw().hessian), of(&pixels.centered().hessian));
            let one_mean = {
                let mean = pixels.mean.sum() / pixels.mean.len() as f64;
                let entries = pixels.second_moments.indexed_iter();
                let entries = entries.map(|((i, j), of_both)| {
                    of_both - mean * (pixels.mean[i] + pixels.mean[j]) + mean * mean
                });
                let shape = pixels.second_moments.dim();
                of(&Array2::from_shape_vec(shape, entries.collect()).expect("as many"))
            };
            let farthest = |raw: f64, centered: f64, over: f64| {
                largest([
                    half_digits(raw, "38.09"),
                    half_digits(centered, "5.117"),
                    half_digits(over / raw, "0.0525"),
                    half_digits(over / centered, "0.391"),
                ])
            };
            Exactness::of("largest error, in half digits", 4)
                .within(1.0)
                .holds_for("the digits", farthest(raw, centered, 2.0))
                .finds("largest eigenvalue", raw)
                .finds("centered", centered)
                .foil("without the half", farthest(2.0 * raw, 2.0 * centered, 2.0))
                .attacks(&["half of the mean squared error", "$38.09$", "$5.117$"])
                .foil("one mean for all pixels", farthest(raw, one_mean, 2.0))
                .attacks(&["the mean of each pixel", "$5.117$"])
                .foil("one over the eigenvalue", farthest(raw, centered, 1.0))
                .attacks(&["$0.0525$", "$0.391$"])
                .judge()
        },
    )
}

/// `E x xᵀ` of `n` features with these two moments: of one, and of two.
fn second_moments(n: usize, (own, pair): (f64, f64)) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| if i == j { own } else { pair })
}

fn condition(matrix: &Array2<f64>) -> f64 {
    let values = singular_values(matrix);
    values[0] / values[values.len() - 1]
}

#[test]
fn a_shared_mean_spreads_the_eigenvalues() -> Report {
    claim!(
        "data-dependent.condition",
        r"Let $n \ge 2$ features be *uncorrelated*, of *one mean* $\mu$ and one variance $v > 0$. The matrix
        $\mathbb{E}\,x^\top x$ has the condition number *$1 + n\mu^2/v$*. For $n$ units $\mathrm{ReLU}(z_i)$ with
        independent standard normal $z_i$ it is *$1 + n/(\pi-1)$*.",
        || {
            const WIDTHS: [usize; 4] = [2, 3, 8, 30];
            const MOMENTS: [(f64, f64); 4] =
                [(0.0, 2.0), (1.0, 0.5), (-3.0, 1.0), (0.1307, 0.0949)];
            let relu = Activation::Relu;
            let pi = std::f64::consts::PI;
            // The largest relative error, of features whose pairs are correlated so much, and of ReLU units of this mean.
            let farthest = |correlation: f64,
                            unequal: f64,
                            formula: &dyn Fn(f64, f64, f64) -> f64,
                            of_relu: &dyn Fn(f64) -> f64| {
                let errors = WIDTHS.iter().flat_map(|&n| {
                    let count = n as f64;
                    let features = MOMENTS.map(|(mean, variance)| {
                        let square = mean * mean;
                        let moments = (square + variance, square + correlation * variance);
                        let mut matrix = second_moments(n, moments);
                        matrix[[0, 0]] += unequal * square;
                        condition(&matrix) / formula(count, mean, variance) - 1.0
                    });
                    let mean = relu.mean_at(1.0);
                    let units = second_moments(n, (relu.second_moment_at(1.0), mean * mean));
                    let relu = condition(&units) / of_relu(count) - 1.0;
                    features.into_iter().chain([relu]).map(f64::abs)
                });
                largest(errors)
            };
            let stated = |n: f64, mean: f64, variance: f64| 1.0 + n * mean * mean / variance;
            let relu_stated = |n: f64| 1.0 + n / (pi - 1.0);
            let cases = WIDTHS.len() * (MOMENTS.len() + 1);
            Exactness::of("largest relative error of a condition number", cases as u64)
                .proved()
                .within(1e-11)
                .proved_beyond(
                    "uncorrelated",
                    "2, 3, 8 and 30 features of four means and variances",
                )
                .holds_for("as stated", farthest(0.0, 0.0, &stated, &relu_stated))
                .foil(
                    "correlations of one half",
                    farthest(0.5, 0.0, &stated, &relu_stated),
                )
                .attacks(&["uncorrelated"])
                .foil(
                    "a first feature of a larger second moment",
                    farthest(0.0, 1.0, &stated, &relu_stated),
                )
                .attacks(&["one mean"])
                .foil(
                    "the second moment for the variance",
                    farthest(
                        0.0,
                        0.0,
                        &|n, mean, variance| 1.0 + n * mean * mean / (variance + mean * mean),
                        &relu_stated,
                    ),
                )
                .attacks(&[r"$1 + n\mu^2/v$"])
                .foil(
                    "one over π for the share of the mean",
                    farthest(0.0, 0.0, &stated, &|n| 1.0 + n / pi),
                )
                .attacks(&[r"$1 + n/(\pi-1)$"])
                .judge()
        },
    )
}

/// The mean cross-entropy of a readout with these biases, and with weights of this size.
fn first_loss(labels: &[usize], biases: &[f64], size: f64) -> f64 {
    const FEATURES: usize = 3;
    let mut rng = Streams::new(1).stream("features");
    let weight = size * gaussian((FEATURES, biases.len()), &mut rng);
    let mut readout = Dense::new(weight, Activation::Identity);
    readout.bias = Array1::from(biases.to_vec());
    let x = gaussian((labels.len(), FEATURES), &mut rng);
    let loss = Loss::CrossEntropy {
        labels: labels.to_vec(),
    };
    loss.value(&readout.forward(&x).activation)
}

#[test]
fn a_first_loss_is_the_entropy_of_the_classes() -> Report {
    claim!(
        "data-dependent.first-loss",
        r"A readout of *zero* weights with the biases *$\ln p_c$*, where $p_c > 0$ are the shares of the classes, has as its
        mean cross-entropy on the labels that gave the shares their *entropy*: on MNIST's training labels *$2.30116$*.
        Biases of zero give $\ln 10$ there, more by *$0.00143$*. For two classes, one of them with a share of one
        percent, it is *$0.0560$* in place of $\ln 2$.",
        || {
            let digits: Vec<usize> = DIGITS.labels.iter().map(|l| usize::from(*l)).collect();
            let rare: Vec<usize> = (0..1_000).map(|i| usize::from(i % 100 == 0)).collect();
            let shares = |labels: &[usize], classes: usize| -> Vec<f64> {
                let count = |class| labels.iter().filter(|label| **label == class).count();
                let total = labels.len() as f64;
                (0..classes)
                    .map(|class| count(class) as f64 / total)
                    .collect()
            };
            let (ten, two) = (shares(&digits, 10), shares(&rare, 2));
            let farthest = |biases: &dyn Fn(&[f64]) -> Vec<f64>, size: f64| {
                let of_digits = first_loss(&digits, &biases(&ten), size);
                let of_rare = first_loss(&rare, &biases(&two), size);
                // A distance of 10⁻¹¹ from the entropy counts as half a digit.
                let entropies = [(of_digits, &ten), (of_rare, &two)];
                let entropies = entropies.map(|(loss, p)| 1e11 * (loss - entropy(p)).abs());
                let zero = first_loss(&digits, &[0.0; 10], 0.0);
                let printed = [
                    half_digits(of_digits, "2.30116"),
                    half_digits(zero - of_digits, "0.00143"),
                    half_digits(of_rare, "0.0560"),
                ];
                largest(entropies.into_iter().chain(printed))
            };
            let prior = |p: &[f64]| prior_biases(p).expect("no class is empty");
            Exactness::of("largest error, in half digits", 5)
                .within(1.0)
                .holds_for("logarithms of the shares", farthest(&prior, 0.0))
                .finds(
                    "first loss on the digits",
                    first_loss(&digits, &prior(&ten), 0.0),
                )
                .finds("with a rare class", first_loss(&rare, &prior(&two), 0.0))
                .foil("the shares themselves", farthest(&<[f64]>::to_vec, 0.0))
                .attacks(&[r"$\ln p_c$", "entropy", "$2.30116$", "$0.0560$"])
                .foil("biases of zero", farthest(&|p| vec![0.0; p.len()], 0.0))
                .attacks(&["entropy", "$0.00143$", "$0.0560$"])
                .foil("weights of one hundredth", farthest(&prior, 0.01))
                .attacks(&["zero"])
                .judge()
        },
    )
}
