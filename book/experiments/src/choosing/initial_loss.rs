//! The loss of a classifier before its first step: `ln C`, and up to `s² (1 − 1/C) / 2` more.

use clap::Args;
use serde::Serialize;
use unit_variance::initializer::Normal;
use unit_variance::probability::{Moments, Streams, gaussian_expectation};
use unit_variance::{Initializer, Loss};

use crate::shared::parallel;
use crate::{Configuration, Progress, Table, option, without_options};

/// The cross-entropy of a classifier before its first step, by the variance of its logits.
///
/// For `classes` logits that are independent normal numbers of variance `s²` and know nothing of the label. Columns:
/// `classes`; `variance`, the `s²`; `expected`, the mean of the loss, by quadrature; `bound`, `ln C + s² (1 − 1/C) / 2`;
/// `share`, what `expected` exceeds `ln C` by, over what `bound` does; `measured`, the mean of the library's
/// cross-entropy over `draws` rows of logits, and `error`, its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct InitialLoss {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many rows of logits are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "4000")]
    pub draws: usize,
}

impl Default for InitialLoss {
    fn default() -> Self {
        without_options()
    }
}

/// The numbers of classes, and the variances of their logits.
const CLASSES: [usize; 3] = [2, 10, 1000];
const VARIANCES: [(&str, f64); 5] = [
    ("1/12", 1.0 / 12.0),
    ("1/3", 1.0 / 3.0),
    ("1", 1.0),
    ("2", 2.0),
    ("10", 10.0),
];

/// Between two places of the sum that stands for the integral; with half of it the sum is the same to 10⁻¹².
const STEP: f64 = 0.125;

/// `E ln Σ e^z` of so many independent normal `z` of mean 0 and this variance, for each number of classes: the expected
/// cross-entropy, since the logit of the label has mean 0.
///
/// By `ln S = ∫ (e^(−t) − e^(−tS)) dt / t`, where `e^(−tS)` has the expectation `(E e^(−t e^z))^C`; with `t = e^u` the
/// integral is over the whole line, and the trapezoidal rule sums it nearly exactly.
///
/// # Panics
///
/// If there are no classes, or the variance is not positive and finite.
#[track_caller]
pub fn expected_loss(classes: &[usize], variance: f64) -> Vec<f64> {
    assert!(
        variance > 0.0 && variance.is_finite() && classes.iter().all(|count| *count > 0),
        "{classes:?} logits of variance {variance} have no loss"
    );
    let std_dev = variance.sqrt();
    let most = classes.iter().copied().max().unwrap_or(1) as f64;
    // Below, the difference is of the size of C t; above, nothing is left of either term.
    let low = -libm::log(most) - variance - 32.0;
    let high = 8.0 * std_dev + 5.0;
    let places = ((high - low) / STEP).ceil() as u32;
    let mut sums = vec![0.0; classes.len()];
    for place in 0..=places {
        let t = libm::exp(low + f64::from(place) * STEP);
        let one = gaussian_expectation(|z| libm::exp(-t * libm::exp(z)), variance, &[]);
        for (sum, count) in sums.iter_mut().zip(classes) {
            *sum += STEP * (libm::exp(-t) - libm::pow(one, *count as f64));
        }
    }
    sums
}

/// `s² (1 − 1/C) / 2`: the expected loss is above `ln C` by no more.
fn largest_excess(classes: usize, variance: f64) -> f64 {
    variance * (1.0 - 1.0 / classes as f64) / 2.0
}

impl Configuration for InitialLoss {
    const NAME: &'static str = "initial-loss";

    fn numbers_in_memory(&self) -> f64 {
        2.0 * self.draws as f64 * CLASSES[2] as f64
    }

    /// # Panics
    ///
    /// If there are fewer than two draws.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(self.draws > 1, "{} draws have no error", self.draws);
        let streams = Streams::new(self.seed);
        let expected: Vec<Vec<f64>> = parallel::map(&VARIANCES, |(_, variance)| {
            expected_loss(&CLASSES, *variance)
        });
        let cases = CLASSES.iter().enumerate();
        let cases =
            cases.flat_map(|(i, classes)| (0..VARIANCES.len()).map(move |j| (i, j, *classes)));
        let total = (CLASSES.len() * VARIANCES.len()) as u64;
        let rows = (1..).zip(cases).map(|(done, (i, j, classes))| {
            let (name, variance) = VARIANCES[j];
            let logits = Normal::new(0.0, variance.sqrt());
            let mut rng = streams.stream(&format!("logits.{classes}.{name}"));
            let losses: Moments = (0..self.draws)
                .map(|_| {
                    let row = logits.sample((1, classes), &mut rng);
                    Loss::CrossEntropy { labels: vec![0] }.value(&row)
                })
                .collect();
            let (expected, uniform) = (expected[j][i], libm::log(classes as f64));
            let excess = largest_excess(classes, variance);
            progress(Progress { done, total });
            vec![
                (classes as u64).into(),
                name.into(),
                expected.into(),
                (uniform + excess).into(),
                ((expected - uniform) / excess).into(),
                losses.mean().into(),
                (losses.std_dev() / (self.draws as f64 - 1.0).sqrt()).into(),
            ]
        });
        let rows = rows.collect();
        let columns = [
            "classes", "variance", "expected", "bound", "share", "measured", "error",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_librarys_loss_is_as_expected() {
        let table = InitialLoss::default().run(&mut |_| {});
        let [expected, measured, error] =
            ["expected", "measured", "error"].map(|column| table.numbers(column));
        for (i, expected) in expected.iter().enumerate() {
            // Six standard errors: once in thirty million runs of fifteen rows.
            let distance = (measured[i] - expected).abs();
            assert!(distance < 6.0 * error[i], "row {i}: {distance}");
        }
    }

    #[test]
    fn one_class_has_nothing_to_lose() {
        let loss = expected_loss(&[1], 1.0);
        assert!(loss[0].abs() < 1e-12, "{loss:?}");
    }
}
